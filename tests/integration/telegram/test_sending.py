"""What becomes of a send: taken, refused, later, or unknown; and the fake that plays Telegram for it."""

from __future__ import annotations

import pytest

from channels.telegram.api import MOST_BYTES, ApiError, BotApi
from channels.telegram.fake import Fault, Mishap
from core.errors import BadUpload, SendLater, SendRefused, SendUnknown, SettingsError
from core.model import (
    Choice,
    Delivery,
    DeliveryStatus,
    Picture,
    Position,
    RemoteMedia,
    Reply,
    SmallMap,
    Trouble,
)
from tests.support.telegram import ABOUT, PLACE, line_to


def test_a_reply_is_taken_and_its_number_is_the_receipt(line):
    receipt = line.send(Reply("1 < 2", choices=ABOUT))
    (sent,) = line.fake.ledger
    assert (sent.text, sent.chat, str(sent.message_id)) == ("1 < 2", 5001, receipt.provider_id)
    assert sent.params["link_preview_options"] == {"is_disabled": True}


def test_telegram_asks_to_wait_and_is_not_asked_earlier(line):
    line.fake.fail(Fault(Mishap.TOO_MANY, seconds=17))
    with pytest.raises(SendLater) as first:
        line.send("hello", key="a")
    assert first.value.after == 17
    with pytest.raises(SendLater) as second:
        line.bot.send(Delivery("a", "telegram", "5001", Reply("hello"), 2))
    assert second.value.after == pytest.approx(17)
    line.seconds.now += 17
    line.bot.send(Delivery("a", "telegram", "5001", Reply("hello"), 3))
    assert line.sent == ["hello"]


def test_who_writes_too_fast_is_told_exactly_how_long_to_wait(line):
    line.send("one")
    with pytest.raises(SendLater) as error:
        line.bot.send(Delivery("b", "telegram", "5001", Reply("two")))
    assert error.value.after == pytest.approx(1.0)
    line.seconds.now += 0.9
    line.bot.send(Delivery("b", "telegram", "5001", Reply("two")))
    assert line.seconds.now == pytest.approx(1002.5)
    assert line.sent == ["one", "two"]


@pytest.mark.parametrize("mishap", [Mishap.SERVER_ERROR, Mishap.BAD_GATEWAY])
def test_a_server_that_says_it_failed_is_tried_again_later(line, mishap):
    line.fake.fail(Fault(mishap))
    with pytest.raises(SendLater):
        line.send("hello")
    assert line.sent == []


def test_nobody_there_means_later_because_nothing_went_out(line):
    api = BotApi(line.fake.token, "http://127.0.0.1:9")
    with pytest.raises(SendLater):
        api.call("getMe")
    api.close()


@pytest.mark.parametrize("mishap", [Mishap.CUT, Mishap.HALF])
def test_a_send_that_was_cut_is_sent_again_once_and_never_a_third_time(line, mishap):
    line.fake.fail(Fault(mishap), Fault(mishap))
    for _ in range(2):
        with pytest.raises(SendUnknown):
            line.send("hello", key="a")
        assert line.bot.find(Delivery("a", "telegram", "5001", Reply("hello"))) is None
    with pytest.raises(SendRefused):
        line.send("hello", key="a")
    assert line.sent == ["hello", "hello"]


def test_a_process_that_begins_with_a_cut_send_repeats_it_once_too(line):
    delivery = Delivery("a", "telegram", "5001", Reply("hello"), 2)
    assert line.bot.find(delivery) is None
    line.fake.fail(Fault(Mishap.CUT))
    with pytest.raises(SendUnknown):
        line.send("hello", key="a")
    with pytest.raises(SendRefused):
        line.send("hello", key="a")


def test_an_answer_too_late_is_a_cut_send(line):
    with line_to(line.fake, line.base, timeout=0.3) as hasty:
        line.fake.fail(Fault(Mishap.SLOW, seconds=1.0))
        with pytest.raises(SendUnknown):
            hasty.send("hello")
    assert line.sent == ["hello"]


def test_while_telegram_answers_nothing_one_send_is_cut_and_no_other_is_tried(line):
    residents = {f"key {number}": str(6001 + number) for number in range(40)}
    line.fake.fail(Fault(Mishap.CUT), *[Fault(Mishap.CUT, "getMe")] * 3)
    with pytest.raises(SendUnknown):
        line.send("hello", "6001", key="key 0")
    assert len(line.sent) == 1
    for _ in range(3):
        line.seconds.now += 6
        for key, chat in residents.items():
            with pytest.raises(SendLater):
                line.bot.send(Delivery(key, "telegram", chat, Reply("hello")))
        with pytest.raises(SendLater):
            line.bot.find(Delivery("key 0", "telegram", "6001", Reply("hello"), 2))
    assert len(line.sent) == 1
    line.seconds.now += 6
    assert line.bot.find(Delivery("key 0", "telegram", "6001", Reply("hello"), 2)) is None
    for key, chat in residents.items():
        line.send("hello", chat, key=key)
    assert {sent.chat for sent in line.fake.ledger} == set(map(int, residents.values()))
    assert len(line.sent) == 1 + len(residents)  # the one that was cut came twice, as nobody could know


def test_a_process_that_begins_while_telegram_answers_nothing_does_not_waste_the_repeat(line):
    delivery = Delivery("a", "telegram", "5001", Reply("hello"), 2)
    line.fake.fail(Fault(Mishap.CUT, "getMe"))
    with pytest.raises(SendLater):
        line.bot.find(delivery)
    line.seconds.now += 6
    assert line.bot.find(delivery) is None
    line.send("hello", key="a")
    assert line.sent == ["hello"]


def test_an_answer_that_cannot_be_read_is_a_cut_send(line):
    line.fake.fail(Fault(Mishap.RUBBISH))
    with pytest.raises(SendUnknown):
        line.send("hello")


def test_marks_that_telegram_cannot_read_are_left_out_once(line):
    line.fake.fail(Fault(Mishap.BAD_ENTITIES))
    line.send(Reply("1 < 2", choices=ABOUT))
    (sent,) = line.fake.ledger
    assert "parse_mode" not in sent.params
    assert (sent.text, bool(sent.markup)) == ("1 < 2", True)
    line.fake.fail(Fault(Mishap.BAD_ENTITIES), Fault(Mishap.BAD_ENTITIES))
    with pytest.raises(SendRefused):
        line.send("hello")


def test_who_blocked_the_bot_is_reported_and_not_written_to(line):
    line.fake.blocked.add(5001)
    with pytest.raises(SendRefused):
        line.send("hello", key="a")
    (report,) = line.reports.kept
    assert (report.provider_id, report.fate, report.opted_out) == ("a", DeliveryStatus.FAILED, True)


def test_an_address_that_telegram_does_not_know_is_refused_for_good(line):
    with pytest.raises(SendRefused):
        line.send("hello", chat="nobody")


def test_a_wrong_token_throws_nothing_away(line):
    line.bot.api._token = "700:another"
    with pytest.raises(SendLater):
        line.send("hello")


def test_a_reply_that_was_not_split_is_sent_in_parts(line):
    line.bot.send.__self__._limiter.person_seconds = 0
    line.send("\n\n".join("word " * 700 for _ in range(3)))
    assert len(line.sent) == 3


def test_the_position_button_is_put_away_when_buttons_come_next(line):
    line.send(PLACE)
    line.send(Reply("Is it this one?", choices=ABOUT))
    line.send(Reply("And this?", choices=ABOUT))
    assert line.sent == ["Where is it?", "Got it.", "Is it this one?", "And this?"]
    assert line.fake.ledger[1].markup == {"remove_keyboard": True}


def test_in_a_group_a_reply_goes_to_the_group(line):
    line.send(Reply("Where is it?", wants=PLACE.wants, choices=ABOUT), chat="-1001234/5001")
    (sent,) = line.fake.ledger
    assert (sent.chat, "inline_keyboard" in sent.markup) == (-1001234, True)


def test_a_picture_is_fetched(line):
    file_id = line.fake.keep_file(b"\xff\xd8\xffpicture")
    assert line.bot.fetch(RemoteMedia(file_id)) == b"\xff\xd8\xffpicture"


@pytest.mark.parametrize(
    ("size", "trouble"), [(MOST_BYTES + 1, Trouble.FILE_TOO_BIG), (None, Trouble.BAD_FILE)]
)
def test_a_picture_too_big_or_gone_is_a_bad_upload(line, size, trouble):
    file_id = line.fake.keep_file(bytes(size)) if size else "gone"
    with pytest.raises(BadUpload) as error:
        line.bot.fetch(RemoteMedia(file_id))
    assert error.value.trouble is trouble


def test_a_file_is_not_read_further_than_allowed(line):
    file_id = line.fake.keep_file(bytes(300_000))
    with pytest.raises(BadUpload) as error:
        line.bot.api.download(f"photos/{file_id}.jpg", most=100_000)
    assert error.value.trouble is Trouble.FILE_TOO_BIG


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "https://elsewhere.example/x", "a\\b"])
def test_a_file_elsewhere_is_not_fetched(line, path):
    with pytest.raises(BadUpload):
        line.bot.api.download(path)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Mishap.SERVER_ERROR, "getFile"),
        Fault(Mishap.TOO_MANY, "getFile", 3),
        Fault(Mishap.CUT, "getFile"),
    ],
)
def test_a_picture_that_cannot_be_had_now_is_had_later(line, fault):
    file_id = line.fake.keep_file(b"picture")
    line.fake.fail(fault)
    with pytest.raises(SendLater):
        line.bot.fetch(RemoteMedia(file_id))
    assert line.bot.fetch(RemoteMedia(file_id)) == b"picture"


def test_the_token_reaches_no_log_and_no_error(line, caplog, capsys):
    caplog.set_level("DEBUG")
    line.send("hello")
    line.fake.fail(Fault(Mishap.CUT))
    with pytest.raises(SendUnknown) as error:
        line.send("hello")
    secret = line.fake.token.partition(":")[2]
    logged = "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )
    assert "HTTP Request" in logged
    assert secret not in logged + capsys.readouterr().err + str(error.value) + repr(line.bot.api)


@pytest.mark.parametrize("token", ["", "abc", "12", "12:a b", "12:a/../b"])
def test_what_is_no_token_is_a_wrong_setting(token):
    with pytest.raises(SettingsError):
        BotApi(token)


def test_the_bots_name_is_asked_for_once_and_not_again_at_once_when_it_fails(line):
    line.fake.fail(Fault(Mishap.SERVER_ERROR, "getMe"))
    assert line.bot.username() == ""
    assert line.bot.username() == ""
    line.seconds.now += 61
    assert line.bot.username() == "penstock_bot"
    assert [method for method, _ in line.fake.calls] == ["getMe", "getMe"]


def test_health_says_how_many_updates_wait(line):
    line.fake.queue({"update_id": 1})
    assert line.bot.health().facts == {"pending": 1}
    assert line.bot.health().ok


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"chat_id": 1, "text": " "}, "empty"),
        ({"chat_id": 1, "text": "x" * 4097}, "too long"),
        ({"chat_id": 1, "text": "👍" * 2049}, "too long"),
        ({"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"}, "can't parse"),
        ({"chat_id": 1, "text": "<x>x</x>", "parse_mode": "HTML"}, "can't parse"),
        (
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]},
            },
            "DATA",
        ),
        (
            {
                "chat_id": -1,
                "text": "x",
                "reply_markup": {"keyboard": [[{"text": "a", "request_location": True}]]},
            },
            "private",
        ),
        ({"text": "x"}, "chat not found"),
    ],
)
def test_the_fake_refuses_what_telegram_refuses(line, params, says):
    with pytest.raises(ApiError) as error:
        line.bot.api.call("sendMessage", params)
    assert error.value.code == 400
    assert says in error.value.description
    assert line.sent == []


def test_the_fake_takes_photos_and_edits_of_buttons(line):
    line.bot.api.call(
        "sendPhoto", {"chat_id": 1, "photo": "file", "caption": "<b>Here</b>", "parse_mode": "HTML"}
    )
    sent = line.fake.ledger[0]
    assert sent.text == "Here"
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    place = {"chat_id": 1, "message_id": sent.message_id}
    line.bot.api.call("editMessageReplyMarkup", place | {"reply_markup": keyboard})
    assert line.fake.keyboards[1, sent.message_id] == keyboard
    with pytest.raises(ApiError, match="not modified"):
        line.bot.api.call("editMessageReplyMarkup", place | {"reply_markup": keyboard})


def test_a_button_with_a_very_long_key_is_taken(line):
    line.send(Reply("Which?", choices=(Choice("x" * 200, "A"),)))
    assert line.sent == ["Which?"]


JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def shown(line):
    """The line with one picture in the house, `m`."""
    line.bot._picture = {"m": (JPEG, "image/jpeg")}.get
    return line


def pictured(text: str = "It is fixed.", media_id: str = "m", count: int = 1, **more) -> Reply:
    return Reply(text, pictures=(Picture(media_id, "image/jpeg", "Photo of SR-1"),) * count, **more)


def test_a_photo_carries_the_words_and_the_buttons(shown):
    receipt = shown.send(pictured("Is it <fixed>?", choices=(Choice("yes", "Yes"),)))
    sent = shown.fake.ledger[-1]
    assert (sent.text, sent.params["photo"], str(sent.message_id)) == (
        "Is it <fixed>?",
        JPEG,
        receipt.provider_id,
    )
    assert sent.markup["inline_keyboard"][0][0]["text"] == "Yes"


def test_several_photos_come_one_by_one_and_the_last_has_the_words(shown):
    for part in shown.bot.split(pictured(count=3)):
        shown.send(part)
    assert shown.sent == ["Photo of SR-1", "Photo of SR-1", "It is fixed."]
    assert all("photo" in sent.params for sent in shown.fake.ledger)


def test_words_too_long_for_a_caption_are_a_message_of_their_own(shown):
    words = "Long. " * 250
    parts = shown.bot.split(pictured(words, choices=(Choice("yes", "Yes"),)))
    for part in parts:
        shown.send(part)
    assert ["photo" in sent.params for sent in shown.fake.ledger] == [True, False]
    assert shown.sent[1] == words.strip()
    assert shown.fake.ledger[1].markup["inline_keyboard"]


@pytest.mark.parametrize("media_id", ["m", "gone"])
def test_words_go_out_when_the_photo_cannot(shown, media_id):
    shown.bot._picture = {"m": (b"no picture", "image/jpeg")}.get
    shown.send(pictured(media_id=media_id))
    assert [(sent.text, "photo" in sent.params) for sent in shown.fake.ledger] == [("It is fixed.", False)]


@pytest.mark.parametrize("media_id", ["m", "gone"])
def test_a_caption_alone_is_not_sent_in_place_of_its_photo(shown, media_id):
    shown.bot._picture = {"m": (b"no picture", "image/jpeg")}.get
    with pytest.raises(SendRefused):
        shown.send(pictured("Photo of SR-1", media_id=media_id))
    assert shown.sent == []


def test_a_photo_whose_fate_is_unknown_is_sent_once_more_and_not_a_third_time(shown):
    shown.fake.fail(Fault(Mishap.CUT, "sendPhoto"))
    with pytest.raises(SendUnknown):
        shown.send(pictured(), key="one")
    assert len(shown.fake.ledger) == 1
    shown.bot.find(Delivery("one", "telegram", "5001", pictured(), 2))
    shown.send(pictured(), key="one", attempt=2)
    assert len(shown.fake.ledger) == 2


MAP = SmallMap((Position(41.65, -74.33), Position(41.66, -74.34)), "Map with numbered pins: 1. A; 2. B.")
WHICH = Reply(
    "Which of these is it?",
    choices=(Choice("place.0", "A"), Choice("place.1", "B"), Choice("place.other", "None of these")),
    map=MAP,
)
PNG = b"\x89PNG\r\n a map"


class Maps:
    """Draws the same map each time, or none."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data
        self.drawn: list[tuple[SmallMap, str]] = []

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        self.drawn.append((shown, language))
        return self.data


def labels(sent) -> list[str]:
    return [button["text"] for row in sent.markup["inline_keyboard"] for button in row]


def test_a_map_carries_the_words_and_numbered_buttons(line):
    line.bot._maps = maps = Maps(PNG)
    line.send(WHICH)
    sent = line.fake.ledger[-1]
    assert (sent.text, sent.params["photo"]) == ("Which of these is it?", PNG)
    assert labels(sent) == ["1. A", "2. B", "None of these"]
    assert maps.drawn == [(MAP, "en")]


@pytest.mark.parametrize("data", [None, b"no picture"])
def test_words_and_buttons_go_out_without_a_map_that_is_not_drawn_or_not_taken(line, data):
    line.bot._maps = Maps(data)
    line.send(WHICH)
    sent = line.fake.ledger[-1]
    assert (sent.text, "photo" in sent.params) == ("Which of these is it?", False)
    assert labels(sent) == ["1. A", "2. B", "None of these"]


def test_words_too_long_for_a_caption_go_without_the_map(line):
    line.bot._maps = maps = Maps(PNG)
    line.send(Reply("Yes. " * 300, map=MAP))
    assert maps.drawn == []
