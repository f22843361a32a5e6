"""Items of a bundle: the bytes and the record that their event names, and nothing else.

1. An item that a present body names is there with one original of its hash and length - unless it was not selected,
   as the last `disclose` says.
2. Its item.json is the record of the event, spelt as bodies are.
3. Its derivatives are those that events name, each with its hash.
4. What no event names is not there.
5. There are as many as the last `disclose` says; how many are withheld, and what contradicts a claim, is said.
"""

from evidence_store import canonical
from evidence_store.errors import FormatError
from evidence_store.events import to_fields
from evidence_store.records import Item
from verify.bundle.account import Account
from verify.bundle.collector import Collector
from verify.bundle.listing import Listing

FOLDER = "data/items/"
SCHEMA = "muniment/item/1"
MAX_RECORD = 16 << 20         # bytes of an item.json; ours are below 10 kB


def check_items(bag: Listing, account: Account, found: Collector) -> None:
    """Everything above."""
    held: dict[str, list[str]] = {}
    for path, match in bag.matching(rf"{FOLDER}([^/]+)(?:/.*)?"):
        held.setdefault(match[1], []).append(path)
    checked = 0
    for item in account.items.values():
        paths = held.pop(item.id, [])
        if not paths and item.id in account.not_selected:
            found.neutral("item.not_selected", item.id, "not selected for this bundle, as disclosed")
            continue
        checked += 1
        _check_item(bag, item, paths, account, found)
    for paths in held.values():
        found.fail("item.unlisted", paths[0], "no event in the bundle names this item")
    found.passed("item.original", "item.record", "item.missing", "item.derivative", "item.unlisted", subject="",
                 summary=f"{checked} items are as they were recorded")
    _check_account(account, found)


def _check_account(account: Account, found: Collector) -> None:
    """Rule 5."""
    said = account.disclose
    if said is None:
        return
    words = (f"held {said.held}, included {said.included}, withheld {said.withheld}, "
             f"not selected {len(said.not_selected)}")
    there = len(account.items.keys() - account.not_selected)
    found.require("bundle.account", "", f"the bundle does not hold what it says: {words}",
                  holds=not said.held or (said.included == there and said.held == said.included + said.withheld
                                          + len(said.not_selected)))
    found.neutral("bundle.account", "", words)
    for claim in said.claims:
        found.neutral("bundle.claim", claim.claim,
                      f"contradicted by {claim.contradicting} items: {claim.included} included, "
                      f"{claim.withheld} withheld, {claim.not_selected} not selected")
    if said.predecessor is not None:
        before = said.predecessor
        found.neutral("bundle.predecessor", before.bundle,
                      f"it follows that bundle, whose seal is over {before.tagmanifest_sha256}: {len(before.added)} "
                      f"items added, {len(before.withdrawn) + before.withdrawn_withheld} withdrawn, "
                      f"{len(before.reassessed)} assessed anew")


def _check_item(bag: Listing, item: Item, paths: list[str], account: Account, found: Collector) -> None:
    folder = f"{FOLDER}{item.id}"
    originals = [path for path in paths if path.rpartition("/")[0] == folder and path.startswith(f"{folder}/original.")]
    if found.require("item.missing", item.id, f"an event names it; the bundle has {len(originals)} originals of it",
                     holds=len(originals) == 1):
        path = originals[0]
        found.require("item.original", path, f"it is not the {item.id} that was recorded",
                      holds=bag.files[path] == item.length and bag.sha256(path) == item.sha256)
    record = f"{folder}/item.json"
    with found.failing("item.record", record):
        if canonical.decode(bag.read(record, MAX_RECORD)) != {**to_fields(item), "schema": SCHEMA}:
            raise FormatError("it is not the record of the event")
    named = {derivative.content.sha256 for derivative in account.derivatives.get(item.id, ())}
    others = {bag.sha256(path): path for path in paths if path not in (*originals, record)}
    for sha256 in sorted(others.keys() - named):
        found.fail("item.derivative", others[sha256], "no event says that this was made from the item")
    for sha256 in sorted(named - others.keys()):
        found.fail("item.derivative", item.id, f"the derivative {sha256} is missing")
