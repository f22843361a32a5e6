"""`preserve` over real pages by others: the web out of a WARC behind a proxy, and saved articles."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from warc_web import WarcWeb, load_responses

from evidence_store.case import Case, CaseCharter
from evidence_store.custody.keys import create_key
from evidence_store.findings import Outcome
from evidence_store.records import ItemKind, TlsOutcome, Verdict
from muniment.config.settings import Settings
from muniment.flows.environment import Environment
from muniment.flows.preserve import PreserveRequest, PreserveResult, preserve
from muniment.flows.session import Signing

ALONE = Settings(per_host_delay=0.0, browser="never", archives=())


@pytest.fixture
def case_and_signing(tmp_path: Path) -> Iterator[tuple[Case, Signing]]:
    signing = Signing(
        signer=create_key(tmp_path / "key", comment="test", passphrase=None), principal="test@example.org"
    )
    world = Environment()
    with Case.create(
        tmp_path / "case",
        CaseCharter(title="real pages"),
        signer=signing.signer,
        principal=signing.principal,
        clock=world.clock,
        random=world.random,
    ) as case:
        yield case, signing


def run(case: Case, signing: Signing, settings: Settings, article: str, **more: object) -> PreserveResult:
    bundle = case.layout.root.with_name("bundle")
    return preserve(case, signing, settings, PreserveRequest(article=article, bundle=bundle, **more), Environment())  # type: ignore[arg-type]


IANA = "webrecorder+py-wacz/tests/fixtures/example-collection-with-lists.warc"


@pytest.fixture(scope="module")
def recorded_web(shared_data: Path) -> Iterator[WarcWeb]:
    folder = shared_data / "1_warc"
    with WarcWeb(load_responses([folder / IANA, folder / IANA.replace("collection-with-lists", "iana")])) as web:
        yield web


def test_a_recorded_page_is_preserved_through_the_proxy_alone(
    recorded_web: WarcWeb, case_and_signing: tuple[Case, Signing]
) -> None:
    case, signing = case_and_signing
    settings = replace(ALONE, proxy=recorded_web.url, ca_file=recorded_web.ca_file)
    result = run(case, signing, settings, "https://www.iana.org/domains/example")
    article = result.captures[0]
    assert article.sent == article.recorded > 5
    assert sum(capture.recorded for capture in result.captures) == len(recorded_web.asked)
    assert {exchange.peer.address for exchange in article.exchanges} == {"via proxy"}
    assert {exchange.peer.tls for exchange in article.exchanges if exchange.url.startswith("https")} == {
        TlsOutcome.VERIFIED
    }
    assert result.article is not None
    assert result.article.kind is ItemKind.PAGE
    assert result.report is not None
    assert result.report.outcome is Outcome.PASS, [
        f"{f.check}: {f.summary}" for f in result.report.findings if f.outcome is not Outcome.PASS
    ]


def test_a_saved_article_is_imported_cited_and_sealed(
    shared_data: Path, case_and_signing: tuple[Case, Signing]
) -> None:
    case, signing = case_and_signing
    page = min((shared_data / "7_html_article").glob("scrapinghub*/**/*.html.gz"))
    nobody = replace(ALONE, timeout=5.0, proxy="http://127.0.0.1:9")  # nothing listens there: no traffic leaves
    result = run(case, signing, nobody, str(page), article_date=date(2020, 1, 1))
    assert result.article is not None
    assert result.article.name == page.name
    with case.open_item(result.article) as stream:
        assert stream.read() == page.read_bytes()
    assert {capture.verdict for capture in result.captures} <= {Verdict.UNREACHABLE}
    assert len(result.captures) <= len(result.citations)
    assert result.report is not None
    assert not result.report.failures


def test_the_seed_is_preserved_as_plain_text(shared: Path, case_and_signing: tuple[Case, Signing]) -> None:
    case, signing = case_and_signing
    result = run(case, signing, ALONE, str(shared / "seed" / "live-blog.txt"), article_date=date(2015, 10, 20))
    kinds = [entry.citation.kind for entry in result.citations]
    assert kinds.count("lost_embed") == 4
    assert kinds.count("mention") == 8
    assert result.captures == ()
    assert result.bundle is not None
