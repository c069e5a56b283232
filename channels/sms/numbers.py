"""Which numbers are written to: by country of the numbering plan, and never one whose owner is paid for what it is sent.

`+1` alone is no country: it is the United States and Canada, but also Jamaica and twenty more with prices of their own, and 900
numbers. Google's numbering plan (`phonenumbers`) tells them apart.
"""

from __future__ import annotations

import re

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    number_type,
    parse,
    region_code_for_country_code,
    region_code_for_number,
)

from core.errors import SettingsError

DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
"""Kinds of number that no resident writes from, and some of whose owners earn by each text."""

KNOWN_COUNTRIES = frozenset(
    region for regions in COUNTRY_CODE_TO_REGION_CODE.values() for region in regions if region.isalpha()
)
"""The two letters of every country that has a numbering plan."""

PREFIX = re.compile(r"\+(\d{1,12})")
MEANT_BY_ONE = ("US", "CA")
"""What `+1` was meant to be where it stands alone."""


def is_reached(number: str, countries: tuple[str, ...], prefixes: tuple[str, ...] = ()) -> bool:
    """Whether this number (E.164, as `+15550100`) may be written to: its country is listed, its kind is not dear.

    No countries means all of them. `prefixes`, where there are any, must match as well; one that says more than a calling code
    (`+1876`) lists what it begins by itself.
    """
    if prefixes and not number.startswith(prefixes):
        return False
    try:
        parsed = parse(number, None)
    except NumberParseException:
        return False
    if number_type(parsed) in DEAR:
        return False
    if not countries or country_of(parsed) in countries:
        return True
    return any(number.startswith(prefix) for prefix in prefixes if not _is_calling_code(prefix))


def country_of(number: PhoneNumber) -> str:
    """The two letters of a number's country. One that the plan does not know (yet) counts to the main country of its code."""
    return region_code_for_number(number) or region_code_for_country_code(number.country_code or 0)


def checked_countries(countries: tuple[str, ...]) -> tuple[str, ...]:
    """The countries in capital letters. Raises `SettingsError` for one that there is not."""
    named = tuple(country.upper() for country in countries)
    if unknown := [country for country in named if country not in KNOWN_COUNTRIES]:
        raise SettingsError(
            f"CITYLINE_TWILIO_COUNTRIES names {unknown[0]!r}, which is no country; name countries by two letters, such as US,CA."
        )
    return named


def countries_meant(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """The countries that beginnings of numbers stand for: of `+49` Germany, of `+1` the United States and Canada."""
    found: list[str] = []
    for prefix in prefixes:
        code = next((code for code in _calling_codes(prefix) if code in COUNTRY_CODE_TO_REGION_CODE), 0)
        main = COUNTRY_CODE_TO_REGION_CODE.get(code, ())[:1]
        found += [country for country in (MEANT_BY_ONE if code == 1 else main) if country not in found]
    return tuple(found)


def _calling_codes(prefix: str) -> list[int]:
    """The calling codes that a prefix may begin with, the shortest first; calling codes never begin one another."""
    match = PREFIX.fullmatch(prefix)
    return [int(match[1][:length]) for length in range(1, 4)] if match else []


def _is_calling_code(prefix: str) -> bool:
    match = PREFIX.fullmatch(prefix)
    return match is not None and int(match[1]) in COUNTRY_CODE_TO_REGION_CODE
