"""Options and questions about the key that signs, shared by the verbs that write to a case."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from muniment.cli.invocation import Invocation
from muniment.config.load import user_data_folder
from muniment.flows.keys import KeyAccess

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def key_options(function: Decorated) -> Decorated:
    """`--key` and `--no-passphrase`, passed on as `key` and `no_passphrase`."""
    key = click.option("--key", metavar="FILE|agent:SHA256:...",
                       help="The key that signs; default: your own, made when it is first needed.")
    bare = click.option("--no-passphrase", is_flag=True,
                        help="A key that must be made goes without a passphrase (MUNIMENT_NO_PASSPHRASE=1).")
    return key(bare(function))


def key_access(run: Invocation, *, no_passphrase: bool) -> KeyAccess:
    """How this run finds and opens keys: it asks only where somebody is there to answer."""
    return KeyAccess(
        folder=user_data_folder(),
        ask_passphrase=run.ask_passphrase if run.interactive else None,
        ask_new_passphrase=run.ask_new_passphrase if run.interactive else None,
        no_passphrase=no_passphrase or run.no_passphrase,
    )
