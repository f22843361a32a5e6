"""How much the recorder takes from a server, and how long it waits. Everything a server sends is hostile input.

1. What is cut by a limit is kept up to the limit and marked (`WARC-Truncated: length` or `time`), never dropped.
"""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

MAX_HEAD_BYTES = 256 * KIB      # heads of real servers stay under 64 KiB; Chromium itself stops at 256 KiB
MAX_REQUEST_HEAD_BYTES = 256 * KIB
MAX_INTERIM_RESPONSES = 32      # a server that sends 1xx without end would never reach its answer
MAX_TRAILING_BYTES = 64 * KIB   # bytes after the declared end, kept for the record
MAX_CHUNK_LINE_BYTES = 16 * KIB     # a chunk size with its extensions (RFC 9112 7.1.1)
MAX_TRAILER_BYTES = 64 * KIB
MAX_CONNECTIONS = 512           # of clients at once; more wait in the listen queue
MAX_LEAVES = 512                # server names whose certificates are held ready
MAX_PENDING_COMMITS = 64        # exchanges that ended and wait for the WARC; more make their clients wait
ODD_HEAD_SECONDS = 1.0          # after a malformed head, how long a client that may be waiting for more is left waiting

FIRST_READ_BYTES = 16 * KIB     # most exchanges are small; buffers grow to READ_BYTES where bodies flow
READ_BYTES = 256 * KIB          # larger reads gain nothing measurable, smaller ones cost throughput
YIELD_BYTES = 4 * MIB           # relayed without waiting, before others get their turn
SPOOL_IN_MEMORY_BYTES = 8 * KIB  # smaller streams never touch the spool folder
SYNC_INTERVAL_SECONDS = 1.0     # DESIGN section 4: at most one second of unsynced bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderLimits:
    """Limits of one exchange and of the capture around it; seconds and bytes."""

    max_bytes: int = 16 * GIB            # of one response, head included; more: truncated, `length`
    max_request_bytes: int = 1 * GIB     # of one request body
    connect_seconds: float = 20.0        # name, connection and handshake, each
    idle_seconds: float = 60.0           # without a byte from the server; more: truncated, `time`
    total_seconds: float = 4 * 3600.0    # of one exchange; more: truncated, `time`
    keep_alive_seconds: float = 120.0    # a client connection without a request
    drain_seconds: float = 30.0          # that closing a capture waits for exchanges in flight
