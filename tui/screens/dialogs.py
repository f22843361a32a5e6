"""Questions: each says what will happen, and what the ledger keeps of it.

1. Escape always means no, and nothing is recorded by a dialog that was left.
2. What is recorded cannot be taken back, and the dialog says so before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from evidence_store.visible import visible

RECORDED = "The ledger records this, signed with your key. It can be corrected later, never taken out."
NOT_RECORDED = "Nothing is recorded."


class ConfirmScreen(ModalScreen[bool]):
    """Yes or no."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"), Binding("n,escape,q", "answer(False)", "No"),
        Binding("left,h", "app.focus_previous", show=False), Binding("right,l", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, *, consequence: str = RECORDED, yes: str = "Yes") -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question, what follows, two buttons."""
        with VerticalScroll(classes="dialog"):
            yield Static(visible(self._question, lines=True), markup=False, classes="question")
            yield Static(self._consequence, markup=False, classes="consequence")
            with Horizontal(classes="buttons"):
                yield Button(f"{self._yes} (y)", id="yes", variant="primary")
                yield Button("No (n)", id="no")

    def on_mount(self) -> None:
        """Enter means no until one moves to yes: a slip records nothing."""
        self.query_one("#no").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The mouse, or Enter."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - Textual passes what the binding says
        """The keys."""
        self.dismiss(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    password: bool = False
    required: bool = False
    lines: bool = False       # several lines: Enter is a line end, ctrl+s sends


class AskScreen(ModalScreen[Mapping[str, str] | None]):
    """Fields to fill in; None where it was left."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"), Binding("ctrl+s", "send", "Do it", priority=True),
    ]

    def __init__(self, title: str, fields: Sequence[Field], *, consequence: str = RECORDED,
                 yes: str = "Record") -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._consequence = consequence
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Labels, fields, what follows, buttons."""
        with VerticalScroll(classes="dialog"):
            yield Static(visible(self._title), markup=False, classes="question")
            for one in self._fields:
                yield Static(one.label, markup=False, classes="label")
                if one.lines:
                    yield TextArea(one.value, id=f"field-{one.name}", compact=True)
                else:
                    yield Input(value=one.value, placeholder=one.hint, password=one.password, id=f"field-{one.name}")
            yield Static("", id="lacks", markup=False)
            yield Static(self._consequence, markup=False, classes="consequence")
            with Horizontal(classes="buttons"):
                yield Button(f"{self._yes} (ctrl+s)", id="yes", variant="primary")
                yield Button("Leave (Esc)", id="no")

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query("Input, TextArea").first().focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The mouse, or Enter on a button."""
        if event.button.id == "yes":
            self.action_send()
        else:
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field, and sends from the last."""
        fields = list(self.query(Input))
        if event.input is fields[-1] and not self.query(TextArea):
            self.action_send()
        else:
            self.focus_next()

    def action_send(self) -> None:
        """Answer, unless something that is needed is missing."""
        answers = {one.name: self._value(one) for one in self._fields}
        missing = next((one for one in self._fields if one.required and not answers[one.name].strip()), None)
        if missing is not None:
            self.query_one("#lacks", Static).update(f"✗ {missing.label}: needed")
            self.query_one(f"#field-{missing.name}").focus()
            return
        self.dismiss(answers)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _value(self, one: Field) -> str:
        widget = self.query_one(f"#field-{one.name}")
        return widget.text if isinstance(widget, TextArea) else widget.value if isinstance(widget, Input) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several answers."""

    value: str
    words: str


class ChooseScreen(ModalScreen[str | None]):
    """One of several; None where it was left. Type to narrow it down."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"), Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, consequence: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """A field to narrow, and the list."""
        with VerticalScroll(classes="dialog"):
            yield Static(visible(self._title), markup=False, classes="question")
            yield Input(placeholder="type to narrow down; ↑ ↓ Enter", id="narrow")
            yield OptionList(*self._options(""), id="choices", markup=False)
            if self._consequence:
                yield Static(self._consequence, markup=False, classes="consequence")

    def on_mount(self) -> None:
        """Typing narrows at once."""
        self.query_one("#narrow").focus()
        self.query_one(OptionList).highlighted = 0 if self._choices else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what still fits."""
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(self._options(event.value))
        options.highlighted = 0 if options.option_count else None

    def on_input_submitted(self) -> None:
        """Enter takes the one that is marked."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option.id)

    def action_move(self, rows: int) -> None:
        """Move the mark while typing."""
        options = self.query_one(OptionList)
        if rows > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _options(self, narrow: str) -> list[Option]:
        words = narrow.casefold().split()
        return [Option(visible(one.words), id=one.value) for one in self._choices
                if all(word in one.words.casefold() for word in words)]


class MessagesScreen(ModalScreen[None]):
    """Everything that was said in this session."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,M", "dismiss", "Close")]

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """The newest last."""
        with VerticalScroll(classes="dialog tall"):
            yield Static("Messages of this session", classes="question")
            yield Static("\n".join(self._lines) or "none", markup=False)
