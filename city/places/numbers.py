"""House numbers that are no single figure: spelled in words, and several beside one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from city.places.tokens import Token
from city.places.words import BEFORE_PLACE, JOINED, RANGES, SPELLED_NUMBERS
from core.texts import HAN_NUMBER, han_figures

_HAN_HOUSE = re.compile(HAN_NUMBER.pattern + "(?=\u53f7)")
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000
_TIMES_TWENTY, _ABOVE_TEN = 4, (60, 80)
"""French counts `quatre-vingt` and goes on from 60 and 80 with ten to nineteen."""


def han_house_numbers(text: str) -> str:
    """The text with Chinese house numbers as figures: `十二号` is 12号. Ordinals, as in `第三大道`, stay."""
    return _HAN_HOUSE.sub(lambda found: han_figures(found[0]), text)


def with_figures(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, every number in words as one token with its figures: `two hundred and ten` is 210."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        end = _end_of_number(tokens, index)
        if end == index:
            kept.append(tokens[index])
            index += 1
            continue
        values = [SPELLED_NUMBERS[token.word] for token in tokens[index:end] if token.word in SPELLED_NUMBERS]
        number = _spelled_value(values)
        kept.append(replace(tokens[index], end=tokens[end - 1].end, number=str(number), ordinal=0))
        index = end
    return kept


def _end_of_number(tokens: Sequence[Token], start: int) -> int:
    """Where a number in words that begins at `start` ends; `start` where none does."""
    if not SPELLED_NUMBERS.get(tokens[start].word) or tokens[start].is_number:
        return start
    end = start + 1
    while end < len(tokens) and not (tokens[end].breaks or tokens[end].comma):
        if tokens[end].word in SPELLED_NUMBERS:
            end += 1
        elif _goes_on(tokens, end):
            end += 2
        else:
            break
    return start if _points_at_something(tokens, start, end) else end


def _points_at_something(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a word is no number but what is spoken of, as in `the one on Elm Street` and `hay otra en la calle Paz`."""
    is_small = end == start + 1 and SPELLED_NUMBERS[tokens[start].word] < _TEN
    return is_small and end < len(tokens) and tokens[end].word in BEFORE_PLACE


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether `and` joins two parts of one number, as in `two hundred and ten`, rather than two numbers."""
    if tokens[at].word not in JOINED or at + 1 >= len(tokens):
        return False
    before = SPELLED_NUMBERS.get(tokens[at - 1].word, 0)
    behind = SPELLED_NUMBERS.get(tokens[at + 1].word, 0)
    return 0 < behind < before and before % _TEN == 0 and before > _TEN


def _spelled_value(values: Sequence[int]) -> int:
    """What the parts come to; two that do not add up are said one after the other, as in `one twenty three`."""
    total = 0
    for value in values:
        counted = total % _THOUSAND
        if value in {_HUNDRED, _THOUSAND} and 0 < counted < value:
            total += counted * value - counted
        elif value == 2 * _TEN and total % _HUNDRED == _TIMES_TWENTY:
            total += 2 * _TEN * _TIMES_TWENTY - _TIMES_TWENTY
        elif _adds_up(total, value):
            total += value
        else:
            total = total * _HUNDRED + value
    return total


def _adds_up(total: int, value: int) -> bool:
    if total == 0:
        return True
    if value == 0:
        return False
    if _TEN <= value < 2 * _TEN and total % _HUNDRED in _ABOVE_TEN:
        return True
    size = _TEN if value < _TEN else _HUNDRED if value < _HUNDRED else _THOUSAND
    return total % size == 0 and total > value


def number_row(tokens: Sequence[Token], at: int, *, back: bool) -> tuple[int, int, str]:
    """From where to where the house numbers go that are said with the one at `at`, and how they are written: `12, 14, 16`.

    `back` says that the street's name stands behind them, so that the row is looked for before `at`.
    """
    written, index, step, is_row = tokens[at].house, at, -1 if back else 1, False
    while (beside := _number_beside(tokens, index, step)) is not None:
        other, between = beside
        pair = (tokens[other].house, written) if back else (written, tokens[other].house)
        written, index = ("-" if between in RANGES else ", ").join(pair), other
        is_row = is_row or bool(between)
    if not is_row:  # `3, 210 Maple` is an apartment and a house
        return at, at + 1, tokens[at].house
    return min(at, index), max(at, index) + 1, written


def _number_beside(tokens: Sequence[Token], index: int, step: int) -> tuple[int, str] | None:
    """The house number next to another in a row, and the word between them (none for a comma); None where there is none."""
    at = index + step
    between = tokens[at].word if 0 <= at < len(tokens) else ""
    if between in JOINED | RANGES:
        at += step
    else:
        between = ""
    low, high = min(at, index), max(at, index)
    if low < 0 or high >= len(tokens) or not tokens[at].is_number:
        return None
    if any(token.breaks for token in tokens[low + 1 : high + 1]) or not (between or tokens[high].comma):
        return None
    return at, between
