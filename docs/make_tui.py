"""Writes the keys into docs/tui.md, between its two marks, out of the list of actions."""

from collections.abc import Iterator
from pathlib import Path

from tui.actions import ACTIONS, PLACES, key_name, of

PAGE = Path(__file__).with_name("tui.md")
BEGIN, END = "<!-- keys: written by docs/make_tui.py -->", "<!-- end of keys -->"
SECTIONS = (("app", "Everywhere"), *((place.mode, place.title) for place in PLACES), ("item", "Item"),
            ("event", "Event"), ("compare", "Compare"), ("table", "Moving in tables"), ("scroll", "Moving in texts"))


def lines() -> Iterator[str]:
    """A table a screen."""
    for where, title in SECTIONS:
        yield f"\n### {title}"
        yield "| key | does | on the command line | records | id |"
        yield "| --- | --- | --- | --- | --- |"
        for action in of(where):
            keys = " ".join(f"`{key_name(key)}`" for key in action.key.split(",") if key) or "palette"
            records = "yes" if action.records else ""
            yield f"| {keys} | {action.help} | `{action.verb}` | {records} | {action.id} |"
    yield ""


def page(text: str) -> str:
    """The page with the keys as they are."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n" + "\n".join(lines()) + f"\n{END}{after}"


if __name__ == "__main__":
    assert {action.where for action in ACTIONS} == {where for where, _ in SECTIONS}  # noqa: S101 - a script
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
