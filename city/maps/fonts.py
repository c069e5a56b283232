"""Letters for the names on a map: the Noto fonts of the package `manimgx-fonts` for most scripts, the machine's for Chinese, Japanese and Korean."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

from core.languages import main_script

PACKAGE = "manimgx_fonts"
BASIC = {"LATIN", "GREEK", "CYRILLIC"}
"""Scripts of one font, whose letters stand side by side as they come."""
UNSHAPED = BASIC | {"ARMENIAN", "GEORGIAN", "ETHIOPIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
"""Scripts that need no shaping; others are legible only where Pillow has Raqm."""
EAST_ASIAN = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc")
"""Fonts of the machine; 16 MB, which not every city needs."""
NO_LETTER = "\uffff"
WEIGHT = 500
"""Medium: thin strokes are lost at 13 pixels."""


@lru_cache(maxsize=16)
def _font_of(script: str, size: int) -> FreeTypeFont | None:
    """A font for the letters of a script, by the name that Unicode begins with; None where there is none that sets them right."""
    if script not in UNSHAPED and not features.check("raqm"):
        return None
    if script in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}:
        return next(filter(None, (_opened(name, size) for name in EAST_ASIAN)), None)
    font = _opened(_packaged(script), size)
    if font:
        font.set_variation_by_axes([WEIGHT])
    return font


def _opened(name: str, size: int) -> FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _packaged(script: str) -> str:
    name = "" if script in BASIC or not script else script.title()
    return str(resources.files(PACKAGE) / f"NotoSans{name}[wght].ttf")


def font_for(text: str, size: int) -> FreeTypeFont | None:
    """The font that has all letters of a text, at a size in pixels; None for a text that would be shown with holes."""
    script = main_script(text)
    font = _font_of(script, size)
    return font if font and all(_has_letter(script, size, sign) for sign in set(text) - {" "}) else None


@lru_cache(maxsize=4_096)
def _has_letter(script: str, size: int, sign: str) -> bool:
    font = _font_of(script, size)
    return font is not None and _shape_of(font, sign) != _shape_of(font, NO_LETTER)


def _shape_of(font: FreeTypeFont, sign: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)
