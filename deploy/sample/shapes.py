# ruff: noqa: INP001 - used by the programs beside it
"""JSON that people can edit: what is short stays on one line."""

from __future__ import annotations

import json

WIDTH = 120


def compact(value: object) -> str:
    """The value as JSON text with a final newline; lists and objects that fit stay on one line."""
    return _write(value, 0) + "\n"


def _write(value: object, depth: int, taken: int = 0) -> str:
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(short) + 2 * depth + taken <= WIDTH:
        return short
    pad, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        if value and all(isinstance(item, int | float | str) for item in value):
            return _flow([json.dumps(item, ensure_ascii=False) for item in value], pad, end)
        if value and all(isinstance(item, list) and len(str(item)) < 40 for item in value):
            return _flow([json.dumps(item) for item in value], pad, end)
        body = ",\n".join(pad + _write(item, depth + 1) for item in value)
        return f"[\n{body}\n{end}]"
    parts = []
    for key, item in value.items():
        name = json.dumps(key, ensure_ascii=False) + ": "
        parts.append(pad + name + _write(item, depth + 1, len(name)))
    return "{\n" + ",\n".join(parts) + f"\n{end}}}"


def _flow(items: list[str], pad: str, end: str) -> str:
    lines, line = [], ""
    for item in items:
        if line and len(pad) + len(line) + len(item) + 3 > WIDTH:
            lines.append(pad + line)
            line = ""
        line += (" " if line else "") + item + ","
    lines.append(pad + line.removesuffix(","))
    return "[\n" + "\n".join(lines) + f"\n{end}]"
