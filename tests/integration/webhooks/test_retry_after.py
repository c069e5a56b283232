"""429 with Retry-After is never undercut: not by the outbox, not by a second resident's text, not by a question or a courtesy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from channels.echo.fake import EchoTrouble, FakeEcho
from channels.sms.fake import FakeTrouble, FakeTwilio
from channels.sms.limits import SegmentPace
from channels.telegram.bot import TelegramPace
from channels.telegram.fake import FakeTelegram, Fault, Mishap, serving_fake
from channels.telegram.limiter import Limiter
from core.errors import SendLater
from core.model import Delivery, InboundMessage, Reply
from tests.integration.webhooks.running import SECRET, Doors, open_doors
from tests.support.builders import NOON
from tests.support.sms import RESIDENT, Clock, channel_to, delivery
from tests.support.telegram import line_to

AFTER = 7


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    fake = FakeTwilio()
    with fake.serving():
        yield fake


@pytest.mark.parametrize("where", ["send", "list"])
def test_twilio_is_left_alone_by_everything_until_the_time_has_come(twilio, where):
    ticks = Clock()
    (twilio.troubles if where == "send" else twilio.list_troubles).append(
        FakeTrouble(status=429, after=str(AFTER))
    )
    with channel_to(twilio, ticking=ticks) as channel:
        ask: dict[str, Callable[[], object]] = {
            "send": lambda: channel.send(delivery(key="one")),
            "another": lambda: channel.send(delivery(key="two", recipient="+15550999999")),
            "find": lambda: channel.find(delivery(key="three")),
            "missed": lambda: channel.missed(NOON),
        }
        with pytest.raises(SendLater) as refused:
            ask["send" if where == "send" else "missed"]()
        assert refused.value.after >= AFTER
        asked = len(twilio.requests)
        for _ in range(10):
            for question in ask.values():
                with pytest.raises(SendLater) as told:
                    question()
                assert told.value.after >= 1000 + AFTER - ticks() - 0.001
            ticks.seconds += AFTER * 0.09
        assert len(twilio.requests) == asked
        ticks.seconds = 1000 + AFTER + 0.01
        channel.send(delivery(key="one"))
        assert len(twilio.ledger) == 1


@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction"])
def test_telegram_leaves_the_chat_alone_with_messages_and_courtesies(method):
    fake = FakeTelegram()
    with serving_fake(fake) as base, line_to(fake, base) as line:
        fake.fail(Fault(Mishap.TOO_MANY, method, seconds=AFTER))

        def send(chat: str = "5001") -> None:
            line.bot.send(Delivery(f"k{line.seconds.now}{chat}", "telegram", chat, Reply("Hello")))

        if method == "sendMessage":
            with pytest.raises(SendLater) as refused:
                send()
            assert refused.value.after == AFTER
        else:
            line.bot.show_typing("5001")
        begun, called = line.seconds.now, len(fake.calls)
        while line.seconds.now < begun + AFTER - 0.5:
            with pytest.raises(SendLater) as told:
                send()
            assert told.value.after >= begun + AFTER - line.seconds.now - 0.001
            line.bot.show_typing("5001")
            line.seconds.now += 0.9
        assert len(fake.calls) == called
        send("5002")
        line.seconds.now = begun + AFTER
        send()
        assert [sent.chat for sent in fake.ledger] == [5002, 5001]


@contextmanager
def office_of(channel: str, folder) -> Iterator[tuple[Doors, Callable[[int], None], Callable[[], int]]]:
    """A house whose channel keeps the house's time; how to make its next sends fail so, and how often it has asked."""
    if channel == "sms":
        twilio = FakeTwilio()
        with twilio.serving() as base, open_doors(folder, twilio_api_base=base) as doors:
            ticking = ticking_of(doors)
            doors.house.app.channels["sms"]._pace = SegmentPace(1000, 1000, ticking)
            yield (
                doors,
                lambda after: twilio.tell(FakeTrouble(status=429, after=str(after))),
                lambda: sum(method == "POST" for method, _, _ in twilio.requests),
            )
        return
    if channel == "echo":
        echo = FakeEcho(SECRET, lambda: NOON)
        with echo.serving() as base, open_doors(folder, echo_send_url=base) as doors:
            echo.now = doors.house.clock
            yield (
                doors,
                lambda after: echo.troubles.append(EchoTrouble(429, str(after))),
                lambda: echo.asked,
            )
        return
    fake = FakeTelegram()
    with serving_fake(fake) as base, open_doors(folder, telegram_api_base=base) as doors:
        bot, ticking = doors.house.app.channels["telegram"], ticking_of(doors)
        bot._limiter, bot._pace = Limiter(ticking), TelegramPace(ticking, doors.house.clock.move)
        yield (
            doors,
            lambda after: fake.fail(Fault(Mishap.TOO_MANY, seconds=after)),
            lambda: sum(method == "sendMessage" for method, _ in fake.calls),
        )


def ticking_of(doors: Doors) -> Callable[[], float]:
    return lambda: doors.house.clock().timestamp()


@pytest.mark.parametrize("channel", ["sms", "telegram", "echo"])
def test_the_outbox_waits_as_long_as_it_was_asked_to(channel, tmp_path):
    rng = random.Random(channel)
    sender = RESIDENT if channel == "sms" else "5001"
    with office_of(channel, tmp_path) as (doors, refuse, asked):
        app, clock = doors.house.app, doors.house.clock
        outbox = app.outbox
        app.inbox.accept(InboundMessage(channel, "m1", sender, NOON, text="menu"))
        doors.house.work()
        waits = [rng.choice([1, 5, 30, 400, 4000]) for _ in range(6)]
        for wait in waits:
            refuse(wait)
        not_before, refusals = 0.0, 0
        for _ in range(2000):
            before = asked()
            for claim in app.outbox_queue.claim(4):
                outbox.deliver(claim)
            if asked() > before:
                assert clock().timestamp() >= not_before
                if refusals < len(waits):
                    not_before = clock().timestamp() + waits[refusals]
                    refusals += 1
            elif not app.outbox_queue.counts():
                break
            clock.move(rng.uniform(0.1, 20))
        assert refusals == len(waits)
        assert app.outbox_queue.counts() == {}
