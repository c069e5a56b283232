"""Reading "where do I vote" and "when is the election". Pure functions of words, nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.reading.asked_words import expression_of, is_small, words_left
from actions.reading.calendar_questions import ExtractPlace, FindPlaces, house_of
from actions.reading.coming import GAP, ComingReader
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.records.model import PlaceMatch
from core.texts import Texts


@dataclass(frozen=True, slots=True)
class ElectionQuestion:
    """A question about the next election: `asks_where` to vote, for a house perhaps; else when."""

    asks_where: bool
    place: PlaceMatch | None = None


class ElectionQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts) -> None:
        self._coming = ComingReader(texts)
        self._polling = expression_of(texts, "elections.polling_words")
        self._topic = expression_of(texts, "elections.topic_words", "elections.polling_words")
        self._other = expression_of(texts, "elections.other_words")
        self._where = expression_of(texts, "facts.address_words", "elections.where_words")
        self._when = expression_of(texts, "facts.when_words", "elections.when_words")
        self._hours = expression_of(texts, "facts.hours_words")
        self._around = expression_of(texts, "elections.around", "facts.around", "facts.next_words")

    def read(  # noqa: PLR0917  the text, what is known, and who asks
        self,
        text: str,
        book: FactBook,
        extract: ExtractPlace,
        find: FindPlaces,
        here: datetime,
        language: str,
    ) -> ElectionQuestion | None:
        """The question that a text asks; None where it asks for neither place nor day of an election, or for something else as well."""
        folded = fold_question(text)
        if not book.elections.all or not self._topic.search(folded) or self._other.search(folded):
            return None
        place = house_of(extract(text))
        rest = fold_question(text.replace(place.words, GAP, 1)) if place else folded
        question = self._asked(rest, place)
        _, bare = self._coming.read(rest, here, language)
        left = self._left_over(bare)
        if question is None or not left:
            return question
        found = None if place else house_of(next(iter(find(" ".join(left))), None))
        return ElectionQuestion(question.asks_where, found) if found else None

    def _asked(self, rest: str, place: PlaceMatch | None) -> ElectionQuestion | None:
        names_polls = self._polling.search(rest) is not None
        asks_when = self._when.search(rest) is not None or (
            names_polls and self._hours.search(rest) is not None
        )
        if self._where.search(rest) or (names_polls and not asks_when):
            return ElectionQuestion(asks_where=True, place=place)
        return ElectionQuestion(asks_where=False) if asks_when else None

    def _left_over(self, rest: str) -> list[str]:
        """The words that tell of something else."""
        hours = (
            (self._hours,) if self._polling.search(rest) else ()
        )  # what is open and closed on that day is another question
        words = words_left(rest, (*hours, self._topic, self._where, self._when, self._around))
        return [word for word in words if not is_small(word)]
