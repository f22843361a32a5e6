"""Make the sealed bundle of a case: who is visible in it, its documents for people, its verifiers, the seal.

1. Nothing is announced in the ledger while somebody is visible in the bundle whom nobody let pass, or while a source's
   condition is not kept to.
2. What was let pass, and why a condition is kept to, are events.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from evidence_store.bundle.bag import refuse_taken
from evidence_store.bundle.model import BundleDocuments, BundleOptions, WrittenBundle
from evidence_store.bundle.seal import seal_bundle, withholding_of
from evidence_store.case import Case
from evidence_store.custody.checkpoint import SignedCheckpoint
from evidence_store.disclosing import AcceptedHit, ConditionMet, ExposureAccepted
from evidence_store.disclosure.account import items_of
from evidence_store.disclosure.conditions import Condition, conditions
from evidence_store.disclosure.plan import Withholding
from evidence_store.disclosure.reading import as_disclosed
from evidence_store.errors import BundleRefused
from evidence_store.events import Disclose
from evidence_store.records import ItemId
from evidence_store.writer import CaseWriter
from muniment.config.settings import Settings
from muniment.flows.circumstances import tool
from muniment.flows.environment import Environment
from muniment.flows.exposure import Watchlist, find_exposures, surroundings
from muniment.flows.profiles import profile_secrets, profiles_folder
from muniment.flows.redacted import stand_in
from muniment.flows.report_material import CaseMaterial
from muniment.flows.stamp import stamp_checkpoint, stamp_seal
from muniment.report.case_jsonld import case_jsonld
from muniment.report.declaration import declaration_txt
from muniment.report.documents import bundle_documents
from muniment.report.exhibits import exhibits, exhibits_csv, exhibits_xlsx
from verify.exposure.search import Found
from verify.scripts import verify_cmd, verify_py, verify_sh

NO_RECIPIENT = "not said"
_OURS = re.compile(r"ITEM-\d+|[0-9a-f]{64}|urn:uuid:[0-9a-f-]+", re.ASCII)     # what only Muniment writes
MAX_NAMED = 10            # exposures named in the error; all are listed before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a bundle shall show and keep back."""

    withheld: tuple[ItemId, ...] = ()
    withheld_seqs: tuple[int, ...] = ()
    redacted: tuple[ItemId, ...] = ()                  # withheld, but for their redacted versions
    not_selected: tuple[ItemId, ...] = ()
    predecessor: str = ""                              # "": the recipient's last one
    conditions_met: Mapping[ItemId, str] = field(default_factory=dict)      # why, in the words of who hands over
    own_list: tuple[str, ...] = ()                     # what must not be found in it
    sign_captures: bool = False                        # sign its WACZ anonymously too
    declaration: bool = False                          # with a draft of the collector's statement


NO_WISHES = Wishes()


class Exposed(BundleRefused):
    """Somebody or something is visible in the bundle to be."""

    def __init__(self, found: Found, unjudged: Iterable[str]) -> None:
        self.found = found
        self.unjudged = tuple(unjudged)
        listed = "; ".join(f"{one.kind} {one.value} in {one.places[0]}" for one in found.exposures[:MAX_NAMED]
                           if one.id in self.unjudged)
        super().__init__(f"the bundle was not sealed: it would show {len(self.unjudged)} things that nobody let pass: "
                         f"{listed}",
                         hint="`muniment bundle --dry-run` lists them; withhold the items or events (--withhold, "
                              "--withhold-event), or let them pass (--accept ID, or --accept all)")


def bundle_case(writer: CaseWriter, *, destination: Path, recipient: str, environment: Environment,
                not_selected: tuple[ItemId, ...] = (), settings: Settings | None = None, wishes: Wishes = NO_WISHES
                ) -> WrittenBundle:
    """Write, seal and record a bundle of all items but those withheld and those not selected.

    The timestamp authorities of `settings` stamp its checkpoint and its seal; one that cannot be had stops nothing.
    Exposed where something is visible that nobody let pass; BundleRefused for a condition that is not kept to.
    """
    given = settings or Settings()
    refuse_taken(destination)
    withheld = dict.fromkeys((*wishes.withheld, *wishes.redacted))
    options = BundleOptions(
        bundle_id=environment.random(16).hex(), recipient=recipient or NO_RECIPIENT, software=tool("muniment"),
        not_selected=tuple(dict.fromkeys((*not_selected, *wishes.not_selected))), withheld=tuple(withheld),
        withheld_seqs=wishes.withheld_seqs, predecessor=wishes.predecessor, sign_captures=wishes.sign_captures)
    for item in wishes.redacted:
        stand_in(writer, item, environment)
    withholding = withholding_of(writer.case, items=options.withheld, seqs=options.withheld_seqs)
    _keep_conditions(writer, options, withholding, wishes)
    unsearched = _look_for_people(writer, options, withholding, wishes, environment)

    def stamp(checkpoint: SignedCheckpoint) -> None:
        stamp_checkpoint(writer, checkpoint, given, environment)

    written = seal_bundle(
        writer,
        options,
        created_at=environment.clock(),
        destination=destination,
        stamp=stamp,
        stamp_seal=lambda bundle: stamp_seal(bundle.path, given, environment).tokens,
        progress=environment.progress,
        documents=lambda checkpoint: _silent_on(withholding, _documents(
            writer.case, checkpoint, options, given.report_language, declaration=wishes.declaration)),
    )
    writer.checkpoint()  # so that the case's own last word, `sealed`, is signed for too
    return replace(written, unsearched=unsearched,
                   dragged=tuple((one.item, one.because) for one in withholding.dragged))


def _keep_conditions(writer: CaseWriter, options: BundleOptions, withholding: Withholding, wishes: Wishes) -> None:
    """Rule 2 for conditions."""
    back = {*withholding.items, *options.not_selected}
    bound = {item: one for item, one in conditions(writer.case.events()).items() if item not in back}
    broken = {item: one for item, one in bound.items() if not wishes.conditions_met.get(item, "").strip()}
    if broken:
        said = "; ".join(f"{item} ({_condition_words(one)})" for item, one in sorted(broken.items()))
        raise BundleRefused(f"these items came under conditions: {said}",
                            hint="withhold them (--withhold), or say why the condition is kept to: "
                                 '--condition-met "ITEM=why"')
    grouped: dict[tuple[str, str], list[ItemId]] = {}
    for item, one in sorted(bound.items()):
        grouped.setdefault((one.words, wishes.conditions_met[item]), []).append(item)
    writer.append(*(ConditionMet(bundle=options.bundle_id, items=tuple(items), conditions=words, because=because)
                    for (words, because), items in grouped.items()))


def _condition_words(condition: Condition) -> str:
    return f"{condition.source}: {condition.words}" if condition.source else condition.words


def _look_for_people(writer: CaseWriter, options: BundleOptions, withholding: Withholding, wishes: Wishes,
                     environment: Environment) -> tuple[tuple[str, str], ...]:
    """Rule 1; what could not be searched, and why."""
    watchlist = Watchlist(surroundings=environment.surroundings or surroundings(), own=wishes.own_list,
                          profiles=tuple(profile_secrets(profiles_folder(environment.profiles))))
    found = find_exposures(writer.case, withholding, options.not_selected, watchlist, environment.progress)
    if not found.exposures:
        return found.unread
    judgement = environment.judge(found)
    unjudged = judgement.open(found)
    if unjudged:
        raise Exposed(found, unjudged)
    writer.append(ExposureAccepted(
        bundle=options.bundle_id, reason=judgement.reason,
        hits=tuple(AcceptedHit(kind=one.kind.value, value=one.value, places=one.count) for one in found.exposures)))
    return found.unread


def _documents(case: Case, checkpoint: SignedCheckpoint, options: BundleOptions, language: str, *,
               declaration: bool) -> BundleDocuments:
    events = list(case.events(0, checkpoint.checkpoint.size))
    last = events[-1].body
    shown = list(as_disclosed(events, last.withheld_seqs if isinstance(last, Disclose) else ()))
    included = items_of(shown) - set(options.not_selected)
    listed = exhibits(shown, included)
    made = bundle_documents(
        shown,
        checkpoint=checkpoint.checkpoint,
        options=options,
        sealer=checkpoint.signer,
        verify_py=verify_py(),
        verify_sh=verify_sh(),
        material=CaseMaterial(case),
        language=language,
    )
    others = {**made.others, "verify.cmd": verify_cmd(),
              "case.jsonld": case_jsonld(shown, exhibits(shown), software=options.software),
              "exhibits.csv": exhibits_csv(listed), "exhibits.xlsx": exhibits_xlsx(listed)}
    if declaration:
        others["declaration.txt"] = declaration_txt(shown, listed, checkpoint=checkpoint.checkpoint,
                                                    sealer=checkpoint.signer, bundle=options.bundle_id)
    return replace(made, others=others)


def _silent_on(withholding: Withholding, documents: BundleDocuments) -> BundleDocuments:
    """The documents; BundleRefused where one names what is withheld. Addresses may stand in texts of captured pages."""
    named = [word for word in withholding.marks.words if _OURS.fullmatch(word)]
    pattern = re.compile("|".join(map(re.escape, named)).encode("ascii") if named else rb"(?!)")
    for path, content in documents.files().items():
        if pattern.search(content):
            raise BundleRefused(f"{path} would name what is withheld",
                                hint="please report this: it must not be possible")
    return documents
