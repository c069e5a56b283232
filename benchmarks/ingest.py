"""How many signed webhooks a second the doors for text messages and Telegram take, each durable before its 2xx.

    .venv/bin/python benchmarks/ingest.py [--only-doors] [--seconds 8] [--rate 1000] [--connections 32]

First so many connections send as fast as they are answered (`closed`), then webhooks come at a fixed rate whatever the answers do
(`at_rate`, its seconds count from when each was due). SQLite as shipped (WAL, `synchronous=FULL`). In the end the server is killed
with -9 under load, and every webhook that was answered 2xx has to be in the database, once. With `--only-doors` the workers and
Rasa do not run: that is what the doors themselves carry, a burst that is worked on afterwards. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import psutil
import uvloop
from sqlalchemy import select

from benchmarks.machine import ROOT, Cityline, free_port, machine, percentile, print_json
from benchmarks.throughput import DECK, filled_in
from channels.sms.fake import FakeTwilio
from channels.sms.fake_phone import inbound_form, sign_request
from channels.sms.routes import INBOUND_PATH
from channels.telegram.fake import SECRET_HEADER, FakeTelegram
from channels.telegram.fake import serving_fake as serving_telegram
from channels.telegram.routes import PATH as TELEGRAM_PATH
from core.database import Database
from core.tables import QueueItem

PUBLIC = "https://city.example"
SECRET = "benchmark-" + "s" * 32
RESIDENTS = 5_000
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """A whole request, and the key that its message has in the inbox."""

    key: str
    request: bytes


def http_request(path: str, kind: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST over a connection that is kept."""
    lines = {"Host": "city.example", "Content-Type": kind, "Content-Length": str(len(body))} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def sms_webhooks(count: int, rng: random.Random) -> list[Webhook]:
    """Signed forms of texts, half of them in the shape of a Messaging Service."""
    plain, service = FakeTwilio(), FakeTwilio(service="MG" + "3" * 32)
    made = []
    for number in range(count):
        twilio = (plain, service)[number % 2]
        sender = f"+1555{rng.randrange(RESIDENTS):07}"
        record = twilio.keep_inbound(filled_in(rng.choice(DECK)), sender)
        record.sid = f"SM{rng.getrandbits(128):032x}"
        pairs = inbound_form(twilio, record)
        signed = {"X-Twilio-Signature": sign_request(twilio.auth_token, PUBLIC + INBOUND_PATH, pairs)}
        kind = "application/x-www-form-urlencoded; charset=utf-8"
        request = http_request(INBOUND_PATH, kind, urlencode(pairs).encode(), signed)
        made.append(Webhook(f"sms {record.sid}", request))
    return made


def telegram_webhooks(count: int, rng: random.Random) -> list[Webhook]:
    """Updates with the secret."""
    made, first = [], rng.getrandbits(30)
    for number in range(count):
        chat = 10_000 + rng.randrange(RESIDENTS)
        person = {"id": chat, "is_bot": False, "first_name": "Ana", "username": "ana", "language_code": "en"}
        message = {
            "message_id": number,
            "from": person,
            "chat": {"id": chat, "first_name": "Ana", "username": "ana", "type": "private"},
            "date": int(time.time()),
            "text": filled_in(rng.choice(DECK)),
        }
        body = json.dumps({"update_id": first + number, "message": message}).encode()
        request = http_request(TELEGRAM_PATH, "application/json", body, {SECRET_HEADER: SECRET})
        made.append(Webhook(f"telegram {first + number}.{number}", request))
    return made


DOORS: dict[str, Callable[[int, random.Random], list[Webhook]]] = {
    "sms": sms_webhooks,
    "telegram": telegram_webhooks,
}


@dataclass
class Load:
    """Webhooks that are due go out over the connections that are free; answers are counted with their seconds."""

    closed: bool
    coming: deque[Webhook]
    due: deque[tuple[float, Webhook]] = field(default_factory=deque)
    free: list[Line] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    over: bool = False

    def dispatch(self) -> None:
        """Send what is due."""
        while self.free:
            if self.closed and not self.over and self.coming:
                self.free.pop().send(time.perf_counter(), self.coming.popleft())
            elif self.due:
                self.free.pop().send(*self.due.popleft())
            else:
                return

    def answered(self, line: Line, status: int) -> None:
        """Count an answer and use its connection again."""
        self.seconds.append(time.perf_counter() - line.begun)
        self.statuses[status] += 1
        if 200 <= status < 300:
            self.acknowledged.append(line.webhook.key)
        self.free.append(line)
        self.dispatch()


class Line(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.rest = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.load.free.append(self)

    def send(self, begun: float, webhook: Webhook) -> None:
        """Send; its seconds count from `begun`."""
        self.begun, self.webhook = begun, webhook
        self.transport.write(webhook.request)

    def data_received(self, data: bytes) -> None:
        self.rest += data
        head, found, body = self.rest.partition(b"\r\n\r\n")
        if not found:
            return
        _, _, length = head.lower().partition(b"content-length: ")
        if len(body) >= int(length.split(b"\r\n", 1)[0] or 0):
            self.rest = b""
            self.load.answered(self, int(head[9:12]))

    def connection_lost(self, _error: Exception | None) -> None:
        self.load.over = True


async def fire(port: int, load: Load, connections: int, seconds: float, rate: float) -> float:
    """Send for so long and wait for the last answers; the seconds that it took."""
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Line(load), "127.0.0.1", port)
    begun = time.perf_counter()
    if load.closed:
        load.dispatch()
    for number in range(0 if load.closed else int(rate * seconds)):
        at = begun + number / rate
        if (early := at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        if load.over:
            break
        load.due.append((at, load.coming.popleft()))
        load.dispatch()
    if load.closed:
        await wait_until(lambda: load.over or not load.coming, seconds)
    load.coming.clear()
    await wait_until(lambda: load.over or len(load.free) == connections, START_SECONDS)
    took = time.perf_counter() - begun
    load.over = True
    for line in load.free:
        line.transport.close()
    return took


async def wait_until(true: Callable[[], bool], seconds: float) -> None:
    """Until it is so, or the time is up."""
    deadline = time.perf_counter() + seconds
    while not true() and time.perf_counter() < deadline:  # noqa: ASYNC110  a look now and then costs the load least
        await asyncio.sleep(0.005)


def figures(load: Load, took: float) -> dict[str, Any]:
    """What is compared."""
    return {
        "webhooks": len(load.seconds),
        "a_second": round(len(load.seconds) / took, 1),
        **{f"p{share * 100:g}_ms": ms(load.seconds, share) for share in (0.5, 0.95, 0.99)},
        "longest_ms": ms(load.seconds, 1.0),
        "statuses": {str(status): count for status, count in sorted(load.statuses.items())},
    }


def ms(seconds: list[float], share: float) -> float:
    """A percentile in milliseconds."""
    return round(percentile(seconds, share) * 1000, 1) if seconds else 0.0


def serve_doors() -> None:
    """The web of `cityline serve` without its workers and without Rasa; everything it needs comes from the environment."""
    import uvicorn

    from bot.app import build_app
    from bot.migrate import upgrade_database
    from bot.serve import SWITCH_SECONDS
    from bot.web import web_app
    from channels.registry import InstallationSettings
    from city.loading.load import load_city
    from core.logs import configure_logs
    from core.settings import load_settings

    settings = load_settings(InstallationSettings)
    configure_logs(settings.log_format, settings.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    upgrade_database(settings.database)
    app = build_app(settings)
    with app.database.writing() as session:
        load_city(session, ROOT / "city" / "sample")
    options = {"log_level": "warning", "access_log": False, "server_header": False}
    # Without its lifespan the application starts no part of the conversation.
    uvicorn.run(web_app(app), port=settings.port, lifespan="off", **options)


class OnlyDoors:
    """`serve_doors` in a process of its own, with the handle of `Cityline`."""

    def __init__(self, city: Cityline) -> None:
        self.city = city

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "benchmarks.ingest", "serve-doors"]
        with self.city.log.open("ab") as output:
            self.city.process = subprocess.Popen(
                command, cwd=ROOT, env=self.city.environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.city.process.poll() is None:
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.city.url}/chat/texts/en", timeout=2).raise_for_status()
                return
            time.sleep(0.1)
        raise RuntimeError(f"The doors did not open; the log ends with:\n{self.city.log.read_text()[-3000:]}")


@contextmanager
def running(folder: Path, *, only_doors: bool) -> Iterator[Cityline]:
    """A Cityline with both doors open to the fakes."""
    twilio, telegram = FakeTwilio(), FakeTelegram()
    with ExitStack() as stack:
        nowhere = f"http://127.0.0.1:{free_port()}"
        settings = {
            "public_url": PUBLIC,
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": twilio.auth_token,
            "twilio_from_number": twilio.number,
            "twilio_api_base": nowhere if only_doors else stack.enter_context(twilio.serving()),
            "telegram_token": telegram.token,
            "telegram_secret": SECRET,
            "telegram_api_base": nowhere if only_doors else stack.enter_context(serving_telegram(telegram)),
            "log_format": "json",
        }
        city = Cityline(folder, **settings)
        try:
            if only_doors:
                OnlyDoors(city).start()
            else:
                city.start(prepare=True)
                city.wait_until_ready()
            yield city
        finally:
            city.stop()


def measure(city: Cityline, chosen: argparse.Namespace) -> dict[str, Any]:
    """Each door, closed and at the rate; then the kill."""
    rng = random.Random(chosen.seed)
    result: dict[str, Any] = {}
    acknowledged: list[str] = []
    for door, webhooks in DOORS.items():
        result[door] = {}
        for name, seconds in (("warm_up", 1.0), ("closed", chosen.seconds), ("at_rate", chosen.seconds)):
            count = int(seconds * (chosen.rate if name == "at_rate" else chosen.most))
            load = Load(name != "at_rate", deque(webhooks(count, rng)))
            before = cpu_seconds(city)
            took = uvloop.run(fire(city.port, load, chosen.connections, seconds, chosen.rate))
            used = cpu_seconds(city) - before
            acknowledged += load.acknowledged
            each = round(used / max(1, len(load.seconds)) * 1000, 2)
            result[door][name] = figures(load, took) | {"server_cpu_ms_each": each}
    result["killed"] = killed(city, acknowledged, rng, chosen)
    return result


def cpu_seconds(city: Cityline) -> float:
    """Processor time of the server so far, which tells more than the clock on a machine that others use as well."""
    assert city.process
    times = psutil.Process(city.process.pid).cpu_times()
    return float(times.user + times.system)


def killed(
    city: Cityline, acknowledged: list[str], rng: random.Random, chosen: argparse.Namespace
) -> dict[str, int]:
    """Kill -9 in the middle of a load; what was answered 2xx before and in it has to be kept, once."""
    load = Load(True, deque(sms_webhooks(int(chosen.most), rng)))

    async def fire_and_kill() -> None:
        assert city.process
        asyncio.get_running_loop().call_later(0.5, city.process.send_signal, signal.SIGKILL)
        await fire(city.port, load, chosen.connections, 5.0, chosen.rate)

    uvloop.run(fire_and_kill())
    database = Database(f"sqlite:///{city.folder / 'var' / 'cityline.sqlite'}")
    with database.reading() as session:
        kept = Counter(session.scalars(select(QueueItem.key).where(QueueItem.queue == "inbox")))
    database.dispose()
    told = [*acknowledged, *load.acknowledged]
    return {
        "acknowledged": len(told),
        "lost": sum(key not in kept for key in told),
        "doubled": sum(count > 1 for count in kept.values()),
    }


def main() -> None:
    """Measure, and print JSON; status 1 when a webhook was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("measure", "serve-doors"), default="measure")
    parser.add_argument("--only-doors", action="store_true")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument(
        "--most", type=float, default=3000, help="webhooks a second that are prepared for `closed`"
    )
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.what == "serve-doors":
        serve_doors()
        return
    random.seed(chosen.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), only_doors=chosen.only_doors) as city,
    ):
        result = measure(city, chosen)
    mode = "only the doors" if chosen.only_doors else "everything on"
    print_json({"machine": machine(), "mode": mode, "connections": chosen.connections, **result})
    sys.exit(1 if result["killed"]["lost"] or result["killed"]["doubled"] else 0)


if __name__ == "__main__":
    main()
