"""2,000 malformed payloads a channel against the joined hall: no answer of 500 or more, nothing kept that is not signed.

What is taken in all the same is worked on to its end as well, so that nothing waits for a worker to stumble over.
"""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections import Counter

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from channels.sms.fake_phone import sign_request
from channels.sms.routes import INBOUND_PATH, STATUS_PATH
from channels.telegram.routes import PATH as TELEGRAM_PATH
from channels.telegram.routes import SECRET_HEADER
from conversation.delivery.collecting import NotYet
from conversation.pipeline import handle_message
from tests.integration.webhooks.running import FORM, PUBLIC, SECRET, Doors
from tests.support import telegram_updates as payloads
from tests.support.mutations import broken, form_body, form_pairs, json_body
from tests.support.twilio_forms import BUTTON, PICTURE, PLAIN, SERVICE, STATUS, WHATSAPP

COUNT = 2_000
AT_ONCE = 40
UPDATES = (
    payloads.said("hello"),
    payloads.said("/start survey-parks"),
    payloads.update(message=payloads.message(photo=payloads.photo_sizes(), caption="x", media_group_id="1")),
    payloads.update(message=payloads.message(location=payloads.POINT)),
    payloads.update(message=payloads.message(document=payloads.document())),
    payloads.update(message=payloads.message(voice=payloads.VOICE)),
    payloads.update(message=payloads.message(sticker=payloads.STICKER)),
    payloads.update(edited_message=payloads.message(text="y", edit_date=payloads.DATE)),
    payloads.query("~done", message=payloads.asked([("☑ A", "~+a"), ("Done", "~done")])),
    payloads.membership("member", "kicked"),
    payloads.in_group("@penstock_bot hi", reply_to_message=payloads.message(payloads.GROUP, text="?")),
)
FRAMES = (
    {"type": "message", "id": "m1", "text": "hello", "language": "en"},
    {"type": "message", "id": "m2", "choice": "menu.report", "text": "Report"},
    {"type": "message", "id": "m3", "position": {"latitude": 40.5, "longitude": -79.2}},
    {"type": "message", "id": "m4", "start": "survey-parks", "attachments": ["x"]},
    {"type": "hello", "last_sequence": 0, "language": "es"},
    {"type": "typing"},
    {"type": "ping"},
)


def numbered(update: dict, number: int) -> dict:
    """The update with a number of its own, so that none is taken for a repeat."""
    return update | {"update_id": 10_000 + number}


def form_request(path: str, number: int, rng: random.Random, *, signed: bool) -> httpx.Request:
    """A malformed form; a signed one is signed as it arrives."""
    captured = rng.choice((PLAIN, SERVICE, PICTURE, WHATSAPP, BUTTON, STATUS))
    sid = f"SM{number:032x}"
    captured = {
        name: sid if name.endswith("Sid") and "Message" in name else value for name, value in captured.items()
    }
    body = form_body(pairs := form_pairs(captured, rng))
    headers = {"Content-Type": FORM}
    if signed:
        arrives = [
            tuple(part.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for part in pair)
            for pair in pairs
        ]
        headers["X-Twilio-Signature"] = sign_request("token-of-the-fake", PUBLIC + path, arrives)
    elif rng.random() < 0.4:
        body = broken(body, rng)
    return httpx.Request("POST", PUBLIC + path, content=body, headers=headers)


def update_request(number: int, rng: random.Random, *, signed: bool) -> httpx.Request:
    body = json_body(numbered(rng.choice(UPDATES), number), rng)
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: SECRET} if signed else {})
    return httpx.Request("POST", PUBLIC + TELEGRAM_PATH, content=body, headers=headers)


def request(channel: str, number: int, rng: random.Random, *, signed: bool) -> httpx.Request:
    if channel == "telegram":
        return update_request(number, rng, signed=signed)
    path = INBOUND_PATH if channel == "sms" else STATUS_PATH
    return form_request(path, number, rng, signed=signed)


def post_all(doors: Doors, requests: list[httpx.Request]) -> Counter[int]:
    statuses: Counter[int] = Counter()
    for first in range(0, len(requests), AT_ONCE):
        statuses.update(answer.status_code for answer in doors.at_once(requests[first : first + AT_ONCE]))
    return statuses


def work_on_all(doors: Doors) -> None:
    """Every message to its end; a picture that cannot be fetched now is left for later."""
    services = doors.house.app.services
    while claims := services.inbox.claim(1):
        for claim in claims:
            try:
                handle_message(services, claim)
            except NotYet as later:
                services.inbox.rest(claim, later.seconds)


@pytest.mark.parametrize("channel", ["sms", "status", "telegram"])
def test_unsigned_payloads_leave_nothing(doors, channel):
    rng = random.Random(f"unsigned {channel}")
    statuses = post_all(doors, [request(channel, n, rng, signed=False) for n in range(COUNT // 2)])
    assert set(statuses) <= {400, 403, 413}
    assert statuses[403] > COUNT // 4
    assert doors.count() == 0


@pytest.mark.parametrize("channel", ["sms", "status", "telegram"])
def test_signed_payloads_get_a_clear_answer_and_what_is_kept_can_be_worked_on(doors, channel):
    rng = random.Random(f"signed {channel}")
    statuses = post_all(doors, [request(channel, n, rng, signed=True) for n in range(COUNT // 2)])
    assert set(statuses) <= {200, 400, 413}
    assert statuses[200] > COUNT // 10
    assert channel == "status" or len(doors.rows()) > COUNT // 50
    work_on_all(doors)


def web_token(client: TestClient) -> str:
    return client.post("/chat/session").raise_for_status().json()["token"]


def web_request(token: str, number: int, rng: random.Random, *, known: bool) -> httpx.Request:
    frame = {**rng.choice(FRAMES[:4]), "id": f"m{number}"}
    address = rng.choice(["/chat/messages"] * 8 + ["/chat/ticket", "/chat/media"])
    bearer = token if known else json_body(token, rng).decode("latin-1").replace("\n", "")
    headers = {"Authorization": f"Bearer {bearer}".encode("latin-1")}
    return httpx.Request("POST", PUBLIC + address, content=json_body(frame, rng), headers=headers)


@pytest.mark.parametrize("known", [False, True], ids=["without a token", "with a token"])
def test_the_web_chats_messages(doors, known):
    rng = random.Random(f"web messages {known}")
    client = TestClient(doors.web, base_url=PUBLIC, client=("127.0.0.1", 50_000))
    tokens = [web_token(client) for _ in range(COUNT // 20)]
    statuses = post_all(doors, [web_request(tokens[n // 10], n, rng, known=known) for n in range(COUNT // 2)])
    assert max(statuses) < 500, statuses
    assert (statuses[202] > COUNT // 40) is known
    assert known or doors.count() == 0
    work_on_all(doors)


def test_the_web_chats_frames(doors):
    rng = random.Random("web frames")
    kinds: Counter[str] = Counter()
    client = TestClient(doors.web, base_url=PUBLIC, client=("127.0.0.1", 50_000))
    for first in range(0, COUNT, 10):
        bearer = {"Authorization": f"Bearer {web_token(client)}"}
        ticket = client.post("/chat/ticket", headers=bearer).json()["ticket"]
        with client.websocket_connect("/chat/socket", ["cityline", f"ticket.{ticket}"]) as socket:
            for number in range(first, first + 10):
                frame = json_body({**rng.choice(FRAMES), "id": f"m{number}"}, rng)
                if rng.random() < 0.1:
                    socket.send_bytes(frame)
                else:
                    socket.send_text(frame.decode("utf-8", "replace"))
                socket.send_text('{"type": "ping"}')
                while (said := json.loads(socket.receive_text()))["type"] != "pong":
                    kinds[said["type"]] += 1
    assert kinds["error"] > COUNT // 4
    assert kinds["accepted"] > COUNT // 50
    work_on_all(doors)


def test_nobody_gets_in_by_a_ticket_of_their_own(doors):
    rng = random.Random("tickets")
    client = TestClient(doors.web, base_url=PUBLIC, client=("127.0.0.1", 50_000))
    for _ in range(100):
        ticket = urlsafe_b64encode(json_body({"s": "t", "u": 9e9, "n": "x"}, rng)[:500]).decode().rstrip("=")
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            client.websocket_connect("/chat/socket", ["cityline", f"ticket.{ticket}"]),
        ):
            pass
        assert refused.value.code == 1008
    assert doors.count() == 0
