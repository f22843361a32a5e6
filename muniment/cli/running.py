"""Options and questions of the verbs that go out to servers: limits, proxy, the plan and its question."""

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import click

from muniment.cli.invocation import Invocation
from muniment.cli.signing import obtain_key
from muniment.config.settings import Settings
from muniment.flows.environment import Environment

if TYPE_CHECKING:
    from muniment.flows.plan import CapturePlan
    from muniment.flows.session import Signing

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_NETWORK = (
    click.option("--proxy", metavar="URL", help="Upstream proxy: http:// or socks5h:// (Tor). Nothing goes around it."),
    click.option("--ca-file", metavar="PEM", help="Extra roots for servers."),
    click.option("--allow", multiple=True, metavar="ADDRESS[/LEN][:PORT]",
                 help="A private address that may be reached; may be given more than once."),
    click.option("--allow-private", is_flag=True, default=None, help="Loopback and private addresses may be reached."),
    click.option("--max-bytes", metavar="SIZE", help="Largest response, such as 500MB; longer ones are cut."),
    click.option("--timeout", metavar="SECONDS", help="Without a byte before a request counts as dead."),
    click.option("--per-host-delay", metavar="SECONDS", help="Between two requests to one host."),
    click.option("--concurrency", metavar="N", help="Captures at once."),
    click.option("--browser", metavar="auto|never|PATH", help="What shows pages; never: they are kept as sent."),
    click.option("--direct-browser", is_flag=True, default=None,
                 help="For sites that refuse the recorder: Chromium connects itself, and what it tells is recorded."),
    click.option("--archives", multiple=True, metavar="PREFIX|none",
                 help="A web archive asked for dated copies of what is gone; more than once; none: no archive."),
    click.option("--robots", metavar="record|obey|off", help="robots.txt: recorded, obeyed, or not asked for."),
    click.option("--country", metavar="TEXT", help="Where requests leave to the internet: told with what is absent."),
    click.option("--via", metavar="URL",
                 help="A second vantage, http:// or socks5h://: what is not available is asked for again through it."),
    click.option("--profile", "--as", "profile", metavar="NAME",
                 help="Signed in as: a profile of yours. Its cookies go to their own domains only, and are masked."),
    click.option("--keep-credentials", is_flag=True, default=None,
                 help="Do not mask what proves the profile: whoever gets the record can be you. Goes to the ledger."),
    click.option("--user-agent", metavar="TEXT", help="What servers are told the client is."),
)


def network_options(function: Decorated) -> Decorated:
    """The options of a run over the network, each named like its setting."""
    return reduce(lambda inner, option: option(inner), reversed(_NETWORK), function)


def given(options: dict[str, Any]) -> dict[str, object]:
    """The options that were typed: an empty list is none."""
    return {name: value for name, value in options.items() if value not in (None, ())}


def signing(run: Invocation, settings: Settings, *, no_passphrase: bool) -> "Signing":
    """Who runs this and with which key; the key is made if need be."""
    from muniment.flows.session import Signing  # capturing, and all it needs, takes half a second to import

    return Signing(signer=obtain_key(run, settings, no_passphrase=no_passphrase).signer, principal=settings.principal)


def environment(run: Invocation) -> Environment:
    """Progress on stderr, and the plan shown before the first request; where nobody can be asked the run goes on."""
    from muniment.cli.judging import judging  # it reads bundles

    def confirm(plan: "CapturePlan") -> bool:
        from muniment.flows.plan import plan_lines

        run.out.say(*plan_lines(plan))
        return run.confirm("Go on?", unattended=True)

    return Environment(progress=run.out.progress(), confirm=confirm, judge=judging(run))

