"""What a change of a survey means: other questions, other words, or nothing that answers depend on."""

from __future__ import annotations

from typing import Any

from city.records.model import Survey, SurveyQuestion


def changes_meaning(before: Survey, after: Survey, *, correction: bool = False) -> bool:
    """Whether answers to the one must not be mixed with answers to the other.

    Other questions, values, scales or rules always mean something else. Other words or another order do so unless staff say that it
    is only a `correction`, such as of a typo.
    """
    return other_questions(before, after) or (not correction and other_words(before, after))


def other_questions(before: Survey, after: Survey) -> bool:
    """Whether questions came or went, or ask for other things."""
    return {question.code: _answer_frame(question) for question in before.questions} != {
        question.code: _answer_frame(question) for question in after.questions
    }


def other_words(before: Survey, after: Survey) -> bool:
    """Whether the same questions are put in other words or another order."""
    return [_question_words(question) for question in before.questions] != [
        _question_words(question) for question in after.questions
    ]


def _answer_frame(question: SurveyQuestion) -> tuple[Any, ...]:
    """What the answers to a question are made of. The order of a choice's values counts as words: it is not part of an answer."""
    keys = {value.key for value in question.values}
    rules = {code: sorted(keys) for code, keys in question.skip_unless.items()}
    return question.kind, question.required, keys, question.minimum, question.maximum, rules


def _question_words(question: SurveyQuestion) -> tuple[Any, ...]:
    return question.code, question.text, [(value.key, value.name) for value in question.values]
