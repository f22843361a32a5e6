"""A tunnel through the recorder that is not opened: a browser's own TLS, end to end, for sites that refuse ours.

1. Policy, name resolution and upstream proxy are those of every other connection: what is refused stays refused.
2. Nothing of it is read: counted are its bytes, and where it led. Who uses it has another token than who is recorded.
3. It ends with its capture, and at the limits of an exchange.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from archiver.recorder.limits import RecorderLimits
from archiver.recorder.wire import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """One connection that was passed on unread."""

    host: str
    port: int
    address: str              # connected to, or "via proxy"
    opened_at: datetime
    sent: int                 # bytes to the server
    received: int


async def pass_on(client: Connection, server: Connection, limits: RecorderLimits,
                  told: Callable[[int, int], None]) -> None:
    """Bytes both ways until one side ends or a limit is reached; `told` is given how many, however it ends."""
    counts = [0, 0]

    async def pump(source: Connection, sink: Connection, side: int) -> None:
        while counts[side] <= limits.max_bytes and (data := await source.some()):
            counts[side] += len(data)
            await sink.write(data)

    pumps = {asyncio.ensure_future(pump(client, server, 0)), asyncio.ensure_future(pump(server, client, 1))}
    try:
        await asyncio.wait(pumps, timeout=limits.total_seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        server.close()
        told(counts[0], counts[1])
