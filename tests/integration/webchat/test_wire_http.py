"""The wire over plain HTTP, against a real server: the same promises, for clients without a socket."""

from __future__ import annotations

import json
import threading

import httpx
import pytest
from structlog.testing import capture_logs

from channels.web.limits import WebLimits
from conversation.store.media import DiskMediaStore
from core.model import Position, SmallMap
from tests.support.pictures import picture, taken_at
from tests.support.web_chat import Resident, ask, build_chat, serving

EMBEDDER = "https://www.city.example"


def upload(resident: Resident, data: bytes, name: str = "photo") -> httpx.Response:
    return resident.call("POST", "/chat/media", files={name: ("a.jpg", data, "image/jpeg")})


def test_a_new_conversation_comes_with_what_a_client_needs_to_greet(base):
    session = ask("POST", f"{base}/chat/session?language=es")
    told = session.json()
    assert session.status_code == 201
    assert len(told["token"]) == 64
    assert (told["city"], told["language"], told["phone"]) == ("Penstock", "es", "555-0100")
    assert [language["code"] for language in told["languages"]] == ["en", "es"]
    assert told["texts"]["send"] == "Enviar"
    assert told["starters"]


@pytest.mark.parametrize(("asked", "given"), [("es", "es"), ("es-MX", "es"), ("fr", "en"), ("x" * 200, "en")])
def test_texts_come_in_the_language_asked_for_or_the_nearest(base, asked, given):
    assert ask("GET", f"{base}/chat/texts/{asked}").json()["language"] == given


def test_a_message_is_taken_durably_and_answered(city, resident):
    sent = resident.say("m1", "hello")
    assert (sent.status_code, sent.json()) == (202, {"type": "accepted", "id": "m1", "repeat": False})
    assert [message.text for message in city.accepted] == ["hello"]
    assert [line["text"] for line in resident.hear()] == ["hello", "You wrote: hello"]


def test_a_repeat_is_said_to_be_one(resident):
    assert [resident.say("m1", "hello").json()["repeat"] for _ in range(2)] == [False, True]
    assert len(resident.hear()) == 2


def test_a_waiting_client_hears_news_at_once(city, resident):
    city.hold()
    resident.say("m1", "hello")
    threading.Timer(0.1, city.release).start()
    assert [line["text"] for line in resident.hear(after=0, wait=20)] == ["hello", "You wrote: hello"]


def test_a_wait_ends_without_news_too(city):
    with serving(build_chat(city, limits=WebLimits(longest_poll_seconds=0.05))) as base:
        assert Resident(base).hear(wait=20) == []


def test_nobody_reads_another_conversation(base, resident):
    resident.say("m1", "my secret")
    assert Resident(base).hear() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/chat/ticket"),
        ("POST", "/chat/messages"),
        ("GET", "/chat/messages"),
        ("POST", "/chat/media"),
    ],
)
@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Bearer " + "A" * 64, "Basic abc", "Bearer ä"])
def test_without_a_token_of_ours_there_is_nothing(base, method, path, token):
    headers = {"Authorization": token.encode()} if token else {}
    answer = ask(method, base + path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_session")


BODIES = {
    "not JSON": (b"hello", 400),
    "an array": (b"[]", 400),
    "nothing": (b"", 400),
    "not text at all": (b"\xff\xfe\x00", 400),
    "wrong types": (b'{"id":1}', 400),
    "deep": (b'{"id":"a","x":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400),
    "empty message": (b'{"id":"a","text":" "}', 400),
    "half a surrogate alone": (b'{"id":"a","text":"\\ud800"}', 400),
    "more than 64 KB": (b'{"id":"a","text":"' + b"x" * 100_000 + b'"}', 413),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_a_mistake_is_answered_in_words(city, resident, body, status):
    answer = resident.call("POST", "/chat/messages", content=body)
    assert (answer.status_code, bool(answer.json()["text"])) == (status, True)
    assert city.accepted == []


def test_a_body_that_grows_while_it_streams_is_stopped(resident):
    answer = resident.call("POST", "/chat/messages", content=(b"x" * 1000 for _ in range(1000)))
    assert answer.status_code == 413


def test_a_compressed_body_is_refused(resident):
    answer = resident.call("POST", "/chat/messages", content=b"x", headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "compressed")


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1e9", "after=٣", "after=" + "9" * 30, "wait=x"]
)
def test_wrong_numbers_in_the_address_are_told(resident, query):
    assert resident.call("GET", f"/chat/messages?{query}").status_code == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  hi \r\n there  ", "hi \n there"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c\u200fd\ufeff\x00\x07e", "abcde"),
        ("👩\u200d👩\u200d👧 🕳️", "👩\u200d👩\u200d👧 🕳️"),
        ("Ελλάδα 東京 مرحبا", "Ελλάδα 東京 مرحبا"),
        ("z" + "\u0301" * 40, "ź" + "\u0301" * 5),
    ],
)
def test_text_is_made_plain_and_nothing_else_is_changed(city, resident, sent, kept):
    assert resident.say("m1", sent).status_code == 202
    assert city.accepted[0].text == kept


def test_a_picture_is_stored_sent_and_shown(city, tmp_path):
    with serving(build_chat(city, media=DiskMediaStore(tmp_path))) as base:
        resident = Resident(base)
        photo = upload(resident, picture(exif=taken_at((41.0, 39.0, 7.2), (74.0, 20.0, 24.0)))).json()
        resident.say("m1", attachments=[photo["media_id"]])
        sent = city.accepted[0].attachments[0]
        assert (sent.content_type, sent.position) == ("image/jpeg", Position(41.652, -74.34))
        shown = resident.hear()[0]["attachments"][0]
        seen = ask("GET", base + shown["url"])
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in seen.headers["content-security-policy"]


def test_a_picture_opens_only_with_its_key(city, base, resident):
    photo = upload(resident, b"\xff\xd8\xff picture").json()
    resident.say("m1", attachments=[photo["media_id"]])
    address = resident.hear()[0]["attachments"][0]["url"]
    for wrong in (
        address.split("?")[0],
        address[:-2],
        address.replace("picture1", "picture2"),
        "/chat/media/x?key=ä",
    ):
        assert ask("GET", base + wrong).status_code == 404


def test_a_picture_of_somebody_else_cannot_be_attached(city, base, resident):
    photo = upload(resident, b"\xff\xd8\xff picture").json()
    assert Resident(base).say("m1", attachments=[photo["media_id"]]).status_code == 400
    assert city.accepted == []


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"%PDF-1.7", 415, "bad_file"),
        (b"", 415, "bad_file"),
        (b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), 413, "file_too_big"),
        (b"\xff\xd8\xff" + b"x" * (11 * 1024 * 1024), 413, "file_too_big"),
    ],
    ids=["a PDF", "nothing", "a byte too big", "much too big"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(resident, data, status, code):
    answer = upload(resident, data)
    assert (answer.status_code, answer.json()["code"], bool(answer.json()["text"])) == (status, code, True)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=a", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--\r\n"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\n\r\n',
        ),
        (
            "multipart/form-data; boundary=a; charset=none",
            b"--a\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n--a--",
        ),
        ("application/json", b"{}"),
        ("", b""),
    ],
    ids=range(8),
)
def test_a_broken_upload_is_refused_in_words(resident, content_type, body):
    answer = resident.call("POST", "/chat/media", content=body, headers={"Content-Type": content_type})
    assert answer.status_code in {400, 415}
    assert answer.json()["text"]


def test_too_many_uploads_are_slowed_down(city):
    with serving(build_chat(city, limits=WebLimits(upload_burst=2))) as base:
        resident = Resident(base)
        statuses = [upload(resident, b"\xff\xd8\xff").status_code for _ in range(3)]
    assert statuses == [201, 201, 429]


def test_too_many_new_conversations_of_one_address_are_slowed_down(city):
    limits = WebLimits(session_burst=2, spare_loopback=False)
    with serving(build_chat(city, limits=limits)) as base:
        answers = [ask("POST", f"{base}/chat/session") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_a_picture_that_cannot_be_written_is_not_promised(city, tmp_path):
    (tmp_path / "media").write_text("not a folder")
    with capture_logs(), serving(build_chat(city, media=DiskMediaStore(tmp_path / "media"))) as base:
        answer = upload(Resident(base), picture())
    assert (answer.status_code, answer.json()["code"]) == (503, "not_saved")


@pytest.fixture(scope="module")
def embedded():
    with serving(build_chat(allowed_origins=(EMBEDDER,))) as base:
        yield base


def test_an_allowed_website_may_read_the_answers(embedded):
    answer = ask("POST", f"{embedded}/chat/session", headers={"Origin": EMBEDDER})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (201, EMBEDDER)
    asked = ask("OPTIONS", f"{embedded}/chat/messages", headers={"Origin": EMBEDDER})
    assert "Authorization" in asked.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://www.city.example.evil.example"])
@pytest.mark.parametrize(
    "method_path", ["POST /chat/session", "POST /chat/messages", "OPTIONS /chat/messages"]
)
def test_a_strange_website_may_not(embedded, origin, method_path):
    method, path = method_path.split()
    answer = ask(method, embedded + path, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_script_is_compressed_and_not_fetched_twice(base):
    address = f"{base}/chat/static/cityline-chat.js"
    first = ask("GET", address)
    again = ask("GET", address, headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("text/javascript")
    assert (again.status_code, again.content) == (304, b"")
    plain = ask("GET", address, headers={"Accept-Encoding": "identity"})
    assert plain.content == first.content


@pytest.mark.parametrize("name", ["nothing.js", "..%2f..%2fkeys.py", "%2e%2e/chat.py"])
def test_only_the_widgets_files_are_served(base, name):
    assert ask("GET", f"{base}/chat/static/{name}").status_code == 404


def test_a_message_may_carry_a_choice_a_place_and_a_link(city, resident):
    resident.say("m1", "Yes", choice="yes", language="es", start="survey-parks")
    resident.say("m2", position={"latitude": 41.5, "longitude": -74})
    first, second = city.accepted
    assert (first.choice, first.language_hint, first.start) == ("yes", "es", "survey-parks")
    assert second.position == Position(41.5, -74.0)


def test_a_line_tells_everything_that_there_is_to_show(resident):
    resident.say("m1", "When is the library open?")
    quoted, helpful = resident.hear(after=1)
    assert quoted["source"] == {
        "title": "Library hours and locations",
        "section": "Main Library",
        "url": "https://penstock.example/library/hours",
        "reviewed": "2026-03-14",
    }
    assert [choice["key"] for choice in helpful["choices"]] == ["yes", "no", "more"]
    assert json.dumps(quoted)


class _Maps:
    """Draws no map in Spanish."""

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        return None if language == "es" else f"{len(shown.pins)} pins".encode()


def test_a_map_is_drawn_for_whoever_has_its_address(city):
    chat = build_chat(city, maps=_Maps())
    shown = SmallMap((Position(41.65, -74.33), Position(41.66, -74.34)), "Map")
    with serving(chat) as base:
        answer = ask("GET", f"{base}/chat/map/{chat.keys.seal_map('anna', 1, shown, 'en')}")
        assert (answer.status_code, answer.content) == (200, b"2 pins")
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cache-control"].startswith("private")
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        for sealed in (chat.keys.seal_map("anna", 1, shown, "es"), "x", "%C3%A4"):
            assert ask("GET", f"{base}/chat/map/{sealed}").status_code == 404
    with serving(build_chat(city)) as base:
        assert ask("GET", f"{base}/chat/map/{chat.keys.seal_map('anna', 1, shown, 'en')}").status_code == 404
