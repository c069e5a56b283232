"""The version stands in one place: beside the code in a clone, in the metadata of an installed wheel."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from core.health import health_report
from core.version import code_version

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def installed(folder: Path, number: str) -> None:
    """The metadata of a Cityline that was installed into this folder."""
    information = folder / f"cityline-{number}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: cityline\nVersion: {number}\n")


def test_a_clone_says_what_its_pyproject_says():
    written = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]
    assert code_version() == written
    assert re.fullmatch(r"\d+\.\d+\.\d+", written)


def test_the_file_beside_the_code_goes_before_an_older_installation(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    installed(tmp_path, "4.5.6")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "cityline"\nversion = "4.6.0"\n')
    assert code_version(tmp_path) == "4.6.0"


def test_the_changelog_begins_with_what_is_unreleased_and_goes_back_from_there():
    text = (PYPROJECT.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *released = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert first == "Unreleased"
    assert [line for line in released if not re.fullmatch(r"\d+\.\d+\.\d+, \d{4}-\d\d-\d\d", line)] == []
    numbers = [tuple(int(part) for part in line.partition(",")[0].split(".")) for line in released]
    assert numbers == sorted(set(numbers), reverse=True)


@pytest.mark.parametrize(
    "beside", ["", '[project]\nname = "other"\nversion = "9.9.9"\n', "[tool.ruff]\nline-length = 110\n"]
)
def test_without_a_file_of_its_own_the_metadata_are_asked(tmp_path, monkeypatch, beside):
    monkeypatch.syspath_prepend(tmp_path)
    installed(tmp_path, "4.5.6")
    if beside:
        (tmp_path / "pyproject.toml").write_text(beside)
    assert (code_version(tmp_path), metadata.version("cityline")) == ("4.5.6", "4.5.6")


def test_health_tells_the_version():
    assert health_report([]) == (True, {"version": code_version(), "ready": True, "look_at": [], "parts": {}})
