"""The wheel has all that Cityline needs: installed into an empty folder far from the sources, it answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from core.version import code_version
from nlu.train import model_name

pytestmark = pytest.mark.timeout(500)

ROOT = Path(__file__).parents[3]
UV = ROOT / ".tools" / "bin" / "uv"
FROM_NPM = "console/node_modules/"


@pytest.fixture(scope="module")
def tracked() -> set[str]:
    """What git knows of the packages' folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(f"the wheel is built from what git knows, and git says: {listed.stderr.strip()}")
    files = listed.stdout.strip("\0").split("\0")
    packages = {
        file.removesuffix("/__init__.py") for file in files if re.fullmatch(r"\w+/__init__\.py", file)
    }
    return {file for file in files if file.partition("/")[0] in packages - {"tests"}}


@pytest.fixture(scope="module")
def wheel(tracked: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as for a release."""
    assert tracked
    if not UV.exists():
        pytest.skip("the wheel is built by the uv in .tools, which `make environments` fetches")
    folder = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        ["sh", "deploy/wheel.sh", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel alone was installed."""
    folder = tmp_path_factory.mktemp("installed")
    command = [UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", sys.executable]
    subprocess.run([*command, "--target", folder, wheel], check=True)
    return folder


def run(installed: Path, home: Path, *arguments: str, typed: str = "", **settings: str) -> str:
    """What `python -m bot` writes far from the sources; of this environment it sees the other packages alone."""
    home.mkdir()
    packages = os.pathsep.join([str(installed), sysconfig.get_path("purelib")])
    done = subprocess.run(
        # Without `site`, so that the sources' own installation in this environment is not found.
        [sys.executable, "-S", "-m", "bot", *arguments],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": packages, **settings},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout


def test_every_file_of_the_packages_is_in_it_as_it_stands_and_no_other(wheel, tracked):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert sorted(tracked - names) == []
        assert sorted(name for name in names - tracked if not name.startswith(FROM_NPM)) == []
        assert [name for name in sorted(tracked) if archive.read(name) != (ROOT / name).read_bytes()] == []


def test_its_times_are_the_commits_so_that_the_same_sources_make_the_same_file(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert len({file.date_time for file in archive.infolist()}) == 1


@pytest.mark.skipif(not (ROOT / FROM_NPM).is_dir(), reason="the console's packages from npm are not here")
def test_the_consoles_style_sheet_and_map_are_in_it_with_their_licences(wheel):
    asked_for = {
        "@picocss/pico/LICENSE.md",
        "@picocss/pico/css/pico.min.css",
        "leaflet/LICENSE",
        "leaflet/dist/leaflet.css",
        "leaflet/dist/leaflet-src.esm.js",
        "leaflet/dist/images/marker-icon.png",
    }
    with zipfile.ZipFile(wheel) as archive:
        assert sorted({FROM_NPM + name for name in asked_for} - set(archive.namelist())) == []


def test_rasa_would_be_trained_on_the_same(installed):
    assert model_name(installed) == model_name(ROOT)


def test_it_says_its_version(installed, tmp_path):
    assert run(installed, tmp_path / "home", "--version") == f"cityline {code_version()}\n"


def test_it_loads_the_sample_city_reads_a_document_and_answers(installed, tmp_path):
    city = tmp_path / "city"
    shutil.copytree(installed / "city" / "sample", city, ignore=shutil.ignore_patterns("documents"))
    (city / "documents").mkdir()
    shutil.copy(installed / "city" / "sample" / "documents" / "library-card.html", city / "documents")
    said = run(
        installed,
        tmp_path / "home",
        "chat",
        typed="hello\n",
        CITYLINE_DATA_DIR=str(tmp_path / "var"),
        CITYLINE_CITY_FOLDER=str(city),
        CITYLINE_EMBEDDING_MODEL="use",
        CITYLINE_RASA_URL="http://127.0.0.1:9",  # nobody is there: a greeting needs no Rasa
    )
    assert "this is the city of Penstock" in said
    assert "1. Report a problem" in said
    assert list(tmp_path.glob("home/*")) == []
    assert (tmp_path / "var" / "knowledge" / "city-documents.hash").exists()
