"""Addresses are found again and answered, and mean nothing to whoever has only the database."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.vault import Vault, open_vault

SECRET = "s" * 32


def test_a_sealed_address_opens_with_its_owner_only():
    vault = Vault(SECRET)
    sealed = vault.seal("+15550100", "lane-1")
    assert "5550100" not in sealed
    assert vault.open(sealed, "lane-1") == "+15550100"
    with pytest.raises(SettingsError, match="another secret"):
        vault.open(sealed, "lane-2")


def test_the_same_address_is_sealed_differently_each_time():
    vault = Vault(SECRET)
    assert vault.seal("a", "x") != vault.seal("a", "x")


def test_a_pseudonym_is_stable_and_depends_on_channel_and_secret():
    vault = Vault(SECRET)
    assert vault.pseudonym("sms", "1") == Vault(SECRET).pseudonym("sms", "1")
    assert vault.pseudonym("sms", "1") != vault.pseudonym("web", "1")
    assert vault.pseudonym("sms", "1") != Vault("t" * 32).pseudonym("sms", "1")


def test_without_a_secret_one_is_made_once_and_kept_from_others(tmp_path):
    first = open_vault("", tmp_path)
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert open_vault("", tmp_path).pseudonym("a") == first.pseudonym("a")


def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    open_vault("", tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        open_vault("", tmp_path)
