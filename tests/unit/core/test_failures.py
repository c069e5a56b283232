"""What went wrong, as data: made, written as JSON, and read again from rows of any release."""

from __future__ import annotations

import json

import pytest

from core.errors import SendCode, SendLater, SendUnknown
from core.failures import (
    MAX_TEXT,
    Failure,
    FailureCode,
    fail_with,
    fail_with_fault,
    parse_failure,
    places_of,
    read_failure,
)

SILENT = fail_with(SendCode.SILENT, provider="Telegram")
IN_PART = fail_with(SendCode.IN_PART, sent=1, count=3, cause=SILENT)


def test_a_failure_has_an_english_sentence_with_its_values_and_its_cause():
    assert str(SILENT) == "Telegram does not answer."
    assert str(IN_PART) == "Only 1 of 3 messages went out. Telegram does not answer."


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (SendCode.SILENT, {}),
        (SendCode.SILENT, {"provider": "Telegram", "count": 1}),
        (SendCode.IN_PART, {"sent": 1}),
        (FailureCode.STUCK, {"count": 1}),
    ],
)
def test_other_values_than_belong_to_a_code_are_a_mistake(code, values):
    with pytest.raises(ValueError, match="has the places"):
        fail_with(code, **values)


def test_an_error_with_a_code_carries_its_failure():
    error = SendLater(SendCode.PACE, 7, provider="Twilio", cause=SILENT)
    assert (error.after, error.failure.code, error.failure.values) == (7, "pace", {"provider": "Twilio"})
    assert str(error) == "The pace at which Twilio takes messages is used up. Telegram does not answer."
    assert SendUnknown(SendCode.UNNAMED, provider="Twilio").failure.cause is None


def test_an_unexpected_error_keeps_its_kind_and_none_of_its_words():
    failure = fail_with_fault(ValueError("a secret"), 3)
    assert (failure.code, failure.values) == ("fault", {"kind": "ValueError", "attempt": 3})
    assert str(failure) == "ValueError at attempt 3."


@pytest.mark.parametrize("failure", [SILENT, IN_PART, fail_with(FailureCode.STUCK)])
def test_what_was_written_is_read_again(failure):
    written = json.loads(json.dumps(failure.as_data()))
    assert parse_failure(written) == failure
    assert read_failure(written, str(failure)) == failure


@pytest.mark.parametrize(
    ("data", "text", "found"),
    [
        (None, None, None),
        (SILENT.as_data(), None, None),
        (None, "it silenced its worker", Failure("", text="it silenced its worker")),
        (SILENT.as_data(), "busy", Failure("", text="busy")),
        ({"code": "silent"}, "busy", Failure("", text="busy")),
    ],
    ids=["none", "left over", "earlier release", "an earlier release wrote after us", "half"],
)
def test_a_row_of_an_earlier_release_has_its_text_alone(data, text, found):
    assert read_failure(data, text) == found


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "silent",
        {},
        {"code": 1, "values": {}, "text": ""},
        {"code": "silent", "values": [], "text": ""},
        {"code": "silent", "values": {}},
    ],
)
def test_what_is_no_failure_is_none(data):
    assert parse_failure(data) is None


def test_values_are_taken_as_plain_short_words():
    found = parse_failure(
        {"code": "x", "values": {"a": "b" * 1000, "c": {"d": 1}, "e": 5}, "text": "", "cause": 7}
    )
    assert found is not None
    assert found.values == {"a": "b" * MAX_TEXT, "c": "{'d': 1}", "e": 5}
    assert found.cause is None


@pytest.mark.parametrize(
    ("sentence", "places"),
    [("", set()), ("None here.", set()), ("{a} and {b:>5} and {{c}}", {"a", "b"})],
)
def test_the_places_of_a_sentence(sentence, places):
    assert places_of(sentence) == places
