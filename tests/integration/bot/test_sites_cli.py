"""The city's websites from the command line."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli import cli

SITE = "https://www.city.example/"


@pytest.fixture
def cityline(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, ["knowledge", "sites", *words])


def test_a_site_is_added_listed_and_forgotten(cityline):
    added = cityline("add", SITE, "--leave-out", "/calendar/", "--publish")
    assert added.exit_code == 0
    assert "about a page a second" in " ".join(added.output.split())

    (listed,) = json.loads(cityline("list", "--json").stdout)
    assert (listed["address"], listed["publishes"], listed["waiting"]) == (SITE, True, 0)
    assert "being read already" in cityline("read", SITE).output
    assert json.loads(cityline("pages", SITE, "--json").stdout)[0]["fate"] == "waiting"
    assert cityline("forget", SITE).exit_code == 0
    assert json.loads(cityline("list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "nowhere"), "address is no address"),
        (("read", "https://other.example/"), "There is no site"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(cityline, words, says):
    found = cityline(*words)
    assert found.exit_code == 2
    assert says in " ".join(found.output.split())


def test_the_setting_limits_what_is_added(cityline, monkeypatch):
    monkeypatch.setenv("CITYLINE_FETCH_HOSTS", "city.example")
    assert cityline("add", "https://other.example/").exit_code == 2
    assert cityline("add", "https://city.example/").exit_code == 0
