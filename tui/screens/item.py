"""One item: its picture, record, findings, metadata, captures, times, custody, and what people say of it."""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

from evidence_store.claims import Confidence, Question
from evidence_store.errors import EvidenceError
from evidence_store.events import Assessed, Note
from evidence_store.records import Capture, ItemId
from muniment.flows.item_view import ItemView, view_item
from muniment.flows.preview import may_preview, preview_item
from tui.actions import bindings
from tui.pictures.shield import WARNING, image_of, warnings_of
from tui.pictures.widget import Picture
from tui.screens import item_parts
from tui.screens.base import Scrolled, Styles
from tui.screens.dialogs import Choice, Field
from tui.screens.linking import link_to_claim
from tui.widgets.lines import Facts

if TYPE_CHECKING:
    from textual.screen import Screen

    from muniment.flows.session import Session
    from tui.desk import Desk
    from verify.preview import Preview

PARTS = ("record", "findings", "metadata", "captures", "times", "custody", "said")
TITLES = {"record": "Record", "findings": "Findings", "metadata": "Metadata", "captures": "Captures", "times": "Times",
          "custody": "Custody", "said": "Claims"}
LABELS = ("graphic violence", "dead or wounded people", "children", "sexual violence", "torture", "distressing sound")


class ItemScreen(Scrolled):
    """Everything the case knows of one item."""

    CSS_PATH: ClassVar[Styles] = ["base.tcss", "item.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("item"), *bindings("scroll")]
    WHERE, MODE = "item", "items"
    FIRST = "#part-record"

    class Gathered(Message):
        """A worker has gathered the item."""

        def __init__(self, view: ItemView, captures: tuple[Capture, ...]) -> None:
            super().__init__()
            self.view = view
            self.captures = captures

    class Seen(Message):
        """A worker has decoded its picture, or could not."""

        def __init__(self, preview: "Preview | None", why: str) -> None:
            super().__init__()
            self.preview = preview
            self.why = why

    def __init__(self, desk: "Desk", item: ItemId) -> None:
        super().__init__(desk)
        self.item = item
        self.view: ItemView | None = None

    def content(self) -> Iterator[Widget]:
        """What it is; below, the picture and the parts of the record."""
        yield Static("\u2026", id="about", markup=False)
        yield Static("", id="warnings", markup=False)
        with Horizontal(id="item"):
            yield Picture(id="picture")
            with TabbedContent(id="parts"):
                for part in PARTS:
                    with TabPane(TITLES[part], id=part), VerticalScroll(id=f"part-{part}"):
                        yield Facts(id=f"text-{part}")

    def scrolled(self) -> Widget:
        """The part that is seen."""
        return self.query_one(f"#part-{self.query_one(TabbedContent).active}")

    def on_mount(self) -> None:
        """Read in workers."""
        self.query_one("#picture").display = False
        self.case_changed()

    def case_changed(self) -> None:
        """Gather it once more."""
        self.read(self._gather, group="item", only_latest=True)

    def _gather(self) -> Message:
        view = view_item(self.case, self.item)
        catalogue, entry = self.case.catalogue, view.entry
        own = catalogue.capture(entry.capture) if entry.capture else None
        series = catalogue.captures(series=own.series) if own else ()
        found = (catalogue.capture(one.id) for one in reversed(series))
        return self.Gathered(view, tuple(one for one in found if one is not None))

    def on_item_screen_gathered(self, message: "ItemScreen.Gathered") -> None:
        """Show it."""
        first, view = self.view is None, message.view
        self.view = view
        parts = {"record": item_parts.record_lines(view), "findings": item_parts.finding_lines(view),
                 "metadata": item_parts.metadata_lines(view), "captures": item_parts.capture_lines(message.captures),
                 "times": item_parts.timeline_lines(view), "custody": item_parts.custody_lines(view),
                 "said": item_parts.claim_lines(view)}
        for part, lines in parts.items():
            self.query_one(f"#text-{part}", Facts).tell(lines)
        self.query_one("#about", Static).update(item_parts.about_words(view))
        warnings = self.query_one("#warnings", Static)
        warnings.update(item_parts.warning_words(view.tags))
        warnings.set_class(bool(warnings_of(view.tags)), "some")
        picture = self.query_one(Picture)
        if first and may_preview(view.entry.item):
            picture.display = True
            self.read(self._look, group="preview")

    def _look(self) -> Message:
        if self.view is None:
            return self.Seen(None, "")
        try:
            return self.Seen(preview_item(self.case, self.view.entry.item), "")
        except EvidenceError as error:
            return self.Seen(None, str(error))

    def on_item_screen_seen(self, message: "ItemScreen.Seen") -> None:
        """Show the picture, as far as it is to be seen."""
        picture = self.query_one(Picture)
        if message.preview is None:
            picture.say(f"no picture: {message.why}")
            picture.add_class("none")
        else:
            picture.show(image_of(message.preview), self.muniment.shield(self.item), is_film=message.preview.is_film)

    # -- moving

    def action_back(self) -> None:
        """Where one came from."""
        self.app.pop_screen()

    def action_next_tab(self) -> None:
        """The next part."""
        self._turn(1)

    def action_previous_tab(self) -> None:
        """The part before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        tabs = self.query_one(TabbedContent)
        tabs.active = PARTS[(PARTS.index(tabs.active) + by) % len(PARTS)]
        self.scrolled().focus()

    # -- how its picture is shown

    def action_blur(self) -> None:
        """Lift the blur, or put it back."""
        picture = self.query_one(Picture)
        picture.lift(replace(picture.shield, blur=not picture.shield.blur))

    def action_grey(self) -> None:
        """Lift the grey, or put it back."""
        picture = self.query_one(Picture)
        picture.lift(replace(picture.shield, grey=not picture.shield.grey))

    def action_keep_view(self) -> None:
        """Show this item so from now on."""
        items = self.muniment.case_memory().items
        before = items.get(self.item, "")
        self.muniment.did(f"how {self.item} is shown", lambda: items.update({self.item: before}))
        items[self.item] = self.query_one(Picture).shield.setting
        self.muniment.tell(f"{self.item} is shown {self.query_one(Picture).shield.setting} from now on")

    def action_case_view(self) -> None:
        """Show every item of the case so from now on."""
        setting = self.query_one(Picture).shield.setting
        kept = self.muniment.case_memory()
        self.muniment.did("how pictures of this case are shown", partial(setattr, kept, "pictures", kept.pictures))
        kept.pictures = setting
        self.muniment.tell(f"pictures of this case are shown {setting} from now on, but for items kept otherwise")

    # -- what is recorded of it

    def action_warn(self) -> None:
        """Put a warning label on it."""
        if not self.may_record():
            return
        choices = [Choice(value=label, words=label) for label in LABELS]
        self.choose(f"Warning label on {self.item}", choices, lambda label: self._put_tags(
            "Warning", (f"{WARNING} {label}",), lambda _: self.muniment.tell(f"⚠ {self.item}: {label}")),
            consequence="It becomes a tag, which the ledger records: it is seen by everybody who opens the item.")

    def _put_tags(self, title: str, tags: tuple[str, ...], done: Callable[[tuple[str, ...]], None]) -> None:
        def work(session: "Session") -> tuple[str, ...]:
            from muniment.flows.conclusions import tag_item

            return tag_item(session.writer, self.item, tags)

        self.record(title, "tag", work, done)

    def action_tag(self) -> None:
        """Put tags on it."""
        def then(answers: Mapping[str, str]) -> None:
            tags = tuple(tag.strip() for tag in answers["tags"].split(",") if tag.strip())
            self._put_tags("Tags", tags, lambda now: self.muniment.tell(f"tags: {', '.join(now)}"))

        if self.may_record():
            self.ask(f"Tags on {self.item}",
                     (Field(name="tags", label="Tags, separated by commas", required=True),), then)

    def action_note(self) -> None:
        """Write a note on it."""
        def then(answers: Mapping[str, str]) -> None:
            note = Note(item=self.item, text=answers["text"].strip())
            self.record("Note", "note", lambda session: session.writer.append(note)[0].seq,
                        lambda seq: self.muniment.tell(f"noted as line {seq} of the ledger"))

        if self.may_record():
            self.ask(f"Note on {self.item}",
                     (Field(name="text", label="What you say", lines=True, required=True),), then)

    def action_assess(self) -> None:
        """Say what one concludes."""
        def chosen(question: str) -> None:
            def then(answers: Mapping[str, str]) -> None:
                words = answers["confidence"].strip().casefold() or Confidence.LOW.value
                level = next((one for one in Confidence if one.value.startswith(words)), None)
                if level is None:
                    self.muniment.tell("confidence is low, medium or high", severity="warning")
                    return
                body = Assessed(item=self.item, question=Question(question), answer=answers["answer"].strip(),
                                confidence=level, reasoning=answers["why"].strip())
                def work(session: "Session") -> int:
                    from muniment.flows.conclusions import assess

                    return assess(session.writer, body).seq

                self.record("Assessment", "assess", work,
                            lambda seq: self.muniment.tell(f"assessed: line {seq} of the ledger"))

            self.ask(f"{self.item}: {question}", (
                Field(name="answer", label="What you conclude", required=True),
                Field(name="confidence", label="Confidence: low, medium or high", value="low"),
                Field(name="why", label="On what it rests", lines=True)), then)

        if self.may_record():
            self.choose(f"What do you conclude on {self.item}?",
                        [Choice(value=one.value, words=one.value) for one in Question], chosen)

    def action_check(self) -> None:
        """Run the checks over it."""
        def work(session: "Session") -> int:
            from muniment.flows.check import check_items, chosen_items  # every check, and what they read with

            return len(check_items(session.writer, chosen_items(session.case, (self.item,)),
                                   session.environment.progress))

        if self.may_record():
            self.confirm(f"Run every check over {self.item}?", lambda: self.record(
                "Checks", "check", work, lambda count: self.muniment.tell(f"{count} findings")))

    def action_link(self) -> None:
        """Say what it is to a claim."""
        link_to_claim(self, self.item)

    # -- elsewhere

    def action_reuse(self) -> None:
        """Search where else it appears."""
        from tui.screens.reuse import ReuseScreen  # it leads back here

        def then(screen: "Screen[object]") -> None:
            if isinstance(screen, ReuseScreen):
                screen.ask_for((self.item,))

        self.muniment.go("reuse", then)

    def action_compare(self) -> None:
        """Side by side with another item."""
        from tui.screens.compare import CompareScreen

        def then(answers: Mapping[str, str]) -> None:
            self.muniment.put(CompareScreen(self.desk, self.item, ItemId(answers["item"].strip().upper())))

        self.ask(f"Compare {self.item} with",
                 (Field(name="item", label="Item", hint="ITEM-0002", required=True),), then, consequence="",
                 yes="Compare")

    def action_replay(self) -> None:
        """Say where its page is played."""
        case, item, replaying = self.case, self.item, self.muniment.replaying

        def then(link: str) -> None:
            self.app.copy_to_clipboard(link)
            self.muniment.tell(f"copied {link}: open it in a browser of this computer; it plays until one leaves")

        self.learn(lambda: replaying.link(case, item), then)

    def action_outside(self) -> None:
        """Copy it out of the case and open it there."""
        if self.app.is_web or self.muniment.on_web:
            self.muniment.tell("opening outside works in a terminal only", severity="warning")
        elif self.may_record():
            folder = Path(mkdtemp(prefix="muniment-outside-"))
            self.confirm(f"Copy {self.item} to {folder} and open it with the system's own viewer?\n"
                         "It is shown unshielded, and the viewer may go out to the internet.",
                         lambda: self._take_out(folder), yes="Open",
                         consequence="Bytes leave the case: the ledger records an access event, signed with your key.")

    def _take_out(self, folder: Path) -> None:
        def work(session: "Session") -> Path:
            from muniment.flows.handling import give_access, items_named

            by = session.circumstances.collector
            (path,) = give_access(session.writer, items_named(session.writer.case, [self.item]), by=by,
                                  purpose="looked at", destination=folder / self.item)
            return path

        def done(path: Path) -> None:
            self.muniment.tell(f"copied to {path}; recorded as access")
            try:
                subprocess.Popen(["xdg-open", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True)
            except OSError:
                self.muniment.tell(f"no viewer was found: open {path} yourself", severity="warning")

        self.record("Copy", "access", work, done)

    def action_prove(self) -> None:
        """Write a proof."""
        def then(answers: Mapping[str, str]) -> None:
            folder = Path(answers["folder"]).expanduser()
            case = self.case

            def work(_: object) -> str:
                from muniment.flows.prove import prove, write_proof

                entry = view_item(case, self.item).entry
                written = write_proof(case, entry, prove(case, entry), folder)
                also = f" The event also names {', '.join(written.also_named)}." if written.also_named else ""
                return f"proof, original and verifier are in {written.folder}.{also}"

            self.muniment.start("Proof", work, self.muniment.tell)

        self.ask(f"Prove that {self.item} stands in the signed ledger", (
            Field(name="folder", label="New folder", value=f"{self.item}-proof", required=True),), then,
            consequence="Whoever gets the folder gets the item and its event, and hashes of the rest.", yes="Write")

    # -- copying

    def action_yank(self) -> None:
        """Copy the URL."""
        self.yank(self.view.entry.item.url if self.view else "", "URL")

    def action_yank_hash(self) -> None:
        """Copy the SHA-256."""
        self.yank(self.view.entry.item.sha256 if self.view else "", "SHA-256")

    def action_yank_path(self) -> None:
        """Copy where its bytes stand."""
        record = self.view.record if self.view else None
        self.yank(f"{self.case.layout.warcs / record.file}:{record.offset}" if record else "", "path")
