"""What a browser that connected itself handed over is called that, beside the item, in every language."""

from dataclasses import replace

import pytest

from evidence_store.events import Captured


@pytest.fixture
def decoded(events):
    """The events, with the items of each capture told by a browser."""

    def told(event):
        if not isinstance(event.body, Captured):
            return event
        items = tuple(replace(item, decoded_by="Chromium 156.0") for item in event.body.capture.items)
        return replace(event, body=replace(event.body, capture=replace(event.body.capture, items=items)))

    return tuple(map(told, events))


def test_the_page_of_an_item_says_that_it_is_not_the_bytes_of_the_wire(events, decoded, again) -> None:
    def pages(given):
        return "".join(content.decode() for path, content in again(given).files().items() if path.endswith(".html"))

    assert "told by Chromium 156.0" in pages(decoded)
    assert "Not the bytes of the wire" in pages(decoded)
    assert "Not the bytes of the wire" not in pages(events)
