"""The whole flow over the demo's web: every byte the server sent, every verdict as it must be, and a second run."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from demo_folder import demo_folder
from warcio.archiveiterator import ArchiveIterator

from archiver.citations import normalise_url
from evidence_store.case import Case
from evidence_store.custody.keys import create_key
from evidence_store.findings import Outcome
from evidence_store.records import DerivativeKind, ItemKind, Verdict
from muniment.config.settings import Settings
from muniment.demo.web import DemoWeb, start_demo_web
from muniment.flows.coverage import coverage_line, is_fully_preserved
from muniment.flows.demo import CHARTER, demo_resolver, demo_settings
from muniment.flows.environment import Environment
from muniment.flows.plan import CapturePlan, plan_lines
from muniment.flows.preserve import PreserveRequest, PreserveResult, preserve
from muniment.flows.session import Signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserved:
    """A run over the demo's web, and what the server logged of it."""

    web: DemoWeb
    case: Case
    signing: Signing
    settings: Settings
    environment: Environment
    plans: list[CapturePlan]
    first: PreserveResult

    def again(self, bundle: Path, **changes: object) -> PreserveResult:
        request = PreserveRequest(article=self.web.article_url, bundle=bundle)
        return preserve(self.case, self.signing, self.settings, replace(request, **changes), self.environment)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, demo_media: Path) -> Iterator[Preserved]:
    folder = tmp_path_factory.mktemp("preserve")
    signing = Signing(signer=create_key(folder / "key", comment="test", passphrase=None), principal="test@example.org")
    plans: list[CapturePlan] = []

    def confirm(plan: CapturePlan) -> bool:
        plans.append(plan)
        return True

    with start_demo_web(demo_folder(folder / "web", demo_media)) as web:
        environment = Environment(resolver=demo_resolver(web), confirm=confirm)
        settings = demo_settings(Settings(), web)
        with Case.create(
            folder / "case",
            CHARTER,
            signer=signing.signer,
            principal=signing.principal,
            clock=environment.clock,
            random=environment.random,
        ) as case:
            request = PreserveRequest(article=web.article_url, bundle=folder / "bundle")
            first = preserve(case, signing, settings, request, environment)
            yield Preserved(
                web=web,
                case=case,
                signing=signing,
                settings=settings,
                environment=environment,
                plans=plans,
                first=first,
            )


def warc_pairs(case: Case) -> Counter[tuple[bytes, bytes]]:
    """Request and response blocks as another library reads them."""
    requests: dict[str, bytes] = {}
    responses: dict[str, bytes] = {}
    partner: dict[str, str] = {}
    for path in sorted(case.layout.warcs.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                name = record.rec_headers.get_header("WARC-Record-ID")
                if record.rec_type == "request":
                    requests[name] = record.raw_stream.read()
                    partner[name] = record.rec_headers.get_header("WARC-Concurrent-To")
                elif record.rec_type == "response":
                    responses[name] = record.raw_stream.read()
                    partner[record.rec_headers.get_header("WARC-Concurrent-To") or ""] = name
    return Counter((block, responses[partner[name]]) for name, block in requests.items())


def test_the_warc_holds_every_byte_that_went_over_the_wire(run: Preserved) -> None:
    sent = Counter((exchange.request, exchange.response) for exchange in run.web.log)
    assert {exchange.scheme for exchange in run.web.log} == {"http", "https"}
    assert warc_pairs(run.case) == sent


def test_every_citation_ends_with_the_verdict_it_must(run: Preserved) -> None:
    by_identity = {entry.citation.identity: entry.verdict for entry in run.first.citations if entry.citation.url}
    wanted = {normalise_url(row.url): row.verdict for row in run.web.expected if row.url}
    assert by_identity == wanted
    assert len(run.first.citations) == len(run.web.expected)
    assert (
        coverage_line(run.first.coverage)
        == "16 cited: 11 complete, 1 truncated, 1 gone, 1 login wall, 1 lost embed, 1 mention"
    )
    assert not is_fully_preserved(run.first.coverage)


def test_what_was_sent_is_what_was_recorded(run: Preserved) -> None:
    assert [(capture.sent, capture.unrecorded) for capture in run.first.captures] == [
        (capture.recorded, ()) for capture in run.first.captures
    ]
    assert sum(capture.recorded for capture in run.first.captures) == len(run.web.log)


def test_every_plan_is_shown_before_its_requests(run: Preserved) -> None:
    article, citations = run.plans[:2]
    assert [task.url for task in article.tasks] == [run.web.article_url]
    assert len(citations.tasks) == sum(1 for row in run.web.expected if row.url)
    words = "\n".join(plan_lines(citations))
    assert "media.example (3)" in words
    assert "connection: direct; identity: none" in words


def test_items_are_the_content_that_was_served(run: Preserved) -> None:
    photo = next(entry.item for entry in run.case.catalogue.items() if entry.item.url.endswith("sarmila-school.jpg"))
    served = next(exchange.body for exchange in run.web.log if b"sarmila-school.jpg" in exchange.request)
    assert photo.kind is ItemKind.PHOTO
    with run.case.open_item(photo) as stream:
        assert stream.read() == served


def test_a_stream_is_joined_from_fragments_that_the_recipe_names(run: Preserved) -> None:
    manifest = next(entry.item for entry in run.case.catalogue.items() if entry.item.kind is ItemKind.MANIFEST)
    derivative = run.case.catalogue.derivatives(manifest.id)[0].derivative
    assert derivative.kind is DerivativeKind.MERGED_VIDEO
    pieces = [run.case.open_content(piece, decoded=True).read() for piece in derivative.recipe.inputs]
    served = [exchange.body for exchange in run.web.log if b".ts HTTP" in exchange.request.split(b"\r\n", 1)[0]]
    assert sorted(pieces) == sorted(set(served))
    assert b"".join(pieces) == run.case.open_content(derivative.content).read()


def test_the_bundle_is_verified_by_the_flow_itself(run: Preserved) -> None:
    assert run.first.bundle is not None
    assert run.first.report is not None
    assert not run.first.report.failures
    assert run.first.bundle.included == len(run.case.catalogue.items())


def test_a_second_run_captures_only_what_is_not_complete(run: Preserved, tmp_path: Path) -> None:
    before = len(run.web.log)
    items = len(run.case.catalogue.items())
    second = run.again(tmp_path / "bundle")
    assert {capture.verdict for capture in second.captures} == {Verdict.GONE, Verdict.LOGIN_WALL, Verdict.TRUNCATED}
    assert len(second.already) == 12
    assert all(line.endswith("ago, not checked again") for line in second.already)
    assert len(run.web.log) > before
    assert len(run.case.catalogue.items()) == items
    assert len(second.citations) == len(run.first.citations)


def test_a_declined_plan_asks_nothing_of_any_server(run: Preserved, tmp_path: Path) -> None:
    before = len(run.web.log)
    environment = replace(run.environment, confirm=lambda _: False)
    result = preserve(
        run.case,
        run.signing,
        run.settings,
        PreserveRequest(article="https://liveblog.example/other", bundle=tmp_path / "bundle"),
        environment,
    )
    assert result.declined
    assert result.article is None
    assert result.bundle is None
    assert len(run.web.log) == before


def test_an_article_that_cannot_be_reached_makes_no_bundle(run: Preserved, tmp_path: Path) -> None:
    request = PreserveRequest(article="https://nowhere.example/a", bundle=tmp_path / "bundle")
    result = preserve(run.case, run.signing, run.settings, request, run.environment)
    assert [capture.verdict for capture in result.captures] == [Verdict.UNREACHABLE]
    assert result.bundle is None
    (failure, *_) = result.captures[0].failures
    assert b"nowhere.example" in run.case.open_content(failure).read()


def test_the_warc_files_are_checked_against_the_ledger(run: Preserved) -> None:
    (whole,) = [entry.finding for entry in run.case.catalogue.findings(check="warc.whole", latest=False)][:1]
    assert whole.outcome is Outcome.PASS
    assert not run.case.catalogue.findings(check="warc.unnamed")
    second = [entry.finding for entry in run.case.catalogue.findings(check="warc.second_reader", latest=False)][:1]
    assert [(one.outcome, one.tools[0].name) for one in second] == [(Outcome.PASS, "warcio")]
