"""The small map of the city: where pins, streets and names are on it, and when there is none."""

from __future__ import annotations

import threading
from contextlib import closing
from io import BytesIO
from itertools import combinations
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from structlog.testing import capture_logs

from city.maps.city_map import CityMap
from city.maps.fonts import font_for
from city.maps.labels import LabelBox, segments_of, spots_along
from city.maps.lines import MOST_LINES, StreetLines
from city.maps.sheet import MapSheet, lay_out, pin_box, scale_of
from city.maps.timely import TimelyMaps
from city.maps.view import HEIGHT, WIDTH, view_of
from city.places.gazetteer import Gazetteer
from city.places.geometry import Plane
from city.places.streets import StreetMap
from city.records.model import Place, Street
from core.model import Position, SmallMap
from tests.unit.city.town import PLACES, SOUTH, STEP, STREETS, WEST, along

MIDDLE = Position(SOUTH + 5 * STEP, WEST + 5 * STEP)
CORNER = Position(SOUTH + 3 * STEP, WEST + 5 * STEP)
"""Where Park Avenue and 5th Avenue cross."""
NO_FONT = "\U00010330\U00010331"
"""Gothic letters, which no font here has."""


def city_map(*more: Street, places: tuple[Place, ...] = PLACES) -> CityMap:
    return CityMap(Gazetteer((*STREETS, *more), places, MIDDLE).streets, places)


def sheet_of(
    *pins: Position, streets: tuple[Street, ...] = STREETS, places: tuple[Place, ...] = PLACES
) -> MapSheet:
    plane = Plane(MIDDLE)
    points = [plane.point(pin) for pin in pins]
    landmarks = [(plane.point(place.position), place) for place in places]
    sheet = lay_out(points, StreetLines(StreetMap(streets, plane).streets), landmarks, "en", american=False)
    assert sheet
    return sheet


def picture_of(shown: CityMap, *pins: Position, language: str = "en") -> Image.Image:
    data = shown.draw(SmallMap(pins, ""), language)
    assert data
    return Image.open(BytesIO(data))


def colour_at(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    return picture.convert("RGB").getpixel((round(x), round(y)))  # type: ignore[return-value]


def test_one_pin_stands_in_the_middle_of_a_picture_of_some_kilobytes():
    data = city_map().draw(SmallMap((CORNER,), ""), "en")
    assert data
    assert data.startswith(b"\x89PNG")
    assert len(data) < 12_000
    picture = Image.open(BytesIO(data))
    assert picture.size == (WIDTH, HEIGHT)
    red, green, _ = colour_at(picture, WIDTH / 2 + 9, HEIGHT / 2 - 26)
    assert red > 150 > green + 80


def test_streets_are_pale_lines_on_the_ground():
    picture = picture_of(city_map(), CORNER)
    block = STEP * 111_195 / 1.25  # pixels from one crossing to the next
    on_the_street = colour_at(picture, WIDTH / 2, HEIGHT / 2 - 0.3 * block)
    in_the_block = colour_at(picture, WIDTH / 2 + 40, HEIGHT / 2 - 0.5 * block)
    assert min(on_the_street) > 245
    assert max(in_the_block) < 242


def test_the_streets_at_the_pin_are_named_along_their_lines():
    names = {name.text: name for name in sheet_of(CORNER).names}
    assert {"Park Avenue", "5th Avenue"} <= set(names)
    assert names["Park Avenue"].box.angle == pytest.approx(0, abs=0.1)
    assert abs(names["5th Avenue"].box.angle) == pytest.approx(90, abs=0.1)
    assert names["Park Avenue"].box.centre[1] == pytest.approx(HEIGHT / 2, abs=1)
    assert names["5th Avenue"].box.centre[0] == pytest.approx(WIDTH / 2, abs=1)


def test_a_name_is_written_where_the_sheet_says():
    box = next(name.box for name in sheet_of(CORNER).names if name.text == "Park Avenue")
    picture = picture_of(city_map(), CORNER).convert("L")
    left, top = box.centre[0] - box.width / 2, box.centre[1] - box.height / 2
    written = picture.crop((round(left), round(top), round(left + box.width), round(top + box.height)))
    assert written.getextrema()[0] < 80  # dark letters


@given(
    st.lists(
        st.tuples(st.floats(0, 9), st.floats(0, 10)).map(
            lambda at: Position(SOUTH + at[0] * STEP, WEST + at[1] * STEP)
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_two_names_overlap_and_none_covers_a_pin_or_leaves_the_picture(pins):
    sheet = sheet_of(*pins)
    boxes = [name.box for name in sheet.names]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert not [box for box in boxes for tip in sheet.pins if box.overlaps(pin_box(tip))]
    dots = [LabelBox(name.dot, 6, 6) for name in sheet.names if name.dot]
    assert not [box for box in boxes for dot in dots if box.overlaps(dot)]
    assert all(box.is_inside for box in boxes)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in sheet.pins)


def test_several_pins_are_all_on_the_picture_with_their_numbers():
    pins = [Position(SOUTH + row * STEP, WEST + row * STEP) for row in (1, 5, 9)]
    sheet = sheet_of(*pins)
    assert [round(tip[0]) for tip in sheet.pins] == sorted(round(tip[0]) for tip in sheet.pins)
    plain = [picture_of(city_map(), pin) for pin in pins]
    picture = picture_of(city_map(), *pins)
    heads = [
        picture.convert("RGB").crop((round(x) - 7, round(y) - 33, round(x) + 7, round(y) - 18)).tobytes()
        for x, y in sheet.pins
    ]
    assert len(set(heads)) == 3  # 1, 2, 3
    assert all(alone.size == picture.size for alone in plain)


def test_two_houses_of_a_block_are_seen_from_nearer():
    beside = Position(CORNER.latitude, CORNER.longitude + STEP / 8)
    near = sheet_of(CORNER, beside)
    assert dist(*near.pins) > 25
    assert near.scale.text != sheet_of(CORNER).scale.text


def test_the_landmarks_around_stand_beside_their_dots():
    library = Place("library", {"en": "Public Library", "es": "Biblioteca"}, "library", MIDDLE)
    sheet = sheet_of(CORNER, MIDDLE, places=(library,))
    (named,) = [name for name in sheet.names if name.dot]
    assert named.text == "Public Library"
    assert dist(named.dot or (0, 0), named.box.centre) < named.box.width


def test_a_landmark_at_the_pin_is_named_before_the_streets():
    library = Place("library", {"en": "Public Library"}, "library", CORNER)
    assert sheet_of(CORNER, places=(library,)).names[0].text == "Public Library"


@pytest.mark.parametrize(
    ("metres_a_pixel", "american", "text"),
    [
        (1.25, False, "100 m"),
        (0.5, False, "50 m"),
        (12.0, False, "1 km"),
        (60.0, False, "5 km"),
        (1.25, True, "200 ft"),
        (12.0, True, "0.5 mi"),
        (40.0, True, "2 mi"),
    ],
)
def test_the_scale_is_a_round_distance(metres_a_pixel, american, text):
    scale = scale_of(metres_a_pixel, american=american)
    assert scale.text == text
    assert 15 < scale.pixels <= 100


def test_a_city_without_streets_and_a_place_outside_have_no_map():
    nothing = CityMap(Gazetteer((), PLACES, MIDDLE).streets, PLACES)
    outside = Position(SOUTH + 1, WEST)
    assert nothing.draw(SmallMap((CORNER,), ""), "en") is None
    assert nothing.streets_near(CORNER, 2) == []
    assert city_map().draw(SmallMap((outside,), ""), "en") is None
    assert city_map().streets_near(outside, 2) == []
    assert city_map().draw(SmallMap((), ""), "en") is None


def test_the_streets_around_a_place_are_named_nearest_first():
    a_little_north = Position(CORNER.latitude + STEP / 4, CORNER.longitude)
    assert city_map().streets_near(a_little_north, 3) == ["5th Avenue", "Park Avenue", "6th Avenue"]


def test_of_too_many_lines_those_of_the_longest_streets_are_shown():
    short = tuple(
        Street(f"{at} Court", (CORNER, Position(CORNER.latitude + STEP / 50, CORNER.longitude)))
        for at in range(1, MOST_LINES + 200)
    )
    lines = StreetLines(StreetMap((*short, *STREETS), Plane(MIDDLE)).streets)
    found = lines.within((-5000, -5000, 5000, 5000))
    assert sum(map(len, found.values())) == MOST_LINES
    assert {street.name for street in STREETS} <= set(found)


@pytest.mark.parametrize(
    "name",
    [
        "Rua São João",
        "улица Ленина",
        "Οδός Ερμού",
        "شارع الملك 12",
        "רחוב הרצל",
        "नेहरू मार्ग",
        "ถนนสุขุมวิท",
        "Đường Lê Lợi",
    ],
)
def test_names_are_written_in_their_own_script(name):
    assert font_for(name, 34)
    sheet = sheet_of(MIDDLE, streets=(Street(name, along(5), ()),), places=())
    assert [each.text for each in sheet.names] == [name]


def test_a_name_that_no_font_can_write_is_left_out_and_the_street_is_drawn():
    assert font_for(NO_FONT, 34) is None
    shown = city_map(Street(f"{NO_FONT} Street", along(3.5)))
    assert picture_of(shown, CORNER).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (LabelBox((0, 0), 20, 10), LabelBox((15, 0), 20, 10), True),
        (LabelBox((0, 0), 20, 10), LabelBox((20, 0), 20, 10), False),
        (LabelBox((0, 0), 20, 10), LabelBox((0, 10), 20, 10), False),
        (LabelBox((0, 0), 100, 10), LabelBox((0, 0), 100, 10, 90), True),
        (LabelBox((0, 0), 100, 10, 45), LabelBox((30, 30), 20, 10), False),
        (LabelBox((0, 0), 100, 10, 45), LabelBox((30, -30), 20, 10), True),
    ],
)
def test_turned_rectangles_overlap_only_where_they_do(one, other, overlap):
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


@pytest.mark.parametrize(
    ("line", "angle"),
    [
        (((0, 100), (400, 100)), 0),
        (((400, 100), (0, 100)), 0),
        (((200, 10), (200, 310)), 90),
        (((200, 310), (200, 10)), 90),
        (((100, 250), (300, 50)), 45),
        (((300, 50), (100, 250)), 45),
        (((100, 50), (300, 250)), -45),
    ],
)
def test_a_name_is_never_upside_down(line, angle):
    assert spots_along(segments_of([line]), 60, 22)[0].angle == pytest.approx(angle)


def test_a_name_wants_most_of_its_length_beside_its_street():
    short = segments_of([((200, 100), (230, 100))])
    assert spots_along(short, 90, 22) == []
    assert spots_along(short, 90, 22, at_least=0.0)
    in_two_pieces = segments_of([((200, 100), (245, 100)), ((245, 100), (290, 102))])
    assert spots_along(in_two_pieces, 80, 22)


def test_a_street_at_a_pin_is_named_beside_its_line_where_there_is_no_room_on_it():
    short = Street("Willow Court", (CORNER, Position(CORNER.latitude + STEP / 8, CORNER.longitude)))
    sheet = sheet_of(CORNER, streets=(short,), places=())
    (named,) = sheet.names
    assert (named.text, named.box.angle) == ("Willow Court", 0)
    assert 0 < abs(named.box.centre[0] - WIDTH / 2) - named.box.width / 2 < 20


def test_the_view_holds_what_it_shows():
    view = view_of([(0.0, 0.0), (3000.0, 400.0)])
    assert view.pixel(view.centre) == (WIDTH / 2, HEIGHT / 2)
    west, south, east, north = view.box
    assert (west < 0, south < 0, east > 3000, north > 400) == (True,) * 4


class _Drawer:
    """Draws when it is let, or breaks."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.may_draw = threading.Event()
        self.breaks = breaks

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        if self.breaks:
            raise ValueError(language)
        self.may_draw.wait(10)
        return shown.caption.encode()


def test_a_map_in_time_is_handed_on():
    drawer = _Drawer()
    drawer.may_draw.set()
    with closing(TimelyMaps(lambda: drawer)) as maps:
        assert maps.draw(SmallMap((), "a"), "en") == b"a"
    assert maps.draw(SmallMap((), "a"), "en") is None


def test_nobody_waits_for_a_map_that_is_late():
    drawer = _Drawer()
    with closing(TimelyMaps(lambda: drawer, seconds=0.01, at_once=1)) as maps:
        assert [maps.draw(SmallMap((), "a"), "en") for _ in range(20)] == [None] * 20
        drawer.may_draw.set()


def test_nothing_is_said_of_a_map_that_breaks():
    broken = _Drawer(breaks=True)
    with capture_logs() as logs, closing(TimelyMaps(lambda: broken)) as maps:
        assert maps.draw(SmallMap((), "a"), "en") is None
    assert [line["event"] for line in logs] == ["map_not_drawn"]
