"""Before every page: whose form it is, how much may be sent, where somebody is sent first, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from city.records.model import CityProfile
from console.accounts import sessions
from console.gatekeeper import (
    MEGABYTE,
    WITH_FILES,
    WITHOUT,
    SecurityMiddleware,
    check_origin,
    content_policy,
    limit_of,
)
from console.shared.errors import ForeignForm
from console.shared.request_context import RequestContext
from console.shared.tables import SessionRow, StaffRow
from core.database import Base, Database
from tests.support.builders import NOON, Clock
from tests.support.staff_visits import VAULT, console_pages, request_of

OWN = "https://city.example"
FORM = {"origin": OWN, "sec_fetch_site": "same-origin"}


def passes(method: str, **headers: str) -> bool:
    """Whether a request with these headers is let through."""
    try:
        check_origin(request_of("/cases", method, **headers))
    except ForeignForm:
        return False
    return True


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        (FORM, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"origin": OWN}, True),
        ({}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": ""}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://city.example.evil.example"}, False),
        ({"origin": "https://city.example:8443"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "https://[city.example"}, False),
        ({"origin": "https://city.example]"}, False),
        ({"origin": "https://evil.example", "sec_fetch_site": "same-origin"}, False),
        ({"origin": OWN, "sec_fetch_site": "cross-site"}, False),
    ],
    ids=[
        "a form of ours", "a browser that names no origin", "typed or from a bookmark", "an old browser", "nothing is said",
        "another website", "another host of the city", "an empty word", "another origin", "a name that begins like ours",
        "another port", "a page without an origin", "an empty origin", "a bracket that is not closed", "a bracket too many",
        "an origin that belies the word", "a word that belies the origin",
    ],
)  # fmt: skip
def test_what_changes_something_comes_from_a_page_of_ours(headers, let_in):
    assert passes("POST", **headers) is let_in


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "post"])
def test_whatever_is_not_known_to_be_harmless_is_asked_where_it_comes_from(method):
    assert not passes(method, sec_fetch_site="cross-site")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_link_from_another_website_may_be_followed(method):
    assert passes(method, sec_fetch_site="cross-site", origin="https://evil.example")


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [
        ("/cases/bulk", "application/x-www-form-urlencoded", WITHOUT),
        ("/cases/bulk", "", WITHOUT),
        ("/cases/SR-1/status", "multipart/form-data; boundary=x", WITH_FILES),
        ("/knowledge/upload", "multipart/form-data; boundary=x", 512 * MEGABYTE),
        ("/knowledge/upload/more", "multipart/form-data; boundary=x", WITH_FILES),
        ("/sign-in", "application/json", WITHOUT),
    ],
)
def test_how_much_may_be_sent_hangs_on_the_page_and_on_whether_it_takes_files(path, kind, most):
    assert limit_of(path, request_of(path, "POST", content_type=kind)) == most


def rules(policy: str) -> dict[str, str]:
    return {rule.split()[0]: " ".join(rule.split()[1:]) for rule in policy.split("; ")}


@pytest.mark.parametrize(
    ("tiles", "pictures"),
    [
        ("", "'self' data:"),
        ("https://tiles.example/{z}/{x}/{y}.png", "'self' data: https://tiles.example"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png?key=1", "'self' data: https://*.tiles.example"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "'self' data: http://127.0.0.1:8080"),
    ],
    ids=["no tile server", "one", "several by letter", "on this machine"],
)
def test_pictures_come_from_here_and_from_the_tile_server_alone(tiles, pictures):
    assert rules(content_policy(tiles))["img-src"] == pictures


@pytest.mark.parametrize("tiles", ["", "https://tiles.example/{z}/{x}/{y}.png"])
def test_no_page_runs_a_script_of_others_or_stands_in_a_frame(tiles):
    found = rules(content_policy(tiles))
    assert "unsafe" not in content_policy(tiles)
    assert {
        name: found[name]
        for name in ("default-src", "script-src", "frame-ancestors", "base-uri", "form-action")
    } == {
        "default-src": "'none'",
        "script-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'console.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


class Gate:
    """The gatekeeper before a page that reads what was sent and says who came."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.reached: list[RequestContext] = []
        settings = SimpleNamespace(tile_url="", console_idle_minutes=30, console_hours=12)
        city = SimpleNamespace(profile=CityProfile("springfield", "Springfield"))
        self._console = SimpleNamespace(database=database, settings=settings, now=self.clock, city=city)
        self._database = database
        self._web = SecurityMiddleware(self._page, self._console, console_pages(), VAULT)

    async def _page(self, scope, receive, send) -> None:
        request = Request(scope, receive)
        self.reached.append(request.state.visit)
        body = await request.body()
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)

    def sign_in(self, *roles: str, stage: str = "full", totp: str = "sealed", language: str = "en") -> str:
        """Somebody with a session; the header with their cookie."""
        with self._database.writing() as session:
            person = StaffRow(
                staff_id="ana", email="ana@city.example", name="Ana", language=language, roles=list(roles),
                departments=[], password="-", totp=totp, recovery=[], created_at=NOON,
            )  # fmt: skip
            session.add(person)
            session.flush()
            token = sessions.begin_session(
                session, person, "a test", sessions.ends_of(self._console.settings), NOON
            )
            session.get_one(SessionRow, sessions.digest_of(token)).stage = stage
        return f"{sessions.COOKIE}={token}"

    def seen_at(self):
        with self._database.reading() as session:
            return session.scalars(select(SessionRow)).one().seen_at

    def ask(
        self, path: str, method: str = "GET", chunks=(b"",), **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of the answer."""
        return asyncio.run(self._ask(path, method, list(chunks), headers))

    async def _ask(self, path, method, chunks, headers):
        told = []

        async def receive():
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message):
            told.append(message)

        await self._web(dict(request_of(path, method, **headers).scope), receive, send)
        answered = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return (
            told[0]["status"],
            answered,
            b"".join(message.get("body", b"") for message in told[1:]).decode(),
        )


@pytest.fixture
def gate(database):
    return Gate(database)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "/console/sign-in"),
        ("/cases", "/console/sign-in?next=%2Fcases"),
        ("/cases/SR-1", "/console/sign-in?next=%2Fcases%2FSR-1"),
        ("/a&b=c", "/console/sign-in?next=%2Fa%26b%3Dc"),
    ],
)
def test_whoever_is_not_signed_in_signs_in_and_then_gets_where_they_wanted(gate, path, to):
    status, headers, _ = gate.ask(path)
    assert (status, headers["location"], gate.reached) == (303, to, [])


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/welcome/abc", "/static/console.css"])
def test_what_needs_no_sign_in_is_open(gate, path):
    assert gate.ask(path)[0] == 200
    assert gate.reached[0].staff.staff_id == ""


@pytest.mark.parametrize(
    ("method", "headers"),
    [("POST", FORM), ("GET", {"x_cityline_live": "1"})],
    ids=["a form is not sent on to the sign-in", "a piece of a page is no page"],
)
def test_where_a_session_ended_the_page_says_so(gate, method, headers):
    status, _, text = gate.ask("/cases/bulk", method, **headers)
    assert (status, gate.reached) == (401, [])
    assert "/console/sign-in" in text


def test_a_session_is_found_by_its_cookie_and_counts_as_a_sign_of_life(gate):
    cookie = gate.sign_in("agent", language="es")
    gate.clock.move(20 * 60)
    assert gate.ask("/cases", cookie=cookie)[0] == 200
    visit = gate.reached[0]
    assert (visit.staff.name, visit.language, visit.stage) == ("Ana", "es", "full")
    assert visit.token
    assert visit.token not in cookie
    assert gate.seen_at() == NOON + timedelta(minutes=20)


def test_what_a_page_fetches_by_itself_keeps_no_session_alive(gate):
    cookie = gate.sign_in("agent")
    gate.clock.move(20 * 60)
    assert gate.ask("/overview/now", cookie=cookie, x_cityline_live="1")[0] == 200
    assert gate.seen_at() == NOON


@pytest.mark.parametrize("cookie", ["", f"{sessions.COOKIE}=", f"{sessions.COOKIE}=guessed", "other=1"])
def test_another_cookie_is_nobody(gate, cookie):
    gate.sign_in("administrator")
    assert gate.ask("/team", cookie=cookie)[0] == 303


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 303),
        ("/cases", 303),
        ("/account", 303),
        ("/sign-out", 303),
        ("/sign-in/code", 200),
        ("/static/x.css", 200),
    ],
)
def test_with_the_password_alone_only_the_code_can_be_typed(gate, path, status):
    answered, headers, _ = gate.ask(path, cookie=gate.sign_in("agent", stage="code"))
    assert answered == status
    assert headers.get("location", "/console/sign-in/code") == "/console/sign-in/code"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 303), ("/team", 303), ("/account", 200), ("/account/second-factor", 200), ("/sign-out", 200)],
)
def test_an_administrator_without_a_second_factor_sets_one_up_first(gate, path, status):
    answered, headers, _ = gate.ask(path, cookie=gate.sign_in("administrator", totp=""))
    assert answered == status
    assert headers.get("location", "/console/account/second-factor") == "/console/account/second-factor"


def test_a_form_from_another_website_reaches_no_page(gate):
    cookie = gate.sign_in("agent")
    status, _, text = gate.ask("/cases/bulk", "POST", cookie=cookie, sec_fetch_site="cross-site")
    assert (status, gate.reached) == (403, [])
    assert "Ana" in text


def test_more_than_was_announced_to_be_allowed_is_refused_unread(gate):
    cookie = gate.sign_in("agent")
    answered = gate.ask("/cases/bulk", "POST", cookie=cookie, content_length=str(WITHOUT + 1), **FORM)
    assert (answered[0], gate.reached) == (413, [])


def test_a_length_that_is_no_number_is_not_believed(gate):
    """The door counts what comes instead."""
    answered = gate.ask("/cases/bulk", "POST", cookie=gate.sign_in("agent"), content_length="\u00b2", **FORM)
    assert answered[0] == 200


@pytest.mark.parametrize(
    ("chunks", "status"),
    [([b"x" * WITHOUT], 200), ([b"x" * MEGABYTE, b"x" * MEGABYTE], 200), ([b"x" * WITHOUT, b"x"], 413)],
    ids=["as much as may be", "in two pieces", "one byte more"],
)
def test_what_is_sent_is_counted_though_nothing_was_announced(gate, chunks, status):
    cookie = gate.sign_in("agent")
    assert gate.ask("/cases/bulk", "POST", chunks, cookie=cookie, **FORM)[0] == status


@pytest.mark.parametrize("path", ["/cases", "/sign-in", "/nowhere"])
def test_every_answer_tells_the_browser_what_it_may_do(gate, path):
    _, headers, _ = gate.ask(path)
    assert headers["content-security-policy"] == content_policy()
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")


def test_a_static_file_is_kept_for_ever_because_its_address_changes_with_it(gate):
    assert gate.ask("/static/console.css")[1]["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "words"),
    [("es-MX,es;q=0.9,en;q=0.8", "sesión"), ("fr,en", "sign"), ("", "sign"), ("fr", "sign")],
)
def test_a_refusal_speaks_the_language_of_the_browser(gate, accepted, words):
    _, _, text = gate.ask("/cases/bulk", "POST", accept_language=accepted, **FORM)
    assert words in text.casefold()
