"""What reporters say of themselves beside the problem: that there is no photo, that they give no name, how they can be reached."""

from __future__ import annotations

import re

from actions.reading.readers import contacts_in
from actions.reading.words import plain_text
from core.texts import UNSPACED, Texts, any_of_phrases, phrases_expression

BETWEEN = 3
"""Words between a "cannot" and the "photo" that it is about."""


class ReporterReader:
    """Reads it with the words of all languages. Make it once."""

    def __init__(self, texts: Texts) -> None:
        def listed(key: str) -> tuple[str, ...]:
            return tuple(map(plain_text, texts.words_of_all(f"replies.{key}")))

        self._anonymous = phrases_expression(listed("anonymous"))
        self._reach = phrases_expression(listed("reach"))
        without, picture = any_of_phrases(listed("without")), any_of_phrases(listed("picture"))
        between = rf"(?:\s*[{UNSPACED}]{{0,4}}\s*|\s+(?:\S+\s+){{0,{BETWEEN}}})"
        self._no_photo = re.compile(rf"(?:{without}){between}(?:{picture})")

    def has_no_photo(self, text: str) -> bool:
        """Whether a text says that there is no photo, or can be none."""
        return self._no_photo.search(plain_text(text)) is not None

    def is_anonymous(self, text: str) -> bool:
        """Whether somebody does not want to give their name."""
        return self._anonymous.search(plain_text(text)) is not None

    def is_aside(self, text: str) -> bool:
        """Whether a text is about the reporter, and not about a problem."""
        return self.has_no_photo(text) or self.is_anonymous(text) or bool(self.contact_in(text))

    def contact_in(self, text: str) -> str:
        """The e-mail address in a text, else the phone number that it says to call; empty when it has neither."""
        e_mail, phone = contacts_in(text)
        return e_mail or (phone if self._reach.search(plain_text(text)) else "")
