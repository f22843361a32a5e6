"""What the parts of an item's screen say. Pure: lines out of what was gathered; captured text is made safe here."""

from collections.abc import Iterator, Mapping

from evidence_store.canonical import JsonValue
from evidence_store.catalogue.model import FindingEntry
from evidence_store.findings import Bearing, Outcome
from evidence_store.posts import Post, PostState
from evidence_store.records import Capture, Exchange, WarcRef
from evidence_store.visible import shortened, visible
from muniment.flows.item_view import ItemView
from muniment.flows.post_view import short
from muniment.flows.wording import BAD, GOOD, NONE, OPEN, outcome_words, size, verdict_words
from tui.pictures.shield import warnings_of
from tui.widgets.lines import Fact, Line, fact

METADATA = ("metadata.exif", "metadata.container", "metadata.document")
READERS = ("metadata.readers", "metadata.blocks")
MAX_TAGS = 60             # of one reader that are listed
MAX_VALUE = 160
MAX_EXCHANGES = 200       # of one capture that are listed
MAX_POSTS = 20            # of one item that are listed
STATE_WIDTH = 18          # cells of an outcome and its sign
WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASS, Outcome.NOT_APPLICABLE)
_BEARINGS = {Bearing.SUPPORTS: f"{GOOD} supports", Bearing.CONTRADICTS: f"{BAD} contradicts",
             Bearing.SILENT: f"{NONE} silent"}


def about_words(view: ItemView) -> str:
    """`ITEM-0003  photo  ✓ complete   checks: ✗ 1 fail, ✓ 9 pass`: what is seen above every part."""
    item, entry = view.entry.item, view.entry
    counts = {outcome: sum(one.finding.outcome is outcome for one in view.findings) for outcome in WORST_FIRST}
    named = [f"{outcome_words(outcome)[0]} {count} {outcome.replace('_', ' ')}" for outcome, count in counts.items()
             if count and outcome is not Outcome.NOT_APPLICABLE]
    checks = ", ".join(named) or f"{OPEN} none yet (K runs them)"
    came = verdict_words(entry.verdict) if entry.capture else "→ imported"
    return f"{item.id}  {item.kind}  {came}   checks: {checks}"


def warning_words(tags: tuple[str, ...]) -> str:
    """The warning labels among the tags, in one line; empty where there is none."""
    warnings = warnings_of(tags)
    return visible(f"⚠ WARNING: {', '.join(warnings)}") if warnings else ""


def record_lines(view: ItemView) -> Iterator[Line]:
    """What the item is, what it says where it is a post, and where its bytes are."""
    item = view.entry.item
    for post in view.posts[:MAX_POSTS]:
        yield from post_lines(post)
        yield ""
    if len(view.posts) > MAX_POSTS:
        yield f"\u2026 {len(view.posts) - MAX_POSTS} more posts: muniment show --json"
    yield from fact("SHA-256", item.sha256)
    yield from fact("bytes", f"{item.length:,} ({size(item.length)})")
    yield from fact("type", item.media_type)
    yield from fact("obtained", f"{item.obtained_at:%Y-%m-%d %H:%M:%S} UTC")
    if item.truncated:
        yield from fact("truncated", item.truncated)
    if item.encoded:
        yield from fact("encoded", "the content coding could not be undone: hash and length are of the body as sent")
    if item.decoded_by:
        yield from fact("decoded by", f"{item.decoded_by}, which connected itself: not the bytes of the wire")
    if item.same_bytes_as:
        yield from fact("same bytes", f"as {item.same_bytes_as}")
    yield from fact("name", item.name)
    yield from fact("URL", item.url)
    if view.tags:
        yield from fact("tags", ", ".join(view.tags))
    yield ""
    yield from source_lines(view)


def post_lines(post: Post) -> Iterator[Line]:
    """What a platform says of a post; its words in Latin letters, too."""
    who = f"{post.author} (@{post.handle})" if post.handle else post.author or f"{OPEN} author not found"
    yield from fact(post.platform, f"{who}, {post.time or 'time not found'}")
    for name, words in (("title", post.title), ("text", post.text)):
        if words:
            is_cut = post.text_is_cut and name == "text"
            yield from fact(name, f"{short(words)}{' (cut by the source)' if is_cut else ''}")
    for medium in post.media:
        yield from fact(medium.kind.value, " ".join(filter(None, (
            medium.description, medium.url or "(withheld: the platform names it and does not show it)"))))
    for other in post.related:
        by = other.author or (f"@{other.handle}" if other.handle else other.id or other.url)
        yield from fact(other.relation.value, f"{by}: {short(other.unavailable or other.text) or other.url}")
    if post.state is not PostState.NOT_SAID:
        yield from fact(post.state.value, f"{post.state_words}{f', {post.edited_at}' if post.edited_at else ''}")
    if post.platform != "web" and post.missing:
        yield from fact("not found", ", ".join(one.value for one in post.missing))


def source_lines(view: ItemView) -> Iterator[Line]:
    """Where its bytes are."""
    source = view.entry.item.source
    if not isinstance(source, WarcRef):
        yield from fact("blob", source.sha256)
        return
    yield from fact("WARC record", source.record)
    yield from fact("block SHA-256", source.sha256)
    if view.record is None:
        yield from fact("file", f"{BAD} not found in the case's WARC files: restore them from a copy")
    else:
        yield from fact("file", f"{view.record.file} at byte {view.record.offset:,}")
    for entry in view.derivatives:
        made = entry.derivative
        yield from fact("derivative", f"{made.kind}  {made.media_type}  {made.content.sha256}")


def finding_lines(view: ItemView) -> Iterator[Line]:
    """What the checks found, worst first."""
    for entry in sorted(view.findings, key=lambda one: (WORST_FIRST.index(one.finding.outcome), one.seq)):
        yield from _finding(entry)
    if not view.findings:
        yield f"{OPEN} nothing was checked yet: K runs the checks"


def _finding(entry: FindingEntry) -> Iterator[Line]:
    finding = entry.finding
    bearing = f"   {_BEARINGS[finding.bearing]}" if finding.bearing else ""
    yield Fact(name=outcome_words(finding.outcome), text=visible(finding.summary), width=STATE_WIDTH)
    tools = "".join(f", {tool.name} {tool.version}" for tool in finding.tools)
    yield Fact(text=visible(f"{finding.check}, line {entry.seq}{tools}") + bearing, width=STATE_WIDTH, muted=True)


def metadata_lines(view: ItemView) -> Iterator[Line]:
    """The normalised fields, by reader, disagreements marked; then every tag as each reader gives it."""
    found = {entry.finding.check: entry.finding for entry in view.findings}
    details = next((found[check].details for check in METADATA if check in found), None)
    if details is None:
        yield f"{OPEN} metadata was not read yet: K runs the checks" if not view.findings else \
            f"{NONE} no reader for this kind of file"
        return
    readers = {name: reader for name, reader in _mapping(details.get("readers")).items() if isinstance(reader, Mapping)}
    fields = sorted({field for reader in readers.values() for field in _mapping(reader.get("normalised"))})
    for field in fields:
        values = {name: str(_mapping(reader.get("normalised"))[field]) for name, reader in readers.items()
                  if field in _mapping(reader.get("normalised"))}
        agree = len(set(values.values())) == 1
        one = shortened(next(iter(values.values())), MAX_VALUE)
        said = f"{one}   ({', '.join(values)})" if agree else "readers differ"
        yield Fact(name=f"{GOOD if agree else OPEN} {field}", text=said, width=STATE_WIDTH)
        if not agree:
            yield from (Fact(name=f"    {visible(name)}", text=shortened(value, MAX_VALUE), width=STATE_WIDTH)
                        for name, value in values.items())
    if not fields:
        yield f"{NONE} " + visible(next(found[check].summary for check in METADATA if check in found))
    for check in READERS:
        if check in found:
            yield Fact(name=outcome_words(found[check].outcome), text=visible(found[check].summary), width=STATE_WIDTH)
    for name, reader in readers.items():
        yield from _tags(name, reader)


def _tags(name: str, reader: Mapping[str, JsonValue]) -> Iterator[Line]:
    tags = _mapping(reader.get("tags"))
    yield ""
    yield f"{visible(name)} {visible(str(reader.get('version', '')))}: {len(tags)} tags"
    for tag, value in list(tags.items())[:MAX_TAGS]:
        yield Fact(name=f"    {shortened(tag, 28)}", text=shortened(str(value), MAX_VALUE), width=34, muted=True)
    if len(tags) > MAX_TAGS:
        yield f"    \u2026 {len(tags) - MAX_TAGS} more: muniment show --json"


def capture_lines(captures: tuple[Capture, ...]) -> Iterator[Line]:
    """Every attempt at the URL, its verdict and why, and what went over the wire."""
    if not captures:
        yield f"{NONE} imported: nothing was captured"
    for capture in captures:
        began = f"{capture.started_at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"{verdict_words(capture.verdict)}   {began}, {visible(capture.client)}"
        yield from (f"    {visible(reason)}" for reason in capture.reasons)
        if capture.against:
            yield f"    judged against: {visible(capture.against)}"
        sent = "not countable" if capture.sent is None else str(capture.sent)
        yield f"    {sent} sent, {capture.recorded} recorded"
        yield from (f"    {BAD} sent but not recorded: {visible(one)}" for one in capture.unrecorded)
        yield from (f"    {NONE} refused: {visible(one)}" for one in capture.refused)
        for exchange in capture.exchanges[:MAX_EXCHANGES]:
            yield from exchange_lines(exchange)
        if len(capture.exchanges) > MAX_EXCHANGES:
            yield f"    \u2026 {len(capture.exchanges) - MAX_EXCHANGES} more exchanges"
        yield ""


def exchange_lines(exchange: Exchange) -> Iterator[Line]:
    """One request and its answer."""
    status = str(exchange.status) if exchange.status is not None else "no answer"
    cut = f", cut short: {exchange.truncated}" if exchange.truncated else ""
    tls = {"verified": f"{GOOD} {exchange.peer.tls_version}", "unverified": f"{BAD} certificate not verified",
           "not_used": f"{NONE} plain HTTP"}[exchange.peer.tls]
    yield f"    {exchange.method} {status} {size(exchange.payload_length)}{cut}  {exchange.peer.address}  {tls}"
    yield f"        {visible(exchange.url)}"


def timeline_lines(view: ItemView) -> Iterator[Line]:
    """What was stated about its time, by whom, earliest first; what contradicts stands first."""
    found = [entry.finding for entry in view.findings if entry.finding.check.startswith("time.")]
    for finding in found:
        yield Fact(name=outcome_words(finding.outcome), text=visible(finding.summary), width=STATE_WIDTH)
        for contradiction in _sequence(finding.details.get("contradictions")):
            yield f"    {BAD} {visible(str(contradiction))}"
        marks = [mark for mark in _sequence(finding.details.get("marks")) if isinstance(mark, Mapping)]
        for mark in sorted(marks, key=lambda one: str(one.get("earliest", ""))):
            yield Fact(name=f"    {visible(str(mark.get('earliest', '')))[:19]}", width=26,
                       text=visible(f"{mark.get('kind', '')}: {mark.get('source', '')}: {mark.get('stated', '')}"))
    if not found:
        yield f"{OPEN} no times were compared yet: K runs the checks"


def custody_lines(view: ItemView) -> Iterator[Line]:
    """What happened to it, by whom."""
    for index, event in enumerate(view.events):
        words = view.said[index] if index < len(view.said) else ""
        yield f"{event.seq:>8,}  {event.time:%Y-%m-%d %H:%M:%S}  {visible(event.kind):<12} {visible(words)}"
    for key in dict.fromkeys(event.key for event in view.events):
        yield f"{'':>8}  signed with {key}"


def claim_lines(view: ItemView) -> Iterator[Line]:
    """What people say and conclude of it."""
    relations = {"supports": GOOD, "contradicts": BAD, "mentions": NONE}
    for entry in view.links:
        yield f"{relations[entry.link.relation]} {entry.link.relation} {entry.link.claim}  {visible(entry.link.reason)}"
    for claim in view.claims:
        yield f"{NONE} {claim.id} ({claim.action}) rests on a passage in it"
        yield from fact("    passage", claim.claim.passage)
    for said in view.assessments:
        over = f" (superseded by line {said.superseded_by})" if said.superseded_by is not None else ""
        body = said.assessment
        yield f"{NONE} {body.question}: {visible(body.answer)}, confidence {body.confidence}, line {said.seq}{over}"
        if body.reasoning:
            yield from fact("    because", body.reasoning)
        yield from (f"    {one.review.judgement}: {visible(one.review.text)}" for one in said.reviews)
    for kept in view.translations:
        yield from fact(f"in {kept.translation.language}", f"{kept.translation.text} ({kept.translation.translator})")
    for told in view.elsewhere:
        who = f"{told.kind} by {visible(told.principal or told.by)} in another case, {told.at:%Y-%m-%d %H:%M}"
        yield from fact(f"{NONE} elsewhere", f"{who}: {told.text}")
    if not (view.links or view.claims or view.assessments or view.translations or view.elsewhere):
        yield f"{NONE} nobody said anything of it yet: L links it to a claim, A says what you conclude"


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _sequence(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
