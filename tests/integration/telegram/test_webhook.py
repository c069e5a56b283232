"""The webhook over HTTP: who may post, what is refused, what is durable when Telegram gets its 200, and what follows."""

from __future__ import annotations

import os
import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.telegram.door import TelegramDoor
from channels.telegram.fake import Fault, Mishap
from channels.telegram.fake_resident import Resident
from channels.telegram.routes import MOST_BODY, PATH, SECRET_HEADER, telegram_router
from channels.telegram.setup import Introduction, announce_webhook
from core.errors import SettingsError
from core.model import Choice, Consent, Reply
from tests.support import telegram_updates as payloads
from tests.support.loopback import wait_until
from tests.support.telegram import ABOUT, SECRET, TEXTS

EXAMPLES = int(os.environ.get("TELEGRAM_FUZZ_EXAMPLES", "200"))
SIGNED = {SECRET_HEADER: SECRET}


@pytest.fixture
def client(line):
    app = FastAPI(openapi_url=None)
    app.include_router(telegram_router(line.door))
    with TestClient(app) as client:
        yield client


@pytest.fixture
def ana(line, client) -> Resident:
    return Resident(
        line.fake, lambda update: client.post(PATH, json=update, headers=SIGNED).raise_for_status()
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: "\xe9" * len(SECRET)},
        {"X-Telegram-Bot-Api-Secret": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_who_does_not_know_the_secret_is_refused_and_leaves_nothing(line, client, headers):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    assert client.post(PATH, json=payloads.said("hello"), headers=sent).status_code == 403
    assert line.inbox.accepted == []


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "x" * 257, "with a space " * 4, "é" * 40])
def test_without_a_good_secret_there_is_no_webhook(line, secret):
    with pytest.raises(SettingsError):
        telegram_router(TelegramDoor(line.inbox, line.bot, secret))


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"null", {}, 400),
        (b"{}", {}, 400),
        (b'{"update_id": "1"}', {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"update_id": 1, "x": ' + b"[" * 60 + b"]" * 60 + b"}", {}, 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", {}, 400),
        (b" " * (MOST_BODY + 1), {}, 413),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
        (b'{"update_id": 1}', {}, 200),
        (b'{"update_id": 1, "message": 5}', {}, 200),
        (b'{"update_id": 1, "message": {"text": "hello"}}', {}, 200),
    ],
)
def test_what_is_no_update_gets_a_clear_answer(line, client, body, headers, status):
    assert client.post(PATH, content=body, headers=SIGNED | headers).status_code == status
    assert line.inbox.accepted == []


def test_a_body_of_unknown_length_is_not_read_further_than_allowed(client):
    chunks = (b" " * 10_000 for _ in range(20))
    assert client.post(PATH, content=chunks, headers=SIGNED).status_code == 413


def test_telegram_brings_updates_to_the_webhook_that_was_announced(line, client):
    about = Introduction(TEXTS, "Penstock", ("en",))
    announce_webhook(line.bot.api, about, public_url="https://penstock.example", secret=SECRET)
    assert line.fake.deliver(payloads.said("hello"), client).status_code == 200
    assert [message.text for message in line.inbox.accepted] == ["hello"]


def test_only_post_is_answered(client):
    assert client.get(PATH, headers=SIGNED).status_code == 405


def test_the_same_update_twice_is_one_message(line, client):
    for _ in range(3):
        assert client.post(PATH, json=payloads.said("hello"), headers=SIGNED).status_code == 200
    assert [message.text for message in line.inbox.accepted] == ["hello"]


def test_what_cannot_be_stored_is_not_acknowledged_and_told_to_nobody(line, client, capsys):
    line.inbox.failures.append(RuntimeError("cannot insert 'a resident's words'"))
    answer = client.post(PATH, json=payloads.said("hello"), headers=SIGNED)
    assert (answer.status_code, answer.headers["retry-after"], answer.content) == (503, "5", b"")
    said = capsys.readouterr()
    assert "a resident's words" not in said.out + said.err
    assert client.post(PATH, json=payloads.said("hello"), headers=SIGNED).status_code == 200
    assert len(line.inbox.accepted) == 1


def test_a_press_is_answered_and_its_buttons_are_removed_after_it_is_stored(line, ana):
    line.send(Reply("What is it about?", choices=ABOUT))
    ana.press("Report a problem")
    assert line.inbox.accepted[0].choice == "menu.report"
    wait_until(lambda: line.fake.answered and ana.buttons == [])


def test_a_press_that_was_not_stored_keeps_its_buttons(line, client):
    line.send(Reply("What is it about?", choices=ABOUT))
    line.inbox.failures.append(RuntimeError("disk full"))
    resident = Resident(line.fake, lambda update: client.post(PATH, json=update, headers=SIGNED))
    update = resident.press("Report a problem")
    assert (line.fake.answered, len(resident.buttons)) == ({}, 2)
    assert client.post(PATH, json=update, headers=SIGNED).status_code == 200
    wait_until(lambda: line.fake.answered and resident.buttons == [])


def test_a_courtesy_that_fails_does_no_harm(line, ana):
    line.send(Reply("What is it about?", choices=ABOUT))
    line.fake.fail(
        Fault(Mishap.SERVER_ERROR, "answerCallbackQuery"), Fault(Mishap.CUT, "editMessageReplyMarkup")
    )
    ana.press("Ask a question")
    wait_until(lambda: any(method == "editMessageReplyMarkup" for method, _ in line.fake.calls))
    assert line.inbox.accepted[0].choice == "menu.ask"


def test_several_are_ticked_and_handed_on_together(line, ana):
    line.send(Reply("Which?", choices=tuple(Choice(f"f.{key}", key.upper()) for key in "abc"), several=True))
    ana.press("A")
    wait_until(lambda: "☑ A" in ana.buttons)
    ana.press("C")
    wait_until(lambda: "☑ C" in ana.buttons)
    assert line.inbox.accepted == []
    ana.press("Done")
    assert [message.choice for message in line.inbox.accepted] == ["f.a,f.c"]
    wait_until(lambda: len(line.fake.answered) == 3 and ana.buttons == [])


def test_done_with_nothing_ticked_says_what_to_do(line, ana):
    ana.language = "es-MX"
    line.send(Reply("Which?", choices=(Choice("f.a", "A"),), several=True))
    ana.press("Done")
    wait_until(lambda: list(line.fake.answered.values()) == ["Por favor elija primero al menos una."])
    assert (line.inbox.accepted, ana.buttons) == ([], ["☐ A", "Done"])


def test_a_key_too_long_for_a_button_is_answered_by_its_label(line, ana):
    line.send(Reply("Which?", choices=(Choice("x" * 90, "45 Elm Street"),)))
    ana.press("45 Elm Street")
    assert (line.inbox.accepted[0].choice, line.inbox.accepted[0].text) == (None, "45 Elm Street")


def test_a_resident_writes_shares_sends_corrects_and_leaves(line, ana):
    first = ana.write("Pothole")
    ana.correct(first, "A big pothole")
    ana.share(40.5, -79.25)
    ana.send_photo(b"\xff\xd8\xff", "Here", album="one")
    ana.block()
    ana.block(again=True)
    heard = line.inbox.accepted
    assert [message.text for message in heard] == ["Pothole", "A big pothole", "", "Here", "", ""]
    assert heard[1].edits == heard[0].provider_id.partition(".")[2]
    assert heard[2].position
    assert line.bot.fetch(heard[3].remote_media[0]) == b"\xff\xd8\xff"
    assert [message.consent for message in heard[4:]] == [Consent.BLOCKED, Consent.START]


def test_the_door_says_whose_answer_is_expected_once(line, client):
    expected = []
    line.door.expects = expected.append
    for payload in (
        payloads.said("hello"),
        payloads.said("hello"),
        payloads.membership("member", "kicked") | {"update_id": 9},
    ):
        client.post(PATH, json=payload, headers=SIGNED)
    assert expected == ["5001"]


def test_the_same_updates_shuffled_and_at_once_have_one_effect_each(line, client):
    updates = [payloads.said(f"text {n}") | {"update_id": n} for n in range(8)]
    statuses = []

    def post(part):
        statuses.extend(client.post(PATH, json=update, headers=SIGNED).status_code for update in part)

    threads = [
        threading.Thread(target=post, args=(part,))
        for part in (updates, updates[::-1], updates[3:] + updates[:3])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert sorted(message.text for message in line.inbox.accepted) == [f"text {n}" for n in range(8)]


SEEDS = [
    payloads.said("hello"),
    payloads.update(message=payloads.message(photo=payloads.photo_sizes(), caption="x", media_group_id="1")),
    payloads.update(message=payloads.message(location=payloads.POINT)),
    payloads.update(message=payloads.message(document=payloads.document())),
    payloads.update(edited_message=payloads.message(text="y", edit_date=payloads.DATE)),
    payloads.query("~done", message=payloads.asked([("☑ A", "~+a"), ("Done", "~done")])),
    payloads.membership("member", "kicked"),
    payloads.in_group("@penstock_bot hi", reply_to_message=payloads.message(payloads.GROUP, text="?")),
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from([10**400, -(2**63), "\ud800", "\x00", {}, []]),
)


def mutated(draw, value):
    """The value with something in it replaced, dropped or added."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)) < 8:
        key = draw(st.sampled_from(sorted(value)))
        if draw(st.integers(0, 5)) == 0:
            return {name: kept for name, kept in value.items() if name != key}
        return value | {key: mutated(draw, value[key])}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [*value[:-1], mutated(draw, value[-1])]
    return draw(JUNK)


@st.composite
def malformed(draw):
    payload = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 3))):
        payload = mutated(draw, payload) if isinstance(payload, dict) else payload
    return payload


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(payload=malformed(), signed=st.booleans())
def test_no_payload_is_answered_by_a_fault_and_nothing_unsigned_is_kept(line, client, payload, signed):
    before = len(line.inbox.accepted)
    body = payloads.as_json(payload)
    answer = client.post(PATH, content=body, headers=SIGNED if signed else {})
    assert answer.status_code < 500
    assert signed or (answer.status_code, len(line.inbox.accepted)) == (403, before)
