"""A recorder and a capturer for one run over a case, from settings.

1. The recorder's CA certificate is kept in the case before the first request; its key never leaves memory.
2. Spools that a killed run left behind become records (`WARC-Truncated: unspecified`) before anything new is captured.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from archiver.browser.program import NEVER, find_browser, why_none
from archiver.browser.service import BrowserService
from archiver.capture.engine import Capturer
from archiver.capture.robots import RobotsFiles, RobotsPolicy
from archiver.capture.task import CaptureSettings
from archiver.citations import normalise_url
from archiver.clients.politeness import HostGate
from archiver.clients.ytdlp import find_ffmpeg
from archiver.identity import Identity
from archiver.recorder import (
    Allowance,
    EgressPolicy,
    Recorder,
    RecorderLimits,
    Resolver,
    SystemResolver,
    UpstreamProxy,
    UpstreamTrust,
    recover_spool,
)
from archiver.verdicts.rules import default_rules
from evidence_store.atomic import write_once
from evidence_store.case import Case
from evidence_store.clock import Clock, RandomBytes
from evidence_store.events import Captured, Note
from evidence_store.records import Capture, CaptureId, Circumstances, Exchange, RecordId, Verdict
from evidence_store.warc.writer import WarcWriter
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.circumstances import software, tool
from muniment.flows.repeats import EarlierPayloads

DEFAULT_USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # sites refuse unknown names
)

UNKNOWN_PROFILE = "a profile, which one is not known: the run was killed"
CREDENTIALS_KEPT = "what proves {} to servers is not masked in what is recorded from here on (keep_credentials)"


def user_agent(settings: Settings) -> str:
    """What servers are told."""
    return settings.user_agent or DEFAULT_USER_AGENT


def browser_words(settings: Settings) -> str:
    """What shows pages, or why nothing does."""
    if find_browser(settings.browser) and settings.direct_browser:
        return ("pages are opened in Chromium, which connects ITSELF: recorded is what it tells, decoded, not the "
                "bytes of the wire")
    if find_browser(settings.browser):
        return "pages are opened in Chromium: scripts run, tracking refused where that is offered, screenshots taken"
    return f"pages are kept as sent, what scripts draw is not captured: {why_none(settings.browser)}"


def robots_words(settings: Settings) -> str:
    """What is done about robots.txt."""
    return {
        "record": "robots.txt of each site is recorded, not obeyed",
        "obey": "robots.txt of each site is obeyed: what it disallows is not captured",
        "off": "robots.txt is not asked for",
    }[settings.robots]


def lacks_browser(settings: Settings) -> bool:
    """Pages cannot be rendered here, though nobody switched that off."""
    return settings.browser != NEVER and not find_browser(settings.browser)


def proxy_words(settings: Settings) -> str:
    """The upstream proxy without its password, "" where there is none."""
    return str(UpstreamProxy.parse(settings.proxy)) if settings.proxy else ""


@contextmanager
def capturing(
    writer: CaseWriter,
    settings: Settings,
    given: Circumstances,
    *,
    clock: Clock,
    random: RandomBytes,
    resolver: Resolver | None = None,
    identity: Identity | None = None,
) -> Iterator[Capturer]:
    """Run the recorder for the case; yields what captures through it."""
    layout = writer.case.layout
    program = find_browser(settings.browser)
    warc = writer.warc(software=(*software(), *((tool("playwright"),) if program else ())))
    _recover(writer, warc, given, clock)
    with (
        closing(warc),
        Recorder(
            warc=warc,
            spool=layout.spool,
            policy=_policy(settings),
            resolver=resolver or SystemResolver(),
            limits=RecorderLimits(max_bytes=settings.max_bytes, idle_seconds=settings.timeout),
            trust=UpstreamTrust(ca_files=(settings.ca_file,) if settings.ca_file else ()),
            upstream=UpstreamProxy.parse(settings.proxy) if settings.proxy else None,
            clock=clock,
            random=random,
            known=None if settings.revisits == "off"
            else EarlierPayloads(writer.case, within_run=settings.revisits == "all"),
        ) as recorder,
        TemporaryDirectory(prefix="muniment-") as scratch,
        ExitStack() as stack,
    ):
        _keep_ca(layout.authorities, recorder.ca_pem)
        _tell_of_kept_credentials(writer, identity)
        yield Capturer(
            recorder=recorder,
            rules=default_rules(),
            scratch=Path(scratch),
            ffmpeg=find_ffmpeg(),
            ytdlp_version=tool("yt-dlp").version,
            settings=_capture_settings(settings),
            gate=HostGate(spacing=settings.per_host_delay, monotonic=time.monotonic, sleep=time.sleep),
            clock=clock,
            random=random,
            sleep=time.sleep,
            warc=warc,
            identity=identity,
            robots=RobotsFiles(policy=RobotsPolicy(settings.robots), user_agent=user_agent(settings)),
            content=partial(writer.case.open_content, decoded=True),
            browser=stack.enter_context(_browser(program, recorder, settings, clock)) if program else None,
        )


def _browser(program: str, recorder: Recorder, settings: Settings, clock: Clock) -> BrowserService:
    roots = settings.ca_file.read_bytes() if settings.ca_file and settings.direct_browser else b""
    return BrowserService(program=program, port=recorder.port, ca_pem=recorder.ca_pem, clock=clock,
                          user_agent=settings.user_agent, roots=roots)


def _capture_settings(settings: Settings) -> CaptureSettings:
    return CaptureSettings(
        user_agent=user_agent(settings), timeout=settings.timeout, max_bytes=settings.max_bytes,
        country=settings.country or "country not said", direct_browser=settings.direct_browser,
        way=f", via proxy {proxy_words(settings)}" if settings.proxy else "",
    )


def _tell_of_kept_credentials(writer: CaseWriter, identity: Identity | None) -> None:
    if identity is not None and not identity.is_masked:
        writer.append(Note(item=None, text=CREDENTIALS_KEPT.format(identity.words)))


def _policy(settings: Settings) -> EgressPolicy:
    return EgressPolicy(
        allow_private=settings.allow_private, allow=tuple(Allowance.parse(text) for text in settings.allow)
    )


def _keep_ca(folder: Path, pem: bytes) -> None:
    """Each run has its own certificate, so the name is new."""
    write_once(folder / f"{sha256(pem).hexdigest()[:16]}.pem", pem)


def _recover(writer: CaseWriter, warc: WarcWriter, given: Circumstances, clock: Clock) -> None:
    """Give what an interrupted run left in the spool its records, and a capture event each."""
    found = recover_spool(writer.case.layout.spool, warc, is_recorded=partial(_is_recorded, writer.case), clock=clock)
    captures: dict[CaptureId, list[Exchange]] = {}
    for left in found.recovered:
        captures.setdefault(left.capture, []).append(left.exchange)
    for capture, exchanges in captures.items():
        masked = any(left.masked for left in found.recovered if left.capture == capture)
        around = replace(given, identity=UNKNOWN_PROFILE) if masked else given
        writer.append(Captured(capture=_interrupted(capture, exchanges), circumstances=around))


def _is_recorded(case: Case, record: RecordId) -> bool:
    return case.catalogue.record(record) is not None


def _interrupted(capture: CaptureId, exchanges: list[Exchange]) -> Capture:
    first, last = exchanges[0], exchanges[-1]
    return Capture(
        id=capture,
        url=first.url,
        identity=normalise_url(first.url),
        final_url=last.url,
        started_at=first.started_at,
        ended_at=last.ended_at,
        client="",
        verdict=Verdict.TRUNCATED,
        reasons=("the run was ended before the capture was; what had arrived was kept",),
        against="",
        sent=None,
        recorded=len(exchanges),
        exchanges=tuple(exchanges),
    )
