"""Whether a webhook comes from Twilio: its signature over the configured public address and every field that came.

The address is never taken from the request's `Host` or `X-Forwarded-*`: a proxy may change them, and so may an attacker. There
is no time in the signature, so the message's id is the only guard against a replay; the inbox keeps it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from channels.sms.inbound import Form
from core.errors import SettingsError


class _Fields(dict[str, list[str]]):
    """The values of each field, as Twilio's library asks for them."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        for name, value in form:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        """All values of a field."""
        return self[name]


def _same_signature(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Signatures:
    """Checks signatures. `public_url` is the address that Twilio was told, as far as the routes: `https://city.example`.

    `shared_keys` are secrets by id, for accounts that sign with a shared key (HMAC-SHA256) in place of the auth token.
    `overrides` is the `#rc=...` part of the webhook's address, if one was entered at Twilio: whether it is part of what is
    signed is not documented, so both are taken.
    """

    auth_token: str = field(repr=False)
    public_url: str
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    overrides: str = ""

    def __post_init__(self) -> None:
        if not self.auth_token:
            raise SettingsError(
                "The SMS channel has no auth token, so nobody could tell Twilio from a forger; "
                "set CITYLINE_TWILIO_AUTH_TOKEN."
            )
        try:
            parts = urlsplit(self.public_url)
            sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
        except ValueError:
            sound = False
        if not sound or parts.query or parts.fragment:
            raise SettingsError(
                "The SMS channel needs the address under which Twilio calls us, such as https://city.example; "
                "set CITYLINE_PUBLIC_URL."
            )

    def genuine(self, path: str, query: str, form: Form, headers: Mapping[str, str]) -> bool:
        """Whether these fields, sent to this path with this query as it stood in the request line, are signed by Twilio."""
        signature = headers.get(SIGNATURE_HEADER.lower(), "")
        secret, algorithm = self._signing_secret(headers.get(SIGNATURE_SETTINGS_HEADER.lower(), ""))
        if not signature or not secret:
            return False
        address = self.public_url.rstrip("/") + path + (f"?{query}" if query else "")
        fields, validator = _Fields(form), RequestValidator(secret)
        # As the address was told to Twilio, which it nearly always signs; `validate` tries others too, at three times the cost.
        if algorithm == HMAC_SHA1 and _same_signature(
            validator.compute_signature(address, fields), signature
        ):
            return True
        addresses = [address, f"{address}#{self.overrides}"] if self.overrides else [address]
        return any(
            bool(validator.validate(known, fields, signature, algorithm=algorithm)) for known in addresses
        )

    def _signing_secret(self, settings: str) -> tuple[str, str]:
        """The secret and algorithm that the request says it was signed with; an empty secret for a key unknown here."""
        if not settings:
            return self.auth_token, HMAC_SHA1
        named = dict(part.strip().partition("=")[::2] for part in settings.split(","))
        return self.shared_keys.get(named.get("key", ""), ""), str(get_signature_algorithm(settings))
