"""What a monitor reads: fit or not, and at which part to look."""

from __future__ import annotations

from functools import partial

import pytest

from core.health import health_report
from core.model import Health


def part(name: str, *, ok: bool = True, needed: bool = True, warning: bool = False, **facts: int) -> Health:
    return Health(name, ok=ok, needed=needed, warning=warning, facts=facts)


@pytest.mark.parametrize(
    ("parts", "ready", "look_at"),
    [
        ([part("database"), part("workers")], True, []),
        ([part("workers", ok=False), part("database")], False, ["workers"]),
        ([part("nlu", ok=False, needed=False), part("database")], True, ["nlu"]),
        ([part("disk", warning=True), part("database")], True, ["disk"]),
        (
            [part("sms", ok=False), part("city", ok=False), part("disk", warning=True)],
            False,
            ["city", "disk", "sms"],
        ),
        ([], True, []),
    ],
    ids=[
        "all well",
        "one ill",
        "one ill that is not needed",
        "one that soon may be ill",
        "by name",
        "no parts",
    ],
)
def test_it_is_ready_while_all_that_is_needed_is_well_and_names_what_is_not(parts, ready, look_at):
    is_ready, report = health_report([partial(lambda one: one, one) for one in parts])
    assert (is_ready, report["ready"], report["look_at"]) == (ready, ready, look_at)


def test_what_a_part_counts_stands_beside_its_state():
    _, report = health_report([lambda: part("database", inbox_waiting=3, outbox_failed=1)])
    assert report["parts"]["database"] == {
        "ok": True,
        "needed": True,
        "detail": "",
        "inbox_waiting": 3,
        "outbox_failed": 1,
    }


def test_only_a_part_with_a_warning_says_so():
    _, report = health_report([lambda: part("disk", warning=True), lambda: part("city")])
    assert report["parts"]["disk"]["warning"] is True
    assert "warning" not in report["parts"]["city"]


def database_health() -> Health:
    raise ConnectionError("user=city password=hidden")


def test_a_part_that_cannot_be_asked_is_ill_under_its_name_and_its_words_are_withheld():
    ready, report = health_report([database_health, lambda: part("city")])
    assert not ready
    assert report["look_at"] == ["database"]
    assert report["parts"]["database"] == {"ok": False, "needed": True, "detail": "ConnectionError"}
    assert report["parts"]["city"]["ok"]


def test_the_name_is_found_through_what_was_bound_to_the_question():
    def nlu_health(_server: object) -> Health:
        raise TimeoutError

    _, report = health_report([partial(nlu_health, None)])
    assert report["look_at"] == ["nlu"]
