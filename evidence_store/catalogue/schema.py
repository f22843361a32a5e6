"""The catalogue's tables (SQLAlchemy Core), for SQLite and PostgreSQL alike.

1. Columns are what queries compare and sort by; the record itself stands in `record` as the JSON it has in a body.
2. Foreign keys tie rows of one event together, never one event to another: the ledger may name what it does not hold.
3. Positions are given by the database, ascending, and never change: nothing is deleted but records of a cut WARC.
4. Times are text in the ledger's form: they sort as they are.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

SCHEMA = 6                    # raised with every change here; a catalogue with another number is made anew

metadata = MetaData()

state = Table(
    "state", metadata,
    Column("schema", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),              # ledger lines taken in
    Column("line", Text, nullable=False),                 # SHA-256 of the last of them
    Column("last_item", Integer, nullable=False),
    Column("last_citation", Integer, nullable=False),
    Column("last_claim", Integer, nullable=False),
)

events = Table(
    "events", metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("key", Text, nullable=False),
    Index("events_kind", "kind", "seq"),
)

event_items = Table(
    "event_items", metadata,
    Column("item", Text, primary_key=True),
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Index("event_items_seq", "seq"),
)

keys = Table(
    "keys", metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("protection", Text, nullable=False),
    Column("enrolled_seq", ForeignKey("events.seq"), nullable=False),
    Column("revoked_seq", ForeignKey("events.seq")),
    Column("revoked_reason", Text, nullable=False, default=""),
)

captures = Table(
    "captures", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("series", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reasons", Text, nullable=False),              # JSON array
    Column("against", Text, nullable=False),
    Column("items", Integer, nullable=False),
    Column("citations", Text, nullable=False),            # JSON array
    Column("record", Text, nullable=False),
    Index("captures_series", "series", "seq"),
    Index("captures_verdict", "verdict"),
)

capture_citations = Table(
    "capture_citations", metadata,
    Column("citation", Text, primary_key=True),
    Column("seq", ForeignKey("events.seq"), primary_key=True),
)

items = Table(
    "items", metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("seq", ForeignKey("events.seq"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("capture", ForeignKey("captures.id")),
    Column("verdict", Text),
    Column("length", Integer, nullable=False),
    Column("obtained_at", Text, nullable=False),
    Column("search", Text, nullable=False),               # case-folded words
    Column("record", Text, nullable=False),
    Index("items_sha256", "sha256", "position"),
    Index("items_url", "url", "sha256"),
    Index("items_kind", "kind", "position"),
    Index("items_verdict", "verdict", "position"),
    Index("items_capture", "capture", "position"),
    Index("items_search", "search", "capture"),           # as citations_search
    Index("items_length", "length"),
    Index("items_obtained", "obtained_at"),
)

citations = Table(
    "citations", metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("article_url", Text, nullable=False),
    Column("article_item", Text),
    Column("first_seq", ForeignKey("events.seq"), nullable=False),
    Column("last_seq", ForeignKey("events.seq"), nullable=False),
    Column("place", Text, nullable=False),                # claimed, case-folded
    Column("search", Text, nullable=False),               # case-folded words
    Column("verdict", Text),                              # of the latest capture made for it
    Column("changed_seq", Integer, nullable=False),       # the last event that changed its state or its verdict
    Column("record", Text, nullable=False),
    Index("citations_platform", "platform"),
    Index("citations_article", "article_url", "position"),
    Index("citations_item", "article_item", "position"),
    Index("citations_changed", "article_item", "changed_seq"),
    Index("citations_counts", "kind", "action", "verdict", "article_url"),     # what came of all: this is read alone
    Index("citations_search", "search", "id"),            # words are looked for by walking through this, not the rows
)

findings = Table(
    "findings", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("item", Text, nullable=False),                 # "": of the case as a whole
    Column("check", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("latest", Integer, nullable=False),            # 1: no later finding of this check on this item
    Column("record", Text, nullable=False),
    Index("findings_item", "item", "check", "seq"),
    Index("findings_check", "check", "seq"),
    Index("findings_item_latest", "item", "latest", "seq"),
    # outcome first: nearly every finding is the latest of its check, so `latest` alone must lead nowhere
    Index("findings_outcome", "outcome", "latest", "item"),
)

derivatives = Table(
    "derivatives", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("item", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("record", Text, nullable=False),
    Index("derivatives_item", "item", "seq"),
)

claims = Table(
    "claims", metadata,
    Column("position", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("item", Text, nullable=False),                 # "": none
    Column("first_seq", ForeignKey("events.seq"), nullable=False),
    Column("last_seq", ForeignKey("events.seq"), nullable=False),
    Column("record", Text, nullable=False),
    Index("claims_item", "item", "position"),
)

links = Table(
    "links", metadata,
    Column("item", Text, primary_key=True),
    Column("claim", Text, primary_key=True),
    Column("seq", ForeignKey("events.seq"), nullable=False),   # the last word on the pair
    Column("record", Text, nullable=False),
    Index("links_claim", "claim", "seq"),
)

item_tags = Table(
    "item_tags", metadata,
    Column("item", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("seq", ForeignKey("events.seq"), nullable=False),
    Column("removed", Integer, nullable=False),           # 1: taken off
    Index("item_tags_tag", "tag", "item"),
)

assessments = Table(
    "assessments", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("item", Text, nullable=False),
    Column("supersedes", Integer),                        # seq of an assessment
    Column("record", Text, nullable=False),
    Index("assessments_item", "item", "seq"),
    Index("assessments_supersedes", "supersedes"),
)

reviews = Table(
    "reviews", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("assessment", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Index("reviews_assessment", "assessment", "seq"),
)

translations = Table(
    "translations", metadata,
    Column("seq", ForeignKey("events.seq"), primary_key=True),
    Column("item", Text, nullable=False),
    Column("record", Text, nullable=False),
    Index("translations_item", "item", "seq"),
)

records = Table(
    "records", metadata,
    Column("id", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("payload", Text, nullable=False, default=""),  # SHA-256, of responses that a revisit may refer to
    Column("entry", Text, nullable=False),                # everything else of the RecordEntry
    Index("records_place", "file", "offset", "length"),
    Index("records_payload", "payload"),
)

record_links = Table(
    "record_links", metadata,
    Column("named", Text, primary_key=True),
    Column("record", ForeignKey("records.id", ondelete="CASCADE"), primary_key=True),
    Index("record_links_record", "record"),
)

# The capture queue: working state, which making the catalogue anew leaves empty.
frontier_jobs = Table(
    "frontier_jobs", metadata,
    Column("position", Integer, primary_key=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("batch", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("leased_until", Text, nullable=False, default=""),   # "": nobody is at it
    Column("record", Text, nullable=False),
    Index("frontier_jobs_batch", "batch", "position"),
)

frontier_hosts = Table(
    "frontier_hosts", metadata,
    Column("host", Text, primary_key=True),
    Column("until", Text, nullable=False),
)
