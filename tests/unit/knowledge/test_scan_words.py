"""Lines that were read on a picture become words of a page: level, of few sizes, their gaps as the layout wants them."""

import math

from knowledge.readers.page_rows import regions_of, rows_of
from knowledge.readers.recognition import PictureLine, PictureWord
from knowledge.readers.scan_words import words_of_lines

HEIGHT = 1650.0
SCALE = 150 / 72


def line(text, left, middle, height=34.0, *, width=14.0, sure=0.99, slope=0.0, space=14.0):
    """A line as it is found on a picture, its words `width` pixels a letter, leaning by `slope` radians about the top left."""
    words = []
    for word in text.split():
        right = left + width * len(word)
        box = (
            (left, middle - height / 2), (right, middle - height / 2),
            (right, middle + height / 2), (left, middle + height / 2),
        )  # fmt: skip
        corners = tuple(
            (x * math.cos(slope) - y * math.sin(slope), y * math.cos(slope) + x * math.sin(slope))
            for x, y in box
        )
        words.append(PictureWord(word, corners))
        left = right + space
    return PictureLine(tuple(words), sure)


def rows_in(*lines):
    return [row.text for row in rows_of(words_of_lines(lines, HEIGHT, SCALE))]


def test_words_stand_from_top_to_bottom_in_points():
    words = words_of_lines([line("Dog licence", 150, 300)], HEIGHT, SCALE)

    assert [word.text for word in words] == ["Dog", "licence"]
    assert words[0].left == 150 / SCALE
    assert HEIGHT / SCALE - 300 / SCALE - words[0].size < words[0].base < HEIGHT / SCALE - 300 / SCALE
    assert 9 < words[0].size < 14


def test_a_page_that_leans_is_made_level():
    leaning = [
        line(text, left, 300 + 50 * at, slope=0.02)
        for at in range(3)
        for left, text in ((150, f"Permit number {at}"), (1000, f"${at}5"))
    ]

    assert rows_in(*leaning) == ["Permit number 0 $05", "Permit number 1 $15", "Permit number 2 $25"]


def test_letters_that_reach_up_and_down_are_of_the_same_size_as_those_that_do_not():
    words = words_of_lines(
        [line("Every pole", 150, 300, 36), line("DUES", 150, 350, 29), line("once a year", 150, 400, 33)],
        HEIGHT,
        SCALE,
    )

    assert len({word.size for word in words}) == 1


def test_a_heading_is_larger_than_the_lines_below_it():
    words = words_of_lines(
        [
            line("Fees", 150, 200, 60),
            *(line("One line of the page's words", 150, 300 + 50 * at) for at in range(4)),
        ],
        HEIGHT,
        SCALE,
    )

    assert words[0].size > 1.4 * words[-1].size


def test_a_rough_gap_within_a_line_parts_no_columns_and_a_wide_one_does():
    rough = [line("The permit is free of charge", 150, 300 + 50 * at, space=22.0) for at in range(4)]
    table = [line("Shed $65", 150, 300 + 50 * at, space=200.0) for at in range(4)]

    def columns(lines):
        return [len(region.columns) for region in regions_of(rows_of(words_of_lines(lines, HEIGHT, SCALE)))]

    assert columns(rough) == [0, 0, 0, 0]
    assert columns(table) == [2]


def test_nothing_read_is_no_words():
    assert words_of_lines([], HEIGHT, SCALE) == []
