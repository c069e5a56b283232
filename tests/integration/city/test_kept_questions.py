"""Questions that mean the same stand together; who asked is told once."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from city.people.identities import main_identities
from core.model import Asker
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.questions.groups import (
    QuestionGroups,
    count_by_state,
    find_group,
    groups_page,
    note_told,
    questions_of,
    set_state,
    waiting_of,
    wordings_of,
)
from knowledge.questions.kept import keep_question, want_answer
from tests.support.builders import NOON, link_people

WORDS = {"cabras": "goats", "puedo": "can", "tener": "keep", "en": "in", "mi": "my", "patio": "yard"}


class Dictionary:
    """An embedder across languages for tests: translates word by word, then does what the fake one does."""

    languages: tuple[str, ...] = ()

    def __init__(self, name: str = "dictionary") -> None:
        self.name = name
        self._fake = FakeEmbedder()

    def encode(self, texts):
        return self._fake.encode([" ".join(WORDS.get(word, word) for word in text.split()) for text in texts])


class English(FakeEmbedder):
    """One that reads English alone."""

    languages = ("en",)


def keep(database, question, *, person="anna", language="en", channel="web", reason="unanswered", minutes=0):
    with database.writing() as session:
        return keep_question(
            session,
            Asker(person, channel, language),
            question,
            reason=reason,
            nearest=[],
            now=NOON + timedelta(minutes=minutes),
        )


def groups(database, state="open", order="often", **page):
    with database.reading() as session:
        return groups_page(session, state, order, **page)[0]


@pytest.fixture
def grouping(database):
    return QuestionGroups(database, lambda: [English(), Dictionary()])


def test_questions_that_mean_the_same_stand_in_one_group_whatever_their_language(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    keep(database, "can i keep goats in my yard", channel="sms", minutes=1)
    keep(database, "¿Puedo tener cabras en mi patio?", language="es", reason="unhelpful", minutes=2)
    keep(database, "When is the zebra parade?", minutes=3)

    assert grouping.group_new() == 4

    goats, zebras = groups(database)
    assert (goats.question, goats.times, goats.unhelpful) == ("Can I keep goats in my yard?", 3, 1)
    assert goats.languages == {"en": 2, "es": 1}
    assert goats.channels == {"web": 2, "sms": 1}
    assert goats.last_asked_at == NOON + timedelta(minutes=2)
    assert zebras.times == 1


def test_a_new_question_joins_the_group_it_belongs_to_also_in_another_process(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    keep(database, "Can I keep goats in my yard??")
    another = QuestionGroups(database, lambda: [English(), Dictionary()])

    assert another.group_new() == 1
    assert grouping.group_new() == 0
    assert [group.times for group in groups(database)] == [2]


def test_with_another_model_the_groups_stay(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    keep(database, "Can I keep goats in my yard")
    QuestionGroups(database, lambda: [Dictionary("newer")]).group_new()
    assert [group.times for group in groups(database)] == [2]


def test_a_rollback_leaves_no_ghosts(database, grouping, monkeypatch):
    keep(database, "Can I keep goats in my yard?")
    monkeypatch.setattr("knowledge.questions.groups._join_group", _fail)
    with pytest.raises(RuntimeError):
        grouping.group_new()
    monkeypatch.undo()
    grouping.group_new()
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    assert [group.times for group in groups(database)] == [2]


def _fail(*_):
    raise RuntimeError("no power")


def test_an_answered_group_that_is_asked_again_is_open_again(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    group = groups(database)[0]
    with database.writing() as session:
        set_state(
            session, group.group_id, "answered", by="Ana", now=NOON + timedelta(hours=1), document_id="d1"
        )
    assert groups(database) == []
    keep(database, "can I keep goats in my yard?", minutes=90)
    grouping.group_new()
    (again,) = groups(database)
    assert (again.state, again.times, again.document_id) == ("open", 2, "d1")


def test_what_was_set_aside_stays_there_and_is_counted(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    with database.writing() as session:
        group = groups(database)[0].group_id
        set_state(session, group, "set_aside", by="Ana", now=NOON, reason="A joke")
    keep(database, "Can I keep goats in my yard?", minutes=90)
    grouping.group_new()
    assert groups(database) == []
    (aside,) = groups(database, "set_aside")
    assert (aside.times, aside.reason, aside.changed_by) == (2, "A joke", "Ana")
    with database.reading() as session:
        assert count_by_state(session) == {"open": 0, "answered": 0, "set_aside": 1}


def test_nothing_is_set_aside_without_a_reason(database, grouping):
    keep(database, "Can I keep goats in my yard?")
    grouping.group_new()
    with database.reading() as session, pytest.raises(ValueError, match="without a reason"):
        set_state(session, groups(database)[0].group_id, "set_aside", by="Ana", now=NOON, reason=" ")


@pytest.mark.parametrize("order", ["often", "newest"])
def test_pages_follow_one_another_without_gaps(database, grouping, order):
    names = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]
    for number, name in enumerate(names):
        for _ in range(1 + number % 3):
            keep(database, name, minutes=number)
    grouping.group_all()

    seen, after = [], None
    while True:
        with database.reading() as session:
            page, after = groups_page(session, "open", order, after=after, limit=3)
        seen += page
        if after is None:
            break

    assert sorted(group.question for group in seen) == names
    key = (lambda g: g.times) if order == "often" else (lambda g: g.last_asked_at)
    assert seen == sorted(seen, key=lambda g: (key(g), g.group_id), reverse=True)


def test_the_questions_of_a_group_are_shown_newest_first_and_each_wording_once(database, grouping):
    for minutes, question in enumerate(["Goats?", "goats", "Are goats?", "GOATS!"]):
        keep(database, question, minutes=minutes)
    grouping.group_new()
    group = groups(database)[0].group_id
    with database.reading() as session:
        assert [row.question for row in questions_of(session, group, limit=2)] == ["GOATS!", "Are goats?"]
        assert sorted(wordings_of(session, group, "en")) == ["Are goats?", "Goats?"]


def test_only_who_asked_can_want_to_be_told(database):
    kept = keep(database, "Goats?", person="anna")
    with database.writing() as session:
        assert not want_answer(session, "mallory", kept)
        assert want_answer(session, "anna", kept)


def test_a_person_waits_once_at_whichever_door_and_is_told_once(database, grouping):
    ids = [
        keep(database, "Goats?", person="anna"),
        keep(database, "goats", person="annas-phone", channel="sms"),
        keep(database, "Goats", person="bob"),
        keep(database, "goats?", person="carl"),
    ]
    with database.writing() as session:
        for kept, person in zip(ids, ["anna", "annas-phone", "bob"], strict=False):
            want_answer(session, person, kept)
        link_people(session, "anna", "annas-phone")
    grouping.group_new()
    group = groups(database)[0].group_id

    with database.writing() as session:
        waiting = waiting_of(session, group, main_identities)
        assert sorted((one.person_id, len(one.kept_ids)) for one in waiting) == [
            ("annas-phone", 2),
            ("bob", 1),
        ]
        note_told(session, [kept for one in waiting for kept in one.kept_ids], NOON)
    with database.reading() as session:
        assert waiting_of(session, group, main_identities) == []
        assert find_group(session, group).waiting == 0


def test_vectors_do_not_depend_on_how_many_are_asked_at_once(database):
    embedder = Dictionary()
    together = embedder.encode(["goats", "cabras"])
    assert np.allclose(together[0], together[1])


def ids(database, group_id):
    with database.reading() as session:
        return {row.question: row.id for row in questions_of(session, group_id)}


def together(database, grouping, *questions):
    """These questions in one group, whose number is given."""
    for question in questions:
        keep(database, question)
    grouping.group_all()
    (group,) = groups(database)
    return group.group_id


GOATS = (
    "Can I keep goats in my yard?",
    "Can I keep goats in my yard today?",
    "Can I keep goats in my big yard?",
)


def test_a_question_that_is_split_off_draws_its_like_to_itself(database, grouping):
    first = together(database, grouping, *GOATS, GOATS[1].upper())
    second = grouping.move(first, [ids(database, first)[GOATS[1]]])
    assert ids(database, second).keys() == {GOATS[1], GOATS[1].upper()}
    keep(database, f"{GOATS[1]}!", minutes=5)
    keep(database, GOATS[0], minutes=5)
    grouping.group_all()
    with database.reading() as session:
        old, new = find_group(session, first), find_group(session, second)
    assert (old.question, old.times) == (GOATS[0], 3)
    assert (new.question, new.times, new.languages, new.state) == (GOATS[1], 3, {"en": 3}, "open")
    assert new.last_asked_at == NOON + timedelta(minutes=5)


def test_a_group_that_loses_its_first_question_goes_on_under_the_next(database, grouping):
    first = together(database, grouping, *GOATS)
    second = grouping.move(first, [ids(database, first)[GOATS[0]]])
    keep(database, GOATS[0])
    keep(database, GOATS[1])
    grouping.group_all()
    with database.reading() as session:
        assert find_group(session, first).question == GOATS[1]
        assert find_group(session, first).times == 3
        assert find_group(session, second).times == 2


def test_another_process_follows_what_was_moved(database, grouping):
    first = together(database, grouping, *GOATS)
    another = QuestionGroups(database, lambda: [English(), Dictionary()])
    keep(database, "When is the zebra parade?")
    another.group_all()
    second = grouping.move(first, [ids(database, first)[GOATS[0]]])
    keep(database, GOATS[0])
    another.group_all()
    assert len(ids(database, second)) == 1
    with database.reading() as session:
        assert find_group(session, second).times == 2


def test_moving_all_questions_joins_two_groups_and_who_waits_goes_along(database, grouping):
    kept = keep(database, GOATS[0], person="bert")
    keep(database, "When is the zebra parade?")
    with database.writing() as session:
        want_answer(session, "bert", kept)
    grouping.group_all()
    goats, zebras = sorted(group.group_id for group in groups(database))
    assert grouping.move(goats, [kept], zebras) == zebras
    (left,) = groups(database)
    assert (left.group_id, left.times, left.waiting, left.question) == (
        zebras,
        2,
        1,
        "When is the zebra parade?",
    )
    keep(database, GOATS[0])
    grouping.group_all()
    assert [group.times for group in groups(database)] == [3]


@pytest.mark.parametrize("to", ["itself", "nowhere", "alone"])
def test_what_cannot_be_moved_stays(database, grouping, to):
    first = together(database, grouping, GOATS[0])
    kept = list(ids(database, first).values())
    target = {"itself": first, "nowhere": 99, "alone": None}[to]
    assert grouping.move(first, kept, target) is None
    assert grouping.move(first, [], None) is None
    assert grouping.move(99, kept, None) is None
    assert [group.times for group in groups(database)] == [1]


def test_the_groups_beside_one_are_the_nearest_first(database, grouping):
    for question in (
        "Dogs bark loudly here",
        "Is the zebra parade big and loud and full of fun today?",
        "When is the zebra parade?",
    ):
        keep(database, question)
    grouping.group_all()
    group = next(one for one in groups(database) if "zebra" in one.question)
    beside = [one.question for one in grouping.beside(group)]
    assert beside == ["Is the zebra parade big and loud and full of fun today?", "Dogs bark loudly here"]
