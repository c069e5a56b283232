"""Every answer, whoever gives it, carries what keeps a browser careful; and what came openly goes no further."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from structlog.testing import capture_logs

from bot.serve import warn_if_open
from bot.web import web_app
from core.settings import load_settings
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

PUBLIC = "https://city.example"
ACTIONS = "x" * 32


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Iterator[object]:
    house = House(
        tmp_path_factory.mktemp("house") / "var",
        WordNluClient(),
        [FakeEmbedder()],
        public_url=PUBLIC,
        actions_token=ACTIONS,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="0" * 32,
        twilio_from_number="+15550100000",
        telegram_token="700:fake-token_for-tests",
        telegram_secret="s" * 40,
    )
    yield web_app(house.app)
    house.close()


PATHS = [
    ("GET", "/"),
    ("GET", "/health"),
    ("GET", "/chat/plain"),
    ("GET", "/chat/static/cityline-chat.js"),
    ("GET", "/chat/static/none.js"),
    ("GET", "/chat/texts/en"),
    ("POST", "/chat/session"),
    ("POST", "/chat/messages"),
    ("OPTIONS", "/chat/messages"),
    ("GET", "/chat/media/none"),
    ("GET", "/p/none"),
    ("GET", "/f/none"),
    ("GET", "/f/none/1.jpg"),
    ("GET", "/socket.io/?EIO=4&transport=polling"),
    ("POST", "/socket.io/?EIO=4&transport=polling&sid=none"),
    ("GET", "/console/sign-in"),
    ("GET", "/console/static/style.css"),
    ("GET", "/console/static/none.css"),
    ("GET", "/console/cases"),
    ("POST", "/console/sign-in"),
    ("POST", "/rasa/webhook"),
    ("POST", "/channels/sms/inbound"),
    ("GET", "/channels/sms/inbound"),
    ("POST", "/channels/sms/status"),
    ("POST", "/channels/telegram/webhook"),
    ("GET", "/nothing/here"),
    ("DELETE", "/health"),
    ("GET", "/docs"),
    ("GET", "/.git/config"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_every_answer_is_marked(web, method, path):
    client = TestClient(web, base_url=PUBLIC, raise_server_exceptions=False)
    answer = client.request(method, path, follow_redirects=False)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        or "sandbox" in (answer.headers["content-security-policy"])
    )
    assert answer.headers["referrer-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.svn/entries",
        "/chat/static/..%2f..%2f..%2f.git/config",
        "/console/static/../../.git/config",
        "/console/static/%2e%2e/%2e%2e/pyproject.toml",
    ],
)
def test_nothing_of_the_installation_is_served(web, path):
    client = TestClient(web, base_url=PUBLIC)
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code in {303, 404}
    assert "[core]" not in answer.text


@pytest.mark.parametrize("path", ["/", "/chat/plain", "/console/sign-in", "/chat/texts/en"])
def test_what_came_openly_from_elsewhere_goes_no_further(web, path):
    def status(scheme: str, address: str) -> int:
        client = TestClient(web, base_url=f"{scheme}://city.example", client=(address, 5))
        return client.get(path, follow_redirects=False).status_code

    assert status("http", "203.0.113.7") == 403
    assert status("http", "2001:db8::1") == 403
    assert status("http", "127.0.0.1") == 200
    assert status("https", "203.0.113.7") == 200


def test_a_socket_that_came_openly_is_refused(web):
    client = TestClient(web, base_url="http://city.example", client=("203.0.113.7", 5))
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/chat/socket"):
        pass


def test_health_and_webhooks_may_come_through_the_house(web):
    client = TestClient(web, base_url="http://10.0.0.1:8000", client=("10.0.0.2", 5))
    assert client.get("/health").status_code in {200, 503}
    assert client.post("/channels/telegram/webhook", content=b"{}").status_code == 403


@pytest.mark.parametrize(
    ("host", "public", "warned"),
    [
        ("0.0.0.0", None, True),
        ("::", None, True),
        ("192.0.2.5", None, True),
        ("0.0.0.0", PUBLIC, False),
        ("127.0.0.1", None, False),
        ("::1", None, False),
        ("localhost", None, False),
    ],
)
def test_whoever_serves_others_without_https_is_warned(host, public, warned):
    with capture_logs() as logs:
        warn_if_open(load_settings(_env_file=None, host=host, public_url=public))
    assert [line["event"] for line in logs] == ["served_without_https"] * warned
