"""Every reason for which a file is not read has words in every language of the console."""

import ast
from pathlib import Path

import pytest

from console.knowledge.reasons import recognised
from console.shared.pages import ConsolePages

ROOT = Path(__file__).parents[3]
WRITERS = [
    *(ROOT / "knowledge" / "readers").glob("*.py"),
    *(ROOT / "knowledge" / "imports" / name for name in ("batches.py", "fetching.py", "reading_child.py")),
]


def sentences():
    """What these modules say of a file: whole sentences in their code, with a 7 in each place."""
    for path in WRITERS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if id(node) in docs or id(node) in parts:
                continue
            text = said(node)
            if text.endswith(".") and " " in text and text[0].isupper():
                yield text


def said(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_a_reason_is_known_to_the_catalogue(sentence):
    assert recognised(ConsolePages().texts, sentence) is not None


def test_what_stands_in_a_reason_is_kept():
    found = recognised(ConsolePages().texts, "The file is larger than 20 MB; split it.")

    assert found == ("reasons.file_large", {"count": "20"})
    assert recognised(ConsolePages().texts, "Something new.") is None
