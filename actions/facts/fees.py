"""Answers about prices: rows of the city's fees, in the language's own way of writing money. Composed, never made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import format_currency, get_currency_symbol

from actions.facts.answers import FactAnswer
from actions.turn.context import ActionContext
from city.records.facts import Fee, FeeRow
from city.records.model import text_in
from core.languages import locale_of, long_date


def answer_fee(context: ActionContext, fee: Fee, rows: Sequence[FeeRow], language: str) -> FactAnswer:
    """What a fee is, a line for each of these rows."""
    name = text_in(fee.name, language)
    lines = [_line(context, row, language) for row in rows]
    key = "fees.one" if rows[0].applies_to else "facts.line"
    said = [context.say(key, language, name=name, said=lines[0])]
    if len(lines) > 1:
        said = [context.say("facts.day_heading", language, day=name), *lines]
    if since := max((row.since for row in rows if row.since), default=None):
        said.append(context.say("fees.since", language, day=long_date(since, language)))
    return FactAnswer("\n".join(said), fee.source)


def name_row(row: FeeRow, context: ActionContext, language: str) -> str:
    """Whom or what a row is for."""
    return text_in(row.applies_to, language) or context.say("fees.everybody", language)


def say_amount(amount: Decimal, currency: str, language: str) -> str:
    """Money as this language writes it where this money is spent, without cents where there are none, with plain spaces: others make a text
    message dearer.
    """
    locale = _locale_at_home(language, currency)
    pattern = locale.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    pattern = pattern.replace("¤", f"'{_home_symbol(currency)}'")
    said = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)
    return re.sub("[\u00a0\u202f]", " ", said)


def _locale_at_home(language: str, currency: str) -> Locale:
    """The language as it is written in the country of a currency (`es_US` for dollars), where CLDR knows that; a code of ISO 4217 begins with it."""
    try:
        return Locale(locale_of(language).language, currency[:2])
    except UnknownLocaleError:
        return locale_of(language)


@cache
def _home_symbol(currency: str) -> str:
    """How a currency is written where it is spent: `$` for both kinds of dollar."""
    for language in get_official_languages(currency[:2], de_facto=True):
        with suppress(UnknownLocaleError):
            return get_currency_symbol(currency, Locale(language, currency[:2]))
    return get_currency_symbol(currency, "en")


def _line(context: ActionContext, row: FeeRow, language: str) -> str:
    amount = (
        say_amount(row.amount, row.currency, language) if row.amount else context.say("fees.free", language)
    )
    unit = text_in(row.unit, language)
    said = context.say("fees.per", language, amount=amount, unit=unit) if unit and row.amount else amount
    applies_to = text_in(row.applies_to, language)
    return context.say("facts.line", language, name=applies_to, said=said) if applies_to else said
