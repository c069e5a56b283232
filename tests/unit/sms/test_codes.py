"""What Twilio's codes ask of us: never to write again, to wait, to mend the account, or to give this text up."""

from __future__ import annotations

import pytest

from channels.sms.codes import CODES, OPTED_OUT, WAITS, CodeMeaning, meaning_of, sentence_of


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        # by code, whatever the status says
        (400, 21610, CodeMeaning.OPTED_OUT),
        (400, 21211, CodeMeaning.REFUSED),
        (400, 21617, CodeMeaning.REFUSED),
        (400, 30034, CodeMeaning.SETUP),
        (400, 20003, CodeMeaning.SETUP),
        (400, 21611, CodeMeaning.LATER),
        (429, 20429, CodeMeaning.LATER),
        (429, 21610, CodeMeaning.OPTED_OUT),
        # by status, where the code is a new one or is missing
        (429, None, CodeMeaning.LATER),
        (429, 99999, CodeMeaning.LATER),
        (401, None, CodeMeaning.SETUP),
        (403, 99999, CodeMeaning.SETUP),
        (404, None, CodeMeaning.SETUP),
        (400, None, CodeMeaning.REFUSED),
        (400, 99999, CodeMeaning.REFUSED),
    ],
)
def test_a_refusal_is_understood_by_its_code_or_else_by_its_status(status, code, meaning):
    assert meaning_of(status, code) is meaning


def test_only_a_stop_of_the_resident_forbids_writing():
    assert {21610} == OPTED_OUT


def test_what_will_pass_is_waited_for_and_nothing_else():
    assert set(WAITS) == {CodeMeaning.LATER, CodeMeaning.SETUP}
    assert WAITS[CodeMeaning.LATER] < WAITS[CodeMeaning.SETUP]


@pytest.mark.parametrize(
    ("code", "words"),
    [(21610, "stopped"), (30006, "landline"), (99999, "not in the table"), (None, "not in the table")],
)
def test_staff_read_a_code_in_words(code, words):
    assert words in sentence_of(code)


def test_every_sentence_goes_on_after_a_colon():
    """It stands behind "Twilio will not take this:", before the code."""
    assert [
        code.sentence for code in CODES.values() if code.sentence.endswith(".") or not code.sentence
    ] == []
