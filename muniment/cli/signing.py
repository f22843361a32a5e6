"""Options and questions about the key that signs, shared by the verbs that write a case."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from muniment.cli.invocation import Invocation
from muniment.config.load import user_data_folder
from muniment.config.settings import Settings
from muniment.flows.keys import KeyAccess, ObtainedKey, obtain_signer

DEFAULT_PRINCIPAL = "investigator"       # in a case whose maker gave no name

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def key_options(function: Decorated) -> Decorated:
    """`--key`, `--principal` and `--no-passphrase`, passed on under these names."""
    key = click.option("--key", metavar="FILE|agent:SHA256:...",
                       help="The key that signs; default: your own, made when it is first needed.")
    name = click.option("--principal", metavar="NAME",
                        help="Who signs, as it shall stand in the ledger: an address or a pseudonym.")
    bare = click.option("--no-passphrase", is_flag=True,
                        help="A key that must be made goes without a passphrase (MUNIMENT_NO_PASSPHRASE=1).")
    return key(name(bare(function)))


def key_access(run: Invocation, *, no_passphrase: bool) -> KeyAccess:
    """How this run finds and opens keys: it asks only where somebody is there to answer."""
    return KeyAccess(
        folder=user_data_folder(),
        ask_passphrase=run.ask_passphrase if run.interactive else None,
        ask_new_passphrase=run.ask_new_passphrase if run.interactive else None,
        no_passphrase=no_passphrase or run.no_passphrase,
    )


def obtain_key(run: Invocation, settings: Settings, *, no_passphrase: bool) -> ObtainedKey:
    """The key that signs in this run; says so when it was made."""
    obtained = obtain_signer(settings.key, key_access(run, no_passphrase=no_passphrase))
    if obtained.made:
        run.out.say(f"made the key {obtained.path}: {obtained.signer.public.fingerprint}")
        if obtained.signer.protection == "none":
            run.out.warn("it has no passphrase: whoever can read the file can sign with it")
    return obtained
