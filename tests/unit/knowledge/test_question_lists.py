"""Staff's lists of questions: which must be answered so, which were confirmed, who waits for an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from core.model import Asker
from knowledge.base.model import Answer, Found, Passage
from knowledge.questions import must_answer
from knowledge.questions.confirmed import Confirmed, confirmed_questions
from knowledge.questions.groups import (
    count_by_state,
    find_group,
    groups_page,
    note_document,
    note_told,
    questions_of,
    set_state,
    waiting_of,
    wordings_of,
)
from knowledge.questions.kept import keep_feedback, keep_question, want_answer
from knowledge.questions.must_answer import Checked, missing_words, write_entry
from knowledge.questions.tables import KeptQuestionRow, QuestionGroupRow
from knowledge.questions.vectors import bare_question

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Shelf:
    """A library that answers what mentions goats, and is unsure about sheep."""

    passage = Passage("p1", "goats", "Keeping goats", "Goats are allowed. You need a permit of $20.")

    def ask(self, question, language="", limit=5):
        known = "goats" in question.lower()
        return Answer(question, known, (Found(self.passage, 0.9),), "sheep" in question.lower())


@pytest.mark.parametrize(
    ("expected", "said", "missing"),
    [
        ("permit", "You need a PERMIT.", []),
        ("$20", "It costs $20.", []),
        ("cafe", "Meet at the café.", []),
        ("don't park", "Don’t park here.", []),
        ("9 - 5", "Open 9-5.", []),
        ("permit\n\n  fee  \n", "You need a permit.", ["fee"]),
        ("a permit of $30", "You need a permit of $20.", ["a permit of $30"]),
        ("$20", "It costs $200.", ["$20"]),
        ("20 dollars", "It costs 120 dollars.", ["20 dollars"]),
        ("9 to 5", "Open 9 to 5pm.", []),
        ("permit", "You need permits.", []),
        ("停車證", "請帶停車證來", []),
        ("?!", "Anything.", []),
        ("", "Anything.", []),
        ("permit", "", ["permit"]),
    ],
    ids=[
        "capitals",
        "money",
        "accents",
        "apostrophes",
        "hours",
        "two lines",
        "another number",
        "a longer number",
        "a number with more before",
        "a number with letters behind",
        "a longer word",
        "no spaces",
        "signs alone",
        "nothing expected",
        "nothing said",
    ],
)
def test_expected_words_are_found_whatever_their_spelling_and_named_when_missing(expected, said, missing):
    assert missing_words(expected, said) == missing


def entry(session, question="May I keep goats?", expects="words", expected="permit", language="en"):
    return write_entry(session, question, language, expects, expected, by="Ana", now=NOON)


@pytest.mark.parametrize(
    ("before", "passed", "is_new"),
    [
        (None, False, True),
        (True, False, True),
        (False, False, False),
        (False, True, False),
        (None, True, False),
    ],
)
def test_a_failure_is_news_unless_it_failed_the_last_time_too(before, passed, is_new):
    known = must_answer.MustAnswer(1, "Goats?", "en", "words", "permit", before)

    assert Checked(known, passed).is_new is is_new


def test_one_question_stands_once_for_each_language_and_is_unchecked_after_a_change(session):
    first = entry(session)
    must_answer.note_run(
        session, must_answer.check_entries(must_answer.all_entries(session), Shelf()), "v1", NOON
    )

    again = entry(session, "  May I   keep goats? ", expected="fee")
    other = entry(session, language="es")

    assert (again, other != first) == (first, True)
    assert [(one.expected, one.passed) for one in must_answer.all_entries(session)] == [
        ("permit", None),
        ("fee", None),
    ]


def test_what_was_expected_before_is_forgotten_when_no_answer_is_wanted(session):
    entry(session)
    entry(session, expects="no_answer", expected="permit")

    (one,) = must_answer.all_entries(session)
    assert (one.expects, one.expected) == ("no_answer", "")


def test_the_list_is_checked_once_for_each_version_of_the_library(session):
    assert not must_answer.is_due(session, "v1")
    entry(session)
    assert must_answer.is_due(session, "v1")

    checked = must_answer.check_entries(must_answer.all_entries(session), Shelf())
    must_answer.note_run(session, checked, "v1", NOON)

    assert (must_answer.is_due(session, "v1"), must_answer.is_due(session, "v2")) == (False, True)
    run = must_answer.last_run(session)
    assert (run.questions, run.failed, run.version) == (1, 0, "v1")


def test_failures_stand_on_top_and_are_counted(session):
    for question, expected in (
        ("Goats, one?", "fee"),
        ("Goats, two?", "permit"),
        ("Goats, three?", "permit"),
    ):
        entry(session, question, expected=expected)
    checked = must_answer.check_entries(must_answer.all_entries(session), Shelf())
    must_answer.note_run(session, checked, "v1", NOON)

    assert [one.question for one in must_answer.all_entries(session)] == [
        "Goats, one?",
        "Goats, three?",
        "Goats, two?",
    ]
    assert must_answer.count_failed(session) == 1


def test_what_was_taken_off_the_list_while_it_was_checked_stays_off(session):
    number = entry(session)
    checked = must_answer.check_entries(must_answer.all_entries(session), Shelf())
    assert must_answer.remove_entry(session, number)

    must_answer.note_checks(session, checked, NOON)

    assert must_answer.all_entries(session) == []
    assert not must_answer.remove_entry(session, number)


def thumb(session, question, passage="p1", *, helpful=True):
    anna = Asker("anna", "web", "en")
    keep_feedback(session, anna, helpful=helpful, subject=passage, question=question, now=NOON)


@pytest.mark.parametrize(
    ("thumbs", "confirmed"),
    [
        ([("Goats?", "p1", True)], ["Goats?"]),
        ([("Goats?", "p1", True), ("goats", "p1", True)], ["goats"]),
        ([("Goats?", "p1", True), ("GOATS!", "p1", False)], []),
        ([("Goats?", "p1", True), ("Goats?", "p2", False)], ["Goats?"]),
        ([("Goats?", "p1", True), ("Goats?", "p2", True)], ["Goats?", "Goats?"]),
        ([("Goats\n in  town?", "p1", True)], ["Goats in town?"]),
        ([("", "p1", True), ("Goats?", "", True)], []),
    ],
    ids=[
        "up",
        "the newest wording",
        "one up and one down",
        "down for another passage",
        "two passages",
        "on one line",
        "nothing to confirm",
    ],
)
def test_more_thumbs_up_than_down_confirm_a_passage(session, thumbs, confirmed):
    for question, passage, helpful in thumbs:
        thumb(session, question, passage, helpful=helpful)

    assert [one.question for one in confirmed_questions(session)] == confirmed


def test_the_list_confirms_documents_and_words_and_never_the_lack_of_an_answer(session):
    entry(session, "Goats?", "document", "goats")
    entry(session, "Sheep?", "words", "permit")
    entry(session, "Bees?", "no_answer", "")

    assert confirmed_questions(session) == [
        Confirmed("Goats?", document_id="goats"),
        Confirmed("Sheep?", words="permit"),
    ]


def group(session, *questions, state="open", document="", times=None):
    """A group of questions, each asked by a person a minute after the one before; its number."""
    row = QuestionGroupRow(
        question=questions[0][0],
        language="en",
        state=state,
        times=times or len(questions),
        unhelpful=0,
        languages={"en": len(questions)},
        channels={"web": len(questions)},
        document_id=document,
        first_asked_at=NOON,
        last_asked_at=NOON + len(questions) * MINUTE,
    )
    session.add(row)
    session.flush()
    for at, (question, person) in enumerate(questions):
        kept = keep_question(
            session,
            Asker(person, "web", "en"),
            question,
            reason="unanswered",
            nearest=[],
            now=NOON + at * MINUTE,
        )
        session.get(KeptQuestionRow, kept).group_id = row.id
    session.flush()
    return row.id


def kept_ids(session, number):
    return [row.id for row in questions_of(session, number)]


@pytest.mark.parametrize(
    ("state", "document", "confirmed"),
    [
        ("answered", "goats", ["Goats, please?", "Goats?"]),
        ("answered", "", []),
        ("open", "goats", []),
        ("set_aside", "goats", []),
    ],
)
def test_each_wording_of_a_group_that_a_document_answers_is_confirmed(session, state, document, confirmed):
    group(
        session,
        ("goats", "ana"),
        ("Goats, please?", "ben"),
        ("Goats?", "eva"),
        state=state,
        document=document,
    )

    found = confirmed_questions(session)

    assert sorted(one.question for one in found) == confirmed
    assert {one.document_id for one in found} <= {"goats"}


def test_only_who_asked_can_wait_for_the_answer(session):
    number = group(session, ("Goats?", "ana"))
    (kept,) = kept_ids(session, number)

    assert (want_answer(session, "ben", kept), want_answer(session, "ana", 99)) == (False, False)
    assert find_group(session, number).waiting == 0
    assert want_answer(session, "ana", kept)
    session.flush()
    assert find_group(session, number).waiting == 1


def test_a_person_at_two_doors_waits_once_and_is_told_once_with_what_they_asked_last(session):
    number = group(
        session, ("Goats?", "ana"), ("Goats again?", "ana-by-phone"), ("Goats too?", "ben"), ("No.", "eva")
    )
    _eva, *others = kept_ids(session, number)
    for kept in others:
        want_answer(session, session.get(KeptQuestionRow, kept).conversation, kept)
    session.flush()

    waiting = waiting_of(session, number, lambda _session, people: {"ana-by-phone": "ana"})

    assert [(one.person_id, one.question, len(one.kept_ids)) for one in waiting] == [
        ("ben", "Goats too?", 1),
        ("ana-by-phone", "Goats again?", 2),
    ]
    note_told(session, [kept for one in waiting for kept in one.kept_ids], NOON)
    session.expire_all()
    assert waiting_of(session, number, lambda _session, _people: {}) == []
    assert find_group(session, number).waiting == 0


@pytest.mark.parametrize(
    ("state", "reason", "fault"),
    [("set_aside", " ", "without a reason"), ("closed", "", "is no state"), ("", "x", "is no state")],
)
def test_a_group_is_not_set_aside_without_reason_nor_into_a_state_that_is_none(session, state, reason, fault):
    number = group(session, ("Goats?", "ana"))

    with pytest.raises(ValueError, match=fault):
        set_state(session, number, state, by="Ana", now=NOON, reason=reason)

    assert find_group(session, number).state == "open"


def test_the_document_of_a_group_is_remembered_whatever_its_state(session):
    number = group(session, ("Goats?", "ana"))
    note_document(session, number, "draft-1")
    session.expire_all()

    assert set_state(session, number, "answered", by="Ana", now=NOON)
    assert find_group(session, number).document_id == "draft-1"
    assert set_state(session, number, "answered", by="Ana", now=NOON, document_id="goats")
    assert find_group(session, number).document_id == "goats"
    assert not set_state(session, 99, "answered", by="Ana", now=NOON)


@pytest.mark.parametrize("order", ["often", "newest"])
def test_pages_of_groups_follow_one_another_without_gaps_also_among_equals(session, order):
    numbers = [group(session, (f"Question {at}?", "ana"), times=1 + at // 3) for at in range(7)]
    seen, after = [], None
    for _ in range(4):
        rows, after = groups_page(session, "open", order, after=after, limit=2)
        seen += [row.group_id for row in rows]

    assert (sorted(seen), len(seen), after) == (numbers, 7, None)
    assert seen == sorted(numbers, reverse=True)


def test_groups_are_counted_by_state_also_where_there_are_none(session):
    group(session, ("Goats?", "ana"))
    group(session, ("Sheep?", "ana"), state="answered")

    assert count_by_state(session) == {"open": 1, "answered": 1, "set_aside": 0}


def test_wordings_are_shown_once_each_the_newest_first(session):
    number = group(session, ("Goats?", "ana"), ("May I keep  goats?", "ben"), ("GOATS", "eva"))

    assert wordings_of(session, number, "en") == ["Goats?", "May I keep goats?"]
    assert wordings_of(session, number, "en", limit=1) == ["Goats?"]
    assert wordings_of(session, number, "es") == []


def test_the_questions_of_a_group_come_page_by_page_newest_first(session):
    number = group(session, *((f"Goats {at}?", "ana") for at in range(5)))

    first = questions_of(session, number, limit=3)
    rest = questions_of(session, number, limit=3, before=first[-1].id)

    assert [row.question for row in [*first, *rest]] == [f"Goats {at}?" for at in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("¿Dónde VOTO?", "dónde voto"),
        ("  a\n b ", "a b"),
        ("Straße 5!", "strasse 5"),
        ("?!", ""),
        ("停車證？", "停車證"),
    ],
)
def test_questions_are_compared_without_case_and_signs(question, bare):
    assert bare_question(question) == bare
