# ruff: noqa: INP001, T201 - a program of its own that prints what it did
"""Run the unit tests of what changed since the last commit: changed tests, and those that import a changed module.

The rules of the house and the names in the pages are tested at every change, because any file may break them. Tests that meet a module
only by way of others, or read a changed text or table, are left to `make unit`. What is given on the command line goes to pytest.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALWAYS = frozenset({"tests/unit/test_documentation.py", "tests/unit/test_house.py"})


def changed_files(root: Path) -> frozenset[str]:
    """What differs from the last commit, new files and removed ones too, by their paths from the root."""
    asked = (
        ("diff", "--name-only", "--no-renames", "-z", "HEAD"),
        ("ls-files", "--others", "--exclude-standard", "-z"),
    )
    said = (
        subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout
        for words in asked
    )
    return frozenset(path for lines in said for path in lines.split("\0") if path)


def module_of(path: str) -> str:
    """The name by which a file is imported; none for what is not Python."""
    return (
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if path.endswith(".py") else ""
    )


def imports_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def chosen_tests(changed: Iterable[str], tests: Mapping[str, str]) -> list[str]:
    """Those among the tests, which are sources by path, that have to run for these changed files."""
    paths = set(changed)
    modules = {module_of(path) for path in paths} - {""}
    chosen = {
        path
        for path, source in tests.items()
        if path in paths or (modules and not modules.isdisjoint(imports_of(source)))
    }
    return sorted(chosen | (ALWAYS & tests.keys())) if paths else []


def main(arguments: list[str]) -> int:
    tests = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "tests" / "unit").rglob("test_*.py")
    }
    chosen = chosen_tests(changed_files(ROOT), tests)
    if not chosen:
        print("Nothing has changed since the last commit.")
        return 0
    print("Tests of what changed:", *chosen, sep="\n  ", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *chosen], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
