"""Trying a question, open questions and their answers, and what must be answered so."""

from __future__ import annotations

import pytest

from core.model import Asker
from core.queue import Claim
from knowledge.questions.kept import keep_question
from tests.support.console import ConsoleHouse
from tests.support.installation import HallTalk

QUESTION = "What time is the zebra parade?"
ANSWER = "The zebra parade begins at noon at the city hall."
SPANISH = "¿A qué hora es el desfile de cebras?"


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path / "var")
    yield house
    house.close()


@pytest.fixture
def editor(house):
    return house.sign_in("editor", name="Ana Editor")


def wonder(house, question=QUESTION, language="en", tell=False) -> HallTalk:
    hello, tell_me = (
        ("hola", "Avíseme cuando lo sepa") if language == "es" else ("hello", "Tell me when you know")
    )
    talk = house.resident_says(hello, question, *([tell_me] if tell else []), language=language)
    house.app.question_groups.group_all()
    return talk


def indexed(house):
    """Do what the background does: bring the library up to date."""
    jobs = house.app.jobs
    while claims := jobs.queue.claim(1):
        for claim in claims:
            assert isinstance(claim, Claim)
            jobs.work(claim)
    house.app.library.reload_if_changed()


def answered(house, editor, group=1, title=QUESTION, answer=ANSWER, **fields):
    page = editor.get(f"/questions/{group}").submit(
        "form#fixed-answer", title=[title, ""], answer=[answer, ""], language=["en", "es"], **fields
    )
    indexed(house)
    return page


def test_an_unanswered_question_stands_in_the_list_with_who_asked_where(house, editor):
    wonder(house, tell=True)
    house.resident_says("hello", f"{QUESTION}!", channel="sms")
    page = editor.get("/questions")
    row = page.soup.select_one("table.questions tbody tr")
    words = " ".join(row.get_text(" ").split())
    assert QUESTION in words
    assert "not answered: 2" in words
    assert "English 2" in words
    assert "Web chat 1, SMS 1" in words
    assert len(page.soup.select("table.questions tbody tr")) == 1


def test_a_fixed_answer_is_two_clicks_from_the_list_and_answers_residents(house, editor):
    wonder(house)
    page = editor.get("/questions").follow(QUESTION)
    assert page.main.count("no answer") == 1
    page = page.submit("form#fixed-answer", answer=[ANSWER])
    assert page.said == "Published: 1. In a few seconds residents are answered from it."
    indexed(house)
    replies = wonder(house).replies()
    assert replies == []
    talk = house.resident_says("hello")
    assert ANSWER in talk.say(QUESTION)[-1].text
    page = editor.get("/questions/1")
    assert "answered from" in page.main
    assert "Answered" in page.main


def test_residents_who_asked_are_told_after_staff_saw_what_they_will_get(house, editor):
    talk = wonder(house, tell=True)
    assert editor.get("/questions/1").soup.select_one("form#tell") is None
    answered(house, editor)
    page = editor.get("/questions/1")
    assert ANSWER in page.main
    page = page.submit("form#tell")
    assert page.said == "Told: 1. Left alone because they asked for no more messages: 0."
    (told,) = talk.replies()
    assert ANSWER in told.text
    assert QUESTION in told.text
    assert "has been told" in page.main
    assert page.soup.select_one("form#tell") is None
    assert editor.post("/questions/1/tell").said.startswith("Told: 0.")
    assert talk.replies() == []


def test_a_question_in_two_languages_can_be_answered_in_both_at_once(house, editor):
    wonder(house, SPANISH, "es")
    page = editor.get("/questions/1")
    assert [legend.get_text() for legend in page.soup.select("#fixed-answer legend")] == ["Spanish"]
    page.submit("form#fixed-answer", answer=["El desfile empieza al mediodía."])
    indexed(house)
    assert "mediodía" in house.resident_says("hola", language="es").say(SPANISH)[-1].text


def test_an_empty_answer_is_not_published(house, editor):
    wonder(house)
    page = editor.get("/questions/1").submit("form#fixed-answer", answer=[" "])
    assert page.status == 422
    assert "write the answer in at least one language" in page.main


def test_from_a_group_to_a_draft_with_the_questions_in_it(house, editor):
    wonder(house)
    page = editor.get("/questions/1").submit("form#draft")
    assert page.path.endswith("/edit")
    assert QUESTION in page.text
    assert "draft" in editor.get("/questions/1").main


def test_a_group_is_set_aside_with_a_reason_and_opened_again(house, editor):
    wonder(house)
    page = editor.get("/questions/1").submit("form#set-aside", reason="  ")
    assert page.status == 422
    page = page.submit("form#set-aside", reason="A joke")
    assert "Set aside by Ana Editor: A joke" in page.main
    assert QUESTION not in editor.get("/questions").main
    assert "A joke" in editor.get("/questions?state=set_aside").main
    page = editor.get("/questions/1").submit("form#open")
    assert page.said == "The question is open again."
    page = page.submit("form#answered")
    assert QUESTION in editor.get("/questions?state=answered").main


@pytest.mark.parametrize(
    "address",
    [
        "/questions?after=x~y",
        "/questions?state=lost&order=up",
        "/questions?after=~",
        "/questions?order=newest&after=x~1",
    ],
)
def test_an_address_made_up_shows_the_list(house, editor, address):
    wonder(house)
    assert QUESTION in editor.get(address).main


@pytest.mark.parametrize("address", ["/questions/99", "/questions/must?group=99"])
def test_there_is_no_group_of_an_unknown_number(editor, address):
    assert editor.get(address).status == 404


def test_pages_of_groups_follow_one_another(house, editor):
    letters = str.maketrans("0123456789", "abcdefghij")
    names = [
        " ".join(f"{at * step:04}" for step in (211, 307, 389)).translate(letters) for at in range(1, 27)
    ]
    with house.app.database.writing() as session:
        for name in names:
            asker = Asker("p", "web", "en")
            keep_question(session, asker, name, reason="unanswered", nearest=[], now=house.clock())
    house.app.question_groups.group_all()
    first = editor.get("/questions")
    second = first.follow("Older")
    pages = (first, second)
    seen = [row.get_text() for page in pages for row in page.soup.select("table.questions tbody th a")]
    assert sorted(seen) == sorted(names)
    assert second.follow("Newer").path == "/questions?state=open&order=often"


def test_a_viewer_sees_the_questions_and_changes_nothing(house):
    wonder(house)
    viewer = house.sign_in("viewer")
    page = viewer.get("/questions/1")
    assert QUESTION in page.main
    assert page.soup.select("main form") == []
    assert viewer.post("/questions/1/set-aside", {"reason": ["x"]}).status == 403
    assert viewer.get("/questions/must").soup.select("main form") == []


def test_trying_shows_what_is_found_and_why_and_what_each_door_says(house, editor):
    wonder(house)
    answered(house, editor)
    page = editor.get("/try").submit("form#try", question=QUESTION)
    assert "Residents are answered" in page.main
    assert ANSWER in page.soup.select_one(".passages").get_text()
    assert "headed by this very question" in page.main
    assert "Words in common:" in page.main
    doors = {
        door.h3.get_text(" ", strip=True).split()[0]: door.get_text(" ") for door in page.soup.select(".door")
    }
    assert set(doors) == {"Web", "SMS", "Telegram"}
    assert all(ANSWER in said for said in doors.values())
    assert "segment" in doors["SMS"]
    assert "2 That did not help" in doors["SMS"]


def test_what_may_not_be_the_answer_is_told_so_wherever_staff_look(house, editor):
    wonder(house)
    answered(house, editor)
    house.app.library._threshold = 0.999
    page = editor.get("/try").submit("form#try", question=QUESTION)
    assert "with the words that it may not be the answer" in page.main
    assert all("I am not sure" in door.get_text(" ") for door in page.soup.select(".door"))
    assert "said to be unsure" in editor.get("/questions/1").main
    assert "answered so, but said to be unsure" in must(editor).main


def test_trying_keeps_nothing(house, editor):
    page = editor.get("/try").submit("form#try", question="Is there a unicorn museum?")
    assert "told that the city does not know" in page.main
    assert "Is there a unicorn museum?" not in editor.get("/questions").main


def test_trying_nothing_is_told_so(editor):
    page = editor.get("/try").submit("form#try", question="  ")
    assert page.status == 422
    assert "Please write a question." in page.main


def test_trying_works_while_the_nlu_is_down(house, editor):
    house.nlu_client.up = False
    assert "not running" in editor.get("/try").submit("form#try", question=QUESTION).main


def must(editor, question=QUESTION, expects="words", expected="at noon"):
    return editor.get("/questions/must").submit(
        "form#must", question=question, language="en", expects=expects, expected=expected
    )


def test_a_question_that_must_be_answered_is_checked_at_once_and_says_what_was_said_instead(house, editor):
    wonder(house)
    answered(house, editor)
    assert "answered so" in must(editor).main
    page = must(editor, expected="at noon\nbring water")
    assert "answered otherwise" in page.main
    assert ANSWER in page.main
    assert "Missing: bring water" in page.main
    assert "One of them is not answered" in page.main


def test_what_must_be_answered_can_name_a_document_or_no_answer(house, editor):
    wonder(house)
    answered(house, editor)
    page = must(editor, expects="document", expected="/console/knowledge/documents/1")
    assert "From:" in page.main
    assert page.soup.select_one(".tag-good")
    page = must(editor, question="Is there a unicorn museum?", expects="no_answer", expected="")
    assert len(page.soup.select(".tag-good")) == 2


@pytest.mark.parametrize(
    ("expects", "expected"), [("words", ""), ("document", "99"), ("document", "the zebra one"), ("luck", "x")]
)
def test_what_cannot_be_checked_is_not_taken_and_what_was_typed_stays(editor, expects, expected):
    page = must(editor, expects=expects, expected=expected)
    assert page.status == 422
    assert "Please write the question and what is expected." in page.main
    assert page.soup.select_one("#question")["value"] == QUESTION


def test_a_publication_that_breaks_an_answer_asks_first(house, editor):
    wonder(house)
    must(editor, expects="no_answer", expected="")
    page = answered(house, editor)
    assert page.soup.select_one("form#sure")
    assert QUESTION in page.main
    assert "don't know" in house.resident_says("hello").say(QUESTION)[-1].text
    assert "Open" in editor.get("/questions/1").main

    page = page.submit("form#sure")
    indexed(house)
    assert page.path == "/questions/1"
    assert page.said.startswith("Published")
    assert ANSWER in house.resident_says("hello").say(QUESTION)[-1].text


def test_a_fixed_answer_can_be_made_one_that_must_be(house, editor):
    wonder(house)
    answered(house, editor, must="yes")
    assert (
        editor.get("/questions/must").submit("form#run").said.startswith("All were checked and are answered")
    )


def test_all_are_checked_at_once_and_one_can_be_taken_off(house, editor):
    must(editor)
    page = editor.get("/questions/must").submit("form#run")
    assert page.said == "All were checked. Answered otherwise: 1."
    page = page.submit("form#remove-1")
    assert page.said == "The question is off the list."
    assert "There are none yet." in page.main


def test_a_group_fills_in_the_form_of_the_list(house, editor):
    wonder(house, SPANISH, "es")
    page = editor.get("/questions/1").follow("Add to the questions that must be answered")
    assert page.soup.select_one("#question")["value"] == SPANISH
    assert page.soup.select_one("#language option[selected]")["value"] == "es"


def test_the_pages_speak_spanish(house):
    wonder(house)
    editor = house.sign_in("editor", language="es")
    assert "Preguntas abiertas" in editor.get("/questions").main
    assert "Publicar esta respuesta" in editor.get("/questions/1").main
    assert "Qué se diría" in editor.get("/try").submit("form#try", question=QUESTION).main


def test_what_residents_wrote_is_shown_as_they_wrote_it_and_never_run(house, editor):
    attack = "What time is <script>alert(1)</script> <img src=x onerror=alert(1)> in the zebra parade?"
    wonder(house, attack)
    for address in ("/questions", "/questions/1", "/questions/must?group=1"):
        page = editor.get(address)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert attack in editor.get("/questions/1").soup.get_text()


def listed(editor):
    page = editor.get("/questions/must")
    verdicts = [tag.get_text() for tag in page.soup.select("table.must .tag")]
    return verdicts, page.soup.select_one("#last-run").get_text(" ", strip=True)


def test_the_list_is_checked_again_by_itself_after_every_publication_and_withdrawal(house, editor):
    editor.get("/questions/must").submit("form#must", question=QUESTION, expects="words", expected="noon")
    verdicts, when = listed(editor)
    assert verdicts == ["answered otherwise"]
    assert when.startswith("The whole list was not checked yet.")
    wonder(house)
    answered(house, editor)
    verdicts, when = listed(editor)
    assert verdicts == ["answered so"]
    assert "All last checked" in when
    assert "have changed since" not in when
    editor.get("/knowledge").follow(QUESTION).submit("form#withdraw")
    house.app.library.reload_if_changed()
    indexed(house)
    assert listed(editor)[0] == ["answered otherwise"]


def test_a_change_of_the_index_from_outside_is_checked_too_and_only_once(house, editor):
    editor.get("/questions/must").submit("form#must", question=QUESTION, expects="no_answer")
    indexed(house)
    jobs = house.app.jobs
    jobs._check_if_due()
    jobs._check_if_due()
    assert jobs.queue.counts().get("waiting") == 1
    indexed(house)
    jobs._check_if_due()
    assert jobs.queue.counts().get("waiting", 0) == 0
    assert "(1 questions)" in listed(editor)[1]


def test_a_question_that_means_something_else_is_moved_by_hand(house, editor):
    wonder(house)
    house.resident_says("hello", f"{QUESTION} And where?")
    house.resident_says("hello", "Where do the elephants sleep?")
    house.app.question_groups.group_all()
    page = editor.get("/questions/1")
    assert page.submit("form#move").status == 422
    tick = page.soup.select("input[name=kept]")
    page = page.submit("form#move", kept=[tick[0]["value"]], to="2")
    assert page.said.startswith("The questions are here now")
    assert page.path == "/questions/2"
    assert "And where?" in page.main
    assert "And where?" not in editor.get("/questions/1").main


def test_a_question_is_not_moved_where_there_is_no_place(house, editor):
    wonder(house)
    page = editor.get("/questions/1")
    tick = page.soup.select_one("input[name=kept]")["value"]
    page = page.submit("form#move", kept=[tick], to="")
    assert page.status == 422
    assert "could not be moved" in page.text
    assert editor.post("/questions/99/move", {"kept": [tick]}).status == 404
