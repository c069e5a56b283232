"""A signal calls whoever is connected, in the order in which they came."""

from __future__ import annotations

from core.signals import Signal


def test_nobody_needs_to_be_connected():
    Signal().send()


def test_all_who_are_connected_are_called_in_their_order_each_time():
    heard: list[str] = []
    signal = Signal()
    signal.connect(lambda: heard.append("urgent"), lambda: heard.append("inbox"))
    signal.connect(lambda: heard.append("late"))
    signal.send()
    signal.send()
    assert heard == ["urgent", "inbox", "late"] * 2
