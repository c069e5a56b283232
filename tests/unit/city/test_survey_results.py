"""Results by question, of one version, with what is too little put together; the proof that it hides is in test_survey_hiding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.loading.folder import read_city
from city.loading.load import load_city
from city.surveys.results import Row, count_results, people_of_version, survey_results
from city.surveys.surveys import answer_set, complete_set, record_answer
from tests.support.builders import NOON
from tests.unit.city.town import survey_entry, write_city


@pytest.fixture
def survey(session, tmp_path):
    folder = write_city(tmp_path / "city", surveys_json=[survey_entry()])
    load_city(session, folder)
    return read_city(folder).surveys[0]


def give(session, survey, who, channel="web", language="en", **answers):
    answer_set(session, survey, who, language, NOON, channel=channel)
    for code, value in answers.items():
        record_answer(session, survey, who, code, value)
    if "wish" in answers:
        complete_set(session, survey, who, NOON)


def crowd(session, survey, count, **answers):
    for number in range(count):
        give(session, survey, f"{len(answers)}-{answers}-{number}", **answers)


def test_results_count_each_question_and_how_far_people_came(session, survey):
    crowd(session, survey, 2, visit="yes", liked=5, wish="more trees")
    crowd(session, survey, 1, visit="yes", liked=2, wish=None)
    crowd(session, survey, 3, visit="no", wish="benches")
    crowd(session, survey, 1, visit="yes")

    found = survey_results(session, "parks", 1, fewest=1)

    visit, liked, wish = found.questions
    assert (found.started, found.finished) == (7, 6)
    assert [part.people for part in found.reached] == [7, 6, 6]
    assert (visit.people, visit.count("yes"), visit.count("no")) == (7, 4, 3)
    assert (liked.mean, liked.count("5"), liked.count("3")) == (4.0, 2, 0)
    assert (wish.people, wish.texts) == (5, ("benches",) * 3 + ("more trees",) * 2)


def test_small_numbers_are_put_together(session, survey):
    crowd(session, survey, 9, visit="yes", liked=3, wish="trees")
    crowd(session, survey, 3, visit="no", wish="me alone")
    found = survey_results(session, "parks", 1)
    visit, liked, wish = found.questions
    assert visit.rows == (Row(("yes", "no"), 12),)
    assert (visit.count("yes"), visit.count("no")) == (None, None)
    assert liked.people == 0  # only one of the two answers leads here, and the two are not told apart
    assert len(wish.texts) == 12


def test_too_few_people_show_nothing_at_all(session, survey):
    crowd(session, survey, 4, visit="yes", liked=3, wish="trees")
    found = survey_results(session, "parks", 1)
    assert (found.started, found.finished, [part.rows for part in found.questions]) == (
        None,
        None,
        [(), (), ()],
    )


def test_the_few_who_left_are_not_counted_and_their_number_is_hidden(session, survey):
    crowd(session, survey, 6, visit="no", wish="trees")
    crowd(session, survey, 2, visit="yes")
    found = survey_results(session, "parks", 1)
    assert (found.started, found.finished, found.questions[0].people) == (None, 6, 6)


def test_a_mean_is_only_said_where_no_number_is_hidden(session, survey):
    crowd(session, survey, 6, visit="yes", liked=5, wish=None)
    crowd(session, survey, 6, visit="yes", liked=1, wish=None)
    assert survey_results(session, "parks", 1).questions[1].mean == 3.0
    crowd(session, survey, 1, visit="yes", liked=2, wish=None)
    assert survey_results(session, "parks", 1).questions[1].mean is None


@pytest.mark.parametrize("by", ["channel", "language"])
def test_results_stand_side_by_side_by_group(session, survey, by):
    for number in range(25):
        give(session, survey, f"web {number}", "web", "en", visit="yes", liked=4, wish=None)
        give(
            session,
            survey,
            f"sms {number}",
            "sms",
            "es",
            visit="no" if number % 3 else "yes",
            liked=2,
            wish=None,
        )
    found = survey_results(session, "parks", 1, by)
    visit = found.comparisons[0]
    first, second = visit.groups
    assert {first, second} == ({("web",), ("sms",)} if by == "channel" else {("en",), ("es",)})
    numbers = {keys: dict(zip(visit.groups, row, strict=True)) for keys, row in visit.rows}
    there, here = (("web",), ("sms",)) if by == "channel" else (("en",), ("es",))
    assert (numbers["yes",][there], numbers["yes",][here], numbers["no",][there]) == (25, 9, 0)


def test_small_groups_stand_together(session, survey):
    for channel, number in (("web", 30), ("sms", 25), ("telegram", 3)):
        for who in range(number):
            give(session, survey, f"{channel} {who}", channel, visit="no", wish=None)
    groups = {row.keys: row.count for row in survey_results(session, "parks", 1, "channel").groups}
    assert groups == {("web",): 30, ("sms", "telegram"): 28}


def test_an_area_is_the_answer_to_a_question(session, survey):
    people = people_of_version(session, survey, 1)
    assert people == []
    crowd(session, survey, 22, visit="yes", liked=4, wish=None)
    crowd(session, survey, 21, visit="no", wish=None)
    area = replace(survey, area="visit")
    found = count_results(area, people_of_version(session, survey, 1), "area")
    assert {row.keys: row.count for row in found.groups} == {("yes",): 22, ("no",): 21}


def test_versions_are_counted_apart(session, survey):
    crowd(session, survey, 6, visit="no", wish=None)
    assert survey_results(session, "parks", 1).started == 6
    assert survey_results(session, "parks", 2) is None
    assert survey_results(session, "moon", 1) is None
