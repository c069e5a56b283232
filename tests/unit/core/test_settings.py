"""A wrong setting stops the start with a sentence that says which and what it should be."""

from __future__ import annotations

import pytest

from channels.registry import InstallationSettings
from core.errors import SettingsError
from core.settings import load_settings


def test_every_setting_has_a_default_that_works_on_one_machine():
    settings = load_settings(_env_file=None)
    assert settings.database == "sqlite:///var/cityline.sqlite"
    assert settings.languages == ()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CITYLINE_PORT", "eighty", "CITYLINE_PORT"),
        ("CITYLINE_PORT", "70000", "65535"),
        ("CITYLINE_SECRET_KEY", "short", "32 characters"),
        ("CITYLINE_PUBLIC_URL", "not a url", "CITYLINE_PUBLIC_URL"),
        ("CITYLINE_PUBLIC_URL", "http://city.example", "https://"),
        ("CITYLINE_PUBLIC_URL", "http://192.0.2.1:8000", "https://"),
        ("CITYLINE_PUBLIC_URL", "http://localhost.city.example", "https://"),
        ("CITYLINE_NLU_THRESHOLD", "3", "CITYLINE_NLU_THRESHOLD"),
        ("CITYLINE_GEOCODER", "atlas", "CITYLINE_GEOCODER"),
        ("CITYLINE_GEOCODER_URL", "http://geocoder.city.example", "https://"),
        ("CITYLINE_GEOCODER_SECONDS", "60", "CITYLINE_GEOCODER_SECONDS"),
        ("CITYLINE_LOG_FORMAT", "xml", "CITYLINE_LOG_FORMAT"),
        ("CITYLINE_TRUSTED_PROXIES", "proxy.city.example", "CITYLINE_TRUSTED_PROXIES"),
        ("CITYLINE_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.5/8", "10.0.0.5/8 has host bits set"),
        ("CITYLINE_TRUSTED_PROXIES", "10.0.0.0/33", "addresses or networks"),
        ("CITYLINE_TWILIO_TIMEOUT", "soon", "CITYLINE_TWILIO_TIMEOUT"),
        ("CITYLINE_TELEGRAM_RATE", "0", "CITYLINE_TELEGRAM_RATE"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words):
        load_settings(InstallationSettings, _env_file=None)


def test_lists_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("CITYLINE_LANGUAGES", "es, en")
    monkeypatch.setenv("CITYLINE_ALLOWED_ORIGINS", "https://a.example,https://b.example")
    settings = load_settings(_env_file=None)
    assert settings.languages == ("es", "en")
    assert settings.allowed_origins == ("https://a.example", "https://b.example")


def test_secrets_do_not_show_when_settings_are_printed():
    assert "hidden-secret" not in repr(load_settings(_env_file=None, secret_key="hidden-secret" * 4))


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in InstallationSettings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "address", ["https://city.example", "http://localhost:8000", "http://127.0.0.1:9", "http://[::1]:8000"]
)
def test_residents_come_by_https_or_from_this_machine(monkeypatch, address):
    monkeypatch.setenv("CITYLINE_PUBLIC_URL", address)
    assert str(load_settings(_env_file=None).public_url).startswith(address)


@pytest.mark.parametrize(
    ("written", "proxies"),
    [
        ("*", ("*",)),
        ("10.0.0.7, 10.1.0.0/16", ("10.0.0.7", "10.1.0.0/16")),
        ("::1,2001:db8::/32", ("::1", "2001:db8::/32")),
        ("", ()),
    ],
    ids=["all", "an address and a network", "of IPv6", "none"],
)
def test_proxies_that_are_believed_are_addresses_or_networks(monkeypatch, written, proxies):
    monkeypatch.setenv("CITYLINE_TRUSTED_PROXIES", written)
    assert load_settings(_env_file=None).trusted_proxies == proxies


@pytest.mark.parametrize(
    "address",
    ["https://geocoder.city.example", "http://127.0.0.1:8080", "http://10.0.0.5", "http://nominatim:8080"],
)
def test_a_geocoder_on_ones_own_network_needs_no_https(address):
    assert load_settings(_env_file=None, geocoder="photon", geocoder_url=address).geocoder_url
