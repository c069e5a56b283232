"""Payloads as nobody sends them by mistake: captured ones with hostile values, wrong types, depth, size and broken bytes. Seeded."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote_plus

HOSTILE = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e\u2066\ufeff",
    "e" + "\u0301" * 300,
    "👩‍👩‍👧‍👦" * 50,
    "﷽" * 100,
    "' OR 1=1; --",
    "{{7*7}}${7*7}%s%n%x{0}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "http://127.0.0.1:1/latest",
    "nan",
    "-inf",
    "1e999",
    "9" * 400,
    "-1",
    "٣٤",
    "²",
    "true",
    "null",
    "\r\nX-Injected: 1",
    "+1" + "5" * 40,
    "whatsapp:",
    "a" * 3_000,
)
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**53, 2**63, 10**400, -(2**63), 0.5, 1e308, float("nan"), float("inf"),
    [], {}, [[]], [None], {"": None}, {"type": {}}, [1, "a", None], {"id": [], "type": 3},
)  # fmt: skip


def junk(rng: random.Random) -> Any:
    """One value that does not belong where it is put."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(HOSTILE)
    if kind < 0.9:
        return rng.choice(JUNK)
    if kind < 0.95:
        return "".join(chr(rng.randrange(0x10FFFF)) for _ in range(rng.randrange(40)))
    return nested(rng.choice((5, 19, 21, 39, 41, 60)))


def nested(depth: int) -> Any:
    """Lists and objects within each other."""
    value: Any = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def mutated(value: Any, rng: random.Random) -> Any:
    """The value with one thing in it replaced, dropped, added or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key, kind = rng.choice(sorted(value)), rng.random()
        if kind < 0.12:
            return {name: kept for name, kept in value.items() if name != key}
        if kind < 0.2:
            return value | {str(rng.choice(HOSTILE))[:50]: junk(rng)}
        return value | {key: mutated(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.6:
        at = rng.randrange(len(value))
        return [
            *value[:at],
            mutated(value[at], rng),
            *value[at + 1 :],
            *(value[:1] if rng.random() < 0.2 else []),
        ]
    return junk(rng)


def broken(body: bytes, rng: random.Random) -> bytes:
    """The bytes cut, flipped, doubled or not even text."""
    kind, at = rng.randrange(6), rng.randrange(len(body) + 1)
    if kind == 0:
        return body[:at]
    if kind == 1:
        return body[:at] + bytes(rng.randrange(256) for _ in range(5)) + body[at:]
    if kind == 2:
        return body + body
    if kind == 3:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(200)))
    if kind == 4:
        return body.decode("utf-8", "replace").encode("utf-16")
    return b"[" * rng.choice((10, 1_000, 50_000)) + body


def json_body(captured: Any, rng: random.Random) -> bytes:
    """A captured JSON payload, mutated."""
    value = captured
    for _ in range(rng.randrange(1, 4)):
        value = mutated(value, rng)
    body = json.dumps(value, ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")
    return broken(body, rng) if rng.random() < 0.15 else body


def form_pairs(captured: dict[str, str], rng: random.Random) -> list[tuple[str, str]]:
    """A captured form, mutated: values, names, order, repeated and missing fields."""
    pairs = list(captured.items())
    for _ in range(rng.randrange(1, 4)):
        at, kind = rng.randrange(len(pairs)), rng.random()
        if kind < 0.6:
            pairs[at] = (pairs[at][0], text(rng))
        elif kind < 0.7 and len(pairs) > 1:
            del pairs[at]
        elif kind < 0.8:
            pairs.append((pairs[at][0], text(rng)))
        elif kind < 0.9:
            pairs.append((text(rng)[:40], text(rng)))
        else:
            rng.shuffle(pairs)
    return pairs


def text(rng: random.Random) -> str:
    value = junk(rng)
    return value if isinstance(value, str) else str(value)[:500]


def form_body(pairs: list[tuple[str, str]]) -> bytes:
    """The pairs as they go over the wire; lone surrogates as the bytes that they would be."""
    return "&".join(
        f"{quote_plus(name.encode('utf-8', 'surrogatepass'))}={quote_plus(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in pairs
    ).encode()
