"""Surveys in the console: built, checked, previewed, opened, answered, counted, changed, and brought back."""

from __future__ import annotations

import csv
import io

import pytest

from city.surveys.networks import let_in
from city.surveys.surveys import answer_set, complete_set, record_answer
from console.surveys.spreadsheet import BOM, as_csv, safe_cell


@pytest.fixture
def editor(house, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    return house.sign_in("editor", name="Ana")


def build(editor):
    """A survey with a choice, a scale that hangs on it, and a free text; its last page."""
    page = editor.get("/surveys").submit("form#new", title_en="Street trees", title_es="Árboles")
    assert page.path == "/surveys/street-trees"
    page = page.submit(
        "form#words", keywords_en="TREES, street trees", keywords_es="ARBOLES", intro_en="Two minutes."
    )
    page = page.submit("form#add", kind="single")
    page = page.submit(
        "form#question",
        text_en="Are there enough trees?",
        text_es="¿Hay suficientes árboles?",
        value_en=["Yes", "No", "", ""][:3],
        value_es=["Sí", "No", ""],
    )
    page = page.submit("form#add", kind="scale")
    page = page.submit(
        "form#question",
        text_en="How much do you miss them, 1 to 5?",
        text_es="¿Cuánto los echa de menos, de 1 a 5?",
        highest_en="A lot",
        rule="ARE-THERE-ENOUGH\nno",
    )
    page = page.submit("form#add", kind="text")
    return page.submit("form#question", text_en="Where?", text_es="¿Dónde?", optional="yes")


def give(house, survey, count, channel="web", prefix="", **answers):
    with house.app.database.writing() as session:
        for number in range(count):
            who = f"{prefix}{channel}{number}{answers}"
            answer_set(session, survey, who, "en", house.clock(), channel=channel)
            for code, value in answers.items():
                record_answer(session, survey, who, code, value)
            complete_set(session, survey, who, house.clock())


def test_a_survey_is_built_opened_and_answered_by_text_message(house, editor):
    page = build(editor)
    assert page.said == "The question is saved. Residents see it when you publish it."
    assert 'Only if "Are there enough trees?" was answered: No' in page.main
    page = page.submit("form#publish", then="open")
    assert page.said == "The survey is open: version 1."

    talk = house.talk(channel="sms")
    asked = talk.say("TREES")[-1]
    assert asked.text.startswith("Two minutes.")
    assert "miss them" in talk.say("No")[-1].text
    talk.say("5")
    assert "Thank you" in talk.say("near the station")[-1].text


def test_nothing_is_opened_that_cannot_be_answered(house, editor):
    page = editor.get("/surveys").submit("form#new", title_en="Nothing", title_es="Nada")
    assert "There are no questions." in page.main
    assert page.soup.select_one("form#publish") is None
    refused = editor.post("/surveys/nothing/publish", {"then": ["open"]})
    assert refused.said == "Something stands in the way; see the list below."
    page = page.submit("form#words", title_en="Nothing", keywords_en="help, PARKS")
    assert 'The keyword "help" already means something else to the bot.' in page.main
    assert 'The keyword "PARKS" belongs to the open survey "Parks and playgrounds".' in page.main


def test_questions_move_without_a_script_and_a_rule_onto_a_later_one_is_named(editor):
    page = build(editor)
    page = page.submit("#question-ARE-THERE-ENOUGH form.move-down", step="1")
    words = [" ".join(one.get_text().split()) for one in page.soup.select(".questions .words")]
    assert words[0] == "How much do you miss them, 1 to 5?"
    assert "which is only asked later" in page.main
    page = page.submit("#question-ARE-THERE-ENOUGH form.remove")
    assert "which is only asked later" not in page.main


def test_a_question_needs_words_and_keeps_what_was_typed(editor):
    page = build(editor).submit("form#add", kind="number").submit("form#question", text_en="", maximum="9")
    assert page.status == 422
    assert "The question has no words." in page.main
    assert page.soup.select_one("#maximum")["value"] == "9"


def test_a_typo_is_corrected_without_a_version_and_a_change_makes_one(house, editor):
    build(editor).submit("form#publish", then="open")
    give(house, house.app.city.surveys["parks"], 1, OFTEN="never")
    page = editor.get("/surveys/parks/questions/OFTEN").submit(
        "form#question", text_en="How often do you visit a park?"
    )
    page = page.submit("form#publish", correction="yes", note="clearer")
    assert page.said == "Published. Residents see version 1 now."
    page = editor.get("/surveys/parks/questions/OFTEN").submit(
        "form#question", text_en="How often do you sleep there?"
    )
    assert "becomes version 2" in page.main
    page = page.submit("form#publish")
    assert page.said == "Published. Residents see version 2 now."
    history = editor.get("/surveys/parks/history")
    assert [part in history.main for part in ("New version · Ana", "Corrected · Ana", "clearer")] == [
        True
    ] * 3


def test_an_earlier_state_comes_back_as_a_draft(editor):
    build(editor).submit("form#publish", then="open")
    page = editor.get("/surveys/parks").submit("form#words", title_en="Green places").submit("form#publish")
    page = page.submit("form#words", title_en="Grey places").submit("form#publish")
    page = editor.get("/surveys/parks/history").submit(".changes li:first-child form.restore")
    assert page.path == "/surveys/parks"
    assert page.soup.select_one("#title_en")["value"] == "Green places"
    page = page.submit("form#discard")
    assert page.soup.select_one("#title_en")["value"] == "Grey places"


@pytest.mark.parametrize(
    ("channel", "words"),
    [("sms", "1 Every week"), ("telegram", "Every week"), ("web", "How often do you go to a city park?")],
)
def test_the_preview_shows_each_channel_as_the_doors_draw_it(editor, channel, words):
    page = editor.get(f"/surveys/parks/preview?channel={channel}&language=en")
    assert words in page.main
    assert ("SMS segments" in page.main) == (channel == "sms")


def test_results_are_charts_with_small_numbers_hidden(house, editor):
    survey = house.app.city.surveys["ferry"]
    give(house, survey, 12, RIDE="daily", HAPPY=9, BETTER=["late"], SAY="<b>more boats</b>")
    give(house, survey, 3, RIDE="never", BETTER=["late"], SAY=None)
    page = editor.get("/surveys/ferry/results")
    chart = page.soup.select_one("section[aria-labelledby=result-RIDE]")
    assert [row.get_text() for row in chart.select(".number")] == ["15"]
    assert "Most days, Now and then, No (together)" in " ".join(chart.get_text().split())
    better = page.soup.select_one("section[aria-labelledby=result-BETTER]")
    assert "15" in [one.get_text() for one in better.select(".number")]
    assert "&lt;b&gt;more boats" in page.text
    live = editor.get("/surveys/ferry/results/live")
    assert live.soup.find("h1") is None
    assert live.soup.select_one("section[aria-labelledby=result-BETTER]")


def test_results_stand_side_by_side(house, editor):
    survey = house.app.city.surveys["ferry"]
    give(house, survey, 25, "web", RIDE="daily", HAPPY=9, BETTER=["late"], SAY=None)
    give(house, survey, 25, "sms", RIDE="never", BETTER=["late"], SAY=None)
    page = editor.get("/surveys/ferry/results?by=channel")
    table = page.soup.select_one("section[aria-labelledby=result-RIDE] table.numbers")
    assert [head.get_text() for head in table.select("thead th")] == [
        "Answers",
        "SMS",
        "Web chat",
    ]
    assert "25 (100 %)" in " ".join(table.get_text(" ").split())


def test_the_file_has_the_same_numbers_and_runs_nothing(house, editor):
    survey = house.app.city.surveys["ferry"]
    give(house, survey, 6, RIDE="never", BETTER=["late"], SAY='=HYPERLINK("http://evil.example")')
    answer = editor.get("/surveys/ferry/results/file").answer
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix(BOM))))
    assert ["Do you ride the ferry?", "No", "6"] in rows
    assert ["Anything you want to tell the captain?", '\'=HYPERLINK("http://evil.example")', "1"] in rows
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("trees", "trees"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("|calc", "'|calc"),
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (-3, "-3"),
        (2.5, "2.5"),
        ("a\0b", "ab"),
    ],
)
def test_a_cell_is_never_a_formula(cell, written):
    assert safe_cell(cell) == written


def test_quotes_and_lines_stay_within_their_cell():
    (row,) = csv.reader(io.StringIO(as_csv([['a"b', "x\r\ny", ";"]]).decode().removeprefix(BOM)))
    assert row == ['a"b', "x\r\ny", ";"]


def test_who_may_only_see_gets_no_forms(house):
    viewer = house.sign_in("viewer")
    page = viewer.get("/surveys/parks")
    assert page.status == 200
    assert page.soup.select("main form[method=post]") == []
    assert viewer.post("/surveys/parks/close").status == 403
    assert viewer.get("/surveys/moon").status == 404


def test_the_pages_speak_spanish(house):
    page = house.sign_in("editor", language="es").get("/surveys/parks")
    assert "Parques y juegos infantiles" in page.main
    assert "Textos y palabras clave" in page.main


def test_what_is_done_stands_in_the_audit_log(house, editor):
    build(editor).submit("form#publish", then="open").submit("form#close")
    log = house.sign_in("administrator").get("/audit").main
    assert [action in log for action in ("surveys.created", "surveys.opened", "surveys.closed")] == [True] * 3


def test_staff_are_told_when_one_network_answers_by_the_hundred(house, editor):
    build(editor)
    editor.get("/surveys/street-trees").submit("form#publish")
    today = house.clock().date()
    with house.app.database.writing() as session:
        outcomes = [
            let_in(session, "street-trees", today, [f"home {number}", "one network"]) for number in range(130)
        ]
        assert all(
            let_in(session, "street-trees", today, [f"home {number} elsewhere"]) for number in range(50)
        )
    assert outcomes == [True] * 100 + [False] * 30
    page = editor.get("/surveys/street-trees/results")
    assert "100 answers were begun from one internet network" in page.main
    assert "30 more were turned away" in page.main
    assert page.main.count("were begun from one internet network") == 1
    lines = editor.get("/surveys/street-trees/results/file").text
    assert "Begun from one internet network" in lines
