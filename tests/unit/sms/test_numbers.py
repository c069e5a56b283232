"""Which numbers are written to, by the numbering plan rather than by their first signs. No number here is anybody's."""

from __future__ import annotations

import pytest

from channels.registry import InstallationSettings
from channels.sms.limits import SmsLimits
from channels.sms.opening import countries_of
from channels.sms.settings import SmsSettings
from core.errors import SettingsError
from core.settings import load_settings


@pytest.mark.parametrize(
    ("number", "reached"),
    [
        ("+12125550123", True),  # New York
        ("+14165550100", True),  # Toronto
        ("+18005550100", True),  # toll-free
        ("+15550100000", True),  # an area code that is in no plan: new ones come every year
        ("+18765550123", False),  # Jamaica
        ("+18095550123", False),  # Dominican Republic
        ("+12425550123", False),  # Bahamas
        ("+14415550100", False),  # Bermuda
        ("+17875550123", False),  # Puerto Rico has a price of its own; a city may list it
        ("+19005551234", False),  # premium rate
        ("+15005550006", False),  # personal numbers
        ("+22670123456", False),
        ("+4930123456", False),
        ("+447012345678", False),
        ("+88213123456", False),  # satellite
        ("12345", False),  # a short code
        ("+1", False),
        ("", False),
    ],
)
def test_by_default_texts_go_to_the_united_states_and_canada(number, reached):
    assert SmsLimits().reaches(number) is reached


@pytest.mark.parametrize(
    ("countries", "number", "reached"),
    [
        (("US", "JM"), "+18765550123", True),
        (("US", "PR"), "+17875550123", True),
        (("US",), "+14165550100", False),
        (("GB",), "+447400123456", True),
        (("GB",), "+447012345678", False),  # personal numbers, whose owners are paid
        (("GB",), "+447781123456", False),  # Guernsey
        (("FR",), "+33899123456", False),  # premium rate
        (("ES",), "+34600123456", True),
        (("ES",), "+34803123456", False),
        ((), "+8613800138000", True),
        ((), "+19005551234", False),
    ],
)
def test_other_countries_are_listed_by_their_letters(countries, number, reached):
    assert SmsLimits(countries=countries).reaches(number) is reached


def countries_by(**settings: object) -> tuple[str, ...]:
    return countries_of(SmsSettings.of(load_settings(InstallationSettings, _env_file=None, **settings)))


@pytest.mark.parametrize(
    ("prefixes", "countries"),
    [
        ("+1", ("US", "CA")),
        ("+1,+52", ("US", "CA", "MX")),
        ("+49", ("DE",)),
        ("+44,+353", ("GB", "IE")),
        ("+1212", ("US", "CA")),
    ],
)
def test_the_former_setting_by_prefixes_stands_for_countries(prefixes, countries):
    assert countries_by(twilio_country_prefixes=prefixes) == countries


@pytest.mark.parametrize(
    ("prefixes", "number", "reached"),
    [
        ("+1", "+12125550123", True),
        ("+1", "+18765550123", False),
        ("+1", "+19005551234", False),
        ("+1,+1876", "+18765550123", True),
        ("+1212", "+12125550123", True),
        ("+1212", "+14165550100", False),
        ("+49", "+4915112345678", True),
        ("+49", "+12125550123", False),
    ],
)
def test_prefixes_still_narrow_what_is_written_to(prefixes, number, reached):
    settings = SmsSettings(_env_file=None, twilio_country_prefixes=prefixes)
    limits = SmsLimits(countries=countries_of(settings), prefixes=settings.twilio_country_prefixes)
    assert limits.reaches(number) is reached


def test_countries_are_named_by_two_letters():
    assert countries_by(twilio_countries="us, ca, pr") == ("US", "CA", "PR")
    assert countries_by() == ("US", "CA")
    assert countries_by(twilio_countries="US", twilio_country_prefixes="+1") == ("US",)
    with pytest.raises(SettingsError, match="two letters"):
        countries_by(twilio_countries="USA")
