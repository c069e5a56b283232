"""The fake Twilio keeps the contract that the tests lean on."""

from __future__ import annotations

import httpx
import pytest

from channels.sms.fake import FakeTrouble
from tests.support.sms import RESIDENT, channel_to, delivery


def ask(twilio, method, path, **more):
    auth = more.pop("auth", (twilio.account_sid, twilio.auth_token))
    base = f"{twilio.base}/2010-04-01/Accounts/{twilio.account_sid}"
    with httpx.Client(trust_env=False, verify=False, auth=auth, timeout=10) as http:
        return http.request(method, base + path, **more)


def create(twilio, **changes):
    data = {"To": RESIDENT, "From": twilio.number, "Body": "hello"} | changes
    return ask(twilio, "POST", "/Messages.json", data={name: value for name, value in data.items() if value})


def test_a_created_message_is_in_the_ledger_the_list_and_alone(twilio):
    created = create(twilio).json()
    assert created["status"] == "queued"
    assert [record.sid for record in twilio.ledger] == [created["sid"]]
    assert ask(twilio, "GET", f"/Messages/{created['sid']}.json").json() == created
    assert ask(twilio, "GET", "/Messages.json", params={"To": RESIDENT}).json()["messages"] == [created]
    assert ask(twilio, "GET", "/Messages.json", params={"To": "+1"}).json()["messages"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"To": ""}, 21604), ({"From": ""}, 21603), ({"Body": ""}, 21602), ({"Body": "x" * 1601}, 21617)],
)
def test_what_twilio_refuses(twilio, changes, code):
    answer = create(twilio, **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert twilio.ledger == []


def test_strangers_are_refused(twilio):
    assert ask(twilio, "GET", "/Messages.json", auth=("AC1", "x")).json()["code"] == 20003


def test_pages_lead_to_each_other(twilio):
    for number in range(5):
        create(twilio, Body=f"text {number}")
    page = ask(twilio, "GET", "/Messages.json", params={"PageSize": 2}).json()
    seen = [len(page["messages"])]
    with httpx.Client(trust_env=False, verify=False, auth=(twilio.account_sid, twilio.auth_token)) as http:
        while page["next_page_uri"]:
            page = http.get(twilio.base + page["next_page_uri"]).json()
            seen.append(len(page["messages"]))
    assert seen == [2, 2, 1]


def test_troubles_come_in_order_and_end(twilio):
    twilio.tell(FakeTrouble(status=429, after="5"), FakeTrouble(status=503, accepts=True))
    answers = [create(twilio) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 503, 201]
    assert answers[0].headers["retry-after"] == "5"
    assert len(twilio.ledger) == 2


@pytest.mark.parametrize("kind", ["cut", "half"])
def test_a_cut_line_breaks_the_client_after_the_yes(twilio, kind):
    twilio.tell(FakeTrouble(kind, accepts=True))
    with pytest.raises(httpx.TransportError):
        create(twilio)
    assert len(twilio.ledger) == 1


def test_a_phone_hears_what_was_sent_to_it(phone, twilio, services):
    with channel_to(twilio) as channel:
        channel.send(delivery("One."))
        channel.send(delivery("Two.", recipient="+15550999999"))
    assert phone.heard() == ["One."]
