"""A large case, or long work: the loop that takes keys goes on turning, and what has not changed is not read again."""

import threading

import pytest
from tui_driving import press, running, settled, until

from evidence_store.events import Note

pytestmark = pytest.mark.asyncio

TURNS = 20                # of the event loop: a blocked one makes none


async def test_the_loop_turns_while_a_flow_and_a_question_to_the_case_go_on(sample_case, tmp_path, monkeypatch):
    catalogue, let_go, began = sample_case.case.catalogue, threading.Event(), threading.Event()

    def slow(*_: object, **__: object):
        began.set()
        let_go.wait(120)
        return ()

    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "2")
        job = app.start("Capture", slow)
        try:
            monkeypatch.setattr(catalogue, "items_at", slow)
            await until(pilot, began.is_set)
            for turn in range(TURNS):
                await pilot.press("j" if turn % 2 else "k")      # each key is a turn of the loop
            assert job in app.jobs                               # it goes on still
            assert not let_go.is_set()
        finally:
            let_go.set()
        await until(pilot, lambda: not app.jobs)


async def test_an_event_that_changes_no_citation_and_no_claim_has_neither_read_again(sample_case, tmp_path,
                                                                                         monkeypatch):
    catalogue = sample_case.case.catalogue
    async with running(sample_case, tmp_path) as (app, pilot):
        await press(pilot, "3", "1")
        read = []
        citations, claims = catalogue.citations, catalogue.claims

        def counted(ask):
            def question(**options):
                found = ask(**options)
                read.extend(found)
                return found
            return question

        monkeypatch.setattr(catalogue, "citations", counted(citations))
        monkeypatch.setattr(catalogue, "claims", counted(claims))
        with sample_case.writer() as writer:
            writer.append(Note(item=None, text="not about any"))
        size = sample_case.case.log.size
        for key in ("1", "3"):
            await press(pilot, key)
            await until(pilot, lambda: app.screen._seen_size == size)
            await settled(pilot)
        assert read == []
