"""Telegram's pace, the typing hint, and ticks under quick fingers; the clock stands still until it is moved."""

from __future__ import annotations

import random

import pytest
from telegram import Update

from channels.telegram.incoming import tap_of
from channels.telegram.keyboard import Ticks, press_meaning, with_ticks
from channels.telegram.limiter import Limiter
from channels.telegram.waiting import TypingHint
from tests.support.telegram_updates import asked, query


class Seconds:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_chat_is_written_to_once_a_second():
    clock = Seconds()
    limiter = Limiter(clock)
    assert limiter.claim("1") == 0
    clock.now += 0.25
    assert limiter.claim("1") == pytest.approx(0.75)
    assert limiter.claim("2") == 0
    clock.now += 0.75
    assert limiter.claim("1") == 0


def test_a_group_is_written_to_every_three_seconds():
    clock = Seconds()
    limiter = Limiter(clock)
    assert limiter.claim("-1") == 0
    assert limiter.claim("-1") == pytest.approx(3.0)


def test_waiting_just_as_long_as_told_is_enough_and_no_second_has_more_than_thirty():
    clock = Seconds()
    limiter = Limiter(clock)
    chance = random.Random(1)
    sent = []
    for _ in range(400):
        wait = limiter.claim(str(chance.randrange(60)))
        if wait:
            clock.now += chance.choice([wait, 0.01])
        else:
            sent.append(clock.now)
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[30:], strict=False))
    assert len(sent) > 100


def test_a_chat_rests_as_long_as_telegram_asked():
    clock = Seconds()
    limiter = Limiter(clock)
    limiter.rest("1", 30)
    assert limiter.claim("1") == pytest.approx(30)
    assert limiter.claim("2") == 0


def test_typing_is_shown_once_to_who_waits_and_to_nobody_else():
    clock = Seconds()
    hint = TypingHint(lambda _chat: None, clock=clock)
    for chat in ("quick", "slow", "slow"):
        hint.expect(chat)
    clock.now += 0.5
    hint.answered("quick")
    hint.expect("late")
    assert hint.take_due() == []
    clock.now += 0.5
    assert hint.take_due() == ["slow"]
    assert hint.take_due() == []


def tapped(number, data, *boxes):
    rows = [[(("☑ " if on else "☐ ") + key, f"~{'+' if on else '-'}{key}")] for key, on in boxes]
    return tap_of(
        Update.de_json({**query(data, message=asked(*rows, [("Done", "~done")])), "update_id": number}, None)
    )


def test_two_quick_ticks_both_count_though_the_keyboard_that_came_with_the_second_is_the_old_one():
    ticks = Ticks()
    first = tapped(1, "~-a", ("a", False), ("b", False))
    second = tapped(2, "~-b", ("a", False), ("b", False))
    done = tapped(3, "~done", ("a", False), ("b", False))
    assert ticks.toggle(first) == {"a"}
    assert ticks.toggle(second) == {"a", "b"}
    assert press_meaning(done, ticks.known(done)).choice == "a,b"


def test_a_tick_that_telegram_repeats_counts_once():
    ticks = Ticks()
    tap = tapped(1, "~-a", ("a", False))
    assert ticks.toggle(tap) == {"a"}
    assert ticks.toggle(tap) is None


def test_a_second_tick_on_the_same_takes_it_away():
    ticks = Ticks()
    ticks.toggle(tapped(1, "~-a", ("a", False)))
    assert ticks.toggle(tapped(2, "~+a", ("a", True))) == frozenset()


def test_after_a_restart_the_keyboard_itself_knows():
    done = tapped(9, "~done", ("a", True), ("b", False), ("c", True))
    assert press_meaning(done, Ticks().known(done)).choice == "a,c"


def test_ticks_are_shown_on_the_keyboard():
    tap = tapped(1, "~-a", ("a", False), ("b", True))
    keyboard = with_ticks(tap.keyboard, {"a"})
    shown = [
        (button["text"], button["callback_data"]) for row in keyboard["inline_keyboard"] for button in row
    ]
    assert shown == [("☑ a", "~+a"), ("☐ b", "~-b"), ("Done", "~done")]
