"""The page without JavaScript, against a real server: the same conversation by forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
from bs4 import BeautifulSoup

from channels.web.chat import ProfileShown
from channels.web.fake import MemoryMedia
from channels.web.limits import WebLimits
from channels.web.plain import PlainPage
from channels.web.traits import CHANNEL
from core.model import Reply, Trouble
from tests.support.languages import LANGUAGES
from tests.support.web_chat import ask, build_chat, serving

PAGE = "/chat/plain"


class Reader:
    """A browser without JavaScript: reads the page, fills the form, follows the redirect."""

    def __init__(self, base: str, path: str = PAGE) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, trust_env=False, verify=False)
        self.open(path)

    def open(self, path: str = PAGE) -> None:
        self.take(self.client.get(path))

    def take(self, response: httpx.Response) -> None:
        self.response = response
        for cookie in self.client.cookies.jar:
            cookie.secure = False  # as browsers do for this machine itself: http is as good as https there
        self.page = BeautifulSoup(response.text, "html.parser")

    def hidden(self) -> dict[str, str]:
        form = self.page.select_one("form.write")
        return {field["name"]: field["value"] for field in form.select("input[type=hidden]")}

    def send(self, text: str = "", photo: bytes = b"", **fields: object) -> None:
        files = {"photo": ("photo.jpg", photo, "image/jpeg")}
        action = self.page.select_one("form.write")["action"]
        self.take(self.client.post(action, data=self.hidden() | {"text": text} | fields, files=files))

    def lines(self) -> list[str]:
        return [unescape(line.get_text()) for line in self.page.select(".lines .text")]

    def choices(self) -> list[str]:
        return [label.get_text(strip=True) for label in self.page.select("label.tick")]


@pytest.fixture
def reader(base):
    reader = Reader(base)
    yield reader
    reader.client.close()


def test_what_is_written_is_answered_on_the_same_page(reader):
    reader.send("hello")
    assert reader.lines() == ["hello", "You wrote: hello"]
    assert reader.response.history[0].status_code == 303
    assert reader.page.select_one("#latest .text").get_text() == "You wrote: hello"


def test_reading_again_sends_nothing_again(city, reader):
    reader.send("hello")
    reader.open()
    assert len(city.accepted) == 1


def test_the_same_form_sent_twice_is_one_message(city, reader):
    fields = reader.hidden()
    for _ in range(2):
        reader.client.post(PAGE, data=fields | {"text": "hello"}, files={"photo": ("", b"")})
    assert len(city.accepted) == 1


def test_choices_are_radio_buttons_and_what_is_ticked_is_sent(city, reader):
    reader.send("Report a problem")
    assert reader.choices()[:2] == ["Pothole", "Street light out"]
    reader.send(choice="pothole")
    assert (city.accepted[1].choice, city.accepted[1].text) == ("pothole", "Pothole")


def test_several_choices_are_check_boxes(city, reader):
    reader.send("parks")
    assert {box["type"] for box in reader.page.select(".tick input")} == {"checkbox"}
    reader.send(choice=["paths", "courts"])
    assert (city.accepted[1].choice, city.accepted[1].text) == (
        "paths,courts",
        "Walking paths, Sports courts",
    )


def test_own_words_win_over_a_ticked_choice(city, reader):
    reader.send("Report a problem")
    reader.send("a fallen tree", choice="pothole")
    assert (city.accepted[1].choice, city.accepted[1].text) == (None, "a fallen tree")


def test_a_quoted_answer_shows_where_it_was_read(reader):
    reader.send("When is the library open?")
    source = reader.page.select_one(".source")
    assert "Library hours and locations" in source.get_text()
    assert "Last reviewed March 14, 2026" in source.get_text()
    assert source.a["href"] == "https://penstock.example/library/hours"
    assert "noopener" in source.a["rel"]


@pytest.mark.parametrize(
    ("written", "language", "words"),
    [
        ("2026-03-14", "en", "March 14, 2026"),
        ("2026-03-14", "es", "14 de marzo de 2026"),
        ("last spring", "en", "last spring"),
        ("", "en", ""),
    ],
)
def test_a_date_is_written_in_words(written, language, words):
    assert PlainPage(build_chat(), None).day(written, language) == words


def test_times_are_those_of_the_citys_clocks():
    chat = build_chat(
        profile=ProfileShown("Penstock", "555-0100", languages=("en", "es"), timezone="America/New_York")
    )
    assert PlainPage(chat, None).clock(datetime(2026, 6, 1, 16, 5, tzinfo=UTC)) == "12:05"


def test_a_photo_travels_with_the_form(city, reader):
    reader.send("look", photo=b"\xff\xd8\xff a picture")
    assert city.accepted[0].attachments[0].content_type == "image/jpeg"
    address = reader.page.select_one(".bubble img")["src"]
    assert reader.client.get(address).content == b"\xff\xd8\xff a picture"


def test_a_bad_photo_costs_none_of_the_words_beside_it(city, reader):
    reader.send("look", photo=b"%PDF-1.7")
    assert (city.accepted[0].text, city.accepted[0].trouble) == ("look", Trouble.BAD_FILE)


def test_pictures_are_counted_before_they_are_stored_and_words_beside_them_are_not_lost(city):
    media = MemoryMedia()
    with serving(
        build_chat(city, media=media, limits=WebLimits(upload_burst=2, plain_wait_seconds=0.3))
    ) as base:
        reader = Reader(base)
        for number in range(5):
            reader.send(f"look {number}", photo=b"\xff\xd8\xff a picture")
        reader.client.close()
    assert len(media.kept) == 2
    assert [len(message.attachments) for message in city.accepted] == [1, 1, 0, 0, 0]
    assert city.accepted[4].trouble is Trouble.NOT_NOW


def test_pictures_of_one_network_are_counted_together(city):
    media = MemoryMedia()
    limits = WebLimits(network_upload_burst=2, plain_wait_seconds=0.1, spare_loopback=False)
    with serving(build_chat(city, media=media, limits=limits)) as base:
        for _ in range(3):
            reader = Reader(base)
            reader.send("look", photo=b"\xff\xd8\xff a picture")
            reader.client.close()
    assert len(media.kept) == 2


def test_a_bad_photo_alone_is_told_on_the_page(city, reader):
    reader.send(photo=b"%PDF-1.7")
    assert reader.response.status_code == 415
    assert "JPEG" in reader.page.select_one("[role=alert]").get_text()
    assert city.accepted == []


def test_a_huge_photo_is_told_on_the_page(city, reader):
    reader.send("look", photo=b"\xff\xd8\xff" + b"x" * (11 * 1024 * 1024))
    assert reader.response.status_code == 413
    assert "10 MB" in reader.page.select_one("[role=alert]").get_text()


def test_nothing_written_is_told_kindly(reader):
    reader.send("  ")
    assert reader.response.status_code == 400
    assert reader.page.title.get_text().startswith("That did not work yet")


def test_a_slow_answer_is_waited_for_and_then_offered(city, reader):
    city.hold()
    reader.send("hello")
    assert "taking a little longer" in reader.page.select_one(".check").get_text()
    city.release()
    reader.open()
    assert reader.lines() == ["hello", "You wrote: hello"]
    assert reader.page.select_one(".check") is None


def test_what_a_person_of_the_city_writes_stands_under_their_name(city, reader):
    city.answer = lambda _message: []
    reader.send("is anybody there?")
    city.say(CHANNEL, city.accepted[0].sender, Reply("Yes, I am.", by="Ana <b>"))
    reader.open()
    names = [" ".join(name.get_text().split()[:-1]) for name in reader.page.select(".lines .name")]
    assert names[-2:] == ["You", "Ana <b>, city staff"]
    assert reader.lines() == ["is anybody there?", "Yes, I am."]


@pytest.mark.parametrize("change", [{"form": "wrong"}, {"form": ""}, {"form": "ä"}], ids=range(3))
def test_a_form_that_is_not_ours_changes_nothing_and_loses_no_words(city, reader, change):
    reader.send("hello", **change)
    assert (reader.response.status_code, city.accepted) == (403, [])
    assert reader.page.select_one("textarea").get_text() == "hello"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_on_another_website_changes_nothing(city, reader, headers):
    fields = reader.hidden() | {"text": "hello"}
    answer = reader.client.post(PAGE, data=fields, files={"photo": ("", b"")}, headers=headers)
    assert (answer.status_code, city.accepted) == (403, [])


def test_a_form_without_its_cookie_is_asked_for_again(city, reader):
    fields = reader.hidden() | {"text": "hello"}
    reader.client.cookies.clear()
    answer = reader.client.post(PAGE, data=fields, files={"photo": ("", b"")})
    assert (answer.status_code, city.accepted) == (403, [])


def test_hostile_words_are_only_ever_words(city, reader):
    reader.send('<script>alert(1)</script> & "quotes" javascript:alert(1) https://city.example/?a=1&b=<b>')
    city.say(CHANNEL, city.accepted[0].sender, Reply("see https://x.example/' onclick='alert(1)."))
    reader.open()
    assert not reader.page.select(".lines script, .lines b, .lines [onclick]")
    assert {link["href"][:16] for link in reader.page.select(".lines a")} == {
        "https://city.exa",
        "https://x.exampl",
    }


@pytest.mark.parametrize(
    ("path", "headers", "word"),
    [
        (PAGE, {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}, "Enviar"),
        (PAGE, {"Accept-Language": "fr"}, "Send"),
        (f"{PAGE}?language=es", {}, "Enviar"),
    ],
)
def test_the_page_speaks_the_residents_language(base, path, headers, word):
    page = ask("GET", base + path, headers=headers).text
    assert f'<button class="button">{word}</button>' in page


def test_the_language_stays_through_the_redirect(base):
    reader = Reader(base, f"{PAGE}?language=es")
    reader.send("hola")
    assert reader.page.html["lang"] == "es"
    reader.client.close()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(base):
    cookie = ask("GET", base + PAGE).headers["set-cookie"]
    assert re.search(r"HttpOnly", cookie)
    assert re.search(r"SameSite=lax", cookie, re.IGNORECASE)
    assert cookie.startswith("__Host-")
    assert "; Secure" in cookie
    assert "Path=/;" in cookie + ";"
    assert "Domain" not in cookie


def test_ending_the_chat_begins_a_new_one(city, reader):
    reader.send("hello")
    form = reader.page.select("form")[-1]
    fields = {field["name"]: field["value"] for field in form.select("input")}
    reader.take(reader.client.post(form["action"], data=fields, files={"none": ("", b"")}))
    assert reader.lines() == []
    assert "cleared" in reader.page.select_one("[role=status]").get_text()
    reader.send("again")
    assert city.accepted[0].sender != city.accepted[1].sender


def test_too_many_new_readers_of_one_address_get_a_page_that_says_so(city):
    with serving(build_chat(city, limits=WebLimits(session_burst=1, spare_loopback=False))) as base:
        pages = [ask("GET", base + PAGE) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 429]
    assert "555-0100" in pages[1].text


@pytest.mark.parametrize("path", ["/", PAGE])
def test_pages_let_in_nothing_from_elsewhere(base, path):
    answer = ask("GET", base + path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "<style" not in answer.text
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("language", "direction", "send"), [("ar", "rtl", "إرسال"), ("zh", "ltr", "发送"), ("en", "ltr", "Send")]
)
@pytest.mark.parametrize("path", ["/chat/plain", "/"])
def test_pages_are_written_in_the_direction_of_their_language(path, language, direction, send):
    with serving(build_chat(profile=ProfileShown("Penstock", "555-0100", languages=LANGUAGES))) as base:
        page = BeautifulSoup(ask("GET", f"{base}{path}?language={language}").text, "html.parser")
    html = page.select_one("html")
    assert (html["lang"], html["dir"]) == (language, direction)
    tongues = {link["lang"]: link["dir"] for link in page.select("a.tongue")}
    assert tongues == {code: "rtl" if code == "ar" else "ltr" for code in LANGUAGES if code in tongues}
    assert len(tongues) >= len(LANGUAGES) - 1
    assert path == "/" or send in page.select_one("form.write").get_text()
