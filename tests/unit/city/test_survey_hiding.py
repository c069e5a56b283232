"""Nobody is found: an attacker who knows everything that is shown, and how it is made, cannot compute a number that is hidden.

The attack is complete for small surveys: all answers that so many people could have given are counted, those that look alike are
put side by side, and every hidden number must have more than one value among them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.records.model import AttributeValue, Survey, SurveyQuestion
from city.surveys.results import SurveyResults, count_results
from city.surveys.rows import Person
from city.surveys.small_counts import put_together, shown_sums


def question(code: str, kind: str = "single", keys: str = "", **fields: object) -> SurveyQuestion:
    values = tuple(AttributeValue(key, {"en": key}) for key in keys)
    return SurveyQuestion(code, kind, {"en": code}, values=values, **fields)  # type: ignore[arg-type]


def survey(*questions: SurveyQuestion, area: str = "") -> Survey:
    return Survey("s", {"en": "S"}, {}, {}, {}, questions, area=area)


@pytest.mark.parametrize(
    ("rows", "classes"),
    [
        ([[5], [9], [0]], [(0,), (1,), (2,)]),
        ([[3], [9], [7]], [(0, 2), (1,)]),
        ([[2], [2], [20]], [(0, 1, 2)]),
        ([[2], [3], [20]], [(0, 1), (2,)]),
        ([[6], [0], [3], [8]], [(0, 1, 2), (3,)]),
        ([[6], [3], [6], [8]], [(0, 1, 2), (3,)]),
        ([[4], [4], [9], [30]], [(0, 1, 2), (3,)]),
        ([[4], [4]], [(0, 1)]),
        ([[3], [1], [0]], None),
        ([[0], [0]], [(0,), (1,)]),
        ([[6, 6], [6, 2], [9, 9]], [(0, 1), (2,)]),
        ([[9, 0], [0, 9]], [(0,), (1,)]),
    ],
)
def test_small_rows_are_put_together_until_they_show_enough(rows, classes):
    assert put_together(rows, 5) == classes


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1)
)


@given(rows=tables, fewest=st.integers(2, 7))
def test_no_number_that_is_shown_is_small_and_no_row_is_lost(rows, fewest):
    classes = put_together(rows, fewest)
    if classes is None:
        assert any(0 < sum(column) < fewest for column in zip(*rows, strict=True))
        return
    shown = shown_sums(rows, classes)
    assert sorted(index for members in classes for index in members) == list(range(len(rows)))
    assert [number for row in shown for number in row if 0 < number < fewest] == []


@given(rows=tables, fewest=st.integers(2, 7))
def test_within_a_row_of_a_table_by_group_every_number_can_be_another(rows, fewest):
    """Known are the rows without groups, and each group's people in all rows that are together."""
    alone = put_together([[sum(row)] for row in rows], fewest)
    classes = alone and put_together(rows, fewest, start=alone)
    for members in classes or ():
        parts = [sum(shown_sums(rows, [part])[0]) for part in alone if set(part) <= set(members)]
        columns = shown_sums(rows, [members])[0]
        if len(parts) < 2:
            continue
        for part, column in itertools.product(parts, filter(None, columns)):
            least, most = max(0, part + column - sum(parts)), min(part, column)
            assert most > least or not least < fewest


# --- the whole attack -------------------------------------------------------------------------------------------------------

Kind = tuple[str, tuple[tuple[str, object], ...]]
"""What one person may look like: a channel and answers."""


def crowds(kinds: list[Kind], most: int) -> Iterator[list[Person]]:
    """Every crowd of up to so many people."""
    for size in range(most + 1):
        for chosen in itertools.combinations_with_replacement(kinds, size):
            yield [Person(channel, "en", dict(answers)) for channel, answers in chosen]


def shown(results: SurveyResults) -> tuple[object, ...]:
    """All that staff can see."""
    return (
        results.started,
        results.finished,
        tuple(part.people for part in results.reached),
        tuple((part.people, part.rows, part.mean, part.texts) for part in results.questions),
        results.groups,
        tuple((part.groups, part.people, part.rows) for part in results.comparisons),
    )


def hidden(results: SurveyResults, people: list[Person]) -> dict[str, int]:
    """The true values of what is not shown: how many began, how far they came, and answers."""
    truth = {} if results.started is not None else {"started": len(people)}
    for index, reached in enumerate(results.reached):
        if reached.people is None:
            truth[f"past {index}"] = sum(person.position > index for person in people)
    for part in results.questions:
        code = part.question.code
        missing = [value.key for value in part.question.values if part.count(value.key) is None]
        for key in missing if part.people != 0 else ():
            truth[f"{code} {key}"] = sum(key in said(person, code) for person in people)
    return truth


def said(person: Person, code: str) -> list[str]:
    answer = person.answers.get(code)
    return answer if isinstance(answer, list) else [str(answer)]


def found_out(questions: Survey, kinds: list[Kind], most: int, fewest: int) -> list[str]:
    """Hidden numbers that have one value only in all crowds that look alike."""
    alike: dict[object, list[dict[str, int]]] = defaultdict(list)
    sizes: dict[object, int] = {}
    for people in crowds(kinds, most):
        results = count_results(questions, people, "", fewest)
        alike[shown(results)].append(hidden(results, people))
        sizes.setdefault(shown(results), len(people))
    return [
        f"{name} is {truths[0][name]} wherever {look} is shown"
        for look, truths in alike.items()
        for name in truths[0]
        if sizes[look] < most - 1  # larger crowds that look alike were not made
        # Nobody stops at a question that their answer does not lead to: that so many came past it is no news of a few.
        if not (name.startswith("past") and truths[0][name] >= fewest)
        if len({truth.get(name) for truth in truths}) == 1
    ]


def kinds_of(channels: str, *answers: dict[str, object]) -> list[Kind]:
    return [(channel, tuple(given.items())) for channel in channels for given in answers]


ONE = survey(question("q", keys="abcd"))
SCALE = survey(question("q", "scale", keys="123", minimum=1, maximum=3))
SEVERAL = survey(question("q", "multiple", keys="abc"))
BRANCHING = survey(
    question("q", keys="abc"),
    question("why", keys="xy", skip_unless={"q": ["a"]}),
    question("end", keys="mn"),
)
SURVEYS = {
    "one choice, some who leave": (ONE, kinds_of("w", {}, *({"q": key} for key in "abcd")), 10, 3),
    "a scale": (SCALE, kinds_of("w", *({"q": number} for number in (1, 2, 3))), 14, 4),
    "several choices": (
        SEVERAL,
        kinds_of(
            "w", *({"q": list(keys)} for size in (1, 2) for keys in itertools.combinations("abc", size))
        ),
        8,
        3,
    ),
    "a question that one answer leads to, people leaving everywhere": (
        BRANCHING,
        kinds_of(
            "w",
            {},
            {"q": "a"},
            {"q": "a", "why": "x", "end": "m"},
            {"q": "a", "why": "y", "end": "m"},
            {"q": "a", "why": "y", "end": "n"},
            {"q": "b", "end": "m"},
            {"q": "b"},
            {"q": "b", "end": "n"},
            {"q": "c", "end": "m"},
            {"q": "c", "end": "n"},
        ),
        6,
        3,
    ),
}


@pytest.mark.parametrize("name", SURVEYS)
def test_nothing_hidden_can_be_computed_from_all_that_is_shown(name):
    assert found_out(*SURVEYS[name]) == []


def test_the_attack_finds_what_would_be_left_by_only_hiding_small_numbers(monkeypatch):
    alone = lambda rows, *_, **__: [(index,) for index in range(len(rows))]  # noqa: E731
    monkeypatch.setattr("city.surveys.results.put_together", alone)
    monkeypatch.setattr(
        "city.surveys.results.QuestionResult.count",
        lambda part, key: next(
            (row.count for row in part.rows if row.keys == (key,) and (row.count or 0) > 2), None
        ),
    )
    assert found_out(*SURVEYS["one choice, some who leave"])


people_of_all_kinds = st.lists(
    st.builds(
        lambda channel, q, why, end: Person(
            channel, "en", {"q": q} | ({"why": why} if q == "a" else {}) | ({"end": end} if end else {})
        ),
        st.sampled_from(["web", "sms", "telegram"]),
        st.sampled_from("aabc"),
        st.sampled_from("xy"),
        st.sampled_from(["m", "n", ""]),
    ),
    max_size=120,
)


@settings(max_examples=60, deadline=None)
@given(people=people_of_all_kinds, by=st.sampled_from(["", "channel", "language", "area"]))
def test_no_number_from_one_to_four_is_shown_anywhere_nor_left_by_subtracting(people, by):
    results = count_results(survey(*BRANCHING.questions, area="q"), people, by)
    numbers = [results.started, results.finished, *(part.people for part in results.reached)]
    numbers += [row.count for part in results.questions for row in part.rows]
    numbers += [part.people for part in results.questions]
    numbers += [row.count for row in results.groups]
    numbers += [number for part in results.comparisons for _, row in part.rows for number in row]
    numbers += [number for part in results.comparisons for number in part.people]
    steps = [results.started, *(part.people for part in results.reached)]
    known = [number for number in steps if number is not None]
    numbers += [before - after for before, after in itertools.pairwise(known)]
    assert [number for number in numbers if number is not None and 0 < number < 5] == []
