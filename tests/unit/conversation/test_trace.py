"""What is kept of a turn: what it may have been, what it came to, and how long its stages took."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from actions.turn.decision import CandidateKind, Lead, TurnCandidate
from actions.turn.turn import Fit, PreparedSearches, Rule, Turn
from actions.understanding.proposals import Meaning
from conversation.hearing import Heard
from conversation.store.conversations import ConversationState
from conversation.trace import find_silence, keep_the_rest, list_candidates, sum_up
from core.database import Database
from core.model import Consent, Intent, Outcome, Reply, Understanding
from core.stopwatch import Stopwatch
from knowledge.base.model import Answer, Found, Passage
from tests.support.builders import NOON, inbound


def state(**fields):
    return ConversationState("c1", "p1", "en", fields.pop("dialogue", {}), 0, NOON, **fields)


def test_an_exact_rule_is_the_only_candidate():
    assert list_candidates(Heard(Rule("help", "whatever was typed")), state()) == [
        TurnCandidate(CandidateKind.RULE, "help")
    ]


@pytest.mark.parametrize("name", ["emergency", "ask_danger"])
def test_danger_is_kept_with_its_kind(name):
    found = list_candidates(Heard(Rule(name, "fire", ("en",))), state())
    assert found == [TurnCandidate(CandidateKind.RULE, name), TurnCandidate(CandidateKind.DANGER, "fire")]


def test_the_open_question_stands_beside_the_intents():
    dialogue = {"version": 1, "flow": {"name": "report", "asked": "place"}}
    understanding = Understanding("x", (Intent("report_problem", 0.83456), Intent("ask_city", 0.11)))
    assert list_candidates(Heard(fit=Fit.MAYBE, understanding=understanding), state(dialogue=dialogue)) == [
        TurnCandidate(CandidateKind.OPEN_QUESTION, "report.place", 0.5),
        TurnCandidate(CandidateKind.INTENT, "report_problem", 0.835),
        TurnCandidate(CandidateKind.INTENT, "ask_city", 0.11),
    ]


def test_passages_are_kept_by_id_and_title_without_the_question():
    passage = Passage("p1", "trash", "Trash and recycling", "Every Monday.")
    prepared = PreparedSearches("my secret", Answer("my secret", True, (Found(passage, 0.91234),)))
    found = list_candidates(Heard(prepared=prepared), state())
    assert found == [TurnCandidate(CandidateKind.PASSAGE, "p1", 0.912, "Trash and recycling")]
    assert "secret" not in str(found)


def test_what_all_readers_came_to_is_kept_before_what_each_of_them_had():
    meanings = (Meaning("report_problem", 0.8765), Meaning("ask_city", 0.1))
    found = list_candidates(Heard(prepared=PreparedSearches("my secret", meanings=meanings)), state())
    assert found == [
        TurnCandidate(CandidateKind.MEANING, "report_problem", 0.876),
        TurnCandidate(CandidateKind.MEANING, "ask_city", 0.1),
    ]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Outcome.SILENT),
        ([Outcome.TOLD, Outcome.ASKED], Outcome.ASKED),
        ([Outcome.ANSWERED, Outcome.ASKED], Outcome.ANSWERED),
        ([Outcome.ASKED, Outcome.WARNED], Outcome.WARNED),
        ([Outcome.UNKNOWN, Outcome.ASKED], Outcome.UNKNOWN),
        ([None], Outcome.SILENT),
    ],
)
def test_of_several_replies_the_telling_one_counts(outcomes, expected):
    assert sum_up([Reply("x", outcome=outcome) for outcome in outcomes]) is expected


def test_every_outcome_of_a_reply_can_be_what_a_turn_came_to():
    assert {sum_up([Reply("x", outcome=outcome)]) for outcome in Outcome} == set(Outcome)


@pytest.mark.parametrize(
    ("message", "known", "expected"),
    [
        ({"consent": Consent.STOP}, {}, Lead.PROVIDER),
        ({"answered": True}, {}, Lead.ANSWERED_BEFORE),
        ({}, {"with_staff": True}, Lead.STAFF),
        ({}, {"stopped": True}, Lead.STOPPED),
        ({}, {}, Lead.LIMIT),
    ],
)
def test_silence_has_a_reason(message, known, expected):
    turn = Turn(inbound("hello", **message), "p1", "en", {}, None, NOON)
    assert find_silence(turn, state(**known)) is expected


def test_a_stopwatch_adds_up_what_comes_again():
    times = iter([0.0, 0.010, 0.0125, 0.5, 0.50004])
    watch = Stopwatch(lambda: next(times))
    for stage in ("rules", "nlu", "act", "rules"):
        watch.end_stage(stage)
    assert watch.milliseconds == {"rules": 10.0, "nlu": 2.5, "act": 487.5}


def test_where_the_whole_transaction_is_gone_the_turn_does_not_pass_for_written(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'full.sqlite'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE lines (said)"))
    with pytest.raises(OperationalError), database.writing() as session:  # noqa: PT012  all of it is one turn
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages + 1}"))
        session.execute(text("INSERT INTO lines VALUES ('hello')"))
        with keep_the_rest(session):
            session.execute(text("INSERT INTO lines VALUES (zeroblob(1000000))"))
    database.dispose()


def test_what_fails_behind_a_turn_leaves_the_turn_as_it_is(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'city.sqlite'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE lines (said)"))
        session.execute(text("INSERT INTO lines VALUES ('hello')"))
        with keep_the_rest(session):
            session.execute(text("INSERT INTO traces VALUES (1)"))
    with database.reading() as session:
        assert session.scalars(text("SELECT said FROM lines")).all() == ["hello"]
    database.dispose()
