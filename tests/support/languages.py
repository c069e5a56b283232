"""Every language of the catalogue, whichever they are."""

from __future__ import annotations

import pytest

from core.texts import load_texts

LANGUAGES = load_texts().languages
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
