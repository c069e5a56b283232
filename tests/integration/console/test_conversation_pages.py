"""The pages of conversations: a colleague finds who waits, takes over, answers, hands back; all of it by forms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from city.people.person_desk import on_duty, person_hours
from console.shared.audit import AuditLog
from console.shared.tables import AuditRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.staff.takeover import give_back_forgotten
from conversation.store.staff_tables import CannedReplyRow
from conversation.store.tables import Conversation
from core.model import InboundMessage
from tests.support.pictures import picture

NEEDS = "I want to talk to a person about my water bill"


@pytest.fixture
def house(house):
    """The house with a pushing channel, so that texts have somewhere to go."""
    house.sms = LedgerChannel("sms")
    house.app.channels.update({"sms": house.sms})
    return house


def id_of(house, talk):
    lane = house.app.memory.lane(talk.channel, talk.sender)
    with house.app.database.reading() as session:
        return session.scalar(select(Conversation.id).where(Conversation.sender_key == lane))


def open_one(house, colleague, talk, more=""):
    return colleague.get(f"/conversations/{id_of(house, talk)}{more}")


def waiting(house, channel="web", language="en"):
    """Somebody who waits for a person."""
    talk = house.resident_says(NEEDS, channel=channel, language=language)
    if channel == "web":
        talk.say("skip")
    return talk


def lines(page):
    return [
        (" ".join(line.select_one(".name strong").get_text().split()), line.select_one(".text").get_text())
        for line in page.soup.select(".said-lines .line")
        if line.select_one(".text")
    ]


def test_staff_read_why_under_each_answer_in_their_language(house):
    talk = house.resident_says("blue elephants sing")
    talk.say("help")
    whys = open_one(house, house.sign_in("viewer"), talk).soup.select(".said-lines details.why")
    assert len(whys) == 2
    assert not any(why.has_attr("open") for why in whys)
    assert whys[0].summary.get_text() == "Why?"
    assert "It was not clear what was meant." in whys[0].get_text()
    assert "Known words: help." in whys[1].get_text()
    spanish = open_one(house, house.sign_in("viewer", language="es"), talk)
    assert "Resultado: respondido." in spanish.soup.select(".why")[1].get_text()


def test_a_message_that_nobody_answers_says_why(house):
    talk = waiting(house)
    ana = house.sign_in("agent", name="Ana")
    page = open_one(house, ana, talk)
    page.submit("form[action$=take]")
    talk.say("are you there?")
    last = open_one(house, ana, talk).soup.select(".said-lines .by-resident")[-1]
    assert "A colleague has the conversation." in last.select_one(".why").get_text()


def actions(house):
    with house.app.database.reading() as session:
        return [row.action for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def test_a_whole_story_from_the_list_to_the_hand_back(house):
    talk = waiting(house)
    ana = house.sign_in("agent", name="Ana")
    house.clock.move(12 * 60)
    found = ana.get("/conversations?which=waiting")
    assert "waits 12 min" in found.main
    assert "water bill" in found.main
    page = found.follow("Resident R-")
    page = page.submit("form#take")
    assert page.said == "The conversation is yours. The resident has been told that you are here."
    house.work()
    assert "Ana from the city is here now" in talk.replies()[-1].text

    page = page.submit("form#answer", text="Hello, how can I help with the bill?")
    house.work()
    talk.say("it is twice as high as last month")
    page = ana.get(page.path)
    assert lines(page)[-2:] == [
        ("Ana", "Hello, how can I help with the bill?"),
        ("Resident", "it is twice as high as last month"),
    ]
    assert "Nobody is waiting" in ana.get("/conversations?which=waiting").main

    page = page.submit("form#back")
    house.work()
    assert page.said == "The assistant is back, and has told the resident."
    assert talk.replies()[-1].text.startswith("Ana has left the conversation")
    assert page.soup.select_one("form#answer") is None
    assert actions(house)[-3:] == [
        "conversation.taken",
        "conversation.answered",
        "conversation.handed_back",
    ]


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("all", "Nobody has written yet."),
        ("waiting", "Nobody is waiting for a person."),
        ("mine", "You have taken no conversation."),
        ("nonsense", "Nobody has written yet."),
    ],
)
def test_an_empty_list_says_so(house, which, words):
    assert words in house.sign_in("agent").get(f"/conversations?which={which}").main


def test_the_list_can_be_narrowed_and_paged(house):
    for _ in range(45):
        house.resident_says("hello")
        house.clock.move(60)
    house.resident_says("hola", channel="sms", language="es")
    viewer = house.sign_in("viewer")
    first = viewer.get("/conversations")
    assert len(first.soup.select(".talk")) == 40
    second = first.follow("Older")
    assert len(second.soup.select(".talk")) == 6
    narrowed = first.submit("form#filter", channel="sms", language="es")
    assert len(narrowed.soup.select(".talk")) == 1
    assert "SMS · Spanish" in narrowed.main


def test_the_page_fetches_its_list_anew_with_the_same_filter(house):
    agent = house.sign_in("agent")
    page = agent.get("/conversations?which=waiting")
    live = page.soup.select_one("#conversations")["data-live"]
    assert "<html" not in agent.get(live).text
    waiting(house)
    assert "waits less than a minute" in agent.get(live).main


def test_whoever_only_sees_may_read_and_not_act(house):
    talk = waiting(house)
    viewer = house.sign_in("viewer")
    page = open_one(house, viewer, talk)
    assert page.status == 200
    assert [
        form for form in ("take", "answer", "settle", "contact") if page.soup.select_one(f"form#{form}")
    ] == []
    assert viewer.post(f"{page.path}/take").status == 403
    assert viewer.post(f"{page.path}/answer", {"text": ["Hello"]}).status == 403


def test_nobody_sees_the_number_without_a_click_that_is_written_down(house):
    talk = waiting(house, channel="sms")
    agent = house.sign_in("agent")
    page = open_one(house, agent, talk)
    assert talk.sender not in page.text
    shown = page.submit("form#contact")
    assert talk.sender in shown.text
    assert actions(house)[-1] == "contact.seen"
    assert talk.sender not in open_one(house, agent, talk).text


def test_the_number_that_a_resident_left_is_seen_by_the_same_click_only(house):
    talk = house.resident_says(NEEDS)
    talk.say("555-0199")
    agent = house.sign_in("agent")
    page = open_one(house, agent, talk)
    assert "555-0199" not in page.text
    assert "555-0199" not in agent.get("/conversations").text
    assert "555-0199" not in agent.get(page.soup.select_one("#talk")["data-live"]).text
    found = agent.get("/conversations/search?words=0199")
    assert "555-0199" not in found.main
    shown = page.submit("form#contact")
    assert shown.soup.select_one(".about-side").get_text().count("555-0199") == 1
    assert actions(house)[-1] == "contact.seen"


def test_two_colleagues_cannot_have_it_and_the_slower_one_is_told(house):
    talk = waiting(house)
    ana, ben = house.sign_in("agent", name="Ana"), house.sign_in("agent", name="Ben")
    his = open_one(house, ben, talk)
    open_one(house, ana, talk).submit("form#take")
    late = his.submit("form#take")
    assert late.status == 422
    assert "A colleague was quicker" in late.main
    assert "Ana answers. The assistant is silent." in late.main
    assert late.soup.select_one("form#answer") is None
    state = ben.get(his.soup.select_one("#state")["data-live"])
    assert "This has changed" in state.main


def test_what_was_typed_is_not_lost_when_the_conversation_went_back(house):
    talk = waiting(house)
    ana = house.sign_in("agent", name="Ana")
    page = open_one(house, ana, talk).submit("form#take")
    house.clock.move(31 * 60)
    give_back_forgotten(house.app.services, 30)
    house.work()
    late = page.submit("form#answer", text="Sorry for the delay")
    assert late.status == 422
    assert "not yours any more" in late.main
    again = late.submit("form#take")
    assert again.soup.select_one("form#answer") is not None


@pytest.mark.parametrize(("text", "words"), [("  ", "nothing to send"), ("x" * 2000, "too long")])
def test_an_answer_that_cannot_be_sent_says_why(house, text, words):
    talk = waiting(house)
    page = open_one(house, house.sign_in("agent"), talk).submit("form#take")
    answered = page.submit("form#answer", text=text)
    assert (answered.status, words in answered.main) == (422, True)
    assert answered.soup.select_one("#text").get_text().strip() == text.strip()


def test_who_asked_for_no_more_messages_is_shown_before_anything_is_typed(house):
    talk = waiting(house, channel="sms")
    agent = house.sign_in("agent")
    page = open_one(house, agent, talk).submit("form#take")
    talk.say("STOP")
    page = agent.get(page.path)
    assert page.soup.select_one("textarea") is None
    assert "asked for no more messages" in page.main


def test_a_wish_is_settled_otherwise(house):
    talk = waiting(house)
    agent = house.sign_in("agent")
    page = open_one(house, agent, talk).submit("form#settle")
    assert page.said == "The resident is not on the waiting list any more."
    assert page.soup.select_one("form#settle") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("delete my data", "Wants their data deleted"),
        ("what do you know about me", "Wants to see their data"),
    ],
)
def test_a_wish_about_the_resident_s_own_data_is_seen_as_such_and_closed_only_when_done(house, text, shown):
    talk = house.resident_says(text)
    agent = house.sign_in("agent")
    assert shown in agent.get("/conversations?which=waiting").main
    page = open_one(house, agent, talk).submit("form#take")
    assert shown in page.main
    page = page.submit("form#settle")
    assert shown not in page.main
    assert shown not in agent.get("/conversations?which=waiting").main
    assert actions(house)[-1] == "conversation.settled"


def test_the_fate_of_a_text_is_shown(house):
    talk = waiting(house, channel="sms")
    agent = house.sign_in("agent", name="Ana")
    page = open_one(house, agent, talk).submit("form#take")
    page = page.submit("form#answer", text="We look into it.")
    assert "on its way" in page.main
    house.work()
    while claims := house.app.outbox_queue.claim(5):
        for claim in claims:
            house.app.outbox.deliver(claim)
    live = agent.get(page.soup.select_one("#talk")["data-live"])
    assert live.soup.select_one(".sent").get_text().strip() == "sent"
    assert house.sms.ledger[-1].reply.text == "Ana (city staff): We look into it."


def test_pictures_are_shown_to_whoever_may_read_the_conversation(house):
    talk = house.resident_says("hello")
    kept = house.app.media.take(picture())
    house.app.inbox.accept(
        InboundMessage(
            channel="web",
            provider_id="photo",
            sender=talk.sender,
            received_at=house.clock(),
            attachments=(kept,),
        )
    )
    house.work()
    viewer = house.sign_in("viewer")
    address = open_one(house, viewer, talk).soup.select_one(".line img")["src"]
    assert viewer.client.get(f"https://city.example{address}").headers["content-type"] == "image/jpeg"
    other = house.resident_says("hello")
    elsewhere = f"/conversations/{id_of(house, other)}/pictures/{kept.media_id}"
    assert viewer.get(elsewhere).status == 404


def test_the_cases_of_a_resident_are_linked_for_those_who_may_see_them(house):
    talk = house.resident_says("there is a pothole at 20 Elm Street", "2")
    page = open_one(house, house.sign_in("viewer"), talk)
    links = [link["href"] for link in page.soup.select(".about-side a") if "/cases/" in link["href"]]
    assert len(links) == 1
    elsewhere = open_one(house, house.sign_in("viewer", departments=("library",)), talk)
    assert "/cases/" not in str(elsewhere.soup.select_one(".about-side"))


def test_what_the_resident_is_in_the_middle_of_is_shown(house):
    talk = house.talk()
    talk.say(start="survey-parks")
    page = open_one(house, house.sign_in("viewer"), talk)
    assert "In the middle of the survey “Parks" in page.main
    assert page.soup.select_one(".about-side a[href$='/surveys/parks']") is not None


def test_a_long_transcript_is_read_from_its_end_and_backwards(house):
    talk = house.talk()
    for _ in range(60):
        talk.say("help")
        talk.silence(1)
    viewer = house.sign_in("viewer")
    page = open_one(house, viewer, talk)
    numbers = [int(line["id"].removeprefix("line-")) for line in page.soup.select(".said-lines .line")]
    assert len(numbers) == 100
    earlier = page.follow("Earlier lines")
    assert earlier.soup.select_one("#line-1") is not None
    assert earlier.soup.select_one("#talk").get("data-live") is None


def test_the_search_finds_a_line_and_leads_to_its_place(house):
    talk = house.resident_says("my lantern is broken near the old mill")
    viewer = house.sign_in("viewer")
    found = viewer.get("/conversations/search").submit("form#search", words="LANTERN míll")
    assert [mark.get_text() for mark in found.soup.select("mark")] == ["lantern", "mill"]
    place = found.soup.select_one(".results a")["href"]
    assert place.endswith("#line-1")
    assert "lantern" in viewer.get(place).soup.select_one("#line-1").get_text()
    assert id_of(house, talk) in place


def test_a_search_is_written_down_without_its_words(house):
    house.resident_says("my lantern is broken")
    viewer = house.sign_in("viewer")
    viewer.get("/conversations/search")
    viewer.get("/conversations/search?words=lantern&channel=web")
    with house.app.database.reading() as session:
        entry = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert (entry.action, entry.details) == ("conversations.searched", {"found": "1", "channel": "web"})


@pytest.mark.parametrize(
    "query",
    [
        "words=%00",
        "words=%22",
        "since=yesterday&words=x",
        "until=9999-12-31&words=x",
        "before=-1&words=x",
        "channel=fax&words=x",
    ],
)
def test_an_odd_search_finds_nothing_and_breaks_nothing(house, query):
    assert house.sign_in("viewer").get(f"/conversations/search?{query}").status == 200


def test_what_residents_write_is_text_and_nothing_else(house):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    talk = house.resident_says(evil)
    viewer = house.sign_in("viewer")
    talk.say(evil)
    pages = [
        viewer.get("/conversations"),
        open_one(house, viewer, talk),
        viewer.get("/conversations/search?words=alert"),
    ]
    assert evil in pages[1].main
    for page in pages:
        assert "<img src=x" not in page.text
        assert page.soup.select("main script") == []


def test_canned_replies_are_kept_in_each_language_and_filled_in(house):
    editor = house.sign_in("agent", name="Ana Ruiz")
    page = editor.get("/conversations/replies").submit(
        "form#new", title="Greeting", text_en="{name} of {city} here.", text_es="Aquí {name}, de {city}."
    )
    assert page.said == "Kept."
    talk = house.resident_says("hola, quiero hablar con una persona", channel="sms", language="es")
    conversation = open_one(house, editor, talk).submit("form#take")
    option = conversation.soup.select_one("#canned-reply option[data-text]")
    assert option["data-text"] == "Aquí Ana Ruiz, de Penstock."
    filled = conversation.submit("form#canned", canned=option["value"])
    assert filled.soup.select_one("#text").get_text().strip() == "Aquí Ana Ruiz, de Penstock."


def test_a_canned_reply_is_changed_and_deleted(house):
    agent = house.sign_in("agent")
    page = agent.get("/conversations/replies").submit("form#new", title="Hello", text_en="Hello!")
    page = page.submit("details form", title="Hi", text_en="Hi!")
    with house.app.database.reading() as session:
        assert [(row.title, row.texts) for row in session.scalars(select(CannedReplyRow))] == [
            ("Hi", {"en": "Hi!"})
        ]
    page = page.submit("details form + form")
    assert page.said == "Deleted."
    assert "no canned replies" in page.main


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": "", "text_en": "Hello"}, "Something has to stand here."),
        ({"title": "New", "text_en": "  "}, "Something has to stand here."),
        ({"title": "Taken", "text_en": "Hello"}, "with this title already"),
        ({"title": "x" * 90, "text_en": "Hello"}, "too long"),
        ({"title": "New", "text_en": "x" * 1200}, "too long"),
    ],
)
def test_a_canned_reply_that_cannot_be_keeps_what_was_typed(house, typed, words):
    agent = house.sign_in("agent")
    page = agent.get("/conversations/replies").submit("form#new", title="Taken", text_en="There")
    wrong = page.submit("form#new", **typed)
    assert (wrong.status, words in wrong.main) == (422, True)
    assert wrong.soup.select_one("form#new input[name=title]")["value"] == typed["title"]


def test_hours_are_changed_by_administrators_and_read_by_all(house):
    administrator = house.sign_in("administrator")
    page = administrator.get("/conversations/hours").submit(
        "form#hours", day_0="8:30-16:30", day_3="8:30-12:00, 13:00-19:00", holidays="2026-12-25\n2026-11-26"
    )
    assert page.said.startswith("The hours are changed.")
    with house.app.database.reading() as session:
        kept = person_hours(session)
    assert [", ".join(map(str, kept.weekdays[day])) for day in (0, 3)] == [
        "08:30-16:30",
        "08:30-12:00, 13:00-19:00",
    ]
    assert [day.isoformat() for day in kept.holidays] == ["2026-11-26", "2026-12-25"]
    agent = house.sign_in("agent")
    seen = agent.get("/conversations/hours")
    assert "08:30-16:30" in seen.main
    assert seen.soup.select_one("form#hours") is None


@pytest.mark.parametrize(
    ("typed", "field"), [({"day_2": "nine to five"}, "day_2"), ({"holidays": "Christmas"}, "holidays")]
)
def test_hours_that_cannot_be_are_told_at_their_field(house, typed, field):
    page = house.sign_in("administrator").get("/conversations/hours").submit("form#hours", **typed)
    assert page.status == 422
    assert page.soup.select_one(f"#{field}-error") is not None
    with house.app.database.reading() as session:
        assert not person_hours(session).are_set


def test_colleagues_say_that_they_are_on_duty_and_that_they_go(house):
    agent = house.sign_in("agent", name="Ana")
    page = agent.get("/conversations").submit("form#duty")
    assert "On duty: Ana" in page.main
    with house.app.database.reading() as session:
        assert [one.name for one in on_duty(session, house.clock() + timedelta(hours=1))] == ["Ana"]
    page = page.submit("form#duty")
    assert "Nobody is on duty." in page.main


def test_the_navigation_counts_who_waits(house):
    waiting(house)
    page = house.sign_in("agent").get("/account")
    assert page.soup.select_one(".side .count").get_text(strip=True).startswith("1")


def test_what_is_not_there_is_not_found(house):
    agent = house.sign_in("agent")
    for below in ("", "/lines", "/state", "/pictures/x"):
        assert agent.get(f"/conversations/nothing{below}").status == 404
    for below in ("/take", "/answer", "/contact"):
        assert agent.post(f"/conversations/nothing{below}", {"text": ["x"]}).status == 404


def test_the_audit_log_stays_whole(house):
    talk = waiting(house)
    open_one(house, house.sign_in("agent"), talk).submit("form#take").submit("form#answer", text="Hello")
    with house.app.database.reading() as session:
        assert AuditLog(house.app.vault).verify(session).broken_at is None


def test_in_spanish_the_pages_are_spanish(house):
    talk = waiting(house, language="es")
    page = open_one(house, house.sign_in("agent", language="es"), talk)
    assert "Responde el asistente." in page.main
