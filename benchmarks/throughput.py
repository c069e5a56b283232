"""How many messages a second the whole path carries, beside Rasa's own default bot over its REST channel, in one run.

    .venv/bin/python benchmarks/throughput.py [--residents 24] [--seconds 20] [--without-rasa-bot]

Residents write over the web chat's socket, one message after the answer to the last: about two thirds free text, which goes through
the real Rasa, the rest commands and answers to questions. Latency is measured by one resident alone and by all at once. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.machine import MEGABYTE, ROOT, Cityline, free_port, machine, percentile, print_json
from benchmarks.residents import Resident, all_of

DECK = (
    "hello",
    "when is bulk trash picked up on {street}?",
    "there is a huge pothole in front of {number} Mill Road",
    "never mind",
    "how do I get a parking permit for {number} {street}",
    "my reports",
    "the street light in front of {number} {street} is out",
    "never mind",
    "what are the library hours on {day}",
    "thanks a lot",
    "menu",
    "donde puedo pagar mi factura de agua de {street} {number}",
    "is there a burn ban on {day}",
    "in english",
    "the neighbor at {number} plays loud music every {day}",
    "never mind",
)
STREETS = ("Mill Road", "Oak Street", "Ferry Lane", "Harbor Street", "River Road", "Station Street")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PACE = 0.25
"""Seconds from one message of a resident to the next at least: the door takes five a second from one conversation."""
RASA_DECK = ("hello", "i am sad", "yes", "great", "are you a bot?", "bye", "no", "i feel wonderful today")


async def talk_for(residents: list[Resident], seconds: float) -> dict[str, Any]:
    """Let them write for so long; messages a second and seconds to the answer."""
    end = time.perf_counter() + seconds

    async def life(resident: Resident) -> None:
        deck = list(DECK)
        start = random.randrange(len(deck))
        for text in itertools.islice(itertools.cycle(deck), start, None):
            if time.perf_counter() > end:
                return
            await resident.say(filled_in(text))
            await asyncio.sleep(max(0.0, PACE - resident.seconds[-1]))

    begun = time.perf_counter()
    await all_of(residents, life)
    return figures(
        [second for resident in residents for second in resident.seconds], time.perf_counter() - begun
    )


def filled_in(text: str) -> str:
    """The text with a number, a street and a day of its own, so that no message has been computed before."""
    values = {
        "number": random.randrange(1, 10_000),
        "street": random.choice(STREETS),
        "day": random.choice(DAYS),
    }
    return text.format(**values)


def figures(seconds: list[float], whole: float) -> dict[str, Any]:
    """The numbers that are compared."""
    return {
        "messages": len(seconds),
        "messages_per_second": round(len(seconds) / whole, 1),
        "p50_ms": round(percentile(seconds, 0.5) * 1000, 1),
        "p95_ms": round(percentile(seconds, 0.95) * 1000, 1),
    }


def measure_cityline(count: int, seconds: float) -> dict[str, Any]:
    """The whole path of ours."""
    with tempfile.TemporaryDirectory() as folder:
        city = Cityline(Path(folder))
        city.start(prepare=True)
        try:
            city.wait_until_ready()
            city.stop()
            city.start()
            ready = city.wait_until_ready()
            asyncio.run(talk_for([Resident(city.url, "warm-up")], 3))
            alone = asyncio.run(talk_for([Resident(city.url, "alone")], seconds / 2))
            crowd = [Resident(city.url, f"resident-{number}") for number in range(count)]
            together = asyncio.run(talk_for(crowd, seconds))
            return {
                "seconds_to_ready": round(ready, 1),
                "one_resident": alone,
                f"{count}_residents": together,
                "memory_mb": city.memory_mb(),
            }
        finally:
            city.stop()


@contextmanager
def rasas_default_bot() -> Iterator[tuple[str, psutil.Process]]:
    """The project that `rasa init` makes, trained with Rasa's default pipeline and policies, serving its REST channel."""
    rasa = ROOT / ".venv-rasa" / "bin" / "rasa"
    home = ROOT / "var" / "benchmarks" / "rasa-default-bot"
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if not list(home.glob("models/*.tar.gz")):
        package = next(
            (ROOT / ".venv-rasa" / "lib").glob("python3.10/site-packages/rasa/cli/initial_project")
        )
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(package, home)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([rasa, "train"], cwd=home, env=environment, check=True, **quiet)
    port = free_port()
    command = [
        rasa,
        "run",
        "--enable-api",
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "--credentials",
        "credentials.yml",
    ]
    with (home / "run.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/status", 180)
        yield url, psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)


def wait_for(address: str, within: float) -> None:
    """Until something answers there."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(address, timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    raise TimeoutError(f"Nothing answered at {address} within {within:.0f} s.")


async def rest_for(url: str, count: int, seconds: float) -> dict[str, Any]:
    """As `talk_for`, over Rasa's REST channel."""
    end = time.perf_counter() + seconds
    took: list[float] = []

    async def life(client: httpx.AsyncClient, name: str) -> None:
        for text in itertools.cycle(RASA_DECK):
            if (begun := time.perf_counter()) > end:
                return
            body = {"sender": name, "message": text}
            (await client.post(f"{url}/webhooks/rest/webhook", json=body)).raise_for_status()
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with httpx.AsyncClient(timeout=60) as client:
        await asyncio.gather(*(life(client, f"resident-{number}") for number in range(count)))
    return figures(took, time.perf_counter() - begun)


def measure_rasa(count: int, seconds: float) -> dict[str, Any]:
    """Rasa's own default bot."""
    with rasas_default_bot() as (url, process):
        asyncio.run(rest_for(url, 1, 3))
        alone = asyncio.run(rest_for(url, 1, seconds / 2))
        together = asyncio.run(rest_for(url, count, seconds))
        memory = round(process.memory_info().rss / MEGABYTE, 1)
        return {"one_resident": alone, f"{count}_residents": together, "memory_mb": {"total": memory}}


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-rasa-bot", action="store_true")
    chosen = parser.parse_args()
    random.seed(chosen.seed)
    result = {"machine": machine(), "cityline": measure_cityline(chosen.residents, chosen.seconds)}
    if not chosen.without_rasa_bot:
        result["rasa_default_bot"] = measure_rasa(chosen.residents, chosen.seconds)
    print_json(result)


if __name__ == "__main__":
    main()
