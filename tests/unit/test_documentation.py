"""What the pages name is there: files, modules and what is defined in them, links, and the index of the decisions."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
PACKAGES = ("core", "conversation", "actions", "knowledge", "city", "channels", "nlu", "console", "bot")
FOLDERS = (*PACKAGES, "benchmarks", "deploy", "docs", "requirements", "tests")
"""A name in backticks that begins with one of these and a slash is a path from the root."""

DECISIONS = ROOT / "docs" / "decisions"

FOREIGN = re.compile(r"^ *```(?!python\b|sh\b)\w.*?^ *```", re.DOTALL | re.MULTILINE)
"""Blocks in other languages, where `console` is a browser's."""
CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[^\s\"'|;,…]*(?:,[^\s\"'|;,…]+)*")
MODULE = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
DATA = re.compile(r"\.(?:toml|json|sqlite|dump|example)$")
"""Files of a city and the top-level domain that is kept for examples: no modules."""
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)[^)\s]*\)")


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def words_of(text: str) -> Iterator[str]:
    """The words within backticks, without the signs around them."""
    for code in CODE.findall(FOREIGN.sub("", text)):
        yield from (word.strip("`\"'(),;:") for word in code.split())


def paths_in(text: str) -> Iterator[str]:
    """Paths from the root, and file names of Python without one, which some folder has to hold."""
    for word in words_of(text):
        if PATH.fullmatch(word) or re.fullmatch(r"\w+\.py", word):
            yield word


def modules_in(text: str) -> Iterator[str]:
    for word in words_of(text):
        if (
            (found := MODULE.match(word))
            and not DATA.search(found[0])
            and word[found.end() :][:1] in {"", "("}
        ):
            yield found[0]


def is_there(word: str) -> bool:
    """Whether there is such a file; `<placeholders>` and `{choices}` stand for anything, `file.py:name` names what it defines."""
    path, _, name = word.partition(":")
    pattern = re.sub(r"<[^>]*>|\{[^}]*\}", "*", path.rstrip("/"))
    found = list(ROOT.glob(pattern)) if "/" in path else [file for file in sources() if file.name == path]
    return bool(found) and (not name or defines(found[0], [name]))


@cache
def sources() -> tuple[Path, ...]:
    return tuple(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))


def resolves(module: str) -> bool:
    """Whether the module is there, by its longest part that is a file, and defines what the name ends with."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        if (file := path.with_suffix(".py")).is_file() or (file := path / "__init__.py").is_file():
            return defines(file, parts[length:])
    return False


@cache
def body_of(file: Path) -> list[ast.stmt]:
    return ast.parse(file.read_text(encoding="utf-8")).body


def defines(file: Path, names: list[str]) -> bool:
    """Whether the file defines the first of the names, that one the second, and so on."""
    body = body_of(file) if names else []
    for name in names:
        found = next((node for node in body if name in names_of(node)), None)
        if found is None:
            return False
        body = found.body if isinstance(found, ast.ClassDef) else []
    return True


def names_of(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.ImportFrom(names=names):
            return {alias.asname or alias.name for alias in names}
        case _:
            return set()


def missing_on_pages(words_in: Callable[[str], Iterable[str]], is_known: Callable[[str], bool]) -> list[str]:
    """The words that name nothing, each with its page; a word that many pages have is looked up once."""
    named = [(page, word) for page in PAGES for word in words_in(page.read_text(encoding="utf-8"))]
    unknown = {word for word in {word for _, word in named} if not is_known(word)}
    return [f"{page_name(page)}: {word}" for page, word in named if word in unknown]


def test_every_path_that_a_page_names_is_there():
    assert missing_on_pages(paths_in, is_there) == []


def test_every_module_that_a_page_names_is_there():
    assert missing_on_pages(modules_in, resolves) == []


def test_every_link_to_a_file_leads_somewhere():
    broken = [
        f"{page_name(page)}: {target}"
        for page in PAGES
        for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_table_of_the_rooms_names_what_is_in_them():
    """Short names in a room's row are within that room; what is not furnished yet is left out."""
    missing = []
    for line in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| `(\w+)/` \| (.*) \|$", line)
        if row and (room := ROOT / row[1]).is_dir():
            inside = [
                name for name in re.findall(r"`([\w/]+/|\w+\.py)`", row[2]) if name.split("/")[0] != room.name
            ]
            missing += [
                f"{room.name}: {name}" for name in inside if not list(room.glob(f"**/{name.rstrip('/')}"))
            ]
    assert missing == []


def test_the_index_of_the_decisions_is_what_their_files_say():
    rows = []
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        title, fields = path.read_text(encoding="utf-8").split("\n\n", 2)[:2]
        known = dict(re.findall(r"- (\w+): (.+)", fields))
        assert known["Number"] == path.name[:4]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", known["Date"])
        assert known["Status"] == "accepted" or known["Status"].startswith("superseded by [")
        rows.append(
            f"| [{known['Number']}]({path.name}) | {known['Date']} | {title[2:]} | {known['Status']} |"
        )
    index = (DECISIONS / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in index if line.startswith("| [")] == rows


@pytest.mark.parametrize(
    ("text", "paths", "modules"),
    [
        ("see `core/queue.py`.", ["core/queue.py"], []),
        ("`core/catalogue/<language>/`", ["core/catalogue/<language>/"], []),
        ("`nlu/data/{ask,report}.<code>.yml`", ["nlu/data/{ask,report}.<code>.yml"], []),
        ("`conversation/pipeline.py:handle_message`", ["conversation/pipeline.py:handle_message"], []),
        ("`benchmarks/nlu.py --train F`", ["benchmarks/nlu.py"], []),
        (
            "`bot.migrate.upgrade_database(url)` and `core.texts.fold_text`",
            [],
            ["bot.migrate.upgrade_database", "core.texts.fold_text"],
        ),
        ("`/console`, `var/models/`, `GET /health`, `city.toml`, `line.city.example`, core/queue.py", [], []),
    ],
)
def test_what_counts_as_a_name(text, paths, modules):
    assert (list(paths_in(text)), list(modules_in(text))) == (paths, modules)


@pytest.mark.parametrize(
    ("module", "there"),
    [
        ("core.queue", True),
        ("core.queue.Queue.park", True),
        ("core.queue.Queue.fly", False),
        ("core.cellar", False),
        ("bot.queue.Queue", False),
    ],
)
def test_a_module_is_there_with_what_it_defines(module, there):
    assert resolves(module) is there


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("core/catalogue/<language>/", True),
        ("conversation/pipeline.py:handle_message", True),
        ("conversation/pipeline.py:juggle", False),
        ("bot/queue.py", False),
        ("segments.py", True),
        ("cellar.py", False),
    ],
)
def test_a_path_is_there_with_what_it_names(word, there):
    assert is_there(word) is there
