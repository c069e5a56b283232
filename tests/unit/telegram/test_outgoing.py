"""How the city's replies look in Telegram: marks, buttons, lengths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.fake_checks import checked_markup, visible_text
from channels.telegram.keyboard import MOST_DATA, data_of
from channels.telegram.lengths import shorten_units, text_pieces, text_units
from channels.telegram.outgoing import render_reply, split_reply
from core.model import Choice, Reply, Source, Want
from core.texts import load_texts

TEXTS = load_texts()
REMOVE = {"remove_keyboard": True}
FAMILY = "👨‍👩‍👧‍👦"


def rendered(reply, **how):
    (call,) = render_reply(reply, TEXTS, **how)
    return call


def labels(call):
    rows = call.markup.get("inline_keyboard") or call.markup.get("keyboard")
    return [[button["text"] for button in row] for row in rows]


@pytest.mark.parametrize(
    ("reply", "html", "plain"),
    [
        (Reply("Thank you."), "Thank you.", "Thank you."),
        (Reply("<b>1 < 2</b> & so"), "&lt;b&gt;1 &lt; 2&lt;/b&gt; &amp; so", "<b>1 < 2</b> & so"),
        (
            Reply("Leave now.", urgent=True, phone="911"),
            "<b>Leave now.</b>\n\nCall 911",
            "Leave now.\n\nCall 911",
        ),
        (Reply("Call 911 now.", phone="911"), "Call 911 now.", "Call 911 now."),
        (
            Reply(
                "“Open 9 to 5.”",
                source=Source("Library & hours", "Main", "https://p.example/?a=1&b=2", "2026-03-14"),
            ),
            """“Open 9 to 5.”

<a href="https://p.example/?a=1&amp;b=2"><b>Library &amp; hours</b></a>, Main
<i>Last reviewed 2026-03-14</i>""",
            "“Open 9 to 5.”\n\nLibrary & hours, Main https://p.example/?a=1&b=2\nLast reviewed 2026-03-14",
        ),
        (
            Reply("“No.”", source=Source("Code", url="javascript:alert(1)")),
            "“No.”\n\n<b>Code</b>",
            "“No.”\n\nCode",
        ),
        (
            Reply("“No.”", source=Source('A "b"', url='https://p.example/"><b>')),
            '“No.”\n\n<a href="https://p.example/&quot;&gt;&lt;b&gt;"><b>A "b"</b></a>',
            '“No.”\n\nA "b" https://p.example/"><b>',
        ),
        (Reply("\ud83d\x00"), "…", "…"),
    ],
)
def test_words_are_marked_up_and_nothing_in_them_is(reply, html, plain):
    call = rendered(reply)
    assert (call.html, call.plain) == (html, plain)
    assert visible_text(call.payload("5001"))
    assert call.payload("5001", plain=True)["text"] == plain


def test_choices_are_buttons_two_in_a_row_where_they_are_short():
    choices = (
        Choice("a", "Pothole"),
        Choice("b", "Street light out"),
        Choice("c", "Graffiti"),
        Choice("d", "Something else that is not here"),
        Choice("e", "Menu"),
    )
    call = rendered(Reply("What is it about?", choices=choices))
    assert labels(call) == [
        ["Pothole", "Street light out"],
        ["Graffiti"],
        ["Something else that is not here"],
        ["Menu"],
    ]
    assert [button["callback_data"] for row in call.markup["inline_keyboard"] for button in row] == list(
        "abcde"
    )


@pytest.mark.parametrize(
    ("shown", "rows"),
    [
        ("1 2 3 4 5", [["1", "2", "3", "4", "5"]]),
        ("1 2 3 4 5 6 7", [["1", "2", "3", "4", "5"], ["6", "7"]]),
        ("Yes No", [["Yes", "No"]]),
        ("Yes No Perhaps", [["Yes", "No"], ["Perhaps"]]),
        ("1 Perhaps 2 3", [["1", "Perhaps"], ["2", "3"]]),
        ("Yes So-very-long-that-it-is-alone No", [["Yes"], ["So-very-long-that-it-is-alone"], ["No"]]),
    ],
)
def test_labels_share_a_row_as_their_width_allows(shown, rows):
    choices = tuple(Choice(f"k.{label}", label) for label in shown.split())
    assert labels(rendered(Reply("Which?", choices=choices))) == rows


def test_several_choices_are_ticked_and_handed_on_by_a_button():
    call = rendered(Reply("¿Cuáles?", "es", (Choice("f.a", "Sí"), Choice("f.b", "No")), several=True))
    assert labels(call) == [["☐ Sí", "☐ No"], ["Listo"]]


def test_a_wish_for_a_place_is_a_button_that_shares_it():
    call = rendered(
        Reply("Where is it?", choices=(Choice("skip", "Skip"),), wants=(Want.POSITION, Want.PHOTO))
    )
    assert labels(call) == [["Share my location"], ["Skip"]]
    assert call.markup["keyboard"][0][0]["request_location"] is True
    assert call.markup["one_time_keyboard"] is True
    assert call.opens_keyboard


def test_a_plain_reply_puts_the_position_button_away():
    assert rendered(Reply("Thank you.")).markup == REMOVE


def test_in_a_group_nobodys_keyboard_is_touched():
    assert rendered(Reply("Where?", wants=(Want.POSITION,)), private=False).markup is None
    assert rendered(Reply("Which?", choices=(Choice("a", "A"),)), private=False).has_buttons


def test_more_choices_than_telegram_takes_are_left_to_words():
    call = rendered(Reply("Which?", choices=tuple(Choice(f"k{n}", f"Street {n}") for n in range(300))))
    assert checked_markup({"reply_markup": call.markup}, 5001)


@pytest.mark.parametrize("key", ["x" * 65, "ñ" * 33, "", "~done", "~+a", "a\nb", "a\ud83d", "👍" * 17])
@pytest.mark.parametrize("several", [False, True])
def test_a_key_that_does_not_fit_on_a_button_is_replaced_by_a_digest(key, several):
    data = data_of(key, several=several)
    assert data.removeprefix("~-").startswith("~#")
    assert 1 <= len(data.encode()) <= MOST_DATA
    assert data == data_of(key, several=several) != data_of(key + "x", several=several)


@pytest.mark.parametrize("key", ["menu.report", "x" * 64, "ñ" * 32, "#1", "a,b", "45 Elm St"])
def test_a_key_that_fits_stands_on_the_button_as_it_is(key):
    assert data_of(key) == key


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("", 10, []),
        ("   ", 10, []),
        ("one\n\ntwo", 20, ["one\n\ntwo"]),
        ("one\n\ntwo", 5, ["one", "two"]),
        ("one two. Three four. Five", 20, ["one two. Three four.", "Five"]),
        ("one\ntwo three", 9, ["one", "two three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("👍👍👍", 4, ["👍👍", "👍"]),
        ("👍👍👍", 5, ["👍👍", "👍"]),
        (FAMILY + FAMILY, 14, [FAMILY, FAMILY]),
        ("e\u0301" * 3, 3, ["e\u0301"] * 3),
    ],
)
def test_a_long_text_is_cut_where_a_reader_would_pause(text, most, expected):
    assert text_pieces(text, most) == expected


@given(st.text(alphabet=st.sampled_from("ab é👍\u0301\u200d.\n "), max_size=200), st.integers(16, 60))
@settings(max_examples=150, deadline=None)
def test_pieces_fit_and_lose_no_word(text, most):
    cut = text_pieces(text, most)
    assert all(0 < text_units(piece) <= most for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


@given(st.text(max_size=60), st.integers(2, 30))
@settings(max_examples=100, deadline=None)
def test_a_shortened_text_fits(text, most):
    assert text_units(shorten_units(text, most)) <= most


def test_a_long_reply_is_split_and_the_last_part_carries_what_can_be_pressed():
    reply = Reply(
        "\n\n".join(f"Paragraph {n}. " + "Some words. " * 60 for n in range(20)),
        choices=(Choice("a", "A"),),
        source=Source("Code", "Section 4", "https://p.example"),
        phone="555-0100",
    )
    parts = split_reply(reply, TEXTS)
    assert len(parts) > 2
    assert [bool(part.choices or part.source or part.phone) for part in parts] == [False] * (
        len(parts) - 1
    ) + [True]
    assert all(part.text.startswith("Paragraph") for part in parts)
    assert all(split_reply(part, TEXTS) == (part,) for part in parts)
    for call in render_reply(reply, TEXTS):
        assert visible_text(call.payload("5001"))


def test_a_reply_that_fits_is_handed_on_as_it_is():
    reply = Reply("Hello", choices=(Choice("a", "A"),))
    assert split_reply(reply, TEXTS) == (reply,)


HOSTILE = st.text(alphabet=st.characters(), max_size=300) | st.sampled_from(
    ["<b>", "&amp;", "</a>", "<!--", "&#0;", "]]>"]
)


REPLIES = st.builds(
    Reply,
    text=HOSTILE,
    choices=st.lists(HOSTILE.map(lambda label: Choice(label, label)), max_size=5).map(tuple),
    several=st.booleans(),
    urgent=st.booleans(),
    source=st.builds(
        Source,
        title=HOSTILE,
        section=HOSTILE,
        url=HOSTILE.map("https://p.example/".__add__),
        reviewed=HOSTILE,
    ),
)


@given(REPLIES)
@settings(max_examples=100, deadline=None)
def test_whatever_a_reply_holds_telegram_takes_it(reply):
    for call in render_reply(reply, TEXTS):
        visible_text(call.payload("5001"))
        visible_text(call.payload("5001", plain=True))
        checked_markup({"reply_markup": call.markup}, 5001)


def test_a_label_and_a_key_of_blanks_alone_still_make_a_button():
    (call,) = render_reply(Reply("Which?", choices=(Choice("\x85", "\x85"),)), TEXTS)
    checked_markup({"reply_markup": call.markup}, 5001)
