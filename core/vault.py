"""Keeps addresses out of sight: an HMAC to find a person again, encryption to be able to answer.

One installation secret gives three keys (HKDF). A plain hash of a phone number can be undone by trying all numbers, hence the
HMAC; it stays personal data all the same (GDPR, recital 26).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import SettingsError

NONCE_BYTES = 12


class Vault:
    """Seals and names addresses with keys derived from the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._lookup = self.key("lookup")
        self._cipher = AESGCM(self.key("address"))

    def key(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return HKDF(SHA256(), 32, salt=None, info=f"cityline {purpose}".encode()).derive(self._secret)

    def pseudonym(self, *parts: str) -> str:
        """The same 32 characters for the same parts, meaningless to whoever lacks the secret."""
        return hmac.new(self._lookup, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def seal(self, text: str, owner: str) -> str:
        """Encrypt `text` so that it opens only together with `owner` (AES-256-GCM, associated data)."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def open(self, sealed: str, owner: str) -> str:
        """Undo `seal`; a `SettingsError` when the secret is not the one it was sealed with."""
        raw = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            raise SettingsError(
                "An address was sealed with another secret than CITYLINE_SECRET_KEY or the kept one; "
                "bring back the secret that the database was made with."
            ) from None


def open_vault(secret_key: str, data_dir: Path) -> Vault:
    """The vault of this installation; without a configured secret one is made and kept in the data folder, mode 0600."""
    if secret_key:
        return Vault(secret_key)
    file = data_dir / "secret.key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        _keep_new_secret(file)
    return _kept_vault(file)


def _keep_new_secret(file: Path) -> None:
    """A new secret, there whole or not at all; where another process was quicker, its secret stands."""
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, file)
    finally:
        unfinished.unlink()


def _kept_vault(file: Path) -> Vault:
    if file.stat().st_mode & 0o077:
        raise SettingsError(f"The secret in {file} can be read by others; run chmod 600 {file}.")
    secret = file.read_text().strip()
    if len(secret) < 32:
        raise SettingsError(f"The secret in {file} is cut short; bring back the whole file from a backup.")
    return Vault(secret)
