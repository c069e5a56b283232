"""Reading the pages of a file that are pictures: how many, which way up, what is clear enough, and what staff are told."""

import numpy as np
import pytest

from knowledge.readers.left_out import BEYOND, SCANNED, UNREAD, UNSURE, LeftOut
from knowledge.readers.recognition import PictureLine, PictureWord
from knowledge.readers.scans import ScanReader

LETTER = 612.0, 792.0


def line(text, sure=0.99, top=100.0):
    return PictureLine((PictureWord(text, ((10, top), (300, top), (300, top + 30), (10, top + 30))),), sure)


def upright(text, sure=0.99):
    """A line that runs downwards."""
    return PictureLine((PictureWord(text, ((10, 10), (40, 10), (40, 300), (10, 300))),), sure)


def blank(scale):
    """A page of our size, its first corner dark so that it is known which way up it is."""
    picture = np.full((round(LETTER[1] * scale), round(LETTER[0] * scale), 3), 255, np.uint8)
    picture[:10, :10] = 0
    return picture


def corner_of(picture):
    """The corner that is dark: of (top, left)."""
    return next((top, left) for top in (0, -1) for left in (0, -1) if not picture[top, left].any())


def reader(*lines, pages=10, **options):
    return ScanReader(pages, lambda _picture: list(lines), lambda _picture: [], **options)


def told(scans):
    left_out = LeftOut()
    scans.note_in(left_out)
    return dict(left_out.as_data())


def test_what_is_clear_is_read_and_what_is_not_is_named():
    scans = reader(line("The fee for a dog is $12."), line("Datllo", 0.7, 200.0))

    words = scans.words_on(3, LETTER, blank)

    assert [word.text for word in words] == ["The fee for a dog is $12."]
    assert told(scans) == {SCANNED: ["p. 3"], UNSURE: ["p. 3: Datllo"]}


def test_no_more_pages_are_read_than_may_be_and_the_rest_are_named():
    scans = reader(line("The fee for a dog is $12."), pages=2)

    read = [bool(scans.words_on(number, LETTER, blank)) for number in range(1, 6)]

    assert read == [True, True, False, False, False]
    assert told(scans) == {SCANNED: ["p. 1-2"], BEYOND: ["p. 3-5"]}


def test_pages_that_come_when_the_time_is_over_are_named():
    scans = reader(line("The fee for a dog is $12."), begun=float("-inf"))

    assert scans.words_on(1, LETTER, blank) == []
    assert told(scans) == {BEYOND: ["p. 1"]}


def test_a_picture_without_words_is_no_loss():
    scans = reader()

    assert scans.words_on(1, LETTER, blank) == []
    assert told(scans) == {}


def test_a_page_of_which_hardly_anything_is_clear_is_left_out_whole():
    scans = reader(line("Oak Street March", 0.4), line("Elm Street April", 0.5), line("$12"))

    assert scans.words_on(1, LETTER, blank) == []
    assert told(scans) == {UNREAD: ["p. 1"]}


def test_what_no_letters_are_known_for_is_read_by_another_if_there_is_one():
    arabic = [line("رسوم", 0.9), line("الكلاب", 0.4, 200.0)]
    scans = ScanReader(10, lambda _picture: [line("eojwj iiosdf kljsd fj", 0.3)], lambda _picture: arabic)

    words = scans.words_on(1, LETTER, blank)

    assert [word.text for word in words] == ["رسوم"]
    assert told(scans) == {SCANNED: ["p. 1"], UNSURE: ["p. 1: الكلاب"]}


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_until_it_can_be_read(quarters):
    def lines_on(picture):
        match corner_of(picture):
            case (0, 0):
                return [line("The fee for a dog is $12.")]
            case (-1, -1):
                return [line("zi$ si bop e jo 99j 9d1", 0.4)]
            case _:
                return [upright("The fee for a dog is $12.", 0.97)]

    def turned(scale):
        return np.ascontiguousarray(np.rot90(blank(scale), quarters))

    scans = ScanReader(10, lines_on, lambda _picture: [])

    assert [word.text for word in scans.words_on(1, LETTER, turned)] == ["The fee for a dog is $12."]


@pytest.mark.parametrize(
    ("size", "longest"), [((612.0, 792.0), 1650), ((2550.0, 3300.0), 2400), ((100.0, 200.0), 417)]
)
def test_a_page_is_drawn_neither_too_small_nor_too_large(size, longest):
    seen = []

    def render(scale):
        seen.append(round(max(size) * scale))
        return blank(0.1)

    reader().words_on(1, size, render)

    assert seen == [longest]
