"""A real Rasa 3.6.21 with the assistant of deploy/rasa-assistant, spoken to over its own REST channel; its actions are ours."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from benchmarks.machine import free_port
from city.requests.requests import find_row
from knowledge.imports.importing import import_paths
from nlu.environment import RASA_VERSION, ROOT, in_rasa
from tests.integration.rasa.assistant import TOKEN, RestTalk, Said
from tests.support.console_server import RunningOffice, open_office
from tests.support.rasa import RASA_PYTHON

ASSISTANT = ROOT / "deploy" / "rasa-assistant"
QUESTION = "When is bulk trash picked up?"
TRAINED = ("config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml")

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.timeout(420),
]  # training and starting take 25 s each, alone on the machine


def trained_assistant() -> Path:
    """The assistant's model, trained when one of its files has changed."""
    digest = hashlib.sha256(RASA_VERSION.encode())
    for name in TRAINED:
        digest.update((ASSISTANT / name).read_bytes())
    model = ROOT / "var" / "rasa-assistant" / f"{digest.hexdigest()[:20]}.tar.gz"
    if model.is_file():
        return model
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        work = Path(folder)
        shutil.copytree(ASSISTANT, work / "assistant")  # Rasa writes into the folder that it trains in
        given = ("train", "--out", str(work), "--fixed-model-name", "model")
        run = subprocess.run(
            in_rasa(RASA_PYTHON, "rasa", *given),
            cwd=work / "assistant",
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=240,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
        (work / "model.tar.gz").replace(model)
    return model


@contextmanager
def running_assistant(actions_url: str, folder: Path) -> Iterator[str]:
    """`rasa run` on a loopback port until the block ends; yields its address."""
    port, log = free_port(), folder / "rasa.log"
    endpoints, credentials = str(ASSISTANT / "endpoints.yml"), str(ASSISTANT / "credentials.yml")
    given = ("run", "--model", str(trained_assistant()), "--port", str(port), "--interface", "127.0.0.1")
    named = ("--endpoints", endpoints, "--credentials", credentials)
    variables = {"CITYLINE_ACTIONS_URL": actions_url, "CITYLINE_ACTIONS_TOKEN": TOKEN}
    command = in_rasa(RASA_PYTHON, "rasa", *given, *named, **variables)
    with log.open("wb") as output:
        child = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/webhooks/rest/", child, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(10)


def wait_for(url: str, child: subprocess.Popen[bytes], log: Path, within: float = 180) -> None:
    """Wait until the assistant answers; its log's end when it does not."""
    until = time.monotonic() + within
    while time.monotonic() < until and child.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    raise AssertionError(
        f"Rasa did not come up; its log ends with:\n{log.read_text(errors='replace')[-3000:]}"
    )


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    if not RASA_PYTHON.is_file():
        pytest.skip("Rasa's Python is not installed (.venv-rasa): run `make environments`")
    folder = tmp_path_factory.mktemp("office")
    with open_office(folder / "var", actions_token=TOKEN) as console:
        (folder / "pages").mkdir()
        page = f"# {QUESTION}\n\nBulk trash is picked up on the first Monday of the month.\n"
        (folder / "pages" / "parade.md").write_text(page, encoding="utf-8")
        import_paths([folder / "pages"], folder / "var" / "knowledge", console.app.embedders)
        console.app.library.reload_if_changed()
        yield console


@pytest.fixture(scope="module")
def rasa_url(console: RunningOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_assistant(f"{console.url}/rasa/webhook", tmp_path_factory.mktemp("rasa")) as url:
        yield url


@pytest.fixture
def talk(rasa_url: str) -> RestTalk:
    return RestTalk(rasa_url)


def texts(said: list[Said]) -> str:
    """All that was said at once; Rasa's REST channel makes a message of each paragraph."""
    return "\n".join(one.text for one in said)


def test_an_existing_assistant_reports_asks_surveys_and_checks_in_one_dialogue(talk, console):
    assert "I know the library" in texts(talk.say("hello"))

    said = talk.say("there is a pothole in the road at 12 Mill Road")
    assert "Hello, this is the city of Penstock." in texts(said)
    assert "How big is it?" in texts(said)
    said = talk.press(said[-1], "Up to the size of a car tire")
    found = re.search(r"[A-Z]{2}-\d{5}", texts(said))
    assert found
    with console.app.database.reading() as session:
        row = find_row(session, found[0])
        assert row is not None
        assert (row.service_code, row.channel) == ("pothole", "rasa")

    assert "open from ten to six" in texts(talk.say("when is the library open"))

    said = talk.say(f"check request {found[0]}")
    said = said if found[0] in texts(said) else talk.say(found[0])
    assert "Public Works has it" in texts(said)

    said = talk.say(QUESTION)
    assert "on the first Monday" in texts(said)
    assert "Good to hear" in texts(talk.press(said[-1], "That helped"))

    assert "How often do you go to a city park?" in texts(talk.say("take the parks survey"))
    for answer in ("every week", "skip", "4", "two"):
        talk.say(answer)
    assert "Thank you! The parks crew" in texts(talk.say("a slide"))
    assert "I know the library" in texts(talk.say("hello"))


def test_the_assistants_own_button_is_answered_by_it_and_then_the_open_question_again(talk):
    talk.say("there is a pothole in the road at 12 Mill Road")
    said = texts(talk.say("/library_hours"))
    assert "open from ten to six" in said
    assert "How big is it?" in said
    assert "Reported: Pothole" in texts(talk.say("Up to the size of a car tire"))


def test_what_a_form_of_the_assistants_own_has_collected_becomes_a_report(talk):
    assert "Which light is it" in texts(talk.say("a streetlight is out"))
    said = texts(talk.say("pothole in the road at 30 Cherry Street"))  # which the fake embedder is sure about
    assert "at 30 Cherry Street" in said
    assert "How big is it?" in said


def test_the_language_that_a_client_sends_along_is_spoken(rasa_url):
    talk = RestTalk(rasa_url, language="es")
    assert "Hola, le escribe la ciudad de Penstock." in texts(talk.say("/report_problem"))


def test_a_report_outlives_a_restart_of_rasas_conversation(talk):
    talk.say("there is a pothole in the road at 12 Mill Road")
    talk.say("/restart")
    assert "open from ten to six" in texts(talk.say("/library_hours"))
    said = talk.say("/take_survey")
    assert list(said[-1].buttons) == ["Finish that first", "Drop it and start the new one"]
    assert "How big is it?" in texts(talk.press(said[-1], "Finish that first"))


def test_a_false_token_stops_the_call_and_rasa_goes_on(console, rasa_url):
    refused = httpx.post(f"{console.url}/rasa/webhook?token=false", json={})
    assert refused.status_code == httpx.codes.UNAUTHORIZED
    assert "I know the library" in texts(RestTalk(rasa_url).say("hello"))
