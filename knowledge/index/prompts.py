"""Words that a model wants before a question or a passage. Most models want none; some find little without them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# As the models' own cards say; for models whose files do not say it in a form that sentence-transformers reads.
KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"\be5\b.*\binstruct\b", "Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    (r"\be5\b", "query: ", "passage: "),
    (r"\bbge\b.*\ben\b(?!.*v2)", "Represent this sentence for searching relevant passages: ", ""),
)


def prompts_of(model: Any, wanted: str) -> tuple[str, str]:
    """What stands before a question and before a passage: the model's own prompts, else those known of `wanted`, else nothing."""
    own: Mapping[str, str | None] = getattr(model, "prompts", None) or {}
    query = own.get("query") or ""
    document = next((text for name in ("document", "passage", "corpus") if (text := own.get(name))), "")
    if query or document:
        return query, document
    name = Path(wanted).name.lower().replace("_", "-")
    return next((known[1:] for known in KNOWN if re.search(known[0], name)), ("", ""))
