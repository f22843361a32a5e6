"""`muniment key`: make, list, show, card."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from evidence_store.custody.keys import PublicKey, TrustedSigner, format_allowed_signers, public_file
from evidence_store.custody.words import words
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.signing import DEFAULT_PRINCIPAL, key_access
from muniment.cli.tables import table
from muniment.flows import keys
from muniment.report.qr import qr_lines


@click.group("key")
def command() -> None:
    """The investigator's signing keys."""


@verb("make", group=command)
@click.option("--file", "path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Where to; default: your own key in your data directory.")
@click.option("--comment", default=keys.KEY_COMMENT, show_default=True, help="Stands at the end of the public line.")
@click.option("--no-passphrase", is_flag=True, help="Whoever can read the file can sign with it.")
def make(run: Invocation, path: Path | None, comment: str, no_passphrase: bool) -> ExitCode:
    """Make an Ed25519 key in OpenSSH's format; asks for its passphrase."""
    access = key_access(run, no_passphrase=no_passphrase)
    target = path or access.own_key
    signer = keys.make_key(target, access, comment=comment)
    run.out.result({**_document(signer.public), "file": str(target), "protection": signer.protection},
                   text=[signer.public.fingerprint, f"private key  {target}", f"public key   {public_file(target)}"])
    if signer.protection == "none":
        run.out.warn("the key has no passphrase: whoever can read the file can sign with it")
    return ExitCode.OK


@verb("list", group=command)
def list_(run: Invocation) -> ExitCode:
    """The keys you can sign with: files of your own, and ssh-agent's."""
    known = keys.known_keys(key_access(run, no_passphrase=False))
    document = [{**_document(entry.key), "place": entry.place, "comment": entry.comment} for entry in known]
    run.out.result({"keys": document},
                   text=table(("fingerprint", "--key"), [(entry.key.fingerprint, entry.place) for entry in known]))
    if not known:
        run.out.say("no key yet: `muniment key make` or `muniment init` makes one")
    return ExitCode.OK


@verb("show", group=command)
@click.argument("key", required=False)
@click.option("--principal", metavar="NAME", help="Who the key stands for in an allowed_signers file.")
def show(run: Invocation, key: str | None, principal: str | None) -> ExitCode:
    """The line that others put into their allowed_signers file to trust KEY."""
    settings = run.settings(key=key, principal=principal).settings
    public = keys.public_key(settings.key, key_access(run, no_passphrase=False))
    signer = TrustedSigner(principal=settings.principal or DEFAULT_PRINCIPAL, key=public)
    line = format_allowed_signers([signer]).rstrip("\n")
    run.out.result({**_document(public), "allowed_signers": line}, text=line)
    return ExitCode.OK


@verb("card", group=command)
@click.argument("key", required=False)
def card(run: Invocation, key: str | None) -> ExitCode:
    """Fingerprint, words and QR code of KEY, to hand over in person or to read out over the telephone."""
    public = keys.public_key(run.settings(key=key).settings.key, key_access(run, no_passphrase=False))
    spoken = words(public)
    run.out.result(_document(public), text=[
        "fingerprint  " + public.fingerprint,
        "named        " + public.key16,
        "words        " + " ".join(spoken[:4]),
        "             " + " ".join(spoken[4:]),
        "",
        public.line,
        *qr_lines(public.line.encode("ascii")),
    ])
    return ExitCode.OK


def _document(key: PublicKey) -> dict[str, JsonValue]:
    return {"fingerprint": key.fingerprint, "key16": key.key16, "public_key": key.line, "words": list(words(key))}
