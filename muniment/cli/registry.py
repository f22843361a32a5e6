"""The verbs there are, each with its line in `muniment --help`, without importing any of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """One verb: its module `muniment.cli.verbs.<module>` holds a click command `command`."""

    name: str
    summary: str
    module: str


def _entry(name: str, summary: str, *, module: str = "") -> VerbEntry:
    return VerbEntry(name, summary, f"muniment.cli.verbs.{module or name}")


VERBS: tuple[VerbEntry, ...] = (
    _entry("demo", "Serve a sample live blog on loopback and run the whole flow on it."),
    _entry("init", "Make a new case in DIR, and the investigator's key if there is none."),
    _entry("preserve", "Preserve ARTICLE and all that it cites: capture, check, seal, verify."),
    _entry("cite", "What an article cites: find it, or correct the list by hand."),
    _entry("capture", "Capture URLs into the case."),
    _entry("import", "Take in files and folders that somebody handed over, byte for byte.", module="import_files"),
    _entry("received", "The bundles of others that are nested in the case; --out writes one out again as it came."),
    _entry("compare", "Compare two captures of one plan: cases or bundles A and B, URL by URL."),
    _entry("watch", "Capture again what the case has, or URLs of it, and say what changed, vanished or came back."),
    _entry("check", "Run the checks over ITEMs, or over all; findings go to the ledger."),
    _entry("completeness", "What the Berkeley Protocol asks to be recorded of ITEMs, and what there is."),
    _entry("reuse", "Find where else IMAGE appears: an item or a file, picture or video."),
    _entry("index", "Fingerprint the pictures and videos under each PATH, so that `reuse --in PATH` is quick."),
    _entry("views", "Views of a picture, kept beside ITEM: error levels, JPEG ghosts, noise, histogram, clones."),
    _entry("list", "The items of the case."),
    _entry("show", "One item: its record, hashes, metadata, findings and events."),
    _entry("log", "The ledger: what happened in the case, or to ITEM."),
    _entry("find", "Search the texts of the case."),
    _entry("note", "Put TEXT into the ledger: what a person says of an item, or of the case."),
    _entry("tag", "Put TAGS on ITEM, or take them off."),
    _entry("assess", "Record what you conclude about ITEM: its place, its time, who is seen."),
    _entry("review", "Say what you make of another person's assessment."),
    _entry("translate", "Keep a translation of ITEM beside the original."),
    _entry("claim", "What sources claim, and the evidence for and against it."),
    _entry("sun", "Where the sun stood, how long shadows were, and when of that day a measured shadow fits."),
    _entry("place", "Which places a name can mean, and what lies at a point, by GeoNames and by gazetteers that you "
                    "bring in."),
    _entry("checkpoint", "Sign the ledger as it stands."),
    _entry("bundle", "Write and seal a bundle of the case."),
    _entry("report", "Write the report of the case as it stands: pages for people, without a script."),
    _entry("replay", "Look at recorded pages as they were, offline, in a browser."),
    _entry("challenge", "Ask of each ITEM, or of all, what an opposing expert would, and answer from the ledger."),
    _entry("verify", "Verify a bundle, a case, or anything that others hand over."),
    _entry("stamp", "Get outside proof of time: RFC 3161 tokens over the latest checkpoint."),
    _entry("transfer", "Offer a checkpoint, with or without a bundle, to somebody who gives a receipt for it."),
    _entry("receipt", "Countersign the checkpoint of a BUNDLE that you received, or --take a receipt into the case."),
    _entry("working-copy", "Copy the originals of ITEMs to work on; that and their hashes are recorded.",
           module="working_copy"),
    _entry("access", "Copy ITEMs out of the case, or record that somebody got their bytes in another way than in a "
                     "bundle."),
    _entry("redact", "Keep VERSION, a redacted version of ITEM, beside its original, linked by both hashes."),
    _entry("dispose", "Record that custody of ITEMs ended: returned, handed on for good, destroyed."),
    _entry("incident", "Record that something went wrong: a laptop lost, a disk damaged, a search at a border."),
    _entry("prove", "Prove that ITEM stands in the signed ledger, without the rest of the case."),
    _entry("key", "The investigator's signing keys."),
    _entry("profile", "Signed-in identities that captures may use: made once, kept in your data directory, never in a "
                      "case."),
    _entry("tui", "The whole case in the terminal: article, items, claims, ledger; capture, search, seal, verify."),
    _entry("copy", "Copy the whole case to DEST, read the copy again, and verify it."),
    _entry("lock", "Pack the case into an age file for named recipients, check that file, and remove the clear copy."),
    _entry("unlock", "Unpack a case that `muniment lock` packed."),
    _entry("reindex", "Make the catalogue anew from ledger, bodies and WARCs."),
    _entry("config", "Settings in force, and where each comes from; set or unset one."),
    _entry("doctor", "What is missing on this machine, and what that costs."),
)

BY_NAME = {entry.name: entry for entry in VERBS}
