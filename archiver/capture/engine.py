"""Capture one URL: fetch, follow what it shows, and judge.

1. Every byte goes through one channel of the recorder; when the channel is closed, its exchanges are in the WARC.
2. The main document comes first; walls and errors end the capture there, with the page kept. Where there is a browser
   it shows the page; what it cannot show, and files, are fetched plainly.
3. Sent and recorded are compared as multisets; a request that was not recorded makes the capture `partial`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

from archiver.browser.service import BrowserService
from archiver.browser.visit import Visit
from archiver.capture import rendered
from archiver.capture.direct import DirectWriter
from archiver.capture.drafts import best_exchange, draft
from archiver.capture.observe import observe, part_of
from archiver.capture.resources import PageResources, Resource, fetch_resources, is_html, is_manifest
from archiver.capture.robots import RobotsFiles, RobotsPolicy
from archiver.capture.streams import Stream, stream_drafts
from archiver.capture.task import CaptureResult, CaptureSettings, CaptureTask, DerivativeDraft, ItemDraft
from archiver.capture.told import (
    ReadContent,
    beside,
    joined,
    may_play,
    no_content,
    read_told,
    told_beside,
    wanted_media,
    with_told,
)
from archiver.citations import normalise_url
from archiver.clients.fetch import RETRIED_STATUS, FetchClient, Fetched
from archiver.clients.politeness import HostGate
from archiver.clients.sent import SentRequest, sent_request, settled, unrecorded, unreported
from archiver.clients.ytdlp import VideoClient
from archiver.errors import BrowserFailed
from archiver.identity import Identity
from archiver.identity.model import NOBODY
from archiver.posts.addresses import post_key
from archiver.recorder import CaptureChannel, Recorder, Recording
from archiver.verdicts.contained import contains_cited
from archiver.verdicts.judge import Expectation, Judgement, Part, judge
from archiver.verdicts.page import PageView, view_page
from archiver.verdicts.rules import Rules
from archiver.verdicts.vantage import NOT_SIGNED_IN, vantage_words
from evidence_store.clock import Clock, RandomBytes
from evidence_store.posts import Post
from evidence_store.records import CaptureId, CitationKind, Exchange, ItemKind, Verdict, View
from evidence_store.warc.writer import WarcWriter

MAX_NAMED = 5  # requests named one by one in a reason
VIDEO_PLATFORMS = frozenset(
    {
        "youtube.com",
        "youtu.be",
        "vimeo.com",
        "dailymotion.com",
        "tiktok.com",
        "rutube.ru",
        "vk.com",
        "odysee.com",
        "bitchute.com",
        "rumble.com",
        "twitch.tv",
        "facebook.com",
        "instagram.com",
        "x.com",
        "twitter.com",
    }
)


@dataclass(slots=True, kw_only=True)
class _Work:
    """What a capture gathers on its way."""

    main: Fetched
    page: PageView | None = None
    gathered: PageResources | None = None
    streams: tuple[Stream, ...] = ()
    fetchers: tuple[FetchClient, ...] = ()
    visit: Visit | None = None  # the browser's
    is_rendered: bool = False  # `page` is what the browser showed
    is_missing_bodies: bool = False  # that a browser which connected itself did not hand over
    is_disallowed: bool = False  # by robots.txt, which is obeyed
    notes: tuple[str, ...] = ()

    def sent(self, exchanges: tuple[Exchange, ...]) -> list[SentRequest]:
        """What all clients say they sent."""
        found = [request for fetcher in self.fetchers for request in fetcher.sent]
        found += [request for stream in self.streams for request in stream.result.sent]
        if self.visit is not None:
            found += self.visit.network.sent()
            found += settled(self.visit.network.unsure(), found, exchanges)
        return found

    @property
    def clients(self) -> str:
        """Who asked."""
        names = [self.visit.version] if self.visit is not None else []
        return ", ".join([*names, "requests", *(["yt-dlp"] if self.streams else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Capturer:
    """Captures URLs through one recorder; safe to use from several threads at once."""

    recorder: Recorder
    settings: CaptureSettings
    rules: Rules
    gate: HostGate
    scratch: Path  # folder for what yt-dlp leaves, emptied by the caller
    ffmpeg: str
    ytdlp_version: str
    clock: Clock
    random: RandomBytes
    sleep: Callable[[float], None]
    warc: WarcWriter  # where the recorder writes; a browser's views go there too
    browser: BrowserService | None = None  # None: pages are fetched plainly
    robots: RobotsFiles = field(default_factory=lambda: RobotsFiles(policy=RobotsPolicy.OFF, user_agent=""))
    identity: Identity | None = None  # None: nobody's
    content: ReadContent = no_content  # the decoded content of a record that was written

    def capture(self, task: CaptureTask, *, cancelled: Callable[[], bool] = lambda: False) -> CaptureResult:
        """Capture one URL; failures are verdicts."""
        started = self.clock()
        channel = self._open(CaptureId(self.random(8).hex()))
        client = self._client(channel, cancelled)
        try:
            work = self._fetch_allowed(task, client, channel, cancelled)
            self._fetch_beside(task, work, client, cancelled)
        finally:
            client.close()
            recording = channel.close()
        work.fetchers = (client,)
        recording = self._with_direct(work, recording)
        views: tuple[View, ...] = ()
        if work.visit is not None and work.is_rendered:
            exchanges = rendered.write_sockets(work.visit, recording.exchanges, self.warc, self.identity)
            views, exchanges = rendered.write_views(work.visit, work.main.final_url, exchanges, self.warc)
            recording = replace(recording, exchanges=exchanges)
        posts = read_told(task.url, recording.exchanges, views, self.content)
        wanted = wanted_media(task.url, posts, recording.exchanges)
        playing = (task.url,) if _tells_of_posts(task.url) and may_play(task.url, posts) and _answered(work) else ()
        recording = self._fetch_told(wanted, playing, work, recording, cancelled)
        sent = work.sent(recording.exchanges)
        missing = unrecorded(_countable(sent, recording), recording.exchanges)
        work.notes += _unreported(sent, recording) if work.visit is not None else ()
        judgement = self._judge(
            task, work, recording, missing, interrupted=cancelled(), asked_after=client.ask_again_after, posts=posts
        )
        drafts, derivatives = self._drafts(task, work, recording.exchanges)
        return CaptureResult(
            id=channel.capture,
            task=task,
            final_url=work.main.final_url,
            started_at=started,
            ended_at=self.clock(),
            client=work.clients,
            judgement=judgement,
            sent=len(sent),
            exchanges=recording.exchanges,
            posts=posts,
            identity=self._shown(recording.exchanges),
            unrecorded=missing,
            refused=recording.refused,
            drafts=drafts,
            derivatives=derivatives,
            failures=tuple(failure.record for failure in recording.failures if failure.record is not None),
            views=views,
            interactions=rendered.listed(work.visit, recording.unauthenticated) if work.visit is not None else (),
            ask_again_after=client.ask_again_after if work.main.status in RETRIED_STATUS else None,
        )

    def _fetch_allowed(
        self, task: CaptureTask, client: FetchClient, channel: CaptureChannel, cancelled: Callable[[], bool]
    ) -> _Work:
        """The page, and what its origin asks of crawlers: first where that is obeyed, else beside it."""
        if self.robots.policy is RobotsPolicy.OBEY:
            self.robots.ask(task.url, client)
            if self.robots.disallows(task.url):
                return _Work(main=_not_asked(task.url), is_disallowed=True)
        work = self._fetch(task, client, channel, cancelled)
        if work.main.status is not None and not cancelled():
            self.robots.ask(work.main.final_url, client)
            if self.robots.disallows(work.main.final_url):
                work.notes += ("robots.txt asks crawlers not to fetch this address: recorded, not obeyed",)
        return work

    def _with_direct(self, work: _Work, recording: Recording) -> Recording:
        """The recording with what a browser told that connected itself."""
        if work.visit is None or work.visit.direct is None:
            return recording
        written = DirectWriter(warc=self.warc, capture=recording.capture, told_by=work.visit.version,
                               tunnels=recording.tunnels, identity=self.identity).write(work.visit.direct)
        work.notes += written.reasons
        work.is_missing_bodies = not written.is_whole
        exchanges = sorted((*recording.exchanges, *written.exchanges), key=lambda one: one.started_at)
        return replace(recording, exchanges=tuple(exchanges))

    def _client(self, channel: CaptureChannel, cancelled: Callable[[], bool]) -> FetchClient:
        return FetchClient(
            proxy_url=channel.proxy_url,
            ca_file=str(channel.ca_file),
            user_agent=self.settings.user_agent,
            gate=self.gate,
            timeout=self.settings.timeout,
            sleep=self.sleep,
            cancelled=cancelled,
            identity=self.identity,
        )

    def _open(self, capture: CaptureId) -> CaptureChannel:
        masked = self.identity is not None and self.identity.is_masked
        return self.recorder.open_capture(capture, identity=self.identity is not None, redact=masked,
                                          direct=self.settings.direct_browser)

    def _shown(self, exchanges: tuple[Exchange, ...]) -> str:
        """Which identity the servers of these exchanges were told of."""
        told = self.identity is not None and any(self.identity.is_known_to(one.url) for one in exchanges)
        return self.identity.words if self.identity is not None and told else NOBODY

    def _vantage(self, exchanges: tuple[Exchange, ...]) -> str:
        shown = self._shown(exchanges)
        signed = NOT_SIGNED_IN if shown == NOBODY else f"signed in as {shown}"
        return f"{self.settings.country}, {signed}{self.settings.way}"

    def _fetch_beside(
        self, task: CaptureTask, work: _Work, client: FetchClient, cancelled: Callable[[], bool]
    ) -> None:
        """Ask the platform of a post where it shows it to anybody."""
        for url in beside(task.url) if work.main.status is not None else ():
            if cancelled():
                return
            fetched = client.fetch(url, polite=True)
            if fetched.status is None:
                work.notes += (f"{urlsplit(url).hostname} gave no answer about the post: {fetched.failure}",)

    def _fetch_told(
        self,
        wanted: tuple[str, ...],
        playing: tuple[str, ...],
        work: _Work,
        recording: Recording,
        cancelled: Callable[[], bool],
    ) -> Recording:
        """Fetch the media that posts name, and what may play in them, as further exchanges of the same capture."""
        if not (wanted or playing) or cancelled():
            return recording
        gathered = work.gathered = work.gathered or PageResources()
        channel = self._open(recording.capture)
        client = self._client(channel, cancelled)
        try:
            for url in (one for one in wanted if not is_manifest(one, "")):
                if cancelled() or len(gathered.resources) >= self.settings.max_requisites:
                    gathered.cut += 1
                    continue
                fetched = client.fetch(url, referer=work.main.final_url)
                gathered.resources.append(Resource(fetched=fetched, is_content=True))
            known = {stream.url for stream in work.streams}
            playlists = [one for one in wanted if is_manifest(one, "") and one not in known] + list(playing)
            self._add_streams(work, playlists, channel, cancelled)
        finally:
            client.close()
            more = channel.close()
        work.fetchers += (client,)
        return joined(recording, more)

    def _fetch(
        self, task: CaptureTask, client: FetchClient, channel: CaptureChannel, cancelled: Callable[[], bool]
    ) -> _Work:
        """The page and what it shows: by the browser, else plainly."""
        visit: Visit | None = None
        notes: tuple[str, ...] = ()
        if self.browser is not None and rendered.is_for_browser(task.url, task.kind, embedded=task.embedded):
            self.gate.wait(urlsplit(task.url).hostname or "")
            try:
                visit = self.browser.visit(task.url, channel, identity=self.identity, cancelled=cancelled,
                    direct=self.settings.direct_browser)
            except BrowserFailed as error:
                notes = (f"not rendered: {error}",)
        if visit is not None and rendered.has_page(visit):
            return self._show(task, visit, client, channel, cancelled)
        work = self._fetch_plainly(task, client, channel, cancelled)
        if visit is not None and visit.direct is not None:
            notes += tuple(f"not rendered: {problem}" for problem in visit.problems[:MAX_NAMED])
        work.visit, work.notes = visit, notes
        return work

    def _show(
        self,
        task: CaptureTask,
        visit: Visit,
        client: FetchClient,
        channel: CaptureChannel,
        cancelled: Callable[[], bool],
    ) -> _Work:
        """What the browser showed, completed by what it did not load."""
        main = rendered.main_document(task.url, visit)
        work = _Work(main=main, visit=visit, is_rendered=True, notes=rendered.told(visit))
        work.page = rendered.rendered_view(visit)
        if main.is_whole and main.status is not None and main.status < 400:
            limit = self.settings.max_requisites
            work.gathered = rendered.gather(main, visit, client, limit=limit, cancelled=cancelled)
            self._add_streams(work, work.gathered.streams or self._platform_video(task, work), channel, cancelled)
        return work

    def _fetch_plainly(
        self, task: CaptureTask, client: FetchClient, channel: CaptureChannel, cancelled: Callable[[], bool]
    ) -> _Work:
        main = client.fetch(task.url, polite=True)
        work = _Work(main=main)
        if main.status is None:
            return work
        wanted: list[str] = []
        if is_html(main):
            work.page = view_page(main.body, main.encoding)
            if main.is_whole and main.status < 400:
                work.gathered = fetch_resources(main, client, limit=self.settings.max_requisites, cancelled=cancelled)
                wanted = work.gathered.streams or self._platform_video(task, work)
        elif is_manifest(main.final_url, main.media_type) and main.status < 400:
            wanted = [main.final_url]
        self._add_streams(work, wanted, channel, cancelled)
        return work

    def _add_streams(
        self, work: _Work, wanted: list[str], channel: CaptureChannel, cancelled: Callable[[], bool]
    ) -> None:
        if wanted and not cancelled():
            work.streams += tuple(self._stream(url, channel, cancelled) for url in dict.fromkeys(wanted))

    def _platform_video(self, task: CaptureTask, work: _Work) -> list[str]:
        """The page itself, where a video was cited or its platform is known to yt-dlp, and no file of it was found."""
        found = work.gathered is not None and any(
            resource.fetched.media_type.startswith("video/") for resource in work.gathered.resources
        )
        host = (urlsplit(work.main.final_url).hostname or "").removeprefix("www.").removeprefix("m.")
        platform = host in VIDEO_PLATFORMS
        later = _tells_of_posts(task.url)  # once it is known whether the post has a video at all
        return [] if found or later or not (platform or task.kind is CitationKind.VIDEO) else [work.main.final_url]

    def _stream(self, url: str, channel: CaptureChannel, cancelled: Callable[[], bool]) -> Stream:
        folder = Path(mkdtemp(dir=self.scratch, prefix="video-"))
        video = VideoClient(
            proxy_url=channel.proxy_url,
            ca_file=str(channel.ca_file),
            user_agent="",
            timeout=self.settings.timeout,
            time_limit=self.settings.video_time_limit,
            max_bytes=self.settings.max_bytes,
            ffmpeg=self.ffmpeg,
            cancelled=cancelled,
            identity=self.identity,
        )
        return Stream(url=url, result=video.download(url, folder))

    def _judge(
        self, task: CaptureTask, work: _Work, recording: Recording, missing: tuple[str, ...], *, interrupted: bool,
        asked_after: float | None, posts: tuple[Post, ...],
    ) -> Judgement:
        if work.is_disallowed:
            return Judgement(
                verdict=Verdict.REFUSED, reasons=("robots.txt disallows this address, and is obeyed here",)
            )
        gathered = work.gathered or PageResources()
        parts: list[Part] = [part_of(resource, recording.exchanges) for resource in gathered.resources]
        parts += [
            stream.part() for stream in work.streams if stream.result.supported or task.kind is CitationKind.VIDEO
        ]
        expected = {CitationKind.PHOTO, CitationKind.VIDEO, CitationKind.DOCUMENT, CitationKind.POST}
        kind = task.kind.value if task.kind in expected else ""
        seen = observe(task.url, work.main, told_beside(work.page, posts), recording, rendered=work.is_rendered)
        expectation = Expectation(kind=kind, quote=task.quote)
        given = judge(seen, parts, expectation, self.rules)
        given = replace(given, cited_content=contains_cited(seen, parts, expectation, posts))
        given = with_told(given, task.url, posts, self.rules)
        reasons = (*given.reasons, *vantage_words(given.verdict, self._vantage(recording.exchanges)), *work.notes)
        if asked_after is not None:
            reasons = (*reasons, f"the server asks not to be asked again for {asked_after:.0f} s")
        if gathered.cut:
            reasons = (
                *reasons,
                f"{gathered.cut} resources beyond the limit of {self.settings.max_requisites} were not fetched",
            )
        if missing:
            reasons = (*reasons, f"{len(missing)} requests were sent and not recorded")
        if interrupted:
            reasons = (*reasons, "interrupted")
        lacking = gathered.cut or missing or interrupted or work.is_missing_bodies
        lowered = given.verdict is Verdict.COMPLETE and lacking
        return replace(given, verdict=Verdict.PARTIAL if lowered else given.verdict, reasons=reasons)

    def _drafts(
        self, task: CaptureTask, work: _Work, exchanges: tuple[Exchange, ...]
    ) -> tuple[tuple[ItemDraft, ...], tuple[DerivativeDraft, ...]]:
        page = ItemKind.POST if task.kind is CitationKind.POST else ItemKind.PAGE
        drafts: dict[tuple[str, str], ItemDraft] = {}
        derivatives: list[DerivativeDraft] = []

        def add(item: ItemDraft | None) -> None:
            if item is not None and item.length > 0:
                drafts.setdefault((item.url, item.sha256), item)

        main = best_exchange(exchanges, work.main.final_url)
        if main is not None:
            add(draft(main, normalise_url(work.main.final_url), page=page))
        for resource in (work.gathered or PageResources()).resources:
            exchange = best_exchange(exchanges, resource.fetched.final_url) if resource.is_content else None
            if exchange is not None and exchange.status is not None and exchange.status < 300:
                add(draft(exchange, normalise_url(resource.fetched.final_url)))
        for stream in work.streams:
            items, made = stream_drafts(stream, exchanges, normalise_url(stream.url), self.ytdlp_version)
            for item in items:
                add(item)
            # a playlist that was asked for twice is one item: the one that is kept
            derivatives += [replace(one, of=drafts.get((one.of.url, one.of.sha256), one.of)) for one in made]
        return tuple(drafts.values()), tuple(derivatives)


def _not_asked(url: str) -> Fetched:
    return Fetched(url=url, final_url=url, status=None, media_type="", encoding=None, body=b"", length=0, cut=False)


def _tells_of_posts(url: str) -> bool:
    """A post of a platform that names its films where it tells of the post."""
    key = post_key(url)
    return key is not None and key.platform in {"x", "instagram", "facebook"}


def _answered(work: _Work) -> bool:
    return work.main.is_whole and work.main.status is not None and work.main.status < 400


def _countable(sent: list[SentRequest], recording: Recording) -> list[SentRequest]:
    """Requests that reached a server: what the recorder refused, or could not connect, has no exchange to find."""
    unsent = Counter(sent_request(failure.method, failure.url) for failure in recording.failures)
    unsent.update(sent_request(refusal.method, refusal.url) for refusal in recording.refusals)
    unmade = [failure.url for failure in recording.failures if failure.method == "CONNECT"]
    unmade += [refusal.url for refusal in recording.refusals if refusal.method == "CONNECT"]
    tunnels = {urlsplit(url).netloc for url in unmade}        # a browser's own, which did not come about
    return [one for one in (Counter(sent) - unsent).elements() if urlsplit(one.url).netloc not in tunnels]


def _unreported(sent: list[SentRequest], recording: Recording) -> tuple[str, ...]:
    """Recorded requests that no client says it sent: kept, and listed."""
    found = unreported(sent, recording.exchanges)
    named = ", ".join(found[:MAX_NAMED])
    return (f"{len(found)} recorded requests that no client reported: {named}",) if found else ()
