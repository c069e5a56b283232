# ruff: noqa: INP001 - it stands beside programs, in no package
"""What the rules of the house ask of a file of Python, read once for each content: parsing all files takes seconds, and few change."""

from __future__ import annotations

import ast
import atexit
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".facts_cache" / "facts.json"
"""What was read before, by a digest of the content and of this file. It may be removed at any time."""

MOST_KEPT = 5_000
_asked: set[str] = set()

BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.Assert,
    ast.match_case,
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """`imports` are the modules imported anywhere and each name of them that may be a module itself, `loads` those of the first level
    of statements, `classes` all names of classes, `functions` the name of each function with its number of branches.
    """

    imports: tuple[str, ...]
    loads: tuple[str, ...]
    classes: tuple[str, ...]
    functions: tuple[tuple[str, int], ...]


@cache
def facts_of(path: Path) -> FileFacts:
    """The facts of one file; raises `SyntaxError` for one that is no Python."""
    return facts_of_source(path.read_bytes())


def facts_of_source(source: bytes) -> FileFacts:
    """The facts of one source, from what is kept if it was read before."""
    known = _known()
    digest = hashlib.blake2b(source + _own_source(), digest_size=16).hexdigest()
    if digest not in known:
        known[digest] = read_facts(source)
        _keep_at_the_end()
    _asked.add(digest)
    return known[digest]


def read_facts(source: bytes) -> FileFacts:
    """The facts of one source, read now."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return FileFacts(
        imports=tuple(dict.fromkeys(name for node in nodes for name in imported_by(node))),
        loads=tuple(dict.fromkeys(name for node in tree.body for name in imported_by(node))),
        classes=tuple(node.name for node in nodes if isinstance(node, ast.ClassDef)),
        functions=tuple((function.name, branches_of(function)) for function in functions),
    )


def imported_by(node: ast.AST) -> Iterator[str]:
    """The modules that a statement imports, and each name of them that may be a module itself."""
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


def branches_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """McCabe's number with every way a line can go: operands of `and` and `or` and conditional expressions count, too.

    A function inside another is counted by itself.
    """
    count = 1
    nodes: list[ast.AST] = list(function.body)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, BRANCHES):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            count += len(node.ifs)
        nodes.extend(ast.iter_child_nodes(node))
    return count


@cache
def _own_source() -> bytes:
    return Path(__file__).read_bytes()


@cache
def _known() -> dict[str, FileFacts]:
    """What is kept; nothing where it cannot be read, as it is only read anew then."""
    try:
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
        return {digest: _facts_from(fields) for digest, fields in kept.items()}
    except (OSError, ValueError, AttributeError, LookupError, TypeError):
        return {}


def _facts_from(fields: dict[str, list[object]]) -> FileFacts:
    functions = tuple((str(name), int(str(branches))) for name, branches in fields["functions"])  # type: ignore[misc]
    return FileFacts(*(tuple(map(str, fields[name])) for name in ("imports", "loads", "classes")), functions)  # type: ignore[arg-type]


@cache
def _keep_at_the_end() -> None:
    atexit.register(_keep)


def _keep() -> None:
    """Write down what is known, whole or not at all. When it is much, only what was asked for this time is kept."""
    known = _known()
    if len(known) >= MOST_KEPT:
        known = {digest: facts for digest, facts in known.items() if digest in _asked}
    KEPT.parent.mkdir(exist_ok=True)
    unfinished = KEPT.with_name(f"{KEPT.name}.{os.getpid()}")
    unfinished.write_text(
        json.dumps({digest: asdict(facts) for digest, facts in known.items()}), encoding="utf-8"
    )
    unfinished.replace(KEPT)
