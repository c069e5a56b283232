"""Every kind of Update that Telegram sends, and what it says to the city."""

from __future__ import annotations

import copy

import pytest

from channels.telegram.incoming import Unreadable, read_update
from core.model import Consent, Position, RemoteMedia, Trouble
from tests.support.builders import NOON
from tests.support.telegram_updates import (
    BOT,
    DATE,
    GROUP,
    POINT,
    PRIVATE,
    STICKER,
    VIDEO,
    VIDEO_NOTE,
    VOICE,
    asked,
    document,
    in_group,
    membership,
    message,
    photo_sizes,
    query,
    said,
    update,
)

CITY = "penstock_bot"
DIGEST = "~#0123456789abcdef01234567"


def heard(payload):
    return read_update(payload, CITY, at=NOON)


def test_a_message_has_its_sender_its_number_and_its_language():
    message = heard(said("There is a pothole on Elm Street"))
    assert message.channel == "telegram"
    assert message.sender == "5001"
    assert message.provider_id == "10.77"
    assert message.received_at == NOON
    assert message.language_hint == "es-MX"
    assert message.text == "There is a pothole on Elm Street"


@pytest.mark.parametrize(
    ("written", "text", "start"),
    [
        ("/start", "/start", None),
        ("/start survey-parks", "", "survey-parks"),
        ("/start@penstock_bot survey_parks", "", "survey_parks"),
        ("/start two words", "/start two words", None),
        ("/START place-12", "", "place-12"),
        ("/report", "/report", None),
        ("/report@penstock_bot", "/report", None),
        ("/report@Penstock_Bot on Elm", "/report on Elm", None),
        ("/report@other_bot", "/report@other_bot", None),
        ("my flyers/bottles", "my flyers/bottles", None),
        ("write to me@penstock_bot", "write to me@penstock_bot", None),
        ("¡Hola! ¿Qué tal?", "¡Hola! ¿Qué tal?", None),
        ("a\u202eb\x00c\u0000", "abc", None),
        ("\ud83d lonely", "lonely", None),
    ],
)
def test_words_and_commands(written, text, start):
    message = heard(said(written))
    assert (message.text, message.start) == (text, start)


def test_without_a_known_name_any_suffix_of_a_command_is_ours_in_a_private_chat():
    assert read_update(said("/report@penstock_bot"), "", at=NOON).text == "/report"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"location": POINT}, {"position": Position(40.5, -79.25)}),
        ({"location": POINT | {"live_period": 900}}, {"position": Position(40.5, -79.25)}),
        (
            {
                "location": POINT,
                "venue": {"location": POINT, "title": "Riverside Park", "address": "1 River Road"},
            },
            {"position": Position(40.5, -79.25)},
        ),
        ({"photo": photo_sizes()}, {"remote_media": (RemoteMedia("size-1280", "image/jpeg"),)}),
        (
            {"photo": photo_sizes()[::-1], "caption": "This one", "media_group_id": "album-1"},
            {
                "remote_media": (RemoteMedia("size-1280", "image/jpeg"),),
                "text": "This one",
                "album": "album-1",
            },
        ),
        ({"document": document()}, {"remote_media": (RemoteMedia("doc", "image/png"),)}),
        ({"document": document(None, "a.jpg")}, {"remote_media": (RemoteMedia("doc", "image/jpeg"),)}),
        (
            {"document": document("application/pdf"), "caption": "See"},
            {"trouble": Trouble.BAD_FILE, "text": "See"},
        ),
        ({"document": document("image/svg+xml")}, {"trouble": Trouble.BAD_FILE}),
        ({"document": document(size=20_000_001)}, {"trouble": Trouble.FILE_TOO_BIG}),
        ({"video": VIDEO}, {"trouble": Trouble.BAD_FILE}),
        ({"animation": VIDEO, "document": document("video/mp4")}, {"trouble": Trouble.BAD_FILE}),
        (
            {"voice": VOICE},
            {"trouble": Trouble.VOICE, "remote_media": (RemoteMedia("v", "audio/ogg", 3, 900),)},
        ),
        (
            {"voice": {**VOICE, "mime_type": "video/mp4", "duration": -1}, "caption": "See"},
            {
                "trouble": Trouble.VOICE,
                "remote_media": (RemoteMedia("v", "audio/ogg", 0, 900),),
                "text": "See",
            },
        ),
        ({"video_note": VIDEO_NOTE}, {"trouble": Trouble.VOICE}),
        (
            {"audio": {**VOICE, "mime_type": "audio/mpeg"}},
            {"trouble": Trouble.VOICE, "remote_media": (RemoteMedia("v", "audio/mpeg", 3, 900),)},
        ),
        ({"sticker": STICKER}, {"trouble": Trouble.STICKER}),
        ({"dice": {"emoji": "🎲", "value": 3}}, {"trouble": Trouble.STICKER}),
        ({"text": "\u200b\u200b"}, {"trouble": Trouble.STICKER}),
        ({"hologram": {"file_id": "h"}}, {"trouble": Trouble.STICKER}),
        (
            {"contact": {"phone_number": "+15550100", "first_name": "Ana", "user_id": 5001}},
            {"text": "+15550100"},
        ),
    ],
)
def test_what_else_a_resident_can_send(content, expected):
    found = heard(update(message=message(**content)))
    fields = ("position", "remote_media", "text", "album", "trouble")
    empty = {"position": None, "remote_media": (), "text": "", "album": None, "trouble": None}
    assert {name: getattr(found, name) for name in fields} == empty | expected


@pytest.mark.parametrize(
    "payload",
    [
        update(channel_post=message({"id": -100, "type": "channel", "title": "News"}, text="hello")),
        update(message=message({"id": -100, "type": "channel", "title": "News"}, text="hello")),
        update(message=message(new_chat_title="Elm")),
        update(message=message(pinned_message=message(text="x"))),
        update(message=message(group_chat_created=True)),
        update(edited_message=message(location=POINT, edit_date=DATE)),
        update(poll_answer={"poll_id": "1", "option_ids": [1], "option_persistent_ids": ["1"]}),
        update(something_new={"id": 3}),
        update(),
        membership("left", "member"),
        membership("member", "kicked", GROUP),
        query("menu.report"),
        query("menu.report", inline_message_id="77"),
        update(callback_query={"id": "1", "from": BOT, "chat_instance": "1", "game_short_name": "chess"}),
    ],
)
def test_nobody_says_anything_to_the_city(payload):
    assert heard(payload) is None


def test_fields_that_do_not_exist_yet_do_no_harm():
    payload = said("hello", hologram={"deep": [1, {"new": True}]})
    payload["message"]["from"] = payload["message"]["from"] | {"mood": "good"}
    assert heard(payload | {"priority": 3}).text == "hello"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (in_group("is the pool open?"), None),
        (in_group("@penstock_bot is the pool open?"), "is the pool open?"),
        (in_group("hey @Penstock_Bot: pothole"), "hey pothole"),
        (in_group("@penstock_bots is the pool open?"), None),
        (in_group("/report"), None),
        (in_group("/report@penstock_bot"), "/report"),
        (in_group("/report@other_bot"), None),
        (in_group("yes", reply_to_message=message(GROUP, text="?") | {"from": BOT}), "yes"),
        (in_group("yes", reply_to_message=message(GROUP, text="?")), None),
        (update(message=message(GROUP, text="@penstock_bot hi") | {"from": BOT}), None),
    ],
)
def test_in_a_group_only_who_speaks_to_the_bot_is_heard(payload, text):
    found = heard(payload)
    assert (found and found.text) == text


def test_neighbours_in_a_group_have_conversations_of_their_own():
    assert heard(in_group("@penstock_bot hi")).sender == "-1001234/5001"


def test_an_edit_names_the_message_it_corrects():
    original = heard(said("Pothole on Elm"))
    edit = heard(update(11, edited_message=message(text="Pothole on Oak", edit_date=DATE + 5)))
    assert edit.text == "Pothole on Oak"
    assert edit.provider_id == "11.77"
    assert edit.edits == original.provider_id.partition(".")[2]
    assert original.edits is None


@pytest.mark.parametrize(
    ("before", "after", "consent"),
    [("member", "kicked", Consent.BLOCKED), ("kicked", "member", Consent.START)],
)
def test_who_blocks_the_bot_is_known(before, after, consent):
    found = heard(membership(before, after))
    assert (found.consent, found.sender, found.text) == (consent, "5001", "")


@pytest.mark.parametrize(
    ("pressed", "keyboard", "choice", "text"),
    [
        ("menu.report", [[("Report", "menu.report")]], "menu.report", ""),
        ("menu.report", [], "menu.report", ""),
        (DIGEST, [[("A", "a"), ("A very long one", DIGEST)]], None, "A very long one"),
        (DIGEST, [], DIGEST, ""),
        (
            "~done",
            [[("☑ A", "~+f.a"), ("☐ B", "~-f.b")], [("☑ C", "~+f.c")], [("Done", "~done")]],
            "f.a,f.c",
            "",
        ),
        ("~done", [[("☑ A", "~+f.a")], [("Done", "~done")]], "f.a", ""),
        ("~done", [[("☐ A", "~-f.a"), ("☑ B", f"~+{DIGEST}"), ("☑ C", "~+f.c")]], None, "2, 3"),
    ],
)
def test_a_pressed_button_makes_a_choice(pressed, keyboard, choice, text):
    found = heard(query(pressed, message=asked(*keyboard)))
    assert (found.choice, found.text, found.sender, found.provider_id) == (choice, text, "5001", "10")


@pytest.mark.parametrize(
    "payload",
    [
        query("~-f.a", message=asked([("☐ A", "~-f.a")])),
        query("~+f.a", message=asked([("☑ A", "~+f.a")])),
        query("~done", message=asked([("☐ A", "~-f.a"), ("Done", "~done")])),
    ],
)
def test_a_tick_says_nothing_yet(payload):
    assert heard(payload) is None


def test_a_button_below_a_message_too_old_to_read_still_makes_its_choice():
    too_old = {"chat": PRIVATE, "message_id": 5, "date": 0}
    assert heard(query("menu.report", message=too_old)).choice == "menu.report"


def _without(payload, *path):
    changed = copy.deepcopy(payload)
    place = changed
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return changed


def _with(payload, value, *path):
    changed = copy.deepcopy(payload)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"update_id": "10"},
        {"update_id": True},
        {"update_id": -1},
        {"update_id": 2**60},
        _without(said("x"), "message", "chat"),
        _without(said("x"), "message", "message_id"),
        _with(said("x"), "private", "message", "chat"),
        _with(said("x"), "5001", "message", "chat", "id"),
        _with(said("x"), 10**400, "message", "chat", "id"),
        _with(said("x"), 10**400, "message", "date"),
        _with(said("x"), [1], "message"),
        update(message=message(location={"latitude": 91, "longitude": 0})),
        update(message=message(location={"latitude": float("nan"), "longitude": 0})),
        update(message=message(location={"latitude": "north", "longitude": 0})),
        update(message=message(photo=[{"file_id": "a", "file_unique_id": "u", "width": "x", "height": "y"}])),
        update(message=message(photo="big")),
    ],
)
def test_what_is_no_update_is_unreadable_and_nothing_else(payload):
    with pytest.raises(Unreadable):
        heard(payload)


def test_a_text_longer_than_telegram_allows_is_cut_and_marked():
    found = heard(said("x" * 5000))
    assert (len(found.text), found.trouble) == (4096, Trouble.TOO_LONG)
