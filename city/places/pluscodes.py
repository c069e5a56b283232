"""Plus codes (Open Location Code), whole or shortened with the town's name: `87H7MM25+MX`, `MM25+MX Penstock`."""

from __future__ import annotations

import re

from openlocationcode import openlocationcode

from core.model import Position

_DIGIT = "[23456789CFGHJMPQRVWX]"
_CODE = re.compile(
    rf"(?<![\w+])(?:{_DIGIT}{{4}}|{_DIGIT}{{6}}|{_DIGIT}{{8}})\+{_DIGIT}{{2,7}}(?!\w)", re.IGNORECASE
)


def read_plus_code(text: str, near: Position) -> tuple[Position, str] | None:
    """The middle of the first plus code of a text and what else the text says; a short one is the nearest to `near`."""
    found = _CODE.search(text)
    if found is None:
        return None
    code = found[0].upper()
    if openlocationcode.isShort(code):
        code = openlocationcode.recoverNearest(code, near.latitude, near.longitude)
    if not openlocationcode.isFull(code):
        return None
    area = openlocationcode.decode(code)
    return Position(
        area.latitudeCenter, area.longitudeCenter
    ), f"{text[: found.start()]} {text[found.end() :]}"
