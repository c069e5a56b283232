"""Staff work on cases in the console, and residents hear of it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from city.records.model import NewRequest, PlaceMatch
from city.requests.duplicates import following_cases
from city.requests.requests import add_photo, file_request, find_row
from console.shared.tables import AuditRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.store.tables import Conversation
from core.model import Position
from tests.support.console import ConsoleHouse
from tests.support.installation import HallTalk

MILL_ROAD = PlaceMatch("12 Mill Road", Position(41.652, -74.34), "address")


def person_of(house: ConsoleHouse, talk: HallTalk) -> str:
    with house.app.database.reading() as session:
        key = house.app.memory.lane(talk.channel, talk.sender)
        return session.scalars(select(Conversation.person_id).where(Conversation.sender_key == key)).one()


def report(house: ConsoleHouse, talk: HallTalk | None = None, **fields: object) -> str:
    """A pothole, reported by this resident or a new one; its number."""
    talk = talk or house.resident_says("hello")
    known = {
        "service_code": "pothole",
        "person_id": person_of(house, talk),
        "channel": talk.channel,
        "language": talk.language,
        "dedupe_key": f"{talk.sender} {fields}",
        "description": "a huge hole",
        "place": MILL_ROAD,
        "answers": {"SIZE": "small"},
    }
    with house.app.database.writing() as session:
        return file_request(session, NewRequest(**(known | fields)), house.clock()).number  # type: ignore[arg-type]


def picture(colour: str = "green") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def actions(house: ConsoleHouse) -> list[tuple[str, str]]:
    with house.app.database.reading() as session:
        return [
            (row.action, row.subject)
            for row in session.scalars(select(AuditRow).order_by(AuditRow.id))
            if row.action.startswith(("case.", "contact."))
        ]


def row_of(house: ConsoleHouse, number: str):
    with house.app.database.reading() as session:
        row = find_row(session, number)
        _ = row.updates, row.photos
        return row


def numbers(page) -> set[str]:
    return {link.get_text() for link in page.soup.select("main table.cases tbody th a, main .cards a")}


@pytest.fixture
def agent(house):
    return house.sign_in("agent", name="Ana")


def test_a_case_is_settled_and_its_resident_told_and_opens_it_again(house, agent):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = agent.get("/cases").follow(number)
    page = page.submit("form#take")
    assert "given" in page.said
    files = [("files", ("fix.png", picture(), "image/png"))]
    page = page.submit("form#status", files=files, status="fixed", reason="Filled with hot mix.")
    message = page.soup.select_one("textarea[name=message]").get_text()
    assert f"Good news about your report {number}" in message
    assert "Is it really fixed?" in page.main
    page = page.submit("form#message", tell="yes")
    assert page.path == f"/cases/{number}"
    assert "Fixed" in page.main
    assert "Filled with hot mix." in page.main
    told = talk.replies()
    assert told[0].text.startswith(f"Good news about your report {number}")
    lines = house.app.memory.after("web", talk.sender, 0)
    assert len(lines[-1].attachments) == 1
    talk.say("no, half of it is still open")
    page = agent.get("/cases?who=me&flag=reopened")
    assert numbers(page) == {number}
    page = page.follow(number)
    assert "half of it is still open" in page.main
    assert "says that it is not fixed" in page.main
    assert actions(house) == [("case.assign", number), ("case.status", number)]


def test_an_unfinished_report_says_so_with_what_was_not_answered(house, agent):
    number = report(house, answers={}, missing=("SIZE",))
    finished = report(house)
    page = agent.get("/cases")
    states = {
        row.th.get_text(): row.select_one("td.state").get_text()
        for row in page.soup.select("table.cases tbody tr")
    }
    assert "Unfinished" in states[number]
    assert "Unfinished" not in states[finished]
    page = page.follow(number)
    assert page.soup.select_one("#unfinished").get_text().endswith("Not answered yet: How big is it?")


def test_everything_reported_is_shown_with_the_labels_of_its_answers(house, agent):
    number = report(house, language="es")
    page = agent.get(f"/cases/{number}")
    for words in (
        "a huge hole",
        "12 Mill Road",
        "How big is it?",
        "Smaller than a dinner plate",
        "Web chat, Spanish",
    ):
        assert words in page.main
    spanish = house.sign_in("agent", language="es").get(f"/cases/{number}")
    assert "¿Qué tan grande es?" in spanish.main


def test_a_message_can_be_put_in_other_words_or_left_out(house, agent):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = agent.get(f"/cases/{number}").submit("form#status", status="in_progress", reason="On Monday.")
    page.submit("form#message", tell="yes", message="We come on Monday,\r\nAna")
    assert [reply.text for reply in talk.replies()] == ["We come on Monday,\nAna"]
    page = agent.get(f"/cases/{number}").submit("form#status", status="closed", reason="Nothing there.")
    page.submit("form#message", tell="no")
    page = agent.get(f"/cases/{number}").submit("form#status", status="open", reason="It is.", tell=None)
    assert page.path == f"/cases/{number}"
    assert talk.replies() == []
    assert [update.told for update in row_of(house, number).updates] == ["We come on Monday,\nAna", "", ""]


def test_a_resident_is_told_in_their_language_whatever_staff_read(house, agent):
    talk = house.resident_says("hola", language="es")
    number = report(house, talk)
    page = agent.get(f"/cases/{number}").submit("form#status", status="fixed", reason="Listo.")
    assert "Buenas noticias" in page.soup.select_one("textarea[name=message]").get_text()
    page.submit("form#message", tell="yes")
    assert talk.replies()[0].text.startswith("Buenas noticias")


def test_notes_are_for_colleagues(house, agent):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = agent.get(f"/cases/{number}").submit("form#note", note="Ask the water works first.")
    assert "Ask the water works first." in page.main
    assert all("water works" not in reply.text for reply in talk.say(number))


@pytest.mark.parametrize(
    ("form", "typed", "said"),
    [
        ("status", {"status": "fixed", "reason": " "}, "Please write the reason."),
        ("note", {"note": " "}, "The note is empty."),
        ("due", {"due": "2026-07-01", "reason": ""}, "Please write the reason."),
        ("due", {"due": "soon", "reason": "x"}, "That is no day."),
        ("merge", {"main": "KR-00000", "reason": "x"}, "There is no case with that number"),
        ("department", {"department": "parks", "reason": ""}, "Please write the reason."),
        ("assign", {"to": "somebody"}, "Please choose somebody"),
    ],
)
def test_a_form_that_cannot_be_done_keeps_what_was_typed(house, agent, form, typed, said):
    number = report(house)
    page = agent.get(f"/cases/{number}").submit(f"form#{form}", **typed)
    assert page.status == 422
    assert said in page.main
    for name, value in typed.items():
        part = page.soup.select_one(f"form#{form} [name={name}]")
        if part.name == "input":
            assert part["value"] == value
    assert row_of(house, number).updates == []


def test_a_file_that_is_no_picture_is_refused(house, agent):
    number = report(house)
    files = [("files", ("fix.png", b"<svg onload=alert(1)>", "image/png"))]
    page = agent.get(f"/cases/{number}").submit("form#status", files=files, status="fixed", reason="Done.")
    assert page.status == 422
    assert "could not be read" in page.main


def test_another_day_is_promised_and_told(house, agent):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = agent.get(f"/cases/{number}").submit("form#due", due="2026-07-01", reason="Frost.")
    page.submit("form#message", tell="yes")
    assert "by Wednesday, July 1" in talk.replies()[0].text
    assert row_of(house, number).expected_at.day == 2  # the end of that day in Penstock, in UTC


def test_a_duplicate_follows_the_other_case(house, agent):
    anna, bert = house.resident_says("hello"), house.resident_says("hello")
    main, second = report(house, anna), report(house, bert)
    page = agent.get(f"/cases/{second}")
    assert main in page.soup.select_one("#merge-panel").get_text()
    page = page.submit("form#merge", main=main, reason="Same hole.").submit("form#message", tell="yes")
    assert "Duplicate" in page.main
    assert second in bert.replies()[0].text
    page = agent.get(f"/cases/{main}").submit("form#status", status="fixed", reason="Filled.")
    assert "who are told too: 1" in page.main
    page.submit("form#message", tell="yes")
    assert second in bert.replies()[0].text
    assert main in anna.replies()[0].text
    agent.get(f"/cases/{second}").submit("form#part", reason="Another hole.")
    with house.app.database.reading() as session:
        assert following_cases(session, find_row(session, main)) == []


def test_many_cases_are_changed_at_once(house, agent):
    talks = [house.resident_says("hello") for _ in range(3)]
    cases = [report(house, talk) for talk in talks]
    page = agent.get("/cases").submit("form#bulk", numbers=cases[:2], do="assign", to=agent.staff_id)
    assert page.said == "2 cases are changed."
    assert numbers(agent.get("/cases?who=me")) == set(cases[:2])
    page = agent.get("/cases").submit("form#bulk", numbers=cases, do="status", status="fixed", reason="Done.")
    assert [row_of(house, number).status for number in cases] == ["open"] * 3
    page = page.submit("form#bulk-message", tell="yes")
    assert page.said == "3 cases are changed."
    assert [len(talk.replies()) for talk in talks] == [1, 1, 1]
    page = agent.get("/cases?state=all").submit(
        "form#bulk", numbers=cases, do="status", status="fixed", reason="Done.", tell=""
    )
    assert page.said == "0 cases are changed; 3 stayed as they were."
    assert (
        agent.get("/cases?state=all")
        .submit("form#bulk", do="status", status="open")
        .said.startswith("No case was ticked")
    )


def test_views_are_saved_for_oneself_or_for_everybody(house, agent):
    report(house)
    page = agent.get("/cases?service=pothole").submit("form#view", name="My holes")
    assert "service=pothole" in next(
        a["href"] for a in page.soup.select(".views a") if "My holes" in a.get_text()
    )
    agent.get("/cases?q=hole").submit("form#view", name="All holes", shared="yes")
    ben = house.sign_in("agent", name="Ben")
    views = ben.get("/cases").soup.select_one(".views").get_text()
    assert "All holes" in views
    assert "My holes" not in views
    page = agent.get("/cases").submit("form[id^=forget-]")
    assert page.said == "The view is deleted."


def test_filters_stand_in_the_address_and_in_the_form(house, agent):
    number = report(house)
    report(house, service_code="streetlight-out", description="dark")
    page = agent.get("/cases?service=pothole&q=huge&since=2026-06-01&order=due&nonsense=1")
    assert numbers(page) == {number}
    assert page.soup.select_one("#q")["value"] == "huge"
    assert page.soup.select_one("#more").has_attr("open")
    assert numbers(agent.get("/cases?since=2026-06-02")) == set()
    assert agent.get("/cases?since=yesterday&state=x&order=y&key=z").status == 200


def test_pages_of_the_queue_lead_on_and_back(house, agent):
    talk = house.resident_says("hello")
    for at in range(30):
        report(house, talk, dedupe_key=f"case {at}", description=f"hole {at}")
    first = agent.get("/cases")
    second = first.follow("Older")
    assert (len(numbers(first)), len(numbers(second))) == (25, 5)
    assert numbers(second.follow("Newer")) == numbers(first)


def test_the_number_of_a_resident_is_shown_after_a_logged_click(house, agent):
    talk = house.resident_says("hello", channel="sms")
    number = report(house, talk, contact="anna@home.example")
    page = agent.get(f"/cases/{number}")
    assert talk.sender not in page.text
    assert "anna@home.example" not in page.text
    page = page.submit("form#contact")
    assert talk.sender in page.main
    assert "anna@home.example" in page.main
    assert actions(house) == [("contact.seen", number)]
    assert talk.sender not in agent.get(f"/cases/{number}").text


def test_a_web_chats_key_is_never_shown(house, agent):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = agent.get(f"/cases/{number}")
    assert page.soup.select_one("form#contact") is None
    assert talk.sender not in agent.post(f"/cases/{number}/contact").text


def test_photos_are_shown_only_with_their_case(house, agent):
    number, other = report(house), report(house, service_code="graffiti")
    media_id = house.app.media.take(picture()).media_id
    with house.app.database.writing() as session:
        add_photo(session, number, find_row(session, number).person_id, media_id, house.clock())
    src = agent.get(f"/cases/{number}").soup.select_one(".photos img")["src"]
    answer = agent.client.get(src)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert agent.client.get(src.replace(number, other)).status_code == 404
    assert house.guest().client.get(src, follow_redirects=False).status_code != 200


def test_staff_of_a_department_see_and_change_only_its_cases(house):
    number = report(house)
    parks = house.sign_in("agent", departments=("parks",))
    works = house.sign_in("agent", departments=("public-works",))
    department = row_of(house, number).department_code
    assert department == "public-works"
    assert numbers(works.get("/cases")) == {number}
    assert numbers(parks.get("/cases")) == numbers(parks.get("/map")) == set()
    assert "0 cases" in parks.get("/cases").main
    assert parks.get("/map/points").answer.json() == {"points": [], "heaps": []}
    assert len(works.get("/map/points").answer.json()["points"]) == 1
    for path in ("", "/status", "/contact", "/assign", "/note"):
        page = (
            parks.post(f"/cases/{number}{path}", {"note": ["x"]}) if path else parks.get(f"/cases/{number}")
        )
        assert page.status == 404
    parks.post("/cases/bulk", {"do": ["status"], "numbers": [number], "status": ["fixed"], "reason": ["x"]})
    assert row_of(house, number).status == "open"


def test_a_case_that_is_handed_over_is_gone_for_whoever_sees_only_their_own(house):
    number = report(house)
    works = house.sign_in("agent", departments=("public-works",))
    page = works.get(f"/cases/{number}")
    other = next(
        option["value"]
        for option in page.soup.select("form#department option")
        if option["value"] != "public-works"
    )
    page = page.submit("form#department", department=other, reason="Theirs.")
    assert page.path == "/cases"
    assert works.get(f"/cases/{number}").status == 404


def test_viewers_read_and_change_nothing(house):
    number = report(house)
    viewer = house.sign_in("viewer")
    page = viewer.get(f"/cases/{number}")
    assert page.soup.select("main form") == []
    assert viewer.post(f"/cases/{number}/note", {"note": ["x"]}).status == 403
    assert viewer.get("/cases").soup.select_one("#bulk button") is None


def test_messages_are_edited_by_status_service_and_language(house):
    chief = house.sign_in("administrator")
    page = chief.get("/cases/messages?service=pothole")
    page = page.submit("form#messages", **{"text.fixed.en": "Filled: {number}."})
    assert page.said == "The messages are saved."
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = chief.get(f"/cases/{number}").submit("form#status", status="fixed", reason="x")
    assert page.soup.select_one("textarea[name=message]").get_text().strip() == f"Filled: {number}."
    assert "Good news" in chief.get("/cases/messages").text
    page = chief.get("/cases/messages").submit("form#messages", **{"text.fixed.en": "{oops}"})
    assert page.status == 422
    assert "{oops}" in page.text


def test_the_map_gives_points_streets_and_a_list(house, agent):
    number = report(house)
    page = agent.get("/map")
    assert numbers(page) == {number}
    assert page.soup.select_one("[data-map]")["data-streets"].endswith("/map/streets")
    point = agent.get("/map/points?within=41,-75,42,-74").answer.json()["points"][0]
    assert (point["number"], point["label"], point["service"]) == (number, "Open", "Pothole or broken road")
    assert agent.get("/map/points?within=10,10,11,11").answer.json()["points"] == []
    streets = agent.get("/map/streets")
    assert streets.answer.json()["features"]
    again = agent.client.get(
        "/console/map/streets", headers={"if-none-match": streets.answer.headers["etag"]}
    )
    assert again.status_code == 304


HOSTILE = '"><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>'


def test_what_residents_write_is_shown_as_text(house, agent):
    number = report(house, description=HOSTILE, contact=HOSTILE, answers={"SIZE": HOSTILE, HOSTILE: "x"})
    for path in ("/cases", f"/cases/{number}", "/map", f"/cases?q={number}"):
        page = agent.get(path)
        assert page.soup.select("main script, main img[onerror]") == []
        assert (
            "49" not in page.soup.select_one("main").get_text().replace(number, "") or "{{7*7}}" in page.text
        )


def test_no_two_parts_of_a_page_have_the_same_id(house):
    number = report(house)
    report(house)
    chief = house.sign_in("administrator")
    page = chief.get(f"/cases/{number}")
    pages = [page, chief.get("/cases"), chief.get("/map"), chief.get("/cases/messages")]
    pages.append(page.submit("form#status", status="fixed", reason="x"))
    for page in pages:
        ids = [part["id"] for part in page.soup.select("[id]")]
        assert sorted(ids) == sorted(set(ids)), page.path


def shown_before(house, agent, cases, **fields):
    page = agent.get("/cases").submit(
        "form#bulk", numbers=cases, do="status", status="fixed", reason="Done.", **fields
    )
    return page, [item.get_text(" ", strip=True) for item in page.soup.select("#told li, #not-told li")]


def silence(house: ConsoleHouse, talk: HallTalk) -> None:
    with house.app.database.writing() as session:
        key = house.app.memory.lane(talk.channel, talk.sender)
        session.scalars(
            select(Conversation).where(Conversation.sender_key == key)
        ).one().stopped_at = house.clock()


def test_before_many_cases_are_changed_staff_see_who_is_told_what_and_who_is_not(house):
    house.app.channels.update({"sms": LedgerChannel("sms"), "whatsapp": LedgerChannel("whatsapp")})
    spanish = HallTalk(house, "es", "sms")
    spanish.say("hola")
    english, stopped = HallTalk(house, "en", "sms"), HallTalk(house, "en", "sms")
    old, telegram = HallTalk(house, "en", "whatsapp"), HallTalk(house, "en", "telegram")
    for talk in (english, stopped, old, telegram):
        talk.say("hello")
    silence(house, stopped)
    house.clock.move(25 * 3600)
    web = house.resident_says("hello")
    cases = [report(house, talk) for talk in (spanish, english, stopped, old, telegram, web)]
    cases += [report(house, web, description="another"), report(house, web, person_id="nobody")]
    page, lines = shown_before(house, house.sign_in("agent"), cases)
    assert "8" in page.soup.select_one("main p").get_text()
    assert [line.partition(":")[0] for line in lines] == [
        *("2 residents", "1 resident"),
        *["1 resident will not be told"] * 4,
    ]
    for words in ("no more messages", "24 hours", "not set up", "no conversation"):
        assert any(words in line for line in lines), words
    assert "4 messages in all" in page.text
    examples = [item.get_text() for item in page.soup.select(".bubble")]
    assert any("Good news about your report" in said for said in examples)
    assert any("Buenas noticias de su reporte" in said for said in examples)
    assert any("1 Sí, está arreglado" in said for said in examples)
    assert house.app.inbox_queue.counts().get("waiting", 0) == 0
    assert {row_of(house, number).status for number in cases} == {"open"}


def test_many_cases_can_be_changed_without_a_word_after_the_messages_were_shown(house, agent):
    talk = house.resident_says("hello")
    case = report(house, talk)
    page, _ = shown_before(house, agent, [case])
    page = page.submit("form#bulk-message", tell="no")
    assert page.said == "1 cases are changed."
    assert (row_of(house, case).status, talk.replies()) == ("fixed", [])


def test_a_wording_of_one_service_is_shown_for_itself(house, agent):
    chief = house.sign_in("administrator")
    chief.get("/cases/messages?service=pothole").submit(
        "form#messages", **{"text.fixed.en": "Filled: {number}."}
    )
    talks = [house.resident_says("hello") for _ in range(2)]
    cases = [report(house, talks[0]), report(house, talks[1], service_code="streetlight-out")]
    page, lines = shown_before(house, agent, cases)
    assert len(lines) == 1
    said = [item.get_text() for item in page.soup.select(".bubble")]
    assert sorted(text.partition(" ")[0] for text in said) == ["Filled:", "Good"]


def test_a_reason_of_residents_cannot_break_the_page_of_messages(house, agent):
    case = report(house)
    page = agent.get("/cases").submit(
        "form#bulk", numbers=[case], do="status", status="fixed", reason="<script>alert(1)</script>"
    )
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
