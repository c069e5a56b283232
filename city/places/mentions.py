"""Streets named in a text: addresses, crossings, and streets alone, each with how sure it is.

Reading is `strict` inside a sentence about something else, where a wrong place is worse than none, and lenient in an answer
to "where is it?".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from city.places.addresses import StreetName, read_name
from city.places.numbers import number_row
from city.places.sentence import LONGEST, SIGNS, Sentence, name_windows
from city.places.streets import NamedStreet, StreetMap
from city.places.tokens import Token
from city.places.words import (
    ARTICLES,
    BETWEEN_WORDS,
    BLOCKS,
    COMMON_WORDS,
    CONNECTORS,
    CORNER_WORDS,
    DAYS_TOO,
    FILLERS,
    KINDS,
    KINDS_BEFORE,
    NOT_BEFORE_ORDINAL,
    SMALL_WORDS,
    STREET_THINGS,
)

OTHER_KIND = 0.25
"""Taken off the likeness of Mill Street when Mill Road was said."""

LOOSE_KIND = 0.04
"""The same when the word is also said of other kinds: `rue Mill` is Mill Street rather than Mill Road."""

STREET_ALONE = 0.6
"""How sure a street without a house number is at most: it still wants one."""


UNPLACED = 0.75
"""What is left of how sure an address is inside a sentence when nothing but its number says that it is one: it is asked about."""

BEYOND = 0.78
"""How sure an address is at most whose number the street does not have: it is asked about, before another kind of street is."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` that name a street. `typed`: with a word such as road; `directed`: with its direction, as `n. main`;
    `exact`: without a wrong letter.
    """

    start: int
    end: int
    street: NamedStreet
    likeness: float
    exact: bool
    typed: bool
    kindless: bool = False
    directed: bool = False


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """A place that tokens `start` to `end` may mean: a street with a number, or with streets that cross it, or alone.

    Two in `crossed` are the ends of a stretch: between this one and that. `bare` is a street's name and nothing else.
    `block` says that the number means a block; `beyond`, that the street has no such number.
    """

    start: int
    end: int
    street: NamedStreet
    score: float
    number: str = ""
    crossed: tuple[NamedStreet, ...] = ()
    block: bool = False
    beyond: bool = False
    exact: bool = True
    bare: bool = False


def read_streets(streets: StreetMap, tokens: Sequence[Token], strict: bool) -> list[PlaceReading]:
    """All addresses, crossings and streets that the tokens may mean, in no order."""
    sentence = Sentence(tokens, strict)
    readings: list[PlaceReading] = []
    mentions = list(_street_mentions(streets, sentence))
    for mention in mentions:
        readings.extend(_readings_of(streets, sentence, mention))
    for one, other in _mention_pairs(streets, sentence):
        readings.extend(_read_crossing(streets, sentence, one, other))
        readings.extend(_read_stretches(streets, sentence, one, other, mentions))
    return readings


def _street_mentions(streets: StreetMap, sentence: Sentence) -> Iterator[Mention]:
    for start, end in name_windows(sentence.tokens, _can_begin, _can_follow):
        name = read_name(sentence.tokens[start:end])
        if name is None or not _is_name(sentence.tokens[start:end], name):
            continue
        numbered = sentence.is_numbered(start, end)
        whole = not sentence.strict and sentence.closes(end) and (start == 0 or sentence.closes(start - 1))
        yield from _match_streets(streets, sentence, (start, end), name, name.typed or numbered or whole)


def _is_name(tokens: Sequence[Token], name: StreetName) -> bool:
    """A bare number names a street only beside a word for it: `calle 5`, `5 ave`."""
    numbers = [index for index, token in enumerate(tokens) if token.is_number]
    if not numbers:
        return True
    return len(tokens) == 2 and name.typed and (numbers == [0] or tokens[0].word in KINDS_BEFORE)


def _match_streets(
    streets: StreetMap, sentence: Sentence, window: tuple[int, int], name: StreetName, fuzzy: bool
) -> Iterator[Mention]:
    start, end = window
    exact = streets.index.exact(name.core)
    found = [(known, street, 1.0) for street, known in exact]
    if not found and fuzzy and not _is_common(sentence.tokens[start:end]):
        found = _misspelt_names(streets, sentence, window, name)
    best: dict[NamedStreet, Mention] = {}
    for known, street, likeness in found:
        if _is_other_number(name, known):
            continue
        alone = len({each for _, each, _ in found}) == 1
        alike = likeness - (_kind_difference(name, known, alone) + _direction_difference(name, known))
        if street not in best or best[street].likeness < alike:
            kindless = not known.kind and not known.typed
            directed = bool(name.direction) and name.direction == known.direction
            best[street] = Mention(start, end, street, alike, bool(exact), name.typed, kindless, directed)
    yield from best.values()


def _misspelt_names(
    streets: StreetMap, sentence: Sentence, window: tuple[int, int], name: StreetName
) -> list[tuple[StreetName, NamedStreet, float]]:
    """Streets of which this is a misspelling; of one whose name is an everyday word, only beside a number or a word for street."""
    addressed = name.typed or sentence.is_numbered(*window)
    return [
        (known, street, likeness)
        for core, likeness in streets.index.near(name.core)
        if addressed or core not in COMMON_WORDS
        for street, known in streets.index.exact(core)
    ]


def _is_common(tokens: Sequence[Token]) -> bool:
    """Whether the name consists of everyday words, which are themselves and not a street misspelt."""
    return all(
        token.word in COMMON_WORDS
        or token.word in SMALL_WORDS
        or token.word in KINDS
        or token.word in KINDS_BEFORE
        for token in tokens
    )


def _is_everyday(sentence: Sentence, mention: Mention) -> bool:
    return _is_common(sentence.tokens[mention.start : mention.end])


def _is_other_number(said: StreetName, known: StreetName) -> bool:
    """Where streets have numbers, their kind tells them apart: 5th Street is not a slip for 5th Avenue."""
    return said.core.isdecimal() and bool(said.kind) and known.kind != said.kind and not said.loose


def _kind_difference(said: StreetName, known: StreetName, alone: bool) -> float:
    """What is taken off the likeness when the kind of street differs or was left out, where that tells streets apart."""
    if said.kind == known.kind:
        return 0.0
    if said.kind and known.kind:
        return LOOSE_KIND if said.loose else OTHER_KIND
    if said.kind:
        return 0.05
    return 0.0 if said.typed or alone else 0.07


def _direction_difference(said: StreetName, known: StreetName) -> float:
    """What is taken off the likeness when the direction differs or was left out."""
    if said.direction == known.direction:
        return 0.0
    if said.direction and known.direction:
        return 0.3
    return 0.1 if said.direction else 0.08


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
        fits = after is not None and sentence.closes(after + 1) and not _is_everyday(sentence, mention)
        number = after if fits else None
    if number is None:
        return None
    leading = leading_number(sentence.tokens[number].house)
    return number if streets.has_number(mention.street, leading, leading) else None


def _number_after_fits(sentence: Sentence, mention: Mention, number: int) -> bool:
    if not (sentence.closes(number + 1) and mention.likeness >= 0.75):
        return False
    placed = sentence.is_placed(mention.start, number + 1) and not _is_everyday(sentence, mention)
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


def _mention_pairs(streets: StreetMap, sentence: Sentence) -> Iterator[tuple[Mention, Mention]]:
    """Two streets with nothing but `and`, `con la` or the like between them."""
    for run_start, run_end in (*_connecting_runs(sentence.tokens), *_touching_names(sentence)):
        fuzzy = not sentence.strict or sentence.speaks_of(CORNER_WORDS, run_start, run_end + LONGEST)
        left = _crossing_sides(streets, sentence, _ending_at(sentence.tokens, run_start), fuzzy)
        if left:
            right = _crossing_sides(streets, sentence, _starting_at(sentence.tokens, run_end), fuzzy)
            yield from ((one, other) for one in left for other in right if one.street is not other.street)


def _read_crossing(
    streets: StreetMap, sentence: Sentence, one: Mention, other: Mention
) -> Iterator[PlaceReading]:
    if sentence.strict and not _crossing_fits(sentence, one, other):
        return
    if streets.cross(one.street, other.street) is not None:
        score = 0.98 * min(one.likeness, other.likeness)
        exact = one.exact and other.exact
        yield PlaceReading(one.start, other.end, one.street, score, crossed=(other.street,), exact=exact)


def _read_stretches(
    streets: StreetMap, sentence: Sentence, one: Mention, other: Mention, mentions: Sequence[Mention]
) -> Iterator[PlaceReading]:
    """`Walnut between 4th and 5th`: a third street that both of these cross."""
    if not _are_ends(sentence, one, other):
        return
    ends = (one.street, other.street)
    for along in mentions:
        apart = along.end <= one.start - 1 or along.start >= other.end
        if along.exact and apart and all(streets.cross(along.street, end) for end in ends):
            start, last = min(along.start, one.start), max(along.end, other.end)
            score = 0.95 * min(along.likeness, one.likeness, other.likeness)
            yield PlaceReading(start, last, along.street, score, crossed=ends)


def _are_ends(sentence: Sentence, one: Mention, other: Mention) -> bool:
    """Whether the two are ends of a stretch: `between` stands before them or, as in Chinese, behind."""
    if sentence.goes_on_with(BETWEEN_WORDS, other.end):
        return True
    if sentence.strict and not sentence.closes(other.end):
        return False
    before = sentence.word(one.start - 1) in BETWEEN_WORDS | ARTICLES
    return before and sentence.speaks_of(BETWEEN_WORDS, one.start, one.start)


def _connecting_runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches such as `and`, `con la`, `on the corner of`: from where to where."""
    fillers = CONNECTORS | ARTICLES | FILLERS
    index = 0
    while index < len(tokens):
        end = index
        while end < len(tokens) and tokens[end].word in fillers and not (tokens[end].breaks and end > index):
            end += 1
        if 0 < index < end < len(tokens) and any(token.word in CONNECTORS for token in tokens[index:end]):
            yield index, end
        index = max(end, index + 1)


def _touching_names(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where two streets meet without a word between them, as Chinese may say it: `Union街Pear街路口`."""
    tokens = sentence.tokens
    for index in range(1, len(tokens)):
        kind = tokens[index - 1]
        end = next((at for at in range(index, len(tokens)) if tokens[at].word in KINDS), len(tokens))
        if kind.script == "han" and kind.word in KINDS and sentence.goes_on_with(CORNER_WORDS, end + 1):
            yield index, index


def _ending_at(tokens: Sequence[Token], end: int) -> Iterable[tuple[int, int]]:
    starts = range(max(end - 4, 0), end)
    return (
        (start, end)
        for start in starts
        if not _splits_streets(tokens[start:end]) and _can_begin(tokens[start])
    )


def _starting_at(tokens: Sequence[Token], start: int) -> Iterable[tuple[int, int]]:
    ends = range(start + 1, min(start + 4, len(tokens)) + 1)
    return ((start, end) for end in ends if not _splits_streets(tokens[start:end]))


def _can_begin(token: Token) -> bool:
    return token.word not in SIGNS and (token.word not in SMALL_WORDS or token.word in KINDS_BEFORE)


def _can_follow(token: Token) -> bool:
    return not (token.breaks or token.comma or token.word in SIGNS)


def _splits_streets(tokens: Sequence[Token]) -> bool:
    return tokens[0].word in SIGNS or not all(map(_can_follow, tokens[1:]))


def _crossing_sides(
    streets: StreetMap, sentence: Sentence, windows: Iterable[tuple[int, int]], fuzzy: bool
) -> list[Mention]:
    """The streets that one side of a crossing may be, the best reading of each; misspelt ones only when there are no others."""
    named = list(_names_in(sentence.tokens, windows))
    best = _best_mentions(streets, sentence, named, fuzzy=False)
    if fuzzy and not best:
        best = _best_mentions(streets, sentence, named, fuzzy=True)
    return sorted(best, key=lambda mention: -mention.likeness)[:4]


def _names_in(
    tokens: Sequence[Token], windows: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], StreetName]]:
    """The names in the windows; a number within one, unless it is the name, is a house's."""
    for start, end in windows:
        name = read_name(tokens[start:end])
        if name is None:
            continue
        if name.core.isdecimal() or not any(token.is_number for token in tokens[start:end]):
            yield (start, end), name


def _best_mentions(
    streets: StreetMap,
    sentence: Sentence,
    named: Iterable[tuple[tuple[int, int], StreetName]],
    *,
    fuzzy: bool,
) -> list[Mention]:
    """Each street that one of the names may be, once, as it fits best."""
    best: dict[NamedStreet, Mention] = {}
    for window, name in named:
        for mention in _match_streets(streets, sentence, window, name, fuzzy):
            known = best.get(mention.street)
            if known is None or _mention_weight(mention) > _mention_weight(known):
                best[mention.street] = mention
    return list(best.values())


def _mention_weight(mention: Mention) -> tuple[float, int]:
    return mention.likeness, mention.end - mention.start


def _crossing_fits(sentence: Sentence, one: Mention, other: Mention) -> bool:
    """Without a word such as `corner`, two names that merely stand beside one another are not a crossing."""
    if sentence.speaks_of(CORNER_WORDS, one.start, other.start) or sentence.goes_on_with(
        CORNER_WORDS, other.end
    ):
        return True
    if not (one.exact and other.exact):
        return False
    if not sentence.closes(other.end):
        return sentence.is_placed(one.start, other.end)
    return (
        one.typed
        or other.typed
        or sentence.is_placed(one.start, other.end)
        or sentence.is_start(one.start)
        or sentence.has_sign(one.end, other.start)
        or not (_is_everyday(sentence, one) or _is_everyday(sentence, other))
    )
