"""Pages that do not hold any more: found by the job, shown to staff, said beside the answer, decided once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.tables import Checkpoint
from knowledge.documents.documents import create_draft, row_of
from knowledge.documents.tables import DocumentRow
from knowledge.freshness.findings import open_findings
from knowledge.freshness.looking import DUE_DAYS
from knowledge.imports.importing import only_one
from knowledge.publishing import publish_documents
from tests.support.console import ConsoleHouse

RULES = """Members speak for up to five minutes each. The chair calls on them in the order in which they raised a hand.
A motion needs a second. Amendments are voted on before the motion. A tie is a no. The clerk keeps the minutes."""
FEES = {
    "Kayaks": "Renting a kayak costs $18 for two hours.",
    "River days": "Renting a kayak costs $20 for two hours.",
}


@pytest.fixture
def house(tmp_path):
    house = ConsoleHouse(tmp_path)
    yield house
    house.close()


def work(house):
    while claims := house.app.jobs.queue.claim(1):
        house.app.jobs.work(claims[0])
    house.app.library.reload_if_changed()


def publish(house, pages, **about):
    with house.app.database.writing() as session:
        numbers = [
            create_draft(session, title=title, text=text, language="en", by="Ana", now=house.clock(), **about)
            for title, text in pages.items()
        ]
        publish_documents(session, numbers, by="Ana", now=house.clock())
        house.app.jobs.index(session)
    work(house)
    return numbers


def found(house):
    with house.app.database.reading() as session:
        return [(row.kind, row.details) for row in open_findings(session)]


def said_beside(house, question):
    passage = house.app.library.ask(question, "en").found[0].passage
    return house.app.library.remark_on(passage, passage.text)


def test_a_contradiction_is_listed_said_and_settled(house):
    publish(house, FEES)
    editor = house.sign_in("editor")
    page = editor.get("/knowledge/findings")
    assert sorted(mark.get_text() for mark in page.soup.select("mark")) == ["$18", "$20"]
    assert said_beside(house, "What does renting a kayak cost?").said_elsewhere in {"$18", "$20"}
    assert "Still right? (1)" in editor.get("/knowledge").main

    one = page.soup.select_one("form[id^=decide][id$=first]")["id"]
    right = page.soup.select_one("blockquote").get_text().strip()
    page = page.submit(f"form#{one}")
    assert "Nothing to decide" in page.main
    house.app.library.reload_if_changed()
    passages = [each.passage for each in house.app.library.ask("renting a kayak", "en").found]
    remarks = {
        each.text: house.app.library.remark_on(each, each.text)
        for each in passages
        if each.text in FEES.values()
    }
    assert not remarks[right].said_elsewhere
    assert [remark.elsewhere_is_right for text, remark in remarks.items() if text != right] == [True]

    work(house)
    publish(house, {"Sauna": "The sauna opens at seven."})
    assert found(house) == []


def test_a_decision_does_not_wait_for_an_import_that_is_under_way(house):
    publish(house, FEES)
    page = house.sign_in("editor").get("/knowledge/findings")
    one = page.soup.select_one("form[id$=neither]")["id"]
    with only_one(house.app.jobs.folder):
        page.submit(f"form#{one}")
    house.app.library.reload_if_changed()
    assert said_beside(house, "What does renting a kayak cost?").said_elsewhere == ""


def test_no_contradiction_is_remembered_until_a_sentence_changes(house):
    numbers = publish(house, FEES)
    page = house.sign_in("editor").get("/knowledge/findings")
    page.submit(f"form#{page.soup.select_one('form[id$=neither]')['id']}")
    house.app.library.reload_if_changed()
    assert said_beside(house, "What does renting a kayak cost?").said_elsewhere == ""

    editor = house.sign_in("editor")
    text = "Renting a kayak costs $21 for two hours."
    editor.get(f"/knowledge/documents/{numbers[1]}/edit").submit("form#document", text=text, then="publish")
    work(house)
    assert [kind for kind, _ in found(house)] == ["contradiction"]


def test_only_the_newest_version_answers_after_one_click(house):
    old, new = publish(
        house, {"Council rules 2019": RULES, "Council rules 2023": RULES.replace("five", "three")}
    )
    answered = house.app.library.ask("How many minutes do members speak?", "en").found
    assert answered[0].passage.title == "Council rules 2023"
    assert said_beside(house, "How many minutes do members speak?").has_older

    editor = house.sign_in("editor")
    page = editor.get("/knowledge/findings")
    page.submit(f"form#only-{page.soup.select_one('form[id^=only]')['id'].split('-')[1]}-{new}")
    work(house)
    titles = {each.passage.title for each in house.app.library.ask("members speak", "en").found}
    assert titles == {"Council rules 2023"}
    assert not said_beside(house, "How many minutes do members speak?").has_older
    page = editor.get(f"/knowledge/documents/{old}")
    assert "another version answers: Council rules 2023" in " ".join(page.main.split())
    with house.app.database.reading() as session:
        assert row_of(session, old).superseded_by == new

    page.submit("form#publish")
    with house.app.database.reading() as session:
        assert row_of(session, old).superseded_by is None


def test_a_page_that_nobody_looked_at_is_listed_until_somebody_does(house):
    day = house.clock().date()
    (number,) = publish(
        house, {"Ferry": "The ferry takes bikes."}, reviewed_on=day.replace(year=day.year - 5)
    )
    editor = house.sign_in("editor")
    page = editor.get("/knowledge/findings")
    assert "Not looked at for long (1)" in page.main
    page.submit(f"form#{page.soup.select_one('form[id^=reviewed]')['id']}")
    work(house)
    assert found(house) == []
    assert f"{day.year}" in editor.get(f"/knowledge/documents/{number}").main
    assert house.app.library.ask("ferry", "en").found[0].passage.reviewed == str(house.app.jobs.today())


def test_a_second_look_at_the_same_library_is_not_due(house):
    publish(house, FEES)
    house.app.jobs._look_over_if_due()
    assert house.app.jobs.queue.claim(1) == []


def test_documents_of_earlier_releases_get_the_day_of_their_words(house):
    (number,) = publish(house, {"Leaves": "Leaves are collected until December 4, 2026."})
    with house.app.database.writing() as session:
        row_of(session, number).due_on = None
        session.delete(session.get(Checkpoint, DUE_DAYS))
    publish(house, {"Sauna": "The sauna opens at seven."})
    with house.app.database.reading() as session:
        assert str(row_of(session, number).due_on) == "2026-12-04"


def test_another_departments_pages_are_not_decided_about(house):
    publish(house, FEES, department="parks")
    page = house.sign_in("editor", departments=("water",)).get("/knowledge/findings")
    one = page.soup.select_one("form[id$=neither]")["id"]
    assert page.submit(f"form#{one}").status == 403
    with house.app.database.reading() as session:
        assert session.scalar(select(DocumentRow.superseded_by)) is None
        assert len(open_findings(session)) == 1
