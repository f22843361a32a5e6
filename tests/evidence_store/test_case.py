"""A case: made, opened, refused."""


from evidence_store.case import Case
from evidence_store.events import CaseOpen, KeyEnrol, Note


def test_a_new_case_opens_with_its_charter_and_its_first_key(new_case):
    made = new_case()
    case = Case.open(made.root)
    opened, enrolled = (event.body for event in case.events())
    assert isinstance(opened, CaseOpen)
    assert (opened.case, opened.title, opened.purpose) == (case.id, "Sarmin", "to test")
    assert isinstance(enrolled, KeyEnrol)
    assert enrolled.fingerprint == made.signer.public.fingerprint
    assert made.case.layout.key_file(made.signer.public.key16).read_text() == f"{made.signer.public.line}\n"
    assert case.title == "Sarmin"


def test_an_appended_event_is_read_back_by_ledger_and_catalogue(new_case):
    made = new_case()
    with made.writer() as writer:
        (event,) = writer.append(Note(item=None, text="seen on the evening news"))
    case = Case.open(made.root)
    assert case.event(event.seq) == event
    assert [(entry.seq, entry.kind) for entry in case.catalogue.events(after=1)] == [(2, "note")]
