"""NO NEWS and NEWS: exact words in every language, kept in the case's history, and respected when there is something to tell."""

from __future__ import annotations

import pytest

from actions.handlers.case_news import News, tell_reporters
from city.requests.news import wants_news
from city.requests.requests import find_row
from tests.support.direct_talk import DirectTalk, House

REPORT = "there is graffiti at City Hall"


def notices_for(house: House, talk: DirectTalk) -> int:
    """How many are told that this resident's report is worked on."""
    with house.database.reading() as session:
        row = find_row(session, talk.filed_row(session).number)
        assert row is not None
        return len(tell_reporters(house.assistant.context, session, row, News("in_progress")))


@pytest.mark.parametrize(
    "said", ["NO NEWS", "no news", "Sin noticias", "SANS NOUVELLES", "sem notícias", "不要消息", "بلا أخبار"]
)
def test_no_news_in_any_language_stops_the_news_of_the_case(house: House, said: str) -> None:
    talk = DirectTalk(house, channel="sms")
    talk.say(REPORT)
    assert notices_for(house, talk) == 1
    talk.say(said)
    assert notices_for(house, talk) == 0
    assert not talk.stopped


@pytest.mark.parametrize("said", ["NEWS", "yes news", "noticias", "nouvelles", "notícias", "要消息", "أخبار"])
def test_news_brings_it_back(house: House, said: str) -> None:
    talk = DirectTalk(house, channel="sms")
    for text in (REPORT, "no news", said):
        talk.say(text)
    assert notices_for(house, talk) == 1
    with house.database.reading() as session:
        row = talk.filed_row(session)
        assert [update.kind for update in row.updates] == ["no_news", "news"]
        assert wants_news(row)


def test_no_news_still_lets_them_ask_and_is_said_of_no_report(house: House) -> None:
    talk = DirectTalk(house, channel="sms")
    assert talk.say("no news")[-1].text == house.assistant.context.say("check.none_yet", "en")
    talk.say(REPORT)
    talk.say("no news")
    assert "Graffiti" in talk.say("my reports")[-1].text
