"""Stamping a case and its bundles, with a real authority on loopback."""

from dataclasses import replace
from datetime import timedelta

import pytest
from case_factory import CaseInHand
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from archiver.errors import FailureKind, InvalidSetting, UpstreamFailed
from evidence_store import stamps
from evidence_store.clock import system_clock
from evidence_store.custody.tokens import verify_token
from evidence_store.errors import FormatError, MissingContent
from evidence_store.events import CheckpointStamped, Note, Sealed
from muniment.config.settings import Settings
from muniment.flows.bundle import bundle_case
from muniment.flows.environment import Environment
from muniment.flows.stamp import authorities, stamp_case, stamp_checkpoint, stamp_seal, way_out
from verify.bundle import verify_bundle, verify_case

NOW = system_clock


class Offline:
    """A way out that leads nowhere."""

    def timestamp(self, url: str, query: bytes) -> bytes:
        raise UpstreamFailed(FailureKind.CONNECT, f"{url} could not be asked", hint="later")

    def fetch(self, url: str) -> bytes:
        raise UpstreamFailed(FailureKind.CONNECT, f"{url} could not be asked", hint="later")


class Serving:
    """Answers with one token, and serves what stands at URLs."""

    def __init__(self, reply, pages: dict[str, bytes]) -> None:
        self.reply, self.pages = reply, pages
        self.fetched: list[str] = []

    def timestamp(self, url: str, query: bytes) -> bytes:
        return self.reply(query)

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        if url not in self.pages:
            raise UpstreamFailed(FailureKind.CONNECT, f"{url} could not be asked")
        return self.pages[url]


@pytest.fixture
def hand(new_case) -> CaseInHand:
    return replace(new_case(), clock=system_clock)        # tokens are of now


def world(hand: CaseInHand) -> Environment:
    return Environment(clock=hand.clock, random=hand.random)


def settings_for(served, *paths: str) -> Settings:
    return Settings(tsa=tuple(served.at(path) for path in paths))


def events(hand: CaseInHand) -> list[CheckpointStamped]:
    return list(stamps.stamped(hand.case))


def test_a_token_is_kept_as_it_came_and_its_hash_is_an_event(hand, served_tsa, tsa):
    settings = settings_for(served_tsa, "good")
    with hand.writer() as writer:
        checkpoint = writer.checkpoint()
        done = stamp_checkpoint(writer, checkpoint, settings, world(hand))
    (name,) = [authority.name for authority in authorities(settings)]
    (kept,) = list(hand.case.layout.checkpoints.glob("*.tsr"))
    assert kept.name == f"{checkpoint.size:010d}.{name}.tsr"
    token = verify_token(kept.read_bytes(), checkpoint.checkpoint.to_text(), tsa.root)
    assert done.stamped == tuple(events(hand))
    assert done.stamped[0].token_time == token.time
    assert done.waiting == 0
    assert not list((hand.case.layout.custody / "pending").iterdir())


def test_one_authority_out_of_order_does_not_cost_the_other(hand, served_tsa):
    paths = ("broken", "good", "rogue", "other-bytes", "other-query", "refuses", "garbage", "page", "moved", "endless")
    settings = settings_for(served_tsa, *paths)
    with hand.writer() as writer:
        done = stamp_checkpoint(writer, writer.checkpoint(), settings, world(hand))
    by_name = {authority.name: authority.url.rpartition("/")[2] for authority in authorities(settings)}
    # A rogue cannot be told by somebody without its root: that is for those who verify.
    assert {by_name[one.authority] for one in done.stamped} == {"good", "rogue"}
    assert {by_name[one.authority] for one in done.failures} == set(paths) - {"good", "rogue"}
    assert done.waiting == len(paths) - 2


def test_what_could_not_be_had_waits_and_is_asked_for_with_the_same_query(hand, served_tsa):
    settings = settings_for(served_tsa, "good")
    with hand.writer() as writer:
        checkpoint = writer.checkpoint()
        failed = stamp_checkpoint(writer, checkpoint, settings, world(hand), way=Offline())
    assert not failed.has_proof
    assert [one.size for one in failed.failures] == [checkpoint.size]
    (queued,) = stamps.waiting(hand.case)
    with hand.writer() as writer:
        done = stamp_case(writer, settings, world(hand))
    assert [one.size for one in done.stamped] == [checkpoint.size]
    assert served_tsa.seen == [("/good", queued.query.der)]
    assert done.waiting == 0


def test_stamping_again_asks_nobody_and_signs_nothing(hand, served_tsa):
    settings = settings_for(served_tsa, "good", "chained")
    with hand.writer() as writer:
        first = stamp_case(writer, settings, world(hand))
        again = stamp_case(writer, settings, world(hand))
    assert len(first.stamped) == 2
    assert again.stamped == ()
    assert len(served_tsa.seen) == 2
    assert len(list(hand.case.layout.checkpoints.glob("??????????"))) == 1


def test_what_happened_since_gets_a_checkpoint_and_tokens_of_its_own(hand, served_tsa):
    settings = settings_for(served_tsa, "good")
    with hand.writer() as writer:
        stamp_case(writer, settings, world(hand))
        (noted,) = writer.append(Note(item=None, text="later"))
        stamp_case(writer, settings, world(hand))
    assert [event.size for event in events(hand)][1] > noted.seq


def test_a_token_whose_event_a_kill_prevented_gets_it_at_the_next_stamping(hand, served_tsa):
    settings = settings_for(served_tsa, "good")
    with hand.writer() as writer:
        checkpoint = writer.checkpoint()
        (authority,) = authorities(settings)
        queued = stamps.queue(hand.case, checkpoint.checkpoint, authority.name, hand.random)
        reply = way_out(settings).timestamp(authority.url, queued.query.der)
        (hand.case.layout.checkpoints / f"{checkpoint.size:010d}.{authority.name}.tsr").write_bytes(reply)
    assert events(hand) == []
    with hand.writer() as writer:
        done = stamp_case(writer, settings, world(hand), way=Offline())
    assert [one.size for one in done.stamped] == [checkpoint.size]
    assert len(events(hand)) == 1


def test_a_token_fetched_on_another_machine_is_taken(hand, tsa):
    with hand.writer() as writer:
        checkpoint = writer.checkpoint()
        stamp_checkpoint(writer, checkpoint, Settings(tsa=("http://tsa.example/",)), world(hand), way=Offline())
        (queued,) = stamps.waiting(hand.case)
        reply = tsa.reply(queued.path.read_bytes())           # carried there and back
        stamps.take_foreign_token(writer, "tsa-example", reply, now=NOW())
        with pytest.raises(FormatError, match="another token"):
            stamps.take_foreign_token(writer, "tsa-example", tsa.reply(queued.query.der), now=NOW())
    assert stamps.waiting(hand.case) == ()
    assert [event.authority for event in events(hand)] == ["tsa-example"]


@pytest.mark.parametrize("name", ["", "../x", "a.b", "a" * 41, "a b"])
def test_a_name_that_would_lead_elsewhere_is_refused(hand, tsa, name):
    with hand.writer() as writer, pytest.raises(FormatError):
        stamps.take_foreign_token(writer, name, tsa.reply(b"whatever"), now=NOW())


def test_a_token_over_none_of_our_checkpoints_is_refused(hand, tsa, served_tsa):
    foreign = way_out(Settings()).timestamp(served_tsa.at("other-bytes"), b"any")
    with hand.writer() as writer:
        writer.checkpoint()
        with pytest.raises(MissingContent):
            stamps.take_foreign_token(writer, "other", foreign, now=NOW())


def test_without_an_authority_stamping_says_what_to_configure(hand):
    with hand.writer() as writer, pytest.raises(InvalidSetting, match="no timestamp authority"):
        stamp_case(writer, Settings(), world(hand))


def test_a_bundle_is_stamped_at_its_checkpoint_and_at_its_seal(rich_case, tmp_path, served_tsa, tsa):
    hand = replace(rich_case.copy(tmp_path / "case"), clock=system_clock)
    settings = settings_for(served_tsa, "good", "broken")
    with hand.writer() as writer:
        written = bundle_case(writer, destination=tmp_path / "bundle", recipient="the court", environment=world(hand),
                              settings=settings)
    name = authorities(settings)[0].name
    cut = written.path / "custody" / "checkpoints" / f"{written.checkpoint_size:010d}"
    for stamped in (cut, written.path / "tagmanifest-sha256.txt"):
        token = stamped.with_name(f"{stamped.name}.{name}.tsr")
        verify_token(token.read_bytes(), stamped.read_bytes(), tsa.root)
    (sealed,) = [event.body for event in hand.case.events() if isinstance(event.body, Sealed)]
    assert sealed.tokens == written.seal_tokens
    assert [token.authority for token in sealed.tokens] == [name]


def test_names_of_authorities_are_file_names_and_differ():
    urls = ("https://freetsa.example/tsr", "http://tsa.example:8080/a", "http://tsa.example:8080/b",
            f"https://{'long.' * 20}example/")
    found = authorities(replace(Settings(), tsa=urls))
    assert [one.url for one in found] == list(urls)
    assert len({one.name for one in found}) == len(urls)
    assert all(stamps.AUTHORITY_NAME.fullmatch(one.name) for one in found)
    assert found[0].name == "freetsa-example"


def test_what_stands_behind_a_token_is_kept_while_it_can_be_had_and_goes_into_the_bundle(rich_case, tmp_path, tsa):
    hand = replace(rich_case.copy(tmp_path / "case"), clock=system_clock)     # tokens are of now
    tsa.certificate("listed", "listed")
    crl = tsa.revocations()
    way = Serving(lambda query: tsa.reply(query, signer="listed"), {"http://crl.example/tsa.crl": crl})
    settings = Settings(tsa=("http://tsa.example/",))
    with hand.writer() as writer:
        first = stamp_case(writer, settings, world(hand), way=way)
        writer.append(Note(item=None, text="later that day"))
        stamp_case(writer, settings, world(hand), way=way)
        bundle_case(writer, destination=tmp_path / "bundle", recipient="", environment=world(hand))
    assert way.fetched[0] == "http://crl.example/tsa.crl"
    assert "ldap://crl.example/tsa" not in way.fetched
    kept = {path.suffix: path for path in (hand.case.layout.custody / "tsa" / "tsa-example").iterdir()}
    assert kept[".crl"].read_bytes() == crl
    assert set(stamps.token_of(hand.case, first.stamped[0]).certificates) == {
        certificate.public_bytes(Encoding.DER) for certificate in load_pem_x509_certificates(kept[".pem"].read_bytes())}
    for path in kept.values():
        assert (tmp_path / "bundle" / "custody" / "tsa" / "tsa-example" / path.name).read_bytes() == path.read_bytes()
    assert verify_bundle(tmp_path / "bundle").failures == ()


@pytest.mark.parametrize("served", [{}, {"http://crl.example/tsa.crl": b"<p>not a list</p>"}])
def test_a_list_that_cannot_be_had_costs_nothing_but_itself(hand, tsa, served):
    tsa.certificate("listed", "listed")
    way = Serving(lambda query: tsa.reply(query, signer="listed"), served)
    with hand.writer() as writer:
        done = stamp_case(writer, Settings(tsa=("http://tsa.example/",)), world(hand), way=way)
    assert done.has_proof
    assert not list((hand.case.layout.custody / "tsa").rglob("*.crl"))


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_token_that_contradicts_the_ledgers_times_is_not_taken_and_the_query_waits(new_case, tsa, minutes):
    """It would fail every verification from then on: the clock is set, or another authority asked, first."""
    hand = replace(new_case(), clock=lambda: system_clock() + timedelta(minutes=minutes))
    way = Serving(tsa.reply, {})
    with hand.writer() as writer:
        writer.append(Note(item=None, text="by a clock that is wrong"))
        done = stamp_case(writer, Settings(tsa=("http://tsa.example/",)), world(hand), way=way)
    assert not done.has_proof
    assert done.waiting == 1
    assert ("this computer's clock says" if minutes < 0 else "before event 2") in done.failures[0].reason
    assert not list(hand.case.layout.checkpoints.glob("*.tsr"))


def test_a_seal_is_not_stamped_by_an_authority_whose_clock_is_wrong(rich_case, tmp_path, tsa):
    hand = rich_case.copy(tmp_path / "case")                # its clock stands in another year
    with hand.writer() as writer:
        written = bundle_case(writer, destination=tmp_path / "bundle", recipient="", environment=world(hand))
    way = Serving(tsa.reply, {})
    done = stamp_seal(written.path, Settings(tsa=("http://tsa.example/",)), world(hand), way=way)
    assert done.tokens == ()
    assert "this computer's clock says" in done.failures[0].reason
    assert not list(written.path.glob("*.tsr"))


def test_a_stamped_case_and_its_bundle_pass_verification(hand, tmp_path, served_tsa, tsa):
    settings = settings_for(served_tsa, "good", "chained")
    with hand.writer() as writer:
        stamp_case(writer, settings, world(hand))
        bundle_case(writer, destination=tmp_path / "bundle", recipient="", environment=world(hand), settings=settings)
    assert verify_bundle(tmp_path / "bundle", tsa_roots=tsa.root).failures == ()
    assert verify_case(hand.root, tsa_roots=tsa.root).failures == ()
