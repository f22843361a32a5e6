"""`muniment claim`: propose, add, link, withdraw, list, matrix."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from evidence_store.catalogue.model import ClaimEntry
from evidence_store.claims import Claim, ClaimId, Predicate, Relation
from evidence_store.records import ItemId
from evidence_store.writer import CaseWriter
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.sayings import (
    claim_document,
    matrix_document,
    passage_words,
    proposal_document,
)
from muniment.cli.signing import key_options
from muniment.cli.tables import count, table
from muniment.cli.verbs.cite import Day
from muniment.flows import claims
from muniment.flows.article import import_article
from muniment.flows.claim_words import claim_words
from muniment.flows.places import gazetteers
from muniment.flows.session import open_session
from verify.claims import Matrix


@click.group("claim")
def command() -> None:
    """What sources claim, and the evidence for and against it."""


@verb("propose", group=command)
@click.argument("text", metavar="FILE|ITEM")
@click.option("--article-date", type=Day(), help="When it was published: resolves yesterday, on Tuesday.")
@click.option("--accept", multiple=True, metavar="ID|all", help="The source does say so; may be given more than once.")
@click.option("--reject", multiple=True, metavar="ID|all", help="The source does not say so.")
@click.option("--reason", default="", help="Why.")
@key_options
def propose(run: Invocation, text: str, article_date: date | None, accept: tuple[str, ...], reject: tuple[str, ...],
            reason: str, key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Read claims out of an article or post: a saved file, or an item of the case.

    Rules propose, a person decides: --accept and --reject record claims in the case, nothing else does.
    """
    decisions = claims.Decisions(accept=accept, reject=reject, reason=reason)
    if run.find_case_folder() is None and not decisions:
        found = claims.undecided(claims.propose_from_file(Path(text), article_date=article_date))
        return _show_proposals(run, found)
    settings = run.settings(key=key, principal=principal).settings
    is_item = text.upper().startswith("ITEM-") and not Path(text).exists()
    with run.open_case() as case:
        if not decisions:
            proposals = (claims.propose_from_item(case, ItemId(text.upper()), article_date=article_date) if is_item
                         else claims.propose_from_file(Path(text), article_date=article_date))
            return _show_proposals(run, claims.read_proposals(case, proposals))
        with open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings, environment(run),
                          command="claim") as session:
            item = ItemId(text.upper()) if is_item else import_article(session, text).id
            proposals = claims.propose_from_item(case, item, article_date=article_date)
            return _show_proposals(run, claims.decide(session.writer, proposals, decisions))


@verb("add", group=command)
@click.option("--source", required=True, help="Who says it.")
@click.option("--predicate", type=click.Choice([one.value for one in Predicate]), required=True)
@click.option("--attributed-to", default="", help="Whom the source relies on.")
@click.option("--subject", default="", help="Whom or what it happened to.")
@click.option("--number", type=click.IntRange(min=0))
@click.option("--number-to", type=click.IntRange(min=0), help="Upper end of a range.")
@click.option("--quantity", default="", help="at least, about, several ...")
@click.option("--place", default="")
@click.option("--date", "day", default="", help="ISO 8601, as precise as stated: 2015-10, 2015-10-19.")
@click.option("--actor", default="", help="Who did it, according to the source.")
@click.option("--weapon", default="")
@click.option("--denies", is_flag=True, help="The source denies it.")
@click.option("--passage", default="", help="The words that say it.")
@click.option("--item", help="The item that holds them.")
@click.option("--reason", default="")
@key_options
def add(run: Invocation, source: str, predicate: str, attributed_to: str, subject: str, number: int | None,
        number_to: int | None, quantity: str, place: str, day: str, actor: str, weapon: str, denies: bool, passage: str,
        item: str | None, reason: str, key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Enter a claim by hand."""
    claim = Claim(source=source, predicate=Predicate(predicate), attributed_to=attributed_to, subject=subject,
                  number=number, number_to=number_to, quantity=quantity, place=place, date=day, actor=actor,
                  weapon=weapon, denies=denies, passage=passage)
    if item:
        claim = replace(claim, item=ItemId(item.upper()))
    return _write(run, lambda writer: claims.add_claim(writer, claim, reason=reason), key=key, principal=principal,
                  no_passphrase=no_passphrase)


@verb("withdraw", group=command)
@click.argument("claim")
@click.option("--reason", required=True, help="Why it was a mistake.")
@key_options
def withdraw(run: Invocation, claim: str, reason: str, key: str | None, principal: str | None,
             no_passphrase: bool) -> ExitCode:
    """Take CLAIM back. It stays in the ledger and leaves the matrix."""
    return _write(run, lambda writer: claims.withdraw_claim(writer, ClaimId(claim.upper()), reason=reason), key=key,
                  principal=principal, no_passphrase=no_passphrase)


@verb("link", group=command)
@click.argument("claim")
@click.argument("item")
@click.option("--relation", type=click.Choice([one.value for one in Relation]), required=True)
@click.option("--reason", default="", help="What in the item speaks for or against it.")
@key_options
def link(run: Invocation, claim: str, item: str, relation: str, reason: str, key: str | None, principal: str | None,
         no_passphrase: bool) -> ExitCode:
    """Say what ITEM is to CLAIM; the last word on a pair stands."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="claim") as session:
        event = claims.link_claim(session.writer, ClaimId(claim.upper()), ItemId(item.upper()), Relation(relation),
                                  reason=reason)
    run.out.result({"claim": claim.upper(), "item": item.upper(), "relation": relation, "seq": event.seq},
                   text=f"{item.upper()} {relation} {claim.upper()}: line {event.seq} of the ledger")
    return ExitCode.OK


@verb("list", group=command)
@click.option("--all", "everything", is_flag=True, help="Rejected and withdrawn ones too.")
def list_(run: Invocation, everything: bool) -> ExitCode:
    """The claims of the case."""
    with run.open_case() as case:
        return _show(run, tuple(entry for entry in claims.all_claims(case) if everything or entry.stands))


@verb("matrix", group=command)
def matrix(run: Invocation) -> ExitCode:
    """Claims about the same event side by side: conflicts first, sources counted by origin."""
    with run.open_case() as case:
        found = claims.matrix(case, same_place=gazetteers().same_place)
    run.out.result(matrix_document(found), text=_matrix_lines(found))
    return ExitCode.OK


def _write(run: Invocation, change: Callable[[CaseWriter], ClaimEntry], *, key: str | None, principal: str | None,
           no_passphrase: bool) -> ExitCode:
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="claim") as session:
        return _show(run, (change(session.writer),))


def _show(run: Invocation, entries: tuple[ClaimEntry, ...]) -> ExitCode:
    run.out.result({"claims": [claim_document(entry) for entry in entries]},
                   text=table(("id", "state", "claim"),
                              [(entry.id, entry.action, claim_words(entry.claim)) for entry in entries]))
    run.out.say(count(len(entries), "claim"))
    return ExitCode.OK


def _show_proposals(run: Invocation, found: tuple[claims.ReadProposal, ...]) -> ExitCode:
    rows = [(read.proposal.id, read.claim or read.state, claim_words(read.proposal.claim),
             passage_words(read.proposal.claim)) for read in found]
    run.out.result({"proposals": [proposal_document(read) for read in found]},
                   text=table(("id", "state", "claim", "passage"), rows))
    run.out.say(f"{count(len(found), 'proposal')}; a claim becomes one only by --accept")
    return ExitCode.OK


def _matrix_lines(found: Matrix) -> Iterator[str]:
    for row in found.rows:
        what = " ".join(filter(None, (row.predicate, row.subject)))
        yield (f"{row.agreement.upper()}  {what}, {row.place or 'no place'}, {row.date or 'no date'}: "
               f"{count(row.origins, 'origin')}")
        for cell in row.cells:
            relayed = f", by {', '.join(cell.relayed_by)}" if cell.relayed_by else ""
            for one in cell.claims:
                yield f"    {one.id}  {cell.origin}{relayed}: {claim_words(one.claim).partition(': ')[2]}"
                yield f"        \u201c{passage_words(one.claim)}\u201d"
            for relation, items in cell.evidence.items():
                if items:
                    yield f"        {relation}: {', '.join(items)}"
        for one_id, other_id, why in row.conflicts:
            yield f"    {one_id} and {other_id}: {why}"
