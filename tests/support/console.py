"""The console without a browser: sign in as any role, read pages, fill in their forms and send them."""

from __future__ import annotations

import uuid
from pathlib import Path

import httpx
from bs4 import BeautifulSoup, Tag
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bot.app import App, console_services
from console.accounts import people, sessions
from console.app import console_app
from console.shared.services import ConsoleServices
from console.shared.tables import SessionRow, StaffRow
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import HallTalk, House

BASE = "https://city.example"
HERE = f"{BASE}/console"


class Page:
    """A page as it was answered. `path` is where one is, below /console, after all redirects."""

    def __init__(self, colleague: Colleague, answer: httpx.Response) -> None:
        self._colleague = colleague
        self.answer = answer
        self.status = answer.status_code
        self.text = answer.text
        self.soup = BeautifulSoup(answer.text, "html.parser")
        self.path = answer.url.raw_path.decode().removeprefix("/console")

    @property
    def main(self) -> str:
        """The words of the page's content, with single spaces."""
        found = self.soup.find("main") or self.soup
        return " ".join(found.get_text(" ").split())

    @property
    def said(self) -> str:
        """What the page says first, about what was just done; empty when nothing."""
        found = self.soup.select_one(".said")
        return " ".join(found.get_text().split()) if found else ""

    def submit(
        self, form: str, files: list[tuple[str, tuple[str, bytes, str]]] | None = None, **fields: object
    ) -> Page:
        """Fill in the form of this selector as a browser would send it, these fields changed, and send it.

        A list fills in several of a name; None leaves a field out.
        """
        found = self.soup.select_one(form)
        assert found is not None, f"There is no {form} on {self.path}: {self.main[:300]}"
        data = _filled_in(found)
        for name, value in fields.items():
            data.pop(name, None)
            if value is not None:
                data[name] = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        action = str(found.get("action") or "") or str(self.answer.url)
        return self._colleague.send(str(found.get("method") or "get"), action, data, files)

    def follow(self, words: str) -> Page:
        """Go where the link with these words leads, of the content first."""
        links = self.soup.select("main a") + self.soup.find_all("a")
        link = next((a for a in links if words in " ".join(a.get_text().split())), None)
        assert link is not None, f"There is no link {words!r} on {self.path}"
        return self._colleague.get(str(link["href"]))


class Colleague:
    """One browser at the console."""

    def __init__(self, app: Starlette, language: str = "en") -> None:
        self.client = TestClient(
            app, base_url=BASE, headers={"accept-language": language}, raise_server_exceptions=True
        )
        self.staff_id = ""

    def get(self, path: str, **headers: str) -> Page:
        """Open a page, by its path below /console or its whole address."""
        return Page(self, self.client.get(_whole(path), headers=headers))

    def send(
        self,
        method: str,
        path: str,
        data: dict[str, list[str]],
        files: list[tuple[str, tuple[str, bytes, str]]] | None = None,
    ) -> Page:
        """Send a form as the browser does, origin and all."""
        if method.lower() == "get":
            return Page(self, self.client.get(_whole(path), params=data))
        headers = {"origin": BASE, "sec-fetch-site": "same-origin"}
        return Page(self, self.client.post(_whole(path), data=data, files=files, headers=headers))

    def post(self, path: str, data: dict[str, list[str]] | None = None) -> Page:
        """Send a form of one's own making, with the right token."""
        token = self.get("/account").soup.select_one("input[name=csrf]")
        return self.send("post", path, {"csrf": [str(token["value"])] if token else [""], **(data or {})})


class ConsoleHouse(House):
    """`tests.support.installation.House` with its console: `sign_in("agent")` is somebody of staff, `talk()` a resident."""

    def __init__(self, data_dir: Path, database_url: str = "", **settings: object) -> None:
        super().__init__(data_dir, WordNluClient(), [FakeEmbedder()], database_url, **settings)
        self.services = console_services(self.app)
        self.open_console(self.services)

    def open_console(self, services: ConsoleServices) -> None:
        """Serve the pages with these parts from now on."""
        self.web = Starlette(routes=[Mount("/console", console_app(services))])

    def guest(self, language: str = "en") -> Colleague:
        """A browser in which nobody is signed in."""
        return Colleague(self.web, language)

    def hire(
        self, *roles: str, name: str = "", departments: tuple[str, ...] = (), language: str = "en"
    ) -> str:
        """Make an account with these roles, second factor and all; its staff id."""
        return hire(self.app, *roles, name=name, departments=departments, language=language)

    def sign_in(
        self, *roles: str, name: str = "", departments: tuple[str, ...] = (), language: str = "en"
    ) -> Colleague:
        """Somebody new with these roles, signed in."""
        colleague = self.guest(language)
        colleague.staff_id = self.hire(*roles, name=name, departments=departments, language=language)
        token = open_session(self.app, colleague.staff_id)
        colleague.client.cookies.set(sessions.COOKIE, token, domain="city.example")
        return colleague

    def resident_says(self, *lines: str, language: str = "en", channel: str = "web") -> HallTalk:
        """A resident who has said these lines, one after the other."""
        talk = self.talk(language, channel)
        for line in lines:
            talk.say(line)
        return talk


def hire(
    app: App, *roles: str, name: str = "", departments: tuple[str, ...] = (), language: str = "en"
) -> str:
    """Make an account with these roles; its staff id. Its password fits nothing."""
    staff_id = uuid.uuid4().hex
    with app.database.writing() as session:
        session.add(
            StaffRow(
                staff_id=staff_id,
                email=f"{staff_id[:8]}@city.example",
                name=name or f"{(roles or ('nobody',))[0].title()} {staff_id[:4]}",
                language=language,
                roles=list(roles),
                departments=list(departments),
                password="-",
                totp=app.vault.seal(people.new_secret(), staff_id),
                recovery=[],
                created_at=app.now(),
            )
        )
    return staff_id


def open_session(app: App, staff_id: str) -> str:
    """Sign somebody in without password; what their cookie holds."""
    with app.database.writing() as session:
        person = session.get_one(StaffRow, staff_id)
        token = sessions.begin_session(session, person, "a test", sessions.ends_of(app.settings), app.now())
        session.get_one(SessionRow, people.digest_of(token)).stage = "full"
    return token


def _whole(path: str) -> str:
    if path.startswith("http"):
        return path
    return path if path.startswith("/console") else f"/console{path}"


def _filled_in(form: Tag) -> dict[str, list[str]]:
    """What a browser would send of a form that nobody touched, without pressing a particular button."""
    data: dict[str, list[str]] = {}
    for part in form.select("input[name], textarea[name], select[name]"):
        kind = str(part.get("type") or "text")
        if part.has_attr("disabled") or kind in {"submit", "button", "file"}:
            continue
        if kind in {"checkbox", "radio"} and not part.has_attr("checked"):
            continue
        data.setdefault(str(part["name"]), []).extend(_values(part))
    return data


def _values(part: Tag) -> list[str]:
    if part.name == "textarea":
        return [part.get_text().removeprefix("\n")]
    if part.name == "select":
        options = part.select("option[selected]") or (
            [] if part.has_attr("multiple") else part.select("option")[:1]
        )
        return [str(option.get("value", option.get_text())) for option in options]
    return [str(part.get("value", "on" if part.get("type") == "checkbox" else ""))]
