"""How long the console's list pages take, with a thousand cases and with fifty thousand, over real HTTP.

    .venv/bin/python benchmarks/console.py [--cases 50000] [--messages 200000] [--looks 40] [--database URL]

Two installations are filled through the house's own functions (requests filed and worked on, conversations remembered, questions
kept), one with 1,000 cases and 4,000 messages and one with as many as is asked for, and served side by side. Each page is
asked for one at a time, of both in turn, so that a noisy minute meets all of them. Prints JSON: p50 and p95 in milliseconds of the
clock and of the processor (this process, with the client that asks: about 2 ms), and how much slower the large installation is at the
median of processor time, which neighbours on the machine disturb least. A PostgreSQL given with `--database` must be empty; it serves
the large one, and its own processor time is not counted.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parents[1])  # else this file would be taken for the room `console`

import httpx  # noqa: E402
import uvicorn  # noqa: E402
from sqlalchemy import select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.routing import Mount  # noqa: E402

from benchmarks.machine import ROOT, machine, percentile, print_json  # noqa: E402
from bot.app import App, Replacements, build_app, console_services  # noqa: E402
from bot.migrate import upgrade_database  # noqa: E402
from channels.registry import InstallationSettings  # noqa: E402
from city.loading.load import load_city  # noqa: E402
from city.people.requests import ask_person  # noqa: E402
from city.records.model import NewRequest, PlaceMatch, Service  # noqa: E402
from city.requests.casework import Act, CaseWorker, assign_case, set_status  # noqa: E402
from city.requests.requests import file_request, find_row  # noqa: E402
from console.accounts import sessions  # noqa: E402
from console.app import console_app  # noqa: E402
from console.shared.access import Role  # noqa: E402
from console.shared.tables import StaffRow  # noqa: E402
from conversation.store.conversations import ConversationState  # noqa: E402
from conversation.store.tables import Conversation  # noqa: E402
from core.database import table_of  # noqa: E402
from core.model import Asker, InboundMessage, Position, Reply  # noqa: E402
from core.queue import utc_now  # noqa: E402
from core.settings import load_settings  # noqa: E402
from knowledge.index.fake_embedder import FakeEmbedder  # noqa: E402
from knowledge.questions.kept import keep_question  # noqa: E402
from nlu.fake import WordNluClient  # noqa: E402

PAGES = (
    "/",
    "/cases",
    "/cases?state=late",
    "/cases?q=water",
    "/cases?q=mill+road&order=oldest",
    "/map",
    "/conversations",
    "/conversations?which=waiting",
    "/conversations/search?words=water",
    "/questions",
    "/questions/must",
    "/knowledge",
    "/surveys",
    "/services",
    "/team",
    "/audit",
)
SMALL_CASES, SMALL_MESSAGES = 1_000, 4_000
WAITING = 60
"""People who wait for a person: more than one page, in both installations."""
LINES = 10
"""Lines of a conversation, half of them the resident's."""
CHUNK = 1_000
DAYS = 365
SAID = (
    "water light street hole tree bus stop sign park bin trash bulk night noise dog school bridge snow permit tax library "
    "broken leaking fallen dark full late open closed blocked near behind since yesterday morning please again big small"
)
WORDS = SAID.split()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in an installation."""

    cases: int
    messages: int


def sentence(rng: random.Random, least: int = 4, most: int = 14) -> str:
    """Words of residents, in no order."""
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))


def fill(app: App, size: Size, rng: random.Random) -> None:
    """Conversations first, then requests of their people, then what staff did with them."""
    people = fill_conversations(app, size.messages, rng)
    fill_cases(app, size.cases, people, rng)
    fill_questions(app, size.messages // 50, people, rng)
    app.figures.count_all()
    app.question_groups.group_all()


def fill_conversations(app: App, messages: int, rng: random.Random) -> list[tuple[str, str]]:
    """Conversations of ten lines each over a year; (person, channel) of each."""
    people: list[tuple[str, str]] = []
    begun = utc_now() - timedelta(days=DAYS)
    count = max(1, messages // LINES)
    for start in range(0, count, CHUNK // LINES):
        with app.database.noting() as connection:
            for number in range(start, min(start + CHUNK // LINES, count)):
                channel = rng.choice(("web", "sms", "telegram"))
                at = begun + timedelta(days=DAYS * number / count)
                person = uuid.uuid4().hex
                known = ConversationState(
                    uuid.uuid4().hex, person, rng.choice(("en", "en", "es")), {}, 0, at, is_new=True
                )
                for _ in range(LINES // 2):
                    known.lines.append(("resident", Reply(sentence(rng), known.language), ()))
                    known.lines.append(("city", Reply(sentence(rng, 8, 30), known.language), ()))
                message = InboundMessage(channel, uuid.uuid4().hex, f"sender {number}", at)
                app.memory.remember(connection, message, known, at)
                people.append((person, channel))
    return people


def fill_cases(app: App, count: int, people: list[tuple[str, str]], rng: random.Random) -> None:
    """Requests over a year, most of them settled, some assigned."""
    services = list(app.city.services.all())
    places = [
        match
        for number in range(2, 60)
        if (match := next(iter(app.city.gazetteer.find(f"{number} Mill Road", 1)), None))
    ]
    begun = utc_now() - timedelta(days=DAYS)
    for start in range(0, count, CHUNK):
        with app.database.writing() as session:
            for number in range(start, min(start + CHUNK, count)):
                at = begun + timedelta(days=DAYS * number / count)
                file_one(session, rng, services, places, people, at)


def file_one(  # noqa: PLR0917  what a request is made of
    session: Session,
    rng: random.Random,
    services: list[Service],
    places: list[PlaceMatch],
    people: list[tuple[str, str]],
    at: datetime,
) -> None:
    """One request and what became of it."""
    person, channel = rng.choice(people)
    place = rng.choice(places)
    if place.position:
        spread = Position(
            place.position.latitude + rng.uniform(-0.01, 0.01),
            place.position.longitude + rng.uniform(-0.01, 0.01),
        )
        place = PlaceMatch(place.label, spread, place.kind)
    view = file_request(
        session,
        NewRequest(
            service_code=rng.choice(services).code,
            person_id=person,
            channel=channel,
            language="en",
            dedupe_key=uuid.uuid4().hex,
            description=sentence(rng),
            place=place,
        ),
        at,
    )
    row = find_row(session, view.number)
    assert row is not None
    act = Act(CaseWorker("b" * 32, "Bo"), at + timedelta(hours=5), "looked at")
    fate = rng.random()
    if fate < 0.5:
        assign_case(session, row, act, CaseWorker("b" * 32, "Bo"))
    if fate < 0.9:
        set_status(session, row, act, rng.choice(("in_progress", "fixed", "fixed", "closed")))


def fill_questions(app: App, count: int, people: list[tuple[str, str]], rng: random.Random) -> None:
    """Questions without an answer, and a few residents who wait for a person."""
    now = utc_now()
    with app.database.writing() as session:
        for number in range(count):
            person, channel = rng.choice(people)
            asker = Asker(person, channel, "en")
            keep_question(session, asker, sentence(rng, 3, 6), reason="unanswered", nearest=[], now=now)
            if number < WAITING:
                ask_person(session, asker, "", now)


def sign_in(app: App) -> str:
    """An administrator; the Cookie header of their session."""
    with app.database.writing() as session:
        person = StaffRow(
            staff_id="a" * 32,
            email="a@city.example",
            name="Ana",
            language="en",
            roles=[Role.ADMINISTRATOR.value],
            departments=[],
            password="-",  # noqa: S106  it fits nothing
            totp=app.vault.seal("A" * 32, "a" * 32),
            recovery=[],
            created_at=utc_now(),
        )
        session.add(person)
        session.flush()
        token = sessions.begin_session(
            session, person, "benchmark", sessions.ends_of(app.settings), utc_now()
        )
        session.execute(table_of(sessions.SessionRow).update().values(stage="full"))
    return f"{sessions.COOKIE}={token}"


@contextmanager
def served(app: App) -> Iterator[str]:
    """The console on a loopback port."""
    web = Starlette(routes=[Mount("/console", console_app(console_services(app)))])
    server = uvicorn.Server(uvicorn.Config(web, port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/console"
    server.should_exit = True
    thread.join(10)


Times = dict[str, list[tuple[float, float]]]
"""Milliseconds of each look at each page: of the clock, and of the processor."""


def measure(apps: Sequence[App], looks: int) -> list[Times]:
    """The pages of several installations, in turn."""
    times: list[Times] = [{page: [] for page in PAGES} for _ in apps]
    with ExitStack() as open_ones:
        browsers = [open_ones.enter_context(browser_of(app)) for app in apps]
        for look in range(looks + 2):
            for page in PAGES:
                for browser, known in zip(browsers, times, strict=True):
                    begun, worked = time.perf_counter(), time.process_time()
                    answer = browser.get(page)
                    took = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
                    answer.raise_for_status()
                    if look >= 2:  # the first looks fill caches
                        known[page].append(took)
    return times


@contextmanager
def browser_of(app: App) -> Iterator[httpx.Client]:
    """A client that is signed in at the console."""
    cookie = sign_in(app)
    with (
        served(app) as url,
        httpx.Client(base_url=url, timeout=60, trust_env=False, headers={"cookie": cookie}) as client,
    ):
        yield client


def installation(folder: Path, size: Size, database: str = "") -> App:
    """A filled installation."""
    settings = load_settings(InstallationSettings, _env_file=None, data_dir=folder, database_url=database)
    upgrade_database(settings.database)
    app = build_app(settings, Replacements(WordNluClient(), [FakeEmbedder()]))
    with app.database.writing() as session:
        load_city(session, ROOT / "city" / "sample")
    begun = time.perf_counter()
    fill(app, size, random.Random(1))
    print(f"filled with {size} in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    with app.database.reading() as session:
        assert session.scalar(select(Conversation.id).limit(1))
    return app


def main() -> None:
    """Fill, serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--looks", type=int, default=40)
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = installation(Path(folder) / "small", Size(SMALL_CASES, SMALL_MESSAGES))
        large = installation(Path(folder) / "large", Size(chosen.cases, chosen.messages), chosen.database)
        few, many = measure([small, large], chosen.looks)
        small.stop()
        large.stop()
    pages = {page: compared(few[page], many[page]) for page in PAGES if few[page] and many[page]}
    print_json({"machine": machine(), "cases": chosen.cases, "messages": chosen.messages, "pages": pages})


def compared(few: list[tuple[float, float]], many: list[tuple[float, float]]) -> dict[str, Any]:
    """The figures of one page."""
    clock, worked = zip(*many, strict=True)
    worked_small = percentile([processor for _, processor in few], 0.5)
    return {
        "p50": round(percentile(clock, 0.5), 1),
        "p95": round(percentile(clock, 0.95), 1),
        "processor_p50_small": round(worked_small, 1),
        "processor_p50": round(percentile(worked, 0.5), 1),
        "processor_p95": round(percentile(worked, 0.95), 1),
        "times_slower": round(percentile(worked, 0.5) / worked_small, 2),
    }


if __name__ == "__main__":
    main()
