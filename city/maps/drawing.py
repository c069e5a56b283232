"""Draws a sheet as a picture: twice as large, made smaller at the end, with few colours, so that it has some kB."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from city.maps.fonts import font_for
from city.maps.sheet import DOT, LETTERS, PIN_WIDTH, TWICE, MapScale, MapSheet, PlacedName
from city.maps.view import HEIGHT, WIDTH
from city.places.geometry import Point

GROUND, EDGE, STREET, TEXT, PALE = "#efece4", "#c8c3b6", "#ffffff", "#26323a", "#fbfaf7"
PIN, LANDMARK = "#b3261e", "#2f5597"
COLOURS = 32
"""Enough for the edges of lines and letters to be smooth."""
THIN = 3.0
"""Pixels of a street up to which nobody sees whether its bends are round, which costs half of the time."""
STREET_WIDTH = 7.0
"""Pixels of a street where one pin stands, narrower where more of the city is to be seen."""


def draw_sheet(sheet: MapSheet) -> bytes:
    """The sheet as a PNG of WIDTH x HEIGHT pixels."""
    image = Image.new("RGB", (WIDTH * TWICE, HEIGHT * TWICE), GROUND)
    pen = ImageDraw.Draw(image)
    _draw_streets(pen, sheet, _street_width(sheet.metres_a_pixel))
    for name in sheet.names:
        _draw_name(image, pen, name)
    _draw_scale(pen, sheet.scale)
    numbered = len(sheet.pins) > 1
    for number, tip in reversed([*enumerate(sheet.pins, 1)]):  # the likeliest on top
        _draw_pin(pen, tip, str(number) if numbered else "")
    out = BytesIO()
    small = image.reduce(TWICE).quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(out, "PNG")
    return out.getvalue()


def _draw_streets(pen: ImageDraw.ImageDraw, sheet: MapSheet, width: float) -> None:
    """All edges first, so that crossings are open; bends and ends of wide lines are round."""
    lines = [[(x * TWICE, y * TWICE) for x, y in line] for line in sheet.lines]
    is_wide = width > THIN
    for colour, wide in ((EDGE, width + 2), (STREET, width)):
        thick = round(wide * TWICE)
        for line in lines:
            pen.line(line, fill=colour, width=thick, joint="curve" if is_wide else None)
            for end in (line[0], line[-1]) if is_wide else ():
                pen.circle(end, thick / 2, fill=colour)


def _draw_name(image: Image.Image, pen: ImageDraw.ImageDraw, name: PlacedName) -> None:
    font = font_for(name.text, LETTERS * TWICE)
    if font is None:
        return
    colour = LANDMARK if name.dot else TEXT
    if name.dot:
        pen.circle(_twice(name.dot), DOT * TWICE - 2, fill=LANDMARK, outline=PALE, width=2)
    tile = Image.new("RGBA", (round(name.box.width * TWICE), round(name.box.height * TWICE)))
    middle = (tile.width / 2, tile.height / 2)
    ImageDraw.Draw(tile).text(middle, name.text, colour, font, anchor="mm", stroke_width=4, stroke_fill=PALE)
    turned = tile.rotate(name.box.angle, Image.Resampling.BICUBIC, expand=True)
    x, y = _twice(name.box.centre)
    image.paste(turned, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)


def _draw_scale(pen: ImageDraw.ImageDraw, scale: MapScale) -> None:
    x, y = _twice(scale.start)
    end = x + scale.pixels * TWICE
    for colour, width in ((PALE, 8), (TEXT, 4)):
        pen.line([(x, y - 10), (x, y), (end, y), (end, y - 10)], fill=colour, width=width)
    if font := font_for(scale.text, LETTERS * TWICE):
        pen.text((x + 8, y - 8), scale.text, TEXT, font, anchor="ls", stroke_width=4, stroke_fill=PALE)


def _draw_pin(pen: ImageDraw.ImageDraw, tip: Point, number: str) -> None:
    """A drop with its point at the place."""
    x, y = _twice(tip)
    radius = PIN_WIDTH * TWICE / 2
    head = y - radius * 1.8
    for colour, grown in ((PALE, 3), (PIN, 0)):
        size = radius - 3 + grown
        pen.polygon(
            [(x - size * 0.86, head + size * 0.5), (x + size * 0.86, head + size * 0.5), (x, y + grown)],
            fill=colour,
        )
        pen.circle((x, head), size, fill=colour)
    font = font_for(number, LETTERS * TWICE) if number else None
    if font:
        pen.text((x, head), number, PALE, font, anchor="mm")
    else:
        pen.circle((x, head), radius * 0.36, fill=PALE)


def _twice(point: Point) -> Point:
    return point[0] * TWICE, point[1] * TWICE


def _street_width(metres_a_pixel: float) -> float:
    """Pixels: as wide as a street of 9 metres, at least 1 and at most STREET_WIDTH."""
    return min(STREET_WIDTH, max(1.0, 9.0 / metres_a_pixel))
