"""All documents of a bundle, from its events."""

from collections.abc import Iterable

from evidence_store.bundle.model import BundleDocuments, BundleOptions
from evidence_store.custody.checkpoint import Checkpoint
from evidence_store.custody.publickey import PublicKey
from evidence_store.events import Event
from muniment.report import by_hand
from muniment.report.building import INDEX, report_files
from muniment.report.dossier import gather
from muniment.report.edition import Edition
from muniment.report.material import Material, NoMaterial
from muniment.report.messages import DEFAULT, messages
from muniment.report.pages import rendered
from muniment.report.site import Site, coverage

_NOTHING = NoMaterial()
COMMAND = "python3 -I -S ../verify.py . --trust ../trusted_signers"     # the same in every language


def bundle_documents(events: Iterable[Event], *, checkpoint: Checkpoint, options: BundleOptions, sealer: PublicKey,
                     verify_py: bytes, verify_sh: bytes, material: Material = _NOTHING,
                     language: str = DEFAULT) -> BundleDocuments:
    """The documents of the bundle that is cut at `checkpoint` and will be sealed by `sealer`.

    `events`: those below the checkpoint whose bodies are handed over, of which the last is the bundle's `disclose`;
    FormatError otherwise. `verify_py`, `verify_sh`: the verifiers that the bundle carries. `material`: texts and
    pictures of what is included. `language`: of the report, one of `messages.LANGUAGES`.
    """
    dossier = gather(events)
    edition = Edition(software=options.software, checkpoint=checkpoint, sealer=sealer, bundle=options.bundle_id,
                      language=language, material=material)
    files = dict(report_files(dossier, edition))
    if language != DEFAULT:
        files[by_hand.name_of(language)] = by_hand.verify_txt(checkpoint, options, sealer, language)
    return BundleDocuments(
        start_here=rendered("start-here.html.j2", dossier=dossier, checkpoint=checkpoint, options=options,
                            sealer=sealer, words=messages(language), command=COMMAND,
                            coverage=coverage(Site(dossier=dossier, edition=Edition(software=options.software)))),
        report=files.pop(INDEX),
        verify_txt=by_hand.verify_txt(checkpoint, options, sealer),
        verify_sh=verify_sh,
        verify_py=verify_py,
        others=files,
    )
