"""The actions there are: keys, command palette, footer, help and documentation all come from this one list.

1. Every action has a command of the command line that does the same (`verb`); what only moves about the screen names
   the verb that shows the same thing. `tests/tui/test_parity.py` walks the list.
2. An action that adds to the ledger says so (`records`): it asks before, and it is refused where the case is read-only.
3. Ids stay: a user's keymap names them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.binding import Binding

_KEY_NAMES = {"question_mark": "?", "slash": "/", "space": "Space", "escape": "Esc", "enter": "Enter",
              "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←",
              "right": "→", "backspace": "Backspace", "comma": ",", "colon": ":", "plus": "+"}


def key_name(key: str) -> str:
    """A key as it is printed on the keyboard; alike in footer, help and documentation."""
    return _KEY_NAMES.get(key, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a person can do."""

    id: str                   # "items.filter": where, and what
    title: str                # in footer and palette
    key: str                  # Textual's names, separated by commas; "" is in the palette only
    verb: str                 # "cite dismiss", "list --kind": a verb, perhaps one under it, and options it needs
    help: str                 # one sentence
    shown: bool = True        # in the footer
    records: bool = False     # adds to the ledger
    leaves: bool = False      # bytes leave the case, or the application ends: not over the web

    @property
    def where(self) -> str:
        """The screen it belongs to; `app` for all."""
        return self.id.partition(".")[0]

    @property
    def call(self) -> str:
        """What Textual runs."""
        return self.id.partition(".")[2].replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A screen that a key leads to."""

    mode: str
    title: str
    key: str
    verb: str
    help: str


PLACES = (
    Place(mode="cases", title="Cases", key="0", verb="init", help="Recent cases; open one or make one"),
    Place(mode="article", title="Article", key="1", verb="cite", help="The article, and what came of what it cites"),
    Place(mode="items", title="Items", key="2", verb="list", help="The evidence: filter, sort, select"),
    Place(mode="claims", title="Claims", key="3", verb="claim matrix", help="Who claims what, who contradicts whom"),
    Place(mode="ledger", title="Ledger", key="4", verb="log", help="Everything that happened, and what proves it"),
    Place(mode="capture", title="Capture", key="5", verb="capture", help="Capture URLs or an article, and watch"),
    Place(mode="reuse", title="Reuse", key="6", verb="reuse", help="Where else a picture or video appears"),
    Place(mode="verify", title="Verify", key="7", verb="verify", help="Check this case, a bundle, or any file"),
    Place(mode="bundle", title="Bundle", key="8", verb="bundle", help="Choose, seal and hand over"),
    Place(mode="doctor", title="Doctor", key="9", verb="doctor", help="What is missing here, and what that costs"),
    Place(mode="settings", title="Settings", key="comma", verb="config", help="Settings in force, and where from"),
)


def _act(id: str, title: str, key: str, verb: str, help: str, *, shown: bool = True,  # noqa: A002 - fields of Action
         records: bool = False, leaves: bool = False) -> Action:
    return Action(id=id, title=title, key=key, verb=verb, help=help, shown=shown, records=records, leaves=leaves)


APP = (
    *(_act(f"app.go-{place.mode}", place.title, place.key, place.verb, place.help, shown=False) for place in PLACES),
    _act("app.palette", "Commands", "ctrl+p,colon", "tui", "Every action there is, by name"),
    _act("app.help", "Help", "question_mark,f1", "tui", "The keys of this screen"),
    _act("app.theme", "Theme", "T", "tui --theme", "The next theme: dark, light, high contrast, terminal colours",
         shown=False),
    _act("app.note", "Note on case", "e", "note", "Write a note on the case", shown=False, records=True),
    _act("app.checkpoint", "Checkpoint", "C", "checkpoint", "Sign the ledger as it stands", shown=False, records=True),
    _act("app.stamp", "Stamp", "", "stamp", "Ask the timestamp authorities for outside proof of time", records=True),
    _act("app.check", "Check all", "K", "check", "Run the checks over all items", shown=False, records=True),
    _act("app.reindex", "Read anew", "ctrl+r", "reindex", "Open the catalogue again", shown=False),
    _act("app.cancel", "Cancel work", "ctrl+x", "capture", "End the work in progress; what is finished is kept",
         shown=False),
    _act("app.messages", "Messages", "M", "log", "Everything that was said in this session", shown=False),
    _act("app.undo", "Undo", "z", "tui", "Take back the last thing that was not recorded: a filter, a choice, a view",
         shown=False),
    _act("app.quit", "Quit", "q", "tui", "Leave; you come back to where you left"),
)

ARTICLE = (
    _act("article.open", "Open item", "enter", "show", "The item that the citation gave"),
    _act("article.list", "Text/list", "v", "cite", "The text with its citations, or the list of them"),
    _act("article.next-article", "Next article", "a", "cite", "The next article of the case", shown=False),
    _act("article.find", "Find", "slash", "find", "Find words in the article"),
    _act("article.find-next", "Next", "n", "find", "The next place with these words", shown=False),
    _act("article.find-previous", "Previous", "N", "find", "The place before with these words", shown=False),
    _act("article.capture", "Capture", "c", "capture --citations", "Capture what is not complete yet"),
    _act("article.add", "Add", "plus", "cite add", "Add a citation that was not found", shown=False, records=True),
    _act("article.link", "Give URL", "u", "cite link", "Say which URL a mention or a lost embed means", shown=False,
         records=True),
    _act("article.drop", "Dismiss", "x", "cite dismiss", "Say that it is no citation", shown=False, records=True),
    _act("article.propose", "Read claims", "p", "claim propose", "Propose the claims that the article reports"),
    _act("article.yank", "Copy URL", "y", "cite", "Copy the URL of the citation", shown=False),
)

ITEMS = (
    _act("items.open", "Open", "enter", "show", "The item under the cursor"),
    _act("items.filter", "Filter", "slash", "list", "Show only some: words, kind:photo verdict:gone outcome:fail ..."),
    _act("items.clear", "Show all", "escape", "list", "No filter, nothing selected", shown=False),
    _act("items.sort", "Sort", "s", "list --sort", "The next order: as they came, kind, verdict, size, date, place"),
    _act("items.reverse", "Reverse", "S", "list --reverse", "The other way round", shown=False),
    _act("items.select", "Select", "space", "list", "Select or leave the row under the cursor"),
    _act("items.select-all", "Select all", "A", "list", "Select every row of the filter", shown=False),
    _act("items.compare", "Compare", "d", "reuse", "Two selected items side by side"),
    _act("items.reuse", "Reuse", "r", "reuse", "Search where else the selected items appear", shown=False),
    _act("items.check", "Check", "K", "check", "Run the checks over the selected items", shown=False, records=True),
    _act("items.tag", "Tag", "t", "tag", "Put tags on the selected items", shown=False, records=True),
    _act("items.import", "Import", "i", "import", "Take in files that somebody handed over", shown=False, records=True),
    _act("items.yank", "Copy URL", "y", "list", "Copy the URL", shown=False),
    _act("items.yank-hash", "Copy hash", "Y", "list", "Copy the SHA-256", shown=False),
)

ITEM = (
    _act("item.back", "Back", "escape,backspace", "list", "Where one came from"),
    _act("item.next-tab", "Next part", "right,l", "show", "The next part of the record", shown=False),
    _act("item.previous-tab", "Part before", "left,h", "show", "The part before", shown=False),
    _act("item.blur", "Blur", "b", "tui --pictures", "Lift the blur, or put it back"),
    _act("item.grey", "Colour", "v", "tui --pictures", "Lift the grey, or put it back"),
    _act("item.keep-view", "Keep view", "V", "tui --pictures", "Show this item so from now on", shown=False),
    _act("item.case-view", "View of case", "", "tui --pictures", "Show every item of this case so from now on"),
    _act("item.warn", "Warning", "w", "tag", "Put a warning label on the item, which travels with it", records=True),
    _act("item.reuse", "Reuse", "r", "reuse", "Search where else it appears"),
    _act("item.compare", "Compare", "d", "reuse", "Side by side with another item", shown=False),
    _act("item.link", "Link to claim", "L", "claim link", "Say what it is to a claim", records=True),
    _act("item.note", "Note", "e", "note", "Write a note on it", shown=False, records=True),
    _act("item.assess", "Assess", "A", "assess", "What you conclude on place, time, identity", shown=False,
         records=True),
    _act("item.tag", "Tag", "t", "tag", "Put tags on it", shown=False, records=True),
    _act("item.check", "Check", "K", "check", "Run the checks over it", shown=False, records=True),
    _act("item.outside", "Open outside", "o", "access", "Copy it out of the case and open it there", shown=False,
         records=True, leaves=True),
    _act("item.replay", "Replay", "R", "replay --item", "Where its page is played in a browser, as it was: copied",
         shown=False),
    _act("item.prove", "Prove", "P", "prove", "Write a proof that it stands in the signed ledger", shown=False,
         leaves=True),
    _act("item.yank", "Copy URL", "y", "show", "Copy the URL", shown=False),
    _act("item.yank-hash", "Copy hash", "Y", "show", "Copy the SHA-256", shown=False),
    _act("item.yank-path", "Copy path", "p", "show", "Copy where its bytes stand: file and offset", shown=False),
)

COMPARE = (
    _act("compare.back", "Back", "escape,backspace", "reuse", "Where one came from"),
    _act("compare.flicker", "Flicker", "f,space", "reuse --html", "One over the other, in turn"),
    _act("compare.mirror", "Mirror", "m", "reuse --html", "The second one mirrored"),
    _act("compare.regions", "Regions", "g", "reuse --html", "The regions that match, drawn or not"),
    _act("compare.align", "Align", "a", "reuse --html", "The second one laid onto the first", shown=False),
    _act("compare.next", "Next match", "n", "reuse", "The next match", shown=False),
    _act("compare.blur", "Blur", "b", "tui --pictures", "Lift the blur, or put it back"),
    _act("compare.grey", "Colour", "v", "tui --pictures", "Lift the grey, or put it back"),
    _act("compare.link", "Link to claim", "L", "claim link", "Say what the first item is to a claim", records=True),
)

CLAIMS = (
    _act("claims.open", "Open", "enter", "show", "The item that holds the passage"),
    _act("claims.view", "Matrix/list", "v", "claim list", "The matrix, or proposals and claims as a list"),
    _act("claims.accept", "Accept", "a", "claim propose --accept", "The source does say so", records=True),
    _act("claims.reject", "Reject", "x", "claim propose --reject", "The source does not say so", records=True),
    _act("claims.withdraw", "Withdraw", "w", "claim withdraw", "Take a claim back", shown=False, records=True),
    _act("claims.link", "Link item", "L", "claim link", "Say what an item is to the claim", records=True),
    _act("claims.add", "Add", "plus", "claim add", "Enter a claim by hand", shown=False, records=True),
    _act("claims.propose", "Propose", "p", "claim propose", "Read claims out of an item", shown=False),
    _act("claims.find", "Find", "slash", "find", "Find words in claims"),
    _act("claims.find-next", "Next", "n", "find", "The next one with these words", shown=False),
    _act("claims.yank", "Copy passage", "y", "claim list", "Copy the passage", shown=False),
)

LEDGER = (
    _act("ledger.open", "Open", "enter", "log --json", "The event as it is stored"),
    _act("ledger.prove", "Check proof", "p", "verify", "Check line, chain, signed tree and signature on the spot"),
    _act("ledger.view", "Events/signed", "v", "receipt", "Events, or checkpoints with their tokens and receipts"),
    _act("ledger.kind", "Kind", "f", "log --type", "Only events of one kind"),
    _act("ledger.find", "Find", "slash", "log", "Go to a line by its number, or by words, names or hashes in it"),
    _act("ledger.find-next", "Next", "n", "log", "The next line with these words", shown=False),
    _act("ledger.find-previous", "Previous", "N", "log", "The line before with these words", shown=False),
    _act("ledger.yank", "Copy hash", "y", "log --json", "Copy the hash of the body", shown=False),
)

EVENT = (
    _act("event.back", "Back", "escape,backspace", "log", "Where one came from"),
    _act("event.prove", "Check proof", "p", "verify", "Check line, chain, signed tree and signature on the spot"),
    _act("event.next", "Next", "n,right", "log", "The next event", shown=False),
    _act("event.previous", "Previous", "N,left", "log", "The event before", shown=False),
    _act("event.yank", "Copy", "y", "log --json", "Copy the body", shown=False),
)

CAPTURE = (
    _act("capture.urls", "URLs", "i", "capture", "Type or paste URLs, one a line, or one article"),
    _act("capture.go", "Start", "ctrl+s", "capture", "Capture what the plan shows", records=True),
    _act("capture.article", "Article", "a", "preserve", "The URLs are articles: capture what they cite, too",
         records=True),
    _act("capture.citations", "Cited", "c", "capture --citations", "Plan what the article cites and is not complete"),
    _act("capture.cancel", "Cancel", "x", "capture", "End it; what is finished is kept"),
    _act("capture.retry", "Retry", "r", "capture", "Plan again what did not come whole, and what waits in the queue"),
    _act("capture.open", "Open", "enter", "show", "The item that the capture gave", shown=False),
)

REUSE = (
    _act("reuse.query", "Query", "slash", "reuse", "Name items or files to search for"),
    _act("reuse.where", "Where", "w", "reuse --in", "Also search a folder or a web archive"),
    _act("reuse.go", "Search", "ctrl+s", "reuse", "Search", records=True),
    _act("reuse.open", "Compare", "enter", "reuse", "The match side by side with the query"),
    _act("reuse.cancel", "Cancel", "x", "reuse", "End the search", shown=False),
    _act("reuse.yank", "Copy URL", "y", "reuse", "Copy where it was found", shown=False),
)

VERIFY = (
    _act("verify.case", "This case", "c", "verify", "Verify the case"),
    _act("verify.file", "A file", "slash", "verify", "Verify a bundle, a case or a file"),
    _act("verify.trust", "Trust", "t", "verify --trust", "Name the signers that you trust"),
    _act("verify.open", "Details", "enter", "verify", "What the check says in full"),
    _act("verify.group", "All/open", "v", "verify", "Every finding, or what failed or could not be checked",
         shown=False),
)

BUNDLE = (
    _act("bundle.select", "In or out", "space", "bundle --leave-out --withhold",
         "The item goes in, is left out, or is withheld"),
    _act("bundle.to", "Recipient", "t", "bundle --to", "Who receives it"),
    _act("bundle.where", "Where", "w", "bundle --output", "The folder to make"),
    _act("bundle.seal", "Seal", "ctrl+s", "bundle", "Write and seal the bundle", records=True, leaves=True),
    _act("bundle.receipt", "Receipt", "r", "receipt --take", "Take in the receipt that the recipient gave",
         records=True),
    _act("bundle.offer", "Offer", "o", "transfer", "Hand over the checkpoint and ask for a receipt", records=True,
         leaves=True),
    _act("bundle.verify", "Verify", "v", "verify", "Verify the bundle just made"),
)

CASES = (
    _act("cases.open", "Open", "enter", "tui", "Open the case under the cursor"),
    _act("cases.folder", "Other folder", "o", "tui", "Open a case by its folder"),
    _act("cases.new", "New case", "n", "init", "Make a case"),
    _act("cases.forget", "Forget", "x", "tui", "Take it off this list; the case stays", shown=False),
)

DOCTOR = (_act("doctor.again", "Look again", "r", "doctor", "Look again"),)

SETTINGS = (
    _act("settings.edit", "Change", "enter", "config set", "Write the setting into the case or the user's own file"),
    _act("settings.unset", "Unset", "x", "config unset", "Take the setting out of the user's own file", shown=False),
)

TABLE = (
    _act("table.down", "Down", "j,down", "list", "One row down", shown=False),
    _act("table.up", "Up", "k,up", "list", "One row up", shown=False),
    _act("table.page-down", "Page down", "pagedown,ctrl+f,ctrl+d", "list", "A screen down", shown=False),
    _act("table.page-up", "Page up", "pageup,ctrl+b,ctrl+u", "list", "A screen up", shown=False),
    _act("table.first", "First", "g,home", "list", "The first row", shown=False),
    _act("table.last", "Last", "G,end", "list", "The last row", shown=False),
)

SCROLL = (
    _act("scroll.down", "Down", "j,down", "show", "One line down", shown=False),
    _act("scroll.up", "Up", "k,up", "show", "One line up", shown=False),
    _act("scroll.page-down", "Page down", "pagedown,ctrl+f,ctrl+d", "show", "A screen down", shown=False),
    _act("scroll.page-up", "Page up", "pageup,ctrl+b,ctrl+u", "show", "A screen up", shown=False),
)

ACTIONS: tuple[Action, ...] = (*APP, *ARTICLE, *ITEMS, *ITEM, *COMPARE, *CLAIMS, *LEDGER, *EVENT, *CAPTURE, *REUSE,
                               *VERIFY, *BUNDLE, *CASES, *DOCTOR, *SETTINGS, *TABLE, *SCROLL)
BY_ID = {action.id: action for action in ACTIONS}


def of(where: str) -> Iterator[Action]:
    """The actions of one screen or widget."""
    return (action for action in ACTIONS if action.where == where)


def bindings(where: str) -> list[Binding]:
    """Their keys, for Textual; an action without a key is in the palette only."""
    return [_binding(action) for action in of(where) if action.key]


def _binding(action: Action) -> Binding:
    return Binding(action.key, action.call, action.title, show=action.shown, tooltip=action.help, id=action.id)


def recording(actions: Iterable[Action]) -> Iterator[Action]:
    """Those that add to the ledger."""
    return (action for action in actions if action.records)
