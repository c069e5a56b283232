"""What stands in the way of opening a survey, and what should be looked at: said as `Problem`s, which pages put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from city.definitions.history import Problem
from city.records.model import Local, ServiceAttribute, Survey, SurveyQuestion, text_in

LONGEST_CHOICE_LIST = 10
MOST_STEPS = 1_000
"""Steps of a scale that are looked at one by one; a scale with more may be answered with anything."""
LONG_TEXT = 320
"""Characters of a question from which on it costs several text messages."""


def survey_problems(
    survey: Survey,
    others: Iterable[Survey],
    languages: Sequence[str],
    reserved: frozenset[str],
    plain: Callable[[str], str],
) -> list[Problem]:
    """All that is wrong with a survey, what blocks first.

    `reserved` are words that mean something else to the bot, as `plain` makes them; `others` all surveys but this one.
    """
    spoken = tuple(language for language in languages if not survey.languages or language in survey.languages)
    found = [
        *_frame_problems(survey, spoken),
        *_keyword_problems(survey, others, reserved, plain),
        *(problem for question in survey.questions for problem in _question_problems(question, spoken)),
        *skip_rules(survey.questions),
        *_translation_problems(survey, spoken),
    ]
    return sorted(found, key=lambda problem: not problem.blocking)


def skip_rules(questions: Sequence[SurveyQuestion | ServiceAttribute]) -> Iterator[Problem]:
    """Rules that look at no question, at a later one, or at values that are not there; codes that are there twice."""
    codes = Counter(question.code for question in questions)
    for code, count in codes.items():
        if count > 1:
            yield Problem("same_code", code)
    before: dict[str, set[str]] = {}
    for question in questions:
        for code, keys in question.skip_unless.items():
            if code not in codes:
                yield Problem("rule_nowhere", question.code, (("other", code),))
            elif code not in before:
                yield Problem("rule_later", question.code, (("other", code),))
            elif not keys:
                yield Problem("rule_empty", question.code, (("other", code),))
            elif before[code] and (lost := set(keys) - before[code]):
                yield Problem(
                    "rule_value", question.code, (("other", code), ("values", ", ".join(sorted(lost))))
                )
        before[question.code] = keys_of(question)


def keys_of(question: SurveyQuestion | ServiceAttribute) -> set[str]:
    """What a rule may look for in the answer to a question; empty where it may be anything."""
    if isinstance(question, SurveyQuestion) and question.kind == "scale":
        low = 1 if question.minimum is None else int(question.minimum)
        high = 5 if question.maximum is None else int(question.maximum)
        if high - low > MOST_STEPS:
            return set()
        return {str(step) for step in range(low, high + 1)}
    return {value.key for value in question.values}


def missing_languages(text: Local, languages: Sequence[str]) -> list[str]:
    """The languages in which a text that is there in another one is not said."""
    said = {language for language, words in text.items() if words.strip()}
    return [language for language in languages if said and language not in said]


def _frame_problems(survey: Survey, spoken: Sequence[str]) -> Iterator[Problem]:
    if not any(survey.title.values()):
        yield Problem("no_title")
    if not survey.questions:
        yield Problem("no_questions")
    if survey.opens_on and survey.closes_on and survey.closes_on < survey.opens_on:
        yield Problem("days_reversed")
    if not spoken:
        yield Problem("no_language")
    areas = {question.code for question in survey.questions if question.kind in {"single", "place"}}
    if survey.area and survey.area not in areas:
        yield Problem("area_gone", survey.area)


def _keyword_problems(
    survey: Survey, others: Iterable[Survey], reserved: frozenset[str], plain: Callable[[str], str]
) -> Iterator[Problem]:
    words = [word for of_language in survey.keywords.values() for word in of_language if word.strip()]
    if not words:
        yield Problem("no_keyword", blocking=False)
    taken = {
        plain(word): text_in(other.title, "en") or other.code
        for other in others
        if other.is_open and other.code != survey.code
        for of_language in other.keywords.values()
        for word in of_language
    }
    for word in dict.fromkeys(words):
        if plain(word) in taken:
            yield Problem("keyword_taken", values=(("word", word), ("title", taken[plain(word)])))
        if plain(word) in reserved:
            yield Problem("keyword_reserved", values=(("word", word),))


def _question_problems(question: SurveyQuestion, spoken: Sequence[str]) -> Iterator[Problem]:
    code = question.code
    if not any(words.strip() for words in question.text.values()):
        yield Problem("no_text", code)
    if question.kind in {"single", "multiple"}:
        yield from _value_problems(question)
    yield from _limits(question)
    if any(len(question.text.get(language, "")) > LONG_TEXT for language in spoken):
        yield Problem("long_text", code, blocking=False)


def _limits(question: SurveyQuestion) -> Iterator[Problem]:
    low, high = question.minimum, question.maximum
    is_scale = question.kind == "scale"
    if low is None or high is None:
        if is_scale:
            yield Problem("no_scale", question.code)
        return
    if low >= high:
        yield Problem("limits_reversed", question.code)
    if is_scale and high - low > LONGEST_CHOICE_LIST:
        yield Problem("long_scale", question.code, blocking=False)


def _value_problems(question: SurveyQuestion) -> Iterator[Problem]:
    if len(question.values) < 2:
        yield Problem("too_few_values", question.code)
    if len(question.values) > LONGEST_CHOICE_LIST:
        yield Problem("many_values", question.code, blocking=False)
    keys = Counter(value.key for value in question.values)
    if any(count > 1 for count in keys.values()):
        yield Problem("same_value", question.code)
    for language in {language for value in question.values for language in value.name}:
        names = Counter(value.name.get(language, "").strip().casefold() for value in question.values)
        if any(count > 1 for name, count in names.items() if name):
            yield Problem("same_name", question.code)
            break
    if any(not any(words.strip() for words in value.name.values()) for value in question.values):
        yield Problem("no_value_name", question.code)


def _translation_problems(survey: Survey, spoken: Sequence[str]) -> Iterator[Problem]:
    for where, text in texts_of(survey):
        for language in missing_languages(text, spoken):
            yield Problem("not_translated", where, (("language", language),), blocking=False)


def texts_of(survey: Survey) -> Iterator[tuple[str, Local]]:
    """All texts of a survey with the code of the question they belong to."""
    yield from (("", survey.title), ("", survey.intro), ("", survey.thanks))
    for question in survey.questions:
        yield from ((question.code, question.text), (question.code, question.why))
        yield from ((question.code, value.name) for value in question.values)
