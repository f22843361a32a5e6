"""The one JSON form of the ledger: bytes that are hashed must have a single spelling.

1. One line: keys sorted by code point, ASCII escapes, no spaces, LF at the end.
2. Integers lie within +-(2^53-1); floating-point numbers are not written (decimals travel as strings).
3. Reading accepts only this spelling: duplicate keys, other spacing and other escapes are errors.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from evidence_store.errors import FormatError

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

MAX_INTEGER = 2**53 - 1       # RFC 7493 2.2: larger integers are not exact in every reader
MAX_DEPTH = 64                # far above any body; keeps a hostile body from exhausting the stack


def encode(value: Mapping[str, JsonValue]) -> bytes:
    """The canonical line of a JSON object, LF included; FormatError for what the form cannot hold."""
    _check(value, depth=0)
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"


def decode(line: bytes) -> dict[str, JsonValue]:
    """The object of a canonical line; FormatError for any other spelling."""
    try:
        value = json.loads(line, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not canonical JSON: {error}") from error
    if not isinstance(value, dict):
        raise FormatError("not canonical JSON: not an object")
    if encode(value) != line:
        raise FormatError("not canonical JSON: spelt in another way")
    return value


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("not canonical JSON: a key occurs twice")
    return found


def _no_float(text: str) -> JsonValue:
    raise FormatError(f"not canonical JSON: the number {text[:40]} is not an integer")


def _check(value: JsonValue, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FormatError(f"nested deeper than {MAX_DEPTH}")
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > MAX_INTEGER:
                raise FormatError(f"the integer {value} is beyond +-(2^53-1)")
        case Mapping():
            for key, member in value.items():
                if not isinstance(key, str):
                    raise FormatError(f"the key {key!r} is not text")
                _check(member, depth + 1)
        case list() | tuple():
            for member in value:
                _check(member, depth + 1)
        case _:
            raise FormatError(f"{type(value).__name__} has no canonical form")
