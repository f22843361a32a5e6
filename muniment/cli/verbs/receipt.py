"""`muniment receipt`."""

from pathlib import Path

import click

from evidence_store.atomic import write_once
from evidence_store.canonical import JsonValue
from evidence_store.custody.receipts import Receipt
from evidence_store.handling import TransferReceipt
from evidence_store.receipts import take_paper, take_receipt
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import key_options
from muniment.config.settings import Settings
from muniment.flows.handling_words import handling_words
from muniment.flows.session import open_session
from muniment.flows.transfer import receive
from verify.trust import read_trust

MAX_SCAN_BYTES = 64 * 1024 * 1024      # a scanned page has a few MB


@verb("receipt")
@click.argument("target", metavar="[BUNDLE|CHECKPOINT]", required=False,
                type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Where the receipt goes; default: beside TARGET, named after it.")
@click.option("--trust", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="allowed_signers that you had from the sender by another way than the bundle.")
@click.option("--take", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Take a receipt that somebody gave into the case.")
@click.option("--paper", metavar="SCAN", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="With --take: the scan of the page signed by hand; FILE holds the checkpoint's four lines.")
@click.option("--from", "recipient", metavar="NAME", default="", help="With --take: who gave it.")
@key_options
def command(run: Invocation, target: Path | None, output: Path | None, trust: Path | None, take: Path | None,
            paper: Path | None, recipient: str, key: str | None, principal: str | None,
            no_passphrase: bool) -> ExitCode:
    """Countersign the checkpoint of a BUNDLE that you received, or --take a receipt into the case.

    The bundle is verified first, and nothing is signed where it fails. The receipt is a small file: send it back, and
    keep a copy. It is what `verify --receipt` compares with.
    """
    settings = run.settings(key=key, principal=principal).settings
    if (target is None) == (take is None):
        raise click.UsageError("name a bundle or a checkpoint, or take a receipt with --take FILE")
    if take is not None:
        return _take(run, take, paper, recipient, settings, no_passphrase=no_passphrase)
    if target is None or paper is not None or recipient:
        raise click.UsageError("--paper and --from belong to --take")
    wanted = output or target.with_name(f"{target.resolve().name}.receipt")
    if wanted.exists():
        raise click.UsageError(f"{wanted} exists already: name another file with -o")
    signer = signing(run, settings, no_passphrase=no_passphrase).signer
    done = receive(target, signer, trust=read_trust(trust) if trust else None, progress=run.out.progress())
    if done.report is not None:
        run.out.say(done.report.answer)
    if done.receipt is None:
        run.out.warn("no receipt was signed: verify the bundle to see what is wrong")
        return ExitCode.VERIFICATION_FAILED
    write_once(wanted, done.receipt.to_bytes())
    run.out.result({"file": str(wanted), "size": done.receipt.checkpoint.size, "key": signer.public.fingerprint,
                    "origin": done.receipt.checkpoint.origin,
                    "sha256_prefix": done.receipt.checkpoint.prefix_sha256}, text=str(wanted))
    run.out.say(f"send {wanted.name} to whom the bundle came from, and keep a copy")
    return ExitCode.OK


def _take(run: Invocation, file: Path, scan: Path | None, recipient: str, settings: Settings, *,
          no_passphrase: bool) -> ExitCode:
    if not recipient:
        raise click.UsageError("say who gave the receipt: --from NAME")
    receipt = Receipt.read(file)
    taken: tuple[TransferReceipt, ...]
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="receipt") as session:
        if scan is None:
            taken = take_receipt(session.writer, receipt, recipient)
        else:
            taken = (take_paper(session.writer, receipt.checkpoint, _read_scan(scan), recipient),)
    run.out.result({"taken": [_document(event) for event in taken]}, text=map(handling_words, taken))
    if not taken:
        run.out.say("the case has this receipt already")
    return ExitCode.OK


def _read_scan(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_SCAN_BYTES + 1)
    if len(data) > MAX_SCAN_BYTES:
        raise click.UsageError(f"{path} is larger than {MAX_SCAN_BYTES} bytes")
    return data


def _document(event: TransferReceipt) -> dict[str, JsonValue]:
    return {"recipient": event.recipient, "size": event.size, "form": event.form, "witness": event.witness or None,
            "receipt_sha256": event.receipt_sha256}
