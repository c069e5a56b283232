"""Nobody's change of a case is lost under a colleague's: an older page is refused, and taking over is asked first."""

from __future__ import annotations

import pytest

from city.requests.requests import find_row
from tests.integration.console.test_case_pages import report
from tests.support.console import ConsoleHouse, Page


@pytest.fixture
def ana(house: ConsoleHouse):
    return house.sign_in("agent", name="Ana Ruiz")


@pytest.fixture
def ben(house: ConsoleHouse):
    return house.sign_in("agent", name="Ben Okafor")


def state(house: ConsoleHouse, number: str) -> tuple[object, ...]:
    with house.app.database.reading() as session:
        row = find_row(session, number)
        assert row is not None
        lines = [update.kind for update in row.updates]
        return (
            row.status,
            row.assignee_id,
            row.department_code,
            row.expected_at,
            row.main_id,
            lines,
            row.version,
        )


CHANGES = [
    ("assign", {"to": "self"}),
    ("take", {}),
    ("department", {"department": "parks", "reason": "Theirs."}),
    ("note", {"note": "Ask the water works."}),
    ("status", {"status": "fixed", "reason": "Filled.", "tell": None}),
    ("status", {"status": "fixed", "reason": "Filled.", "tell": "yes"}),
    ("due", {"due": "2026-07-01", "reason": "Frost.", "tell": None}),
    ("due", {"due": "2026-07-01", "reason": "Frost.", "tell": "yes"}),
    ("merge", {"main": "other", "reason": "Same hole.", "tell": None}),
    ("merge", {"main": "other", "reason": "Same hole.", "tell": "yes"}),
    ("part", {"reason": "Another hole."}),
]


def prepared(house: ConsoleHouse, ana, form: str, typed: dict[str, object]) -> tuple[str, dict[str, object]]:
    number, other = report(house), report(house, description="the same hole")
    if form == "part":
        ana.get(f"/cases/{number}").submit("form#merge", main=other, reason="Same.", tell=None)
    own = {"self": ana.staff_id, "other": other}
    return number, {name: own.get(str(value), value) for name, value in typed.items()}


def kept(page: Page, form: str, typed: dict[str, object]) -> None:
    for name, value in typed.items():
        part = page.soup.select_one(f"form#{form} [name={name}]")
        assert part is not None
        if name == "tell":
            assert part.has_attr("checked") == (value == "yes")
        elif part.name == "select":
            assert part.select_one("option[selected]")["value"] == value
        else:
            assert (part.get("value") or part.get_text().strip()) == value


NOTE = CHANGES[3]
OLD = [(change, "older") for change in CHANGES]
NO_VERSIONS = [(NOTE, version) for version in (None, "", "-1", "x", "9" * 5000, "99")]


@pytest.mark.parametrize(("change", "version"), OLD + NO_VERSIONS)
def test_a_change_on_an_older_page_is_refused_and_can_be_sent_again(house, ana, ben, change, version):
    form, typed = change
    number, typed = prepared(house, ana, form, typed)
    page = ana.get(f"/cases/{number}")
    ben.get(f"/cases/{number}").submit("form#note", note="Lane 2 is closed.")
    before = state(house, number)
    sent = typed if version == "older" else typed | {"version": version}
    page = page.submit(f"form#{form}", **sent)
    assert page.status == 409
    assert state(house, number) == before
    assert "was changed after you opened it" in page.main
    if version == "older":
        changed = page.soup.select_one("#changed")
        assert len(changed.select("li")) == 1
        assert "Ben Okafor" in changed.get_text()
        assert "Lane 2 is closed." in changed.get_text()
    kept(page, form, typed)
    page = page.submit(f"form#{form}")
    if typed.get("tell"):
        page = page.submit("form#message", tell="yes")
    assert page.status == 200
    assert state(house, number)[-1] > before[-1]


@pytest.mark.parametrize(("form", "typed"), CHANGES)
def test_a_change_on_the_present_page_is_done(house, ana, form, typed):
    number, typed = prepared(house, ana, form, typed)
    before = state(house, number)
    page = ana.get(f"/cases/{number}").submit(f"form#{form}", **typed)
    if typed.get("tell"):
        page = page.submit("form#message", tell="yes")
    assert page.status == 200
    assert state(house, number)[-1] > before[-1]


def test_a_message_to_the_resident_written_on_an_older_page_is_kept(house, ana, ben):
    talk = house.resident_says("hello")
    number = report(house, talk)
    page = ana.get(f"/cases/{number}").submit("form#status", status="fixed", reason="Filled.")
    ben.get(f"/cases/{number}").submit("form#note", note="Lane 2 is closed.")
    page = page.submit("form#message", message="All done, Ana", tell="yes")
    assert page.status == 409
    assert talk.replies() == []
    page = page.submit("form#status")
    assert page.soup.select_one("textarea[name=message]").get_text().strip() == "All done, Ana"
    page.submit("form#message", tell="yes")
    assert talk.replies()[0].text.startswith("All done, Ana")


def test_a_resident_who_adds_something_makes_the_page_older(house, ana):
    talk = house.resident_says("hello")
    number = report(house, talk)
    ana.get(f"/cases/{number}").submit("form#status", status="fixed", reason="Filled.").submit(
        "form#message", tell="yes"
    )
    page = ana.get(f"/cases/{number}")
    talk.say("no, half of it is still open")
    page = page.submit("form#note", note="Done well.")
    assert page.status == 409
    assert "half of it is still open" in page.soup.select_one("#changed").get_text()


@pytest.mark.parametrize(
    "case",
    [
        ("take", "ben", "Ana Ruiz has this case. Take it over?", "took it over from Ana Ruiz."),
        (
            "assign",
            "cleo",
            "Ana Ruiz has this case. Take it from them?",
            "gave it to Cleo Ward; Ana Ruiz had it.",
        ),
        ("assign", "", "Ana Ruiz has this case. Take it from them?", "took it from whoever had it."),
    ],
)
def test_taking_a_case_from_a_colleague_asks_first(house, ana, ben, case):
    form, to, asked, line = case
    cleo = house.sign_in("agent", name="Cleo Ward")
    wanted = {"ben": ben.staff_id, "cleo": cleo.staff_id, "": ""}[to]
    number = report(house)
    ana.get(f"/cases/{number}").submit("form#take")
    before = state(house, number)
    page = ben.get(f"/cases/{number}").submit(f"form#{form}", to=wanted)
    assert page.status == 409
    assert asked in page.main
    assert state(house, number) == before
    page = page.submit("form#take-over")
    assert state(house, number)[1] == (wanted or None)
    assert line in page.main


def test_what_was_agreed_to_holds_for_that_colleague_only(house, ana, ben):
    number = report(house)
    ana.get(f"/cases/{number}").submit("form#take")
    page = ben.get(f"/cases/{number}").submit("form#take")
    cleo = house.sign_in("agent", name="Cleo Ward")
    cleo.get(f"/cases/{number}").submit("form#take").submit("form#take-over")
    page = page.submit("form#take-over")
    assert page.status == 409
    assert state(house, number)[1] == cleo.staff_id


@pytest.mark.parametrize(
    "do",
    [
        {"do": "assign", "to": "self"},
        {"do": "department", "department": "parks", "reason": "Theirs."},
        {"do": "status", "status": "fixed", "reason": "Done.", "tell": "no"},
        {"do": "status", "status": "fixed", "reason": "Done.", "tell": "yes"},
    ],
)
def test_of_many_cases_those_changed_meanwhile_are_skipped_and_named(house, ana, ben, do):
    do = {name: ana.staff_id if value == "self" else value for name, value in do.items()}
    first, second = report(house), report(house, description="another")
    page = ana.get("/cases")
    if do.get("tell") == "yes":
        page = page.submit("form#bulk", numbers=[first, second], **do)
    ben.get(f"/cases/{first}").submit("form#note", note="Lane 2 is closed.")
    before = state(house, first)
    if do.get("tell") == "yes":
        page = page.submit("form#bulk-message", tell="yes")
    else:
        page = page.submit("form#bulk", numbers=[first, second], **do)
    assert f"{first}: changed by somebody meanwhile" in page.said
    assert second not in page.said
    assert state(house, first) == before
    assert state(house, second)[-1] == 1


def test_many_cases_are_not_taken_from_a_colleague(house, ana, ben):
    first, second = report(house), report(house, description="another")
    ana.get(f"/cases/{first}").submit("form#take")
    page = ben.get("/cases").submit("form#bulk", numbers=[first, second], do="assign", to=ben.staff_id)
    assert f"{first}: Ana Ruiz has it" in page.said
    assert (state(house, first)[1], state(house, second)[1]) == (ana.staff_id, ben.staff_id)
