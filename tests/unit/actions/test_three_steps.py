"""How many messages a pothole with a photo takes the resident, and how many segments it takes the city, on each channel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from channels.sms.render import Style, split_reply
from city.requests.tables import ServiceRequestRow
from core.model import Reply
from core.segments import count_segments
from core.texts import load_texts
from tests.support.direct_talk import DirectTalk, House

STYLE = Style(load_texts())
Act = Callable[[DirectTalk], list[Reply]]


def words(text: str) -> Act:
    return lambda talk: talk.say(text)


def photo(text: str = "") -> Act:
    return lambda talk: talk.say(text, photo=True)


IN_ENGLISH = (words("there is a pothole at 12 Mill Road"), words("2"), photo())
IN_SPANISH = (words("hay un bache en 40 Mill Road"), words("2"), photo())
WITH_THE_FIRST = (photo("there is a pothole at 12 Mill Road"), words("2"))


def filed(talk: DirectTalk, acts: tuple[Act, ...]) -> tuple[list[Reply], ServiceRequestRow]:
    """What the city said in all, and the one report that came of it."""
    replies = [reply for act in acts for reply in act(talk)]
    with talk.house.database.reading() as session:
        row = talk.filed_row(session)
        assert len(row.photos) == 1
    return replies, row


@pytest.mark.parametrize("channel", ["sms", "telegram", "web"])
@pytest.mark.parametrize("acts", [IN_ENGLISH, WITH_THE_FIRST], ids=["photo last", "photo first"])
def test_a_pothole_with_a_photo_takes_three_messages_at_most(
    house: House, channel: str, acts: tuple[Act, ...]
) -> None:
    assert len(acts) <= 3
    _, row = filed(DirectTalk(house, channel=channel), acts)
    assert (row.service_code, row.place_label, row.answers) == ("pothole", "12 Mill Road", {"SIZE": "medium"})


@pytest.mark.parametrize(
    ("language", "acts", "most"),
    [("en", IN_ENGLISH, 6), ("en", WITH_THE_FIRST, 6), ("es", IN_SPANISH, 9)],
    ids=["English", "English, photo first", "Spanish"],
)
def test_a_pothole_with_a_photo_costs_few_segments(
    house: House, language: str, acts: tuple[Act, ...], most: int
) -> None:
    replies, _ = filed(DirectTalk(house, language, "sms"), acts)
    texts = [part.text for reply in replies for part in split_reply(reply, STYLE)]
    assert sum(count_segments(text).count for text in texts) <= most, [
        (count_segments(text).count, text) for text in texts
    ]


def test_what_was_understood_is_told_but_no_mere_yes_or_no(talk: DirectTalk) -> None:
    talk.say("the traffic light at elm and 5th is stuck on red")
    (filed_as,) = talk.say("no")
    assert filed_as.text.startswith("Reported: Traffic signal problem")
    assert "Noted" not in filed_as.text


def test_that_news_comes_is_said_with_the_first_report_and_not_with_the_next(talk: DirectTalk) -> None:
    *_, first = talk.say("graffiti at City Hall")
    *_, second = talk.say("there is graffiti at 20 Elm Street")
    assert [reply.text.startswith("Reported: Graffiti") for reply in (first, second)] == [True, True]
    assert ["News about it will be here." in reply.text for reply in (first, second)] == [True, False]
