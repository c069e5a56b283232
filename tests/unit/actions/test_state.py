"""A conversation's memory survives anything that may stand in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.turn.state import Form, keep_form, mend, open_form, open_offer

FORM: dict[str, Any] = {"name": "report", "values": {"description": "a hole"}, "asked": "place"}


def test_a_form_is_kept_as_json_and_read_again() -> None:
    form = Form(
        "report",
        values={"place": {"label": "1 Mill Road", "kind": "address"}},
        trail=["place"],
        asked="photos",
    )
    dialogue: dict[str, Any] = {}
    keep_form(dialogue, form)
    assert open_form(json.loads(json.dumps(dialogue))) == form
    keep_form(dialogue, None)
    assert dialogue == {}


@pytest.mark.parametrize(
    ("dialogue", "lost"),
    [
        ({}, False),
        ({"flow": FORM}, False),
        ({"version": 99, "flow": FORM}, True),
        ({"version": 99}, False),
        ({"flow": "rubbish"}, True),
        ({"flow": {"values": 3}}, True),
        ({"flow": {"name": "report", "trail": "x"}}, True),
        ({"offer": 7}, False),
        ({"offer": {"name": "menu", "choices": [1, 2]}}, False),
        ({"last_answer": []}, False),
    ],
)
def test_what_cannot_be_read_is_dropped(dialogue: dict[str, Any], lost: bool) -> None:
    assert mend(dialogue) is lost
    assert (open_form(dialogue) is not None) is (dialogue.get("flow") is not None)
    assert (open_offer(dialogue) is not None) is (dialogue.get("offer") is not None)
    assert dialogue["version"] == 1
