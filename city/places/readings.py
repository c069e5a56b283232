"""Places in a text: addresses, crossings, and streets alone, each with how sure it is.

Reading is `strict` inside a sentence about something else, where a wrong place is worse than none, and lenient in an answer
to "where is it?".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from city.places.crossings import read_crossings
from city.places.mentions import Mention, PlaceReading, is_everyday, street_mentions
from city.places.numbers import number_row
from city.places.sentence import Sentence
from city.places.streets import StreetMap
from city.places.tokens import Token
from city.places.words import BLOCKS, DAYS_TOO, NOT_BEFORE_ORDINAL, STREET_THINGS

STREET_ALONE = 0.6
"""How sure a street without a house number is at most: it still wants one."""


UNPLACED = 0.75
"""What is left of how sure an address is inside a sentence when nothing but its number says that it is one: it is asked about."""

BEYOND = 0.78
"""How sure an address is at most whose number the street does not have: it is asked about, before another kind of street is."""


def read_streets(streets: StreetMap, tokens: Sequence[Token], strict: bool) -> list[PlaceReading]:
    """All addresses, crossings and streets that the tokens may mean, in no order."""
    sentence = Sentence(tokens, strict)
    readings: list[PlaceReading] = []
    mentions = list(street_mentions(streets, sentence))
    for mention in mentions:
        readings.extend(_readings_of(streets, sentence, mention))
    readings.extend(read_crossings(streets, sentence, mentions))
    return readings


def _readings_of(streets: StreetMap, sentence: Sentence, mention: Mention) -> Iterator[PlaceReading]:
    before = sentence.house_number(mention.start - 1, -1)
    after = sentence.house_number(mention.end, 1)
    if before is not None and (not sentence.strict or _number_before_fits(sentence, mention, before)):
        yield _read_address(streets, sentence, mention, before)
    elif after is not None and (not sentence.strict or _number_after_fits(sentence, mention, after)):
        yield _read_address(streets, sentence, mention, after)
    elif (number := _unplaced_number(streets, sentence, mention, before, after)) is not None:
        reading = _read_address(streets, sentence, mention, number)
        yield replace(reading, score=UNPLACED * reading.score)
    elif not sentence.strict or _street_alone_fits(sentence, mention):
        score = STREET_ALONE * mention.likeness
        bare = not mention.typed
        yield PlaceReading(mention.start, mention.end, mention.street, score, exact=mention.exact, bare=bare)


def _read_address(streets: StreetMap, sentence: Sentence, mention: Mention, at: int) -> PlaceReading:
    start, end, number = number_row(sentence.tokens, at, back=at < mention.start)
    block = sentence.is_block(at)
    known = streets.has_number(mention.street, leading_number(number), leading_number(number) + 99 * block)
    return PlaceReading(
        start=min(start, mention.start),
        end=max(end, mention.end) + (end > mention.end and sentence.word(end) in BLOCKS),
        street=mention.street,
        score=mention.likeness * (1.0 if known else BEYOND if mention.street.has_numbers else 0.9),
        number=number,
        block=block,
        beyond=not known and mention.street.has_numbers,
        exact=mention.exact,
    )


def leading_number(number: str) -> int:
    """12 of `12A` and of `12-14`."""
    digits = ""
    for letter in number:
        if not letter.isdecimal():
            break
        digits += letter
    return int(digits)


def _number_before_fits(sentence: Sentence, mention: Mention, number: int) -> bool:
    if mention.typed:
        return mention.exact or mention.likeness >= 0.75
    placed = (
        sentence.is_placed(number, mention.end)
        or sentence.is_start(number)
        or (mention.exact and (mention.directed or sentence.capital(mention.start, mention.end)))
    )
    return placed and sentence.closes(mention.end) and mention.likeness >= 0.75


def _unplaced_number(
    streets: StreetMap, sentence: Sentence, mention: Mention, before: int | None, after: int | None
) -> int | None:
    """The number of an address that stands in a sentence without a word that places it (`pothole 12 elm`): one that the street has,
    beside a name without a wrong letter, where whatever it belongs to ends. A number behind an everyday word is none (`in the park 5`).
    """
    if not mention.exact:
        return None
    if before is not None and sentence.closes(mention.end):
        number: int | None = before
    else:
        fits = after is not None and sentence.closes(after + 1) and not is_everyday(sentence, mention)
        number = after if fits else None
    if number is None:
        return None
    leading = leading_number(sentence.tokens[number].house)
    return number if streets.has_number(mention.street, leading, leading) else None


def _number_after_fits(sentence: Sentence, mention: Mention, number: int) -> bool:
    if not (sentence.closes(number + 1) and mention.likeness >= 0.75):
        return False
    placed = sentence.is_placed(mention.start, number + 1) and not is_everyday(sentence, mention)
    return mention.typed or (mention.exact and (mention.directed or placed))


def _street_alone_fits(sentence: Sentence, mention: Mention) -> bool:
    if mention.typed:
        return _typed_alone_fits(sentence, mention)
    if not (mention.exact and sentence.is_placed(mention.start, mention.end)):
        return False
    if not sentence.closes(mention.end) or _is_no_avenue(sentence, mention):
        return False
    return mention.kindless or sentence.capital(mention.start, mention.end)


def _typed_alone_fits(sentence: Sentence, mention: Mention) -> bool:
    thing = sentence.word(mention.end) in STREET_THINGS and not sentence.closes(mention.end)
    if thing and not sentence.capital(mention.start, mention.end):
        return False
    if mention.exact:
        return mention.likeness >= 0.9
    return len(mention.street.names[0].core) >= 5 and mention.likeness >= 0.85


def _is_no_avenue(sentence: Sentence, mention: Mention) -> bool:
    """`desde quinta` is a Thursday, `en 5e` a year at school: an ordinal alone, without a word for street."""
    tokens = sentence.tokens[mention.start : mention.end]
    alone = len(tokens) == 1 and bool(tokens[0].ordinal)
    return alone and (tokens[0].word in DAYS_TOO or sentence.word(mention.start - 1) in NOT_BEFORE_ORDINAL)
