"""`muniment key`: make, list, show, card; in a case: enrol, revoke, enrolled, revoked."""

from pathlib import Path

import click

from evidence_store.canonical import JsonValue
from evidence_store.custody.keys import PublicKey, TrustedSigner, format_allowed_signers, public_file
from evidence_store.custody.words import words
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.running import environment, signing
from muniment.cli.signing import DEFAULT_PRINCIPAL, key_access, key_options
from muniment.cli.tables import table
from muniment.flows import case_keys, keys
from muniment.flows.session import open_session
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


@verb("enrol", group=command)
@click.argument("public", metavar="PUBLIC-KEY-FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--for", "holder", metavar="NAME", required=True, help="Who the key speaks for: address or pseudonym.")
@click.option("--role", default="investigator", show_default=True, help="What they do in the case.")
@key_options
def enrol(run: Invocation, public: Path, holder: str, role: str, key: str | None, principal: str | None,
          no_passphrase: bool) -> ExitCode:
    """Let somebody else's key speak in the case; compare its words with its holder first."""
    settings = run.settings(key=key, principal=principal).settings
    theirs = keys.read_public_key(public)
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="key enrol") as session:
        event = case_keys.enrol(session.writer, theirs, holder, role)
    run.out.result({**_document(theirs), "seq": event.seq, "principal": holder, "role": role},
                   text=f"{theirs.fingerprint} speaks for {holder}, by event {event.seq}")
    return ExitCode.OK


@verb("revoke", group=command)
@click.argument("fingerprint", metavar="SHA256:...")
@click.option("--reason", type=click.Choice([reason.value for reason in case_keys.RevocationReason]), required=True,
              help="lost: nobody has it; stolen: somebody else may; left: its holder is gone.")
@key_options
def revoke(run: Invocation, fingerprint: str, reason: str, key: str | None, principal: str | None,
           no_passphrase: bool) -> ExitCode:
    """Let a key speak in the case no longer; signs a checkpoint that covers the revocation."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case, open_session(case, signing(run, settings, no_passphrase=no_passphrase), settings,
                                               environment(run), command="key revoke") as session:
        event = case_keys.revoke(session.writer, fingerprint, case_keys.RevocationReason(reason))
        signed = session.writer.checkpoint()
    run.out.result({"seq": event.seq, "fingerprint": fingerprint, "reason": reason, "size": signed.size},
                   text=f"{fingerprint} is revoked ({reason}), by event {event.seq}")
    run.out.say("tell everybody who holds its line in an allowed_signers file: `muniment key revoked` prints the list")
    return ExitCode.OK


@verb("enrolled", group=command)
def enrolled(run: Invocation) -> ExitCode:
    """The keys that speak, or spoke, in the case."""
    with run.open_case() as case:
        found = case_keys.enrolled(case)
    run.out.result({"keys": [{"fingerprint": one.fingerprint, "principal": one.principal, "role": one.role,
                              "protection": one.protection, "enrolled_seq": one.enrolled_seq,
                              "revoked_seq": one.revoked_seq, "revoked_reason": one.revoked_reason or None}
                             for one in found]},
                   text=table(("fingerprint", "revoked", "who"),
                              [(one.fingerprint, one.revoked_reason, f"{one.principal} ({one.role})")
                               for one in found]))
    return ExitCode.OK


@verb("revoked", group=command)
def revoked(run: Invocation) -> ExitCode:
    """The revoked keys of the case, a line each: what `ssh-keygen -Y verify -r` takes."""
    with run.open_case() as case:
        lines = list(case_keys.revoked_lines(case))
    run.out.result({"keys": list[JsonValue](lines)}, text=lines)
    return ExitCode.OK


def _document(key: PublicKey) -> dict[str, JsonValue]:
    return {"fingerprint": key.fingerprint, "key16": key.key16, "public_key": key.line, "words": list(words(key))}
