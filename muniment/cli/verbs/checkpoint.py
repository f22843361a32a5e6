"""`muniment checkpoint`."""

import base64

from evidence_store.clock import system_clock, system_random
from muniment.cli.command import verb
from muniment.cli.exit_codes import ExitCode
from muniment.cli.invocation import Invocation
from muniment.cli.signing import key_options, obtain_key


@verb("checkpoint")
@key_options
def command(run: Invocation, key: str | None, principal: str | None, no_passphrase: bool) -> ExitCode:
    """Sign the ledger as it stands. Give the result to somebody else: a copy elsewhere is what proves it later."""
    settings = run.settings(key=key, principal=principal).settings
    with run.open_case() as case:
        obtained = obtain_key(run, settings, no_passphrase=no_passphrase)
        with case.writer(obtained.signer, command="checkpoint", clock=system_clock, random=system_random,
                         principal=settings.principal) as writer:
            signed = writer.checkpoint()
        root = base64.b64encode(signed.checkpoint.root).decode()
        run.out.result({"size": signed.size, "origin": signed.checkpoint.origin, "root": root,
                        "sha256_prefix": signed.checkpoint.prefix_sha256, "key": signed.signer.fingerprint,
                        "file": str(case.layout.checkpoints / f"{signed.size:010d}")},
                       text=signed.checkpoint.to_text().decode().rstrip("\n"))
        run.out.say(f"checkpoint {signed.size} signed by {signed.signer.fingerprint}")
    return ExitCode.OK
