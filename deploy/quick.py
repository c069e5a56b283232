# ruff: noqa: INP001, T201 - a program of its own that prints what it did
"""Check what changed since the last commit: lint, spelling and types, and beside them the unit tests nearest to a changed module.

Nearest are the tests of its own room that import it, else others that do; if none does, those that import what imports it, and so on
outwards. The rules of the house and the
names in the pages are tested at every change, because any file may break them. What reads a changed text or table is left to
`make unit`. What is given on the command line goes to pytest.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, it would find its neighbours alone

from deploy.facts import facts_of_source  # noqa: E402

ALWAYS = frozenset({"tests/unit/test_documentation.py", "tests/unit/test_house.py"})
SLOW_PLUGINS = [word for name in ("xdist", "xdist.looponfail", "anyio") for word in ("-p", f"no:{name}")]
"""No unit test needs them, and they take half as long to load as pytest itself."""
UNTYPED = ("tests/", "benchmarks/", "deploy/", "nlu/components/")
"""Folders that mypy does not read (`pyproject.toml`)."""


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


def is_unit_test(path: str) -> bool:
    return path.startswith("tests/unit/") and path.rpartition("/")[2].startswith("test_")


def nearest_tests(module: str, importers: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The unit tests with the shortest way of imports to this module; of several, those in the folder of its room, if there are any.

    `importers` are the files that import a module, by its name.
    """
    seen: frozenset[str] = frozenset()
    files = importers.get(module, frozenset())
    while files:
        if tests := frozenset(filter(is_unit_test, files)):
            of_its_room = frozenset(test for test in tests if test.split("/")[2] in module.split(".")[:-1])
            return of_its_room or tests
        seen |= files
        files = frozenset().union(*(importers.get(module_of(file), frozenset()) for file in files)) - seen
    return frozenset()


def chosen_tests(changed: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    """The unit tests that have to run for these changed files; `sources` are all files of Python by their paths."""
    paths = frozenset(changed)
    importers: dict[str, frozenset[str]] = {}
    for path, source in sources.items():
        for name in facts_of_source(source.encode()).imports:
            importers[name] = importers.get(name, frozenset()) | {path}
    modules = {module_of(path) for path in paths} - {""}
    tests = frozenset().union(*(nearest_tests(module, importers) for module in modules))
    chosen = tests | ALWAYS | frozenset(filter(is_unit_test, paths))
    return sorted(chosen & sources.keys()) if paths else []


def checks_of(changed: Iterable[str]) -> list[list[str]]:
    """The modules to run, with their arguments, to check these changed files; what is gone is only missed by others, whose types are read."""
    paths = sorted(changed)
    there = [f"./{path}" for path in paths if (ROOT / path).is_file()]
    checks = [["ruff", "check", "--quiet", "."], ["ruff", "format", "--quiet", "--check", "."]]
    if there:
        checks.append(["codespell_lib", *there])
    if any(is_typed(path) for path in paths):
        checks.append(["mypy", "--no-error-summary"])
    return checks


def is_typed(path: str) -> bool:
    """Whether mypy reads it, or is told by it what to read."""
    return path == "pyproject.toml" or (path.endswith(".py") and not path.startswith(UNTYPED))


def plugins_of(tests: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    """What pytest is told about its plugins: those that take long to load are left out where no test needs them."""
    needs_examples = any("hypothesis" in sources[test] for test in tests)
    return [*SLOW_PLUGINS, *([] if needs_examples else ["-p", "no:hypothesispytest"])]


def main(arguments: list[str]) -> int:
    changed, sources = changed_files(ROOT), sources_of(ROOT)
    try:
        chosen = chosen_tests(changed, sources)
    except SyntaxError:
        return subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, check=False).returncode
    if not chosen:
        print("Nothing has changed since the last commit.")
        return 0
    checks = {check[0]: begin(check) for check in checks_of(changed)}
    print("Tests of what changed:", *chosen, sep="\n  ", flush=True)
    tests = begin(["pytest", *arguments, *plugins_of(chosen, sources), *chosen], shown=True)
    failed = [name for name, check in checks.items() if not passes(name, check)]
    return int(tests.wait() != 0 or bool(failed))


def begin(command: list[str], *, shown: bool = False) -> subprocess.Popen[str]:
    """Start a module of this Python; its words are kept for later unless they are to be `shown` at once."""
    pipe = None if shown else subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=pipe, stderr=pipe and subprocess.STDOUT, text=True
    )


def passes(name: str, check: subprocess.Popen[str]) -> bool:
    """Wait for a check, and print what it says when it does not pass."""
    said, _ = check.communicate()
    if check.returncode:
        print(f"{name}:", said, sep="\n", flush=True)
    return check.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
