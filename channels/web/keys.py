"""What proves who somebody is on the web door: session tokens, one-time tickets, picture handles, form tokens.

Nothing is stored. A token is 256 random bits with a tag that only we can make; the address of its conversation is a hash of
it, so the address gives nobody the token. Every other proof is an HMAC over what it allows, with its own purpose mixed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from core.model import Attachment, Position, SmallMap

TICKET_SECONDS = 30
TAG_BYTES = 16
PICTURE_DAYS = 7
TOKEN_BYTES = 32


def _text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    """The bytes of unpadded URL-safe base64; empty for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass
class Keys:
    """Makes and checks the proofs. `secret` is the installation's secret key, at least 32 characters."""

    secret: str = field(repr=False)
    clock: Callable[[], datetime] = utc_now
    _spent: dict[str, datetime] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("the web chat's secret should have at least 32 characters; hand it a longer one")

    def _tag_of(self, purpose: str, data: bytes) -> bytes:
        message = b"cityline-web:" + purpose.encode() + b":" + data
        return hmac.digest(self.secret.encode(), message, "sha256")[:TAG_BYTES]

    def _seal_value(self, purpose: str, value: dict[str, object]) -> str:
        data = json.dumps(value, separators=(",", ":")).encode()
        return _text_of(self._tag_of(purpose, data) + data)

    def _open_sealed(self, purpose: str, sealed: str) -> dict[str, object] | None:
        raw = _bytes_of(sealed)
        tag, data = raw[:TAG_BYTES], raw[TAG_BYTES:]
        if not data or not hmac.compare_digest(tag, self._tag_of(purpose, data)):
            return None
        value: dict[str, object] = json.loads(data)
        return value

    def new_token(self) -> str:
        """A bearer token for a new conversation: 64 URL-safe characters."""
        random = secrets.token_bytes(TOKEN_BYTES)
        return _text_of(random + self._tag_of("token", random))

    def sender(self, token: str) -> str | None:
        """The address of the conversation that this token opens; None when we did not make the token."""
        raw = _bytes_of(token)
        random, tag = raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]
        if len(random) != TOKEN_BYTES or not hmac.compare_digest(tag, self._tag_of("token", random)):
            return None
        return hashlib.sha256(b"cityline-web-sender:" + random).hexdigest()[:40]

    def issue_ticket(self, sender: str, now: datetime) -> str:
        """A ticket for one socket, good for 30 seconds."""
        until = now + timedelta(seconds=TICKET_SECONDS)
        return self._seal_value("ticket", {"s": sender, "u": until.timestamp(), "n": secrets.token_hex(8)})

    def redeem_ticket(self, ticket: str, now: datetime) -> str | None:
        """The address the ticket was issued for, once; None when it is false, late or already used."""
        self._spent = {nonce: until for nonce, until in self._spent.items() if until > now}
        value = self._open_sealed("ticket", ticket)
        if value is None or not isinstance(value["u"], float) or value["u"] <= now.timestamp():
            return None
        nonce = str(value["n"])
        if nonce in self._spent:
            return None
        self._spent[nonce] = now + timedelta(seconds=TICKET_SECONDS)
        return str(value["s"])

    def picture_handle(self, sender: str, picture: Attachment) -> str:
        """The picture as its sender may attach it to a message: everything we know of it, sealed."""
        position = picture.position and [picture.position.latitude, picture.position.longitude]
        return self._seal_value(
            "picture",
            {"s": sender, "m": picture.media_id, "t": picture.content_type, "b": picture.size, "p": position},
        )

    def picture(self, sender: str, handle: str) -> Attachment | None:
        """The picture behind a handle; None when it is not a handle of ours for this sender."""
        value = self._open_sealed("picture", handle)
        if value is None or value["s"] != sender:
            return None
        place = value["p"]
        position = Position(float(place[0]), float(place[1])) if isinstance(place, list) else None
        return Attachment(str(value["m"]), str(value["t"]), int(str(value["b"])), position)

    def picture_key(self, media_id: str) -> str:
        """What an address of a picture must carry to be answered; good for this picture, and for a week or a day more."""
        return self._view_key(media_id, self.clock().toordinal() + PICTURE_DAYS)

    def opens_picture(self, media_id: str, key: str) -> bool:
        """Whether the key of an address is a picture's, and not too old."""
        last = key.partition(".")[0]
        if not (last.isascii() and last.isdecimal() and len(last) <= 7):
            return False
        return self.same(key, self._view_key(media_id, int(last))) and self.clock().toordinal() <= int(last)

    def _view_key(self, media_id: str, last_day: int) -> str:
        return f"{last_day}.{_text_of(self._tag_of('view', f'{last_day} {media_id}'.encode()))}"

    def seal_map(self, conversation: str, sequence: int, shown: SmallMap, language: str) -> str:
        """What the address of the map of one line must carry: all that is drawn, encrypted, and the same for a day, so that browsers keep the picture."""
        pins = [[round(degrees, 6) for degrees in (pin.latitude, pin.longitude)] for pin in shown.pins]
        last_day = self.clock().toordinal() + PICTURE_DAYS
        value = {"p": pins, "l": language, "u": last_day, "o": f"{conversation} {sequence}"}
        return _text_of(self._map_cipher().encrypt(json.dumps(value, separators=(",", ":")).encode(), None))

    def open_map(self, sealed: str) -> tuple[SmallMap, str] | None:
        """The map and its language behind an address; None when it is none of ours or too old."""
        try:
            value = json.loads(self._map_cipher().decrypt(_bytes_of(sealed), None))
        except (InvalidTag, ValueError):
            return None
        if self.clock().toordinal() > value["u"]:
            return None
        return SmallMap(tuple(Position(*pin) for pin in value["p"]), ""), str(value["l"])

    def _map_cipher(self) -> AESSIV:
        """Encrypts so that equal plain texts look equal and nothing else shows: each names its line, so no two are."""
        return AESSIV(hmac.digest(self.secret.encode(), b"cityline-web:map", "sha512"))

    def network_key(self, network: str) -> str:
        """What a network is known by beyond this door: by this key nobody finds the network again."""
        return _text_of(self._tag_of("network", network.encode()))

    def form_token(self, token: str) -> str:
        """What a form of the plain page must carry to be believed (against cross-site requests)."""
        return _text_of(self._tag_of("form", token.encode()))

    @staticmethod
    def same(one: str, other: str) -> bool:
        """Whether two proofs are equal, in constant time."""
        return hmac.compare_digest(one.encode(), other.encode())
