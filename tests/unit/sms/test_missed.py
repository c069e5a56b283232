"""Twilio's list of texts, read as their webhooks would have been: what is a message of ours, and whether it was answered since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from channels.sms.api import Account
from channels.sms.missed import OVERLAP, LostAnswers, missed_messages
from core.model import RemoteMedia

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CITY, OTHER_CITY, ANNA, BEN = "+18455550100", "+18455550199", "+18455550111", "+18455550122"
ACCOUNT = Account("AC1", "secret", CITY)


@dataclass(frozen=True)
class Text:
    """An entry of the list, as Twilio's library gives it."""

    sid: str
    direction: str = "inbound"
    from_: str | None = ANNA
    to: str = CITY
    body: str | None = "a hole"
    minute: float = 1
    num_media: str | None = "0"
    status: str = "received"
    messaging_service_sid: str | None = None
    undated: bool = False

    @property
    def date_sent(self) -> datetime | None:
        return None if self.undated else NOON + timedelta(minutes=self.minute)


def sent(sid: str, **fields: Any) -> Text:
    """A text that went out from the city to Anna."""
    known = {"direction": "outbound-api", "from_": CITY, "to": ANNA, "status": "delivered", "minute": 5}
    return Text(sid, **(known | fields))


@dataclass
class Client:
    """As much of Twilio's client as is asked here: a list, and the files of each message."""

    texts: list[Text]
    files: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> Client:
        return self

    def stream(self, **filters: Any) -> list[Text]:
        self.asked = filters
        return self.texts

    def __call__(self, sid: str) -> SimpleNamespace:
        listed = [SimpleNamespace(uri=uri, content_type=kind) for uri, kind in self.files.get(sid, ())]
        return SimpleNamespace(media=SimpleNamespace(list=lambda limit: listed[:limit]))


def found(*texts: Text, account: Account = ACCOUNT, lost: LostAnswers | None = None, **files: Any):
    return missed_messages(Client(list(texts), files), account, NOON, lost)


def lost(*known: str, until: float = 60) -> LostAnswers:
    """Our records know only these of what was sent."""
    return LostAnswers(NOON + timedelta(minutes=until), lambda sid: sid in known)


def test_messages_come_in_the_order_in_which_they_were_written():
    texts = found(Text("SM2", minute=9, body="second"), Text("SM1", minute=3, body="first"))
    assert [(one.provider_id, one.text) for one in texts] == [("SM1", "first"), ("SM2", "second")]
    assert [one.received_at.minute for one in texts] == [3, 9]


@pytest.mark.parametrize(
    "other",
    [
        sent("SM1"),
        Text("SM1", to=OTHER_CITY),
        Text("SM1", from_="CITYBANK"),
        Text("SM1", from_=None),
        Text("not an id!"),
    ],
)
def test_what_is_no_message_to_this_city_is_left_out(other):
    assert [one.provider_id for one in found(other, Text("SM2"))] == ["SM2"]


@pytest.mark.parametrize(
    ("account", "asks_for"),
    [
        (ACCOUNT, CITY),
        (replace(ACCOUNT, messaging_service_sid="MG1"), None),
        (replace(ACCOUNT, whatsapp_from=OTHER_CITY), None),
    ],
)
def test_twilio_is_asked_for_one_number_where_there_is_only_one(account, asks_for):
    client = Client([Text("SM1", to=CITY), Text("SM2", to=OTHER_CITY)])
    texts = missed_messages(client, account, NOON)
    assert client.asked.get("to") == asks_for
    assert client.asked["date_sent_after"] == NOON - OVERLAP
    assert len(texts) == (1 if asks_for else 2)


def test_who_writes_on_whatsapp_is_of_that_channel():
    (text,) = found(Text("SM1", from_=f"whatsapp:{ANNA}"))
    assert (text.channel, text.sender) == ("whatsapp", ANNA)


def test_a_text_without_a_date_counts_from_now():
    (text,) = found(Text("SM1", undated=True))
    assert (datetime.now(UTC) - text.received_at) < timedelta(minutes=1)


def test_files_are_fetched_where_the_api_has_them():
    files = [("/2010-04-01/Accounts/AC1/Media/ME1.json", "image/jpeg"), ("/Media/ME2.json", "audio/ogg")]
    (text,) = found(Text("SM1", num_media="2", body=None), SM1=files)
    assert text.remote_media == (
        RemoteMedia("https://api.twilio.com/2010-04-01/Accounts/AC1/Media/ME1", "image/jpeg"),
        RemoteMedia("https://api.twilio.com/Media/ME2", "audio/ogg"),
    )
    assert text.text == ""


@pytest.mark.parametrize(
    ("texts", "answered"),
    [
        ((), False),
        ((sent("SM8"),), True),
        ((sent("SM8", minute=0.5),), False),
        ((sent("SM8", to=BEN),), False),
        ((sent("SM8", status="failed"),), False),
        ((sent("SM8", status="undelivered"),), False),
        ((sent("SM8", from_=OTHER_CITY),), False),
        ((sent("known here"),), False),
        ((sent("SM8", minute=61),), False),
        ((sent("SM8", undated=True),), False),
        ((sent("SM7", minute=0.5), sent("SM8", minute=9)), True),
    ],
)
def test_after_a_restore_a_text_counts_as_answered_when_its_writer_was_written_to_since(texts, answered):
    (text,) = found(Text("SM1", minute=1), *texts, lost=lost("known here"))
    assert text.answered is answered


def test_without_lost_records_nothing_counts_as_answered():
    (text,) = found(Text("SM1"), sent("SM8"))
    assert not text.answered


def test_what_a_messaging_service_sent_is_the_citys_own():
    service = replace(ACCOUNT, from_number="", messaging_service_sid="MG1")
    answer = sent("SM8", from_=OTHER_CITY, messaging_service_sid="MG1")
    (text,) = found(Text("SM1"), answer, account=service, lost=lost())
    assert text.answered


def test_an_answer_by_whatsapp_is_none_to_a_text_and_the_other_way_round():
    both = replace(ACCOUNT, whatsapp_from=CITY)
    text, chat = found(
        Text("SM1"),
        Text("SM2", from_=f"whatsapp:{ANNA}", minute=2),
        sent("SM8", from_=f"whatsapp:{CITY}", to=f"whatsapp:{ANNA}"),
        account=both,
        lost=lost(),
    )
    assert (text.answered, chat.answered) == (False, True)
