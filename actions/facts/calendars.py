"""Answers about calendars by address: which days, the next ones, and what a holiday does to them. Composed, never made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from actions.facts.answers import FactAnswer
from actions.facts.hours import HoursPhraser, sentences
from actions.reading.calendar_questions import CalendarQuestion
from city.facts.book import FactBook
from city.facts.calendars import Collection, next_collections, opening_of
from city.facts.opening import MIDNIGHT, OpeningRule, OpenSpan
from city.records.facts import AddressCalendar, CalendarRound
from city.records.model import Holiday, text_in
from core.languages import in_a_row

SHOWN = 2
"""Dates to come that are said; a text message has room for so many."""
AHEAD = 10
"""Dates to come in which one that was asked about is looked for."""
WEEK = 7
WHOLE_DAY = (OpenSpan(0, MIDNIGHT),)
EVERY_OTHER = 2


@dataclass(frozen=True, slots=True)
class CalendarPhraser:
    """Says the days of calendars in one language."""

    hours: HoursPhraser
    book: FactBook

    def answer(
        self,
        calendar: AddressCalendar,
        rounds: Sequence[CalendarRound],
        where: str,
        question: CalendarQuestion,
    ) -> FactAnswer:
        """What comes to a house or area by these rounds (none: nothing does), as it was asked."""
        if calendar.is_list:
            said = self._of_list(calendar, where, on_it=bool(rounds))
        elif not rounds:
            said = self.hours.say("calendars.not_here", name=self._name(calendar), where=where)
        else:
            said = self._of_days(calendar, rounds, where, question)
        return FactAnswer(said, calendar.source)

    def in_area(self, calendar: AddressCalendar, area: str, question: CalendarQuestion) -> FactAnswer:
        """What comes to the houses of an area, all of it where one side has other days; the days of all areas where it has none."""
        rounds = tuple(each for each in calendar.rounds if each.area == area)
        name = text_in(self.book.addresses.areas[area].name, self.hours.language) or area
        if len(rounds) == 1:
            return self.answer(calendar, rounds, name, question)
        return self._listed(calendar, rounds or calendar.rounds)

    def areas(self, calendar: AddressCalendar) -> FactAnswer:
        """The days of every area, a line each."""
        return self._listed(calendar, calendar.rounds)

    def _listed(self, calendar: AddressCalendar, rounds: Sequence[CalendarRound]) -> FactAnswer:
        lines = [
            self.hours.say("facts.line", name=self._where(each), said=said)
            if (said := self.rhythm(each))
            else self._where(each)
            for each in rounds
        ]
        heading = self.hours.say("facts.day_heading", day=self._name(calendar))
        return FactAnswer("\n".join([heading, *lines]), calendar.source)

    def rhythm(self, each: CalendarRound) -> str:
        """The days of a round in words; nothing where it only lists dates."""
        rules = (
            [rule for rule in opening_of(each).rules if rule.spans and not rule.on_holidays]
            if each.days
            else []
        )
        said = self.hours.in_turn([self._rule(rule, each.every) for rule in rules])
        if not (said and each.first and each.last):
            return said
        return self.hours.say(
            "facts.season", first=self._month_day(each.first), last=self._month_day(each.last), hours=said
        )

    def _of_list(self, calendar: AddressCalendar, where: str, *, on_it: bool) -> str:
        key = "calendars.on_list" if on_it else "calendars.not_on_list"
        return sentences(
            [
                self.hours.say(key, where=where, name=self._name(calendar)),
                text_in(calendar.remark, self.hours.language) if on_it else "",
            ]
        )

    def _of_days(
        self,
        calendar: AddressCalendar,
        rounds: Sequence[CalendarRound],
        where: str,
        question: CalendarQuestion,
    ) -> str:
        today = self.hours.here.date()
        coming = next_collections(calendar, rounds, self.book.holidays, today, AHEAD)
        said = [self._verdict(coming, question, today)]
        said.append(
            self.hours.say(
                "calendars.heading", name=self._name(calendar), where=where, days=self._rhythms(rounds)
            )
        )
        said.append(self._next(coming))
        if not question.when:
            said.append(text_in(calendar.remark, self.hours.language))
        return sentences(said)

    def _rhythms(self, rounds: Sequence[CalendarRound]) -> str:
        return self.hours.in_turn([said for each in rounds if (said := self.rhythm(each))])

    def _verdict(self, coming: Sequence[Collection], question: CalendarQuestion, today: date) -> str:
        """Yes or no, where a day was asked about, or what a holiday does."""
        if question.holiday:
            return self._holiday_verdict(coming, question.holiday, today)
        if not question.when:
            return ""
        first, last = question.when.first, question.when.last
        on = next((each for each in coming if first <= each.day <= last and not each.cancels), None)
        if on:
            return self.hours.say("calendars.yes_on", day=self.hours.day(on.day))
        return self.hours.say("calendars.no_on", day=self.hours.day(first))

    def _holiday_verdict(self, coming: Sequence[Collection], holiday: Holiday, today: date) -> str:
        name = text_in(holiday.name, self.hours.language)
        day = self.book.holidays.date_of(holiday, today)
        moved = any(
            each.holiday == holiday and abs((each.planned - day).days) < WEEK for each in coming if day
        )
        return self.hours.say("calendars.changed" if moved else "calendars.unchanged", holiday=name)

    def _next(self, coming: Sequence[Collection]) -> str:
        days = [each for each in coming if not each.cancels][:SHOWN]
        if not days:
            return self.hours.say("calendars.no_more")
        cancelled = [each for each in coming if each.cancels and each.day < days[-1].day]
        said = [self.hours.say("calendars.next", days=self.hours.in_turn(list(map(self._day, days))))]
        said += [
            self.hours.say("calendars.not_on", day=self.hours.day(each.day), holiday=self._holiday(each))
            for each in cancelled
        ]
        return sentences(said)

    def _day(self, each: Collection) -> str:
        day = self.hours.day(each.day)
        if each.day == each.planned:
            return day
        planned = self.hours.context.calendar.say_day(each.planned, self.hours.language)
        return self.hours.say("calendars.moved", day=day, planned=planned, holiday=self._holiday(each))

    def _holiday(self, each: Collection) -> str:
        return text_in(each.holiday.name, self.hours.language) if each.holiday else ""

    def _rule(self, rule: OpeningRule, every: int) -> str:
        plain = [weekday for weekday, weeks in rule.weekdays if not weeks]
        said = [self._in_weeks(self.hours.weekdays(plain), every)] if plain else []
        said += [self._in_month(weekday, weeks) for weekday, weeks in rule.weekdays if weeks]
        days = in_a_row(said, self.hours.language)
        if rule.spans != WHOLE_DAY:
            days = self.hours.say("calendars.at_times", days=days, times=self.hours.spans(rule.spans))
        return self.hours.in_season(rule.season, days)

    def _in_weeks(self, days: str, every: int) -> str:
        if every == 1:
            return self.hours.say("calendars.weekly", days=days)
        if every == EVERY_OTHER:
            return self.hours.say("calendars.other_week", days=days)
        return self.hours.say("calendars.every_weeks", days=days, count=every)

    def _in_month(self, weekday: int, weeks: Sequence[int]) -> str:
        texts, language = self.hours.context.texts, self.hours.language
        ordinals = texts.words("calendars.ordinals", language)
        return self.hours.say(
            "calendars.in_month",
            day=self.hours.weekdays([weekday]),
            ordinals=in_a_row([ordinals[week - 1] for week in weeks], language),
        )

    def _month_day(self, day: date) -> str:
        month = self.hours.context.texts.words("words.months", self.hours.language)[day.month - 1]
        return self.hours.say("facts.month_day", month=month, day=day.day)

    def _where(self, each: CalendarRound) -> str:
        area = self.book.addresses.areas[each.area]
        name = text_in(area.name, self.hours.language) or area.code
        return f"{name}, {self.hours.say(f'calendars.{each.side}_side')}" if each.side else name

    def _name(self, calendar: AddressCalendar) -> str:
        return text_in(calendar.name, self.hours.language)
