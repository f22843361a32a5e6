"""What the verdict needs to know, read from the recording rather than from the client. Pure."""

from archiver.capture.drafts import best_exchange
from archiver.capture.resources import Resource
from archiver.clients.fetch import Fetched
from archiver.recorder import Recording
from archiver.verdicts.judge import Observation, Part
from archiver.verdicts.page import PageView
from evidence_store.records import Exchange


def observe(url: str, main: Fetched, page: PageView | None, recording: Recording, *,
            rendered: bool = False) -> Observation:
    """The main document as it went over the wire."""
    exchange = best_exchange(recording.exchanges, main.final_url)
    if exchange is None or main.status is None:
        asked = main.final_url.split("#", 1)[0]
        refused = next((refusal.reason for refusal in recording.refusals if refusal.url == asked), "")
        failure = next(
            (f"{failed.kind}: {failed.detail}" for failed in reversed(recording.failures) if failed.url == asked), ""
        )
        return Observation(
            url=url,
            final_url=main.final_url,
            status=None,
            media_type="",
            length=0,
            truncated=None,
            refused=refused,
            failure=failure or main.failure,
        )
    return Observation(
        url=url,
        final_url=main.final_url,
        status=exchange.status,
        media_type=exchange.media_type,
        length=exchange.payload_length,
        truncated=exchange.truncated,
        tls=exchange.peer.tls,
        tls_cause=exchange.peer.tls_cause,
        page=page,
        rendered=rendered,
    )


def part_of(resource: Resource, exchanges: tuple[Exchange, ...]) -> Part:
    """One resource of a page, for the verdict."""
    fetched = resource.fetched
    exchange = best_exchange(exchanges, fetched.final_url)
    whole = exchange is not None and exchange.is_whole and fetched.status is not None
    cut = f"truncated ({exchange.truncated})" if exchange and exchange.truncated else "not recorded"
    return Part(
        url=fetched.url,
        is_content=resource.is_content,
        whole=whole,
        status=fetched.status,
        media_type=fetched.media_type,
        problem="" if whole else fetched.failure or cut,
    )
