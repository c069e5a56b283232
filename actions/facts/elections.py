"""Answers about elections: where a house votes and when, and that one is over. Composed, never made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions.facts.answers import FactAnswer
from actions.facts.contacts import answer_contact
from actions.facts.hours import HoursPhraser, sentences
from city.facts.book import FactBook
from city.facts.elections import polling_spans
from city.records.facts import Election
from city.records.model import text_in


@dataclass(frozen=True, slots=True)
class ElectionPhraser:
    """Says elections in the language of `hours`."""

    hours: HoursPhraser
    book: FactBook

    def when(self) -> FactAnswer:
        """The next election's day and hours; that the last one is over, where no other is known."""
        election = self.coming()
        return FactAnswer(self._day(election), election.source) if election else self.over()

    def where(self, label: str, found: tuple[str, str] | None) -> FactAnswer:
        """Where the houses of an address vote in the next election: their area and place (codes); whom to ask where that is not known."""
        election = self.coming()
        if election is None:
            return self.over()
        if found is None:
            told = [self.hours.say("elections.not_here", where=label), self._office(election)]
            return FactAnswer("\n".join(filter(None, told)), election.source)
        area, place = self.book.addresses.areas[found[0]], self.book.places.get(found[1])
        name = text_in(place.name, self.hours.language) if place else found[1]
        at = f"{name} ({place.address})" if place and place.address else name
        named = text_in(area.name, self.hours.language)
        where = self.hours.say("elections.precinct", area=label, place=named) if named else label
        remark = text_in(election.remark, self.hours.language)
        said = [self.hours.say("elections.vote_at", where=where, place=at), self._day(election), remark]
        return FactAnswer(sentences(said), election.source)

    def over(self) -> FactAnswer:
        """That the last election is over, that no other is known, and whom to ask."""
        last = self.book.elections.last_before(self.hours.here.date())
        if last is None:
            return FactAnswer(self.hours.say("elections.no_next"))
        told = self.hours.say("elections.over", election=self._name(last), day=self._plain_day(last.day))
        lines = [sentences([told, self.hours.say("elections.no_next")]), self._office(last)]
        return FactAnswer("\n".join(filter(None, lines)), last.source)

    def coming(self) -> Election | None:
        """The next election, today's included."""
        return self.book.elections.next_from(self.hours.here.date())

    def _day(self, election: Election) -> str:
        spans, here, name = polling_spans(election), self.hours.here, self._name(election)
        if election.day == here.date() and spans and spans[-1].closes <= here.hour * 60 + here.minute:
            return self.hours.say("elections.closed", election=name)
        if not spans:
            return self.hours.say("elections.day_alone", election=name, day=self.hours.day(election.day))
        return self.hours.say(
            "elections.day", election=name, day=self.hours.day(election.day), times=self.hours.spans(spans)
        )

    def _plain_day(self, day: date) -> str:
        return self.hours.context.calendar.say_day(day, self.hours.language)

    def _name(self, election: Election) -> str:
        return text_in(election.name, self.hours.language)

    def _office(self, election: Election) -> str:
        """The number of the office that knows more."""
        contact = self.book.contacts.get(election.contact)
        answer = (
            answer_contact(self.hours.context, [contact], (), self.hours.language, self.book)
            if contact
            else None
        )
        return answer.text if answer else ""
