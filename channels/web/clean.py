"""Reads JSON that a client sent, without depth. What is written in it is cleaned by `channels.clean`."""

from __future__ import annotations

import json
from typing import Any

from channels.web.errors import WebRefusal

MAX_DEPTH = 20


def _nesting_depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def read_object(raw: str | bytes) -> dict[str, Any]:
    """The JSON object in `raw`; a `WebRefusal` with what is wrong for anything else."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise WebRefusal("bad_frame", detail=f"this is not JSON: {type(error).__name__}") from None
    if not isinstance(value, dict):
        raise WebRefusal("bad_frame", detail=f"a JSON object was expected, not {type(value).__name__}")
    if _nesting_depth(value) > MAX_DEPTH:
        raise WebRefusal("bad_frame", detail=f"the JSON is nested deeper than {MAX_DEPTH} levels")
    return value
