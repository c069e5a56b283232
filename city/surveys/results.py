"""Results of one version of a survey: by question, how far people came, and side by side by channel, language or area.

Everything is counted by `city.surveys.small_counts`: no number from 1 to 4 is shown, and none that is hidden can be computed from what is
shown, in any of the views together. So people are counted by what is shown of them: somebody whose answer is put together with
another one is left out of a question that only one of the two leads to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from city.definitions.history import survey_of
from city.records.definition_tables import SurveyVersionRow
from city.records.model import Survey, SurveyQuestion
from city.records.tables import SurveyAnswerRow, SurveyAnswerSetRow
from city.surveys.rows import NOT_SAID, AnswerReading, Person, answer_keys, row_keys, tally_rows
from city.surveys.small_counts import FEWEST, FEWEST_IN_GROUP, Classes, put_together, shown_sums
from city.surveys.surveys import next_question
from core.database import table_of

GROUPINGS = ("channel", "language", "area")
MOST_TEXTS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """People who gave one answer, or one of several that are only shown together. None: too few to show."""

    keys: tuple[str, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What people answered to one question. `people` are those who answered or skipped it (who wrote, for a text), None when they
    are too few to show.

    In a question with several answers, rows that are hidden have no count even together; a `mean` is there when none is hidden. `texts` are in the order of the alphabet, so that nobody can tell who wrote last.
    """

    question: SurveyQuestion
    people: int | None
    rows: tuple[Row, ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = ()

    def count(self, key: str) -> int | None:
        """People who gave this answer alone; None where it is hidden."""
        return next((row.count for row in self.rows if row.keys == (key,)), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question by group: `groups` are the columns, several values of the grouping where they are only shown together."""

    question: SurveyQuestion
    groups: tuple[tuple[str, ...], ...]
    people: tuple[int, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people got past a question; None where that would show too few."""

    question: SurveyQuestion
    people: int | None


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """Results of one version. `started` and `finished` are None where they would show too few people."""

    survey: Survey
    started: int | None
    finished: int | None
    reached: tuple[Reached, ...]
    questions: tuple[QuestionResult, ...]
    groups: tuple[Row, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


@dataclass(slots=True)
class _Counted:
    """A question while results are being made: its rows by key, the classes they are shown in, and the people in it."""

    question: SurveyQuestion
    is_area: bool
    keys: list[str]
    classes: Classes | None
    people: list[Person]
    inside: set[Person] = field(init=False)
    shown: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.inside = set(self.people)
        for members in self.classes or ():
            together = tuple(self.keys[index] for index in members)
            self.shown |= dict.fromkeys(together, together)


def survey_results(
    session: Session, code: str, version: int, by: str = "", fewest: int = FEWEST
) -> SurveyResults | None:
    """Results of a version, side by side `by` one of `GROUPINGS` if given; None when there is no such version."""
    row = session.get(SurveyVersionRow, (code, version))
    if row is None:
        return None
    survey = survey_of(row.definition)
    return count_results(survey, people_of_version(session, survey, version), by, fewest)


def people_of_version(session: Session, survey: Survey, version: int) -> list[Person]:
    """The answer sets of one version, without who gave them."""
    wanted = (
        SurveyAnswerSetRow.survey_code == survey.code,
        SurveyAnswerSetRow.survey_version == version,
    )
    sets, answers = table_of(SurveyAnswerSetRow).c, table_of(SurveyAnswerRow).c
    statements = session.connection()
    people = {
        set_id: Person(channel or NOT_SAID, language, {})
        for set_id, channel, language in statements.execute(
            select(sets.id, sets.channel, sets.language).where(*wanted)
        )
    }
    # As text: most answers are one of a few, and are read once instead of a hundred thousand times.
    said = (
        select(answers.answer_set_id, answers.question_code, cast(answers.value, Text))
        .join(SurveyAnswerSetRow, sets.id == answers.answer_set_id)
        .where(*wanted)
    )
    read = AnswerReading(survey)
    for set_id, question_code, written in statements.execute(said).all():
        read.into(people[set_id], question_code, written)
    return list(people.values())


def count_results(
    survey: Survey, people: Sequence[Person], by: str = "", fewest: int = FEWEST
) -> SurveyResults:
    """Results of these people's answers."""
    last = len(survey.questions)
    _find_positions(survey, people)
    stops = _shown_stops(survey, people, fewest)
    if stops is None:
        nothing = tuple(QuestionResult(question, None if people else 0) for question in survey.questions)
        hidden = None if people else 0
        reached = tuple(Reached(question, hidden) for question in survey.questions)
        return SurveyResults(survey, hidden, hidden, reached, nothing)
    counted = _count_questions(survey, people, stops, fewest)
    kept = [person for person in people if person.position in stops]
    groups, comparisons = _compare_groups(counted, kept, by, fewest) if by in GROUPINGS else ((), ())
    whole = all(person.position in stops for person in people)
    return SurveyResults(
        survey=survey,
        started=len(people) if whole else None,
        finished=_people_past(kept, stops, last - 1),
        reached=tuple(
            Reached(question, _people_past(kept, stops, index))
            for index, question in enumerate(survey.questions)
        ),
        questions=tuple(_question_result(part) for part in counted.values()),
        groups=groups,
        comparisons=comparisons,
    )


def _find_positions(survey: Survey, people: Sequence[Person]) -> None:
    """How far everybody came. It hangs on which questions were answered, and on the answers that lead to others."""
    deciding = sorted({code for question in survey.questions for code in question.skip_unless})
    known: dict[tuple[frozenset[str], tuple[str, ...]], int] = {}
    for person in people:
        key = frozenset(person.answers), tuple(str(person.answers.get(code)) for code in deciding)
        if key not in known:
            open_one = next_question(survey, person.answers)
            known[key] = len(survey.questions) if open_one is None else survey.questions.index(open_one)
        person.position = known[key]


def _shown_stops(survey: Survey, people: Sequence[Person], fewest: int) -> dict[int, tuple[int, ...]] | None:
    """Where people stopped, as positions that are only shown together, by position; people elsewhere are not counted at all.

    None when there is nobody to count.
    """
    last = len(survey.questions)
    counts = Counter(person.position for person in people)
    rows = [[counts[position]] for position in range(last + 1)]
    if not last or not people:
        return None
    if counts[last] >= fewest:  # those who left are dropped where they are too few to be shown together
        classes = [*(put_together(rows[:last], fewest) or ()), (last,)]
    else:
        found = put_together(rows, fewest)
        if found is None:
            return None
        classes = found
    return {position: members for members in classes for position in members}


def _people_past(people: Sequence[Person], stops: dict[int, tuple[int, ...]], index: int) -> int | None:
    """People who got past the question at `index`; None where those who stopped there are put together with others."""
    if any(min(members) <= index < max(members) for members in stops.values()):
        return None
    return sum(person.position > index for person in people)


def _count_questions(
    survey: Survey, people: Sequence[Person], stops: dict[int, tuple[int, ...]], fewest: int
) -> dict[str, _Counted]:
    counted: dict[str, _Counted] = {}
    for index, question in enumerate(survey.questions):
        seen = _seen_to_be_asked(question, counted)
        came = [
            person
            for person in people
            if person.position in stops
            and stops[person.position][0] > index
            and seen(person)
            and (question.kind != "text" or person.answers.get(question.code) is not None)
        ]
        keys = row_keys(question, came)
        classes = put_together(tally_rows(question, keys, [came]), fewest)
        counted[question.code] = _Counted(question, question.code == survey.area, keys, classes, came)
    return counted


def _seen_to_be_asked(question: SurveyQuestion, counted: dict[str, _Counted]) -> Callable[[Person], bool]:
    """Whether what is shown of somebody's earlier answers says that they were asked this question."""
    rules: list[tuple[_Counted, set[str]]] = []
    for code, keys in question.skip_unless.items():
        earlier = counted.get(code)
        if earlier is None:
            return lambda _person: False
        leading = {key for key, together in earlier.shown.items() if set(together) <= set(keys)}
        rules.append((earlier, leading))

    def seen(person: Person) -> bool:
        return all(
            person in earlier.inside and not leading.isdisjoint(answer_keys(earlier.question, person))
            for earlier, leading in rules
        )

    return seen


def _question_result(counted: _Counted) -> QuestionResult:
    question, keys = counted.question, counted.keys
    if counted.classes is None:
        return QuestionResult(question, None)
    totals = (
        [total for (total,) in shown_sums(tally_rows(question, keys, [counted.people]), counted.classes)]
        if keys
        else []
    )
    rows = tuple(
        Row(tuple(keys[index] for index in members), _shown_sum(question, members, total))
        for members, total in zip(counted.classes, totals, strict=True)
    )
    return QuestionResult(
        question, len(counted.people), rows, _mean_of(counted, rows), _free_texts(counted, rows)
    )


def _shown_sum(question: SurveyQuestion, members: Sequence[int], total: int) -> int | None:
    """The sum of rows that are put together; where people may give several answers it would be no number of people."""
    return None if question.kind == "multiple" and len(members) > 1 else total


def _mean_of(counted: _Counted, rows: Sequence[Row]) -> float | None:
    """The mean of all numbers, where no row is hidden: otherwise it would tell what is in the hidden ones."""
    if counted.question.kind not in {"scale", "number"} or any(len(row.keys) > 1 for row in rows):
        return None
    said = (person.answers.get(counted.question.code) for person in counted.people)
    numbers = [value for value in said if isinstance(value, int | float)]
    return round(fmean(numbers), 2) if numbers else None


def _free_texts(counted: _Counted, rows: Sequence[Row]) -> tuple[str, ...]:
    if counted.question.kind != "text" or not any(row.keys == ("answered",) and row.count for row in rows):
        return ()
    said = (person.answers.get(counted.question.code) for person in counted.people)
    return tuple(sorted(str(text) for text in said if text is not None)[:MOST_TEXTS])


def _compare_groups(
    counted: dict[str, _Counted], people: Sequence[Person], by: str, fewest: int
) -> tuple[tuple[Row, ...], tuple[Comparison, ...]]:
    """The groups that are large enough, and each question by them where it can be shown."""
    group_of = _grouping_by(counted, by)
    counts = Counter(group_of(person) for person in people)
    names = sorted(counts)
    least = max(fewest, FEWEST_IN_GROUP if fewest == FEWEST else fewest)
    classes = put_together([[counts[name]] for name in names], least)
    if classes is None or len(classes) < 2:
        return (), ()
    labels = [tuple(label for index in members for label in names[index]) for members in classes]
    column = {names[index]: place for place, members in enumerate(classes) for index in members}
    area = _area_code(counted, by)
    found = (
        _by_group(part, labels, lambda person: column[group_of(person)], fewest)
        for code, part in counted.items()
        if code != area
    )
    rows = tuple(
        Row(label, sum(counts[names[index]] for index in members))
        for label, members in zip(labels, classes, strict=True)
    )
    return rows, tuple(comparison for comparison in found if comparison)


def _area_code(counted: dict[str, _Counted], by: str) -> str:
    """The question that says where somebody lives, when that is what is compared."""
    survey_area = next((code for code, part in counted.items() if part.is_area), "")
    return survey_area if by == "area" else ""


def _grouping_by(counted: dict[str, _Counted], by: str) -> Callable[[Person], tuple[str, ...]]:
    """What puts somebody into a group: for the area, what is shown of their answer to its question."""
    if by == "channel":
        return lambda person: (person.channel,)
    if by == "language":
        return lambda person: (person.language,)
    area = counted.get(_area_code(counted, by))

    def of_area(person: Person) -> tuple[str, ...]:
        if area is None or person not in area.inside:
            return (NOT_SAID,)
        return area.shown.get(answer_keys(area.question, person)[0], (NOT_SAID,))

    return of_area


def _by_group(
    counted: _Counted, labels: Sequence[tuple[str, ...]], column_of: Callable[[Person], int], fewest: int
) -> Comparison | None:
    """A question by group; None where too much would have to be put together for anything to be seen."""
    question = counted.question
    if counted.classes is None or question.kind == "text" or not counted.people:
        return None
    groups: list[list[Person]] = [[] for _ in labels]
    for person in counted.people:
        groups[column_of(person)].append(person)
    if any(0 < len(group) < fewest for group in groups):
        return None
    tally = tally_rows(question, counted.keys, groups)
    classes = put_together(tally, fewest, start=counted.classes)
    if classes is None:
        return None
    totals = shown_sums(tally, classes)
    if sum(any(total) for total in totals) < 2:
        return None
    rows = tuple(
        (
            tuple(counted.keys[index] for index in members),
            tuple(_shown_sum(question, members, number) for number in total),
        )
        for members, total in zip(classes, totals, strict=True)
    )
    return Comparison(question, tuple(labels), tuple(len(group) for group in groups), rows)
