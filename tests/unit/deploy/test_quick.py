"""Which tests run for what changed."""

from __future__ import annotations

import subprocess

import pytest

from deploy.quick import changed_files, checks_of, chosen_tests, module_of, plugins_of, sources_of

SOURCES = {
    "bot/app.py": "import actions.report\n",
    "actions/report.py": "from city import streets\n",
    "city/streets.py": "import city.words\n",
    "city/words.py": "import city.streets\n",
    "core/queue.py": "",
    "tests/town.py": "from actions.report import file\n",
    "tests/unit/core/test_queue.py": "from core.queue import Queue\n",
    "tests/unit/city/test_places.py": "from city import places\nimport tests.builders\nimport core.words\n",
    "tests/unit/core/test_words.py": "import core.words\n",
    "tests/unit/nlu/test_client.py": "def test_late():\n    import nlu.client\n",
    "tests/unit/actions/test_report.py": "from tests.town import Town\n",
    "tests/unit/bot/test_app.py": "import bot.app\n",
    "tests/unit/test_house.py": "import ast\n",
    "tests/integration/core/test_queue.py": "import core.queue\n",
}
HOUSE = "tests/unit/test_house.py"


@pytest.mark.parametrize(
    ("changed", "chosen"),
    [
        (["core/queue.py"], ["tests/unit/core/test_queue.py", HOUSE]),
        (["core/words.py"], ["tests/unit/core/test_words.py", HOUSE]),
        (["city/places/__init__.py"], ["tests/unit/city/test_places.py", HOUSE]),
        (["tests/builders.py"], ["tests/unit/city/test_places.py", HOUSE]),
        (["nlu/client.py"], ["tests/unit/nlu/test_client.py", HOUSE]),
        (["tests/unit/core/test_queue.py"], ["tests/unit/core/test_queue.py", HOUSE]),
        (["tests/unit/core/test_removed.py"], [HOUSE]),
        (["docs/city.md"], [HOUSE]),
        (["bot/app.py"], ["tests/unit/bot/test_app.py", HOUSE]),
        (["actions/report.py"], ["tests/unit/actions/test_report.py", HOUSE]),
        (["city/words.py"], ["tests/unit/actions/test_report.py", "tests/unit/bot/test_app.py", HOUSE]),
        (["bot/nobody_imports.py"], [HOUSE]),
        ([], []),
    ],
)
def test_the_tests_of_what_changed(changed, chosen):
    assert chosen_tests(changed, SOURCES) == chosen


@pytest.mark.parametrize(
    ("changed", "checks"),
    [
        (["core/queue.py"], ["ruff", "ruff", "codespell_lib", "mypy"]),
        (["pyproject.toml"], ["ruff", "ruff", "codespell_lib", "mypy"]),
        (["tests/unit/core/test_texts.py"], ["ruff", "ruff", "codespell_lib"]),
        (["docs/city.md"], ["ruff", "ruff", "codespell_lib"]),
        (["core/removed.py"], ["ruff", "ruff", "mypy"]),
    ],
)
def test_what_is_read_of_what_changed(changed, checks):
    assert [check[0] for check in checks_of(changed)] == checks


def test_a_library_for_examples_is_loaded_only_for_a_test_that_draws_some():
    sources = {"tests/unit/a.py": "", "tests/unit/b.py": "from hypothesis import given\n"}
    assert "no:hypothesispytest" in plugins_of(["tests/unit/a.py"], sources)
    assert "no:hypothesispytest" not in plugins_of(["tests/unit/a.py", "tests/unit/b.py"], sources)


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("core/queue.py", "core.queue"),
        ("city/places/__init__.py", "city.places"),
        ("core/catalogue/en/sms.toml", ""),
    ],
)
def test_the_name_by_which_a_file_is_imported(path, module):
    assert module_of(path) == module


def test_what_differs_from_the_last_commit(tmp_path):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=Ana", "-c", "user.email=ana@city.example", *words],
            cwd=tmp_path,
            check=True,
        )

    git("init", "--quiet")
    for name in ("kept.py", "changed.py", "moved.py", "staged.py"):
        (tmp_path / name).write_text(f"NAME = '{name}'\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("var/\n", encoding="utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    (tmp_path / "changed.py").write_text("", encoding="utf-8")
    (tmp_path / "staged.py").write_text("", encoding="utf-8")
    git("add", "staged.py")
    git("mv", "moved.py", "here.py")
    (tmp_path / "new one.py").write_text("", encoding="utf-8")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ignored.py").write_text("", encoding="utf-8")
    assert changed_files(tmp_path) == {"changed.py", "staged.py", "moved.py", "here.py", "new one.py"}
    assert sources_of(tmp_path).keys() == {"kept.py", "changed.py", "staged.py", "here.py", "new one.py"}
