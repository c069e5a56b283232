# ruff: noqa: INP001, T201 - a program of its own that prints what it did
"""Run the unit tests of what changed since the last commit: changed tests, and those nearest to a changed module.

Nearest are the tests that import it; if none does, those that import what imports it, and so on outwards. The rules of the house and the
names in the pages are tested at every change, because any file may break them. What reads a changed text or table is left to
`make unit`. What is given on the command line goes to pytest.
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
    differing = listed_by_git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD")
    return differing | listed_by_git(root, "ls-files", "--others", "--exclude-standard", "-z")


def sources_of(root: Path) -> dict[str, str]:
    """All files of Python, new ones too, by their paths from the root."""
    paths = listed_by_git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.py")
    return {path: (root / path).read_text(encoding="utf-8") for path in paths if (root / path).exists()}


def listed_by_git(root: Path, *words: str) -> frozenset[str]:
    said = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout
    return frozenset(path for path in said.split("\0") if path)


def module_of(path: str) -> str:
    """The name by which a file is imported; none for what is not Python."""
    return (
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if path.endswith(".py") else ""
    )


def imports_of(source: str) -> Iterator[str]:
    """What is imported, and each name of it that may be a module itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_unit_test(path: str) -> bool:
    return path.startswith("tests/unit/") and path.rpartition("/")[2].startswith("test_")


def nearest_tests(module: str, importers: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The unit tests with the shortest way of imports to this module; `importers` are the files that import a module, by its name."""
    seen: frozenset[str] = frozenset()
    files = importers.get(module, frozenset())
    while files:
        if tests := frozenset(filter(is_unit_test, files)):
            return tests
        seen |= files
        files = frozenset().union(*(importers.get(module_of(file), frozenset()) for file in files)) - seen
    return frozenset()


def chosen_tests(changed: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    """The unit tests that have to run for these changed files; `sources` are all files of Python by their paths."""
    paths = frozenset(changed)
    importers: dict[str, frozenset[str]] = {}
    for path, source in sources.items():
        for name in set(imports_of(source)):
            importers[name] = importers.get(name, frozenset()) | {path}
    modules = {module_of(path) for path in paths} - {""}
    tests = frozenset().union(*(nearest_tests(module, importers) for module in modules))
    chosen = tests | ALWAYS | frozenset(filter(is_unit_test, paths))
    return sorted(chosen & sources.keys()) if paths else []


def main(arguments: list[str]) -> int:
    chosen = chosen_tests(changed_files(ROOT), sources_of(ROOT))
    if not chosen:
        print("Nothing has changed since the last commit.")
        return 0
    print("Tests of what changed:", *chosen, sep="\n  ", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *chosen], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
