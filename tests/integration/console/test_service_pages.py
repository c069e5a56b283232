"""The service list in the console: what staff change is met at once, also by whoever is in the middle of a report."""

from __future__ import annotations

import pytest


@pytest.fixture
def boss(house, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    return house.sign_in("administrator", name="Ana")


def labels(replies):
    return [choice.label for choice in replies[-1].choices]


def reporting(house):
    """Somebody in the middle of reporting a pothole, asked how big it is."""
    talk = house.talk()
    asked = talk.say("there is a pothole at 20 Elm Street")
    assert "How big is it?" in asked[-1].text
    return talk


def test_names_days_and_department_are_changed_at_once(house, boss):
    page = boss.get("/services").follow("Pothole or broken road")
    page = page.submit(
        "form#service", name_en="Hole in the road", days="2", department="parks", keywords_en="hole, pit"
    )
    assert page.said == "Saved, and effective now."
    service = house.app.city.services.by_code("pothole")
    assert (service.name["en"], service.name["es"], service.days) == (
        "Hole in the road",
        "Bache o calle rota",
        2,
    )
    assert (service.department.code, service.keywords["en"]) == ("parks", ["hole", "pit"])
    assert "Changed here" in boss.get("/services").main


def test_a_question_is_made_with_words_for_danger_and_stops_the_report(house, boss):
    page = boss.get("/services/graffiti").submit("form#add", kind="singlevaluelist")
    page = page.submit(
        "form#question",
        text_en="Are wires hanging down?",
        required="yes",
        value_en=["Yes, they are", "No", ""],
        value_es=["Sí", "No", ""],
        danger_en=["Stay away and call 911 now.", "", ""],
        danger_es=["Aléjese y llame al 911.", "", ""],
    )
    assert page.said == "Saved, and effective now."
    assert "Yes, they are ⚠ danger" in page.main
    question = house.app.city.services.by_code("graffiti").attributes[-1]
    assert (question.code, question.required) == ("ARE-WIRES-HANGING", True)
    assert question.values[0].danger == {"en": "Stay away and call 911 now.", "es": "Aléjese y llame al 911."}


def test_a_question_that_goes_while_it_stands_open_hurts_nobody(house, boss):
    talk = reporting(house)
    boss.get("/services/pothole").submit("#question-SIZE form.remove")
    filed = talk.say("2")[-1]
    assert filed.text.startswith("Reported: Pothole or broken road")
    assert "Where on the road is it?" in labels([filed])


def test_an_answer_that_goes_while_it_was_offered_hurts_nobody(house, boss):
    talk = reporting(house)
    talk.say("Up to the size of a car tire")
    page = boss.get("/services/pothole/questions/SPOT")
    only_one = {f"value_{code}": ["Lane", *[""] * 6] for code in house.app.languages}
    page.submit("form#question", **only_one)
    assert "Where on the road is it?" in talk.say("in the bike lane")[-1].text
    assert talk.say("1")[-1].text.startswith("Thank you, I have added it")


def test_a_service_that_is_switched_off_during_a_report_is_asked_anew(house, boss):
    talk = reporting(house)
    boss.get("/services/pothole").submit("form#service", active=None)
    replies = talk.say("1")
    assert replies[-1].text
    assert "Pothole or broken road" not in labels(replies)


def test_what_cannot_be_asked_is_said_and_not_kept(house, boss):
    page = boss.get("/services/pothole").submit("form#add", kind="singlevaluelist")
    page = page.submit("form#question", text_en="Which?")
    assert page.status == 422
    assert "There are no answers to choose from." in page.main
    no_names = {f"name_{code}": "" for code in house.app.languages}
    page = boss.get("/services/pothole").submit("form#service", **no_names)
    assert (page.status, "There is no name." in page.main) == (422, True)
    assert house.app.city.services.by_code("pothole").name["en"] == "Pothole or broken road"


def test_a_new_service_is_switched_off_until_it_is_ready(house, boss):
    page = boss.get("/services").submit(
        "form#new", name_en="Lost dog", name_es="Perro perdido", department="parks"
    )
    assert page.path == "/services/lost-dog"
    assert house.app.city.services.by_code("lost-dog") is None
    page.submit("form#service", active="yes", place="optional", photo=None)
    service = house.app.city.services.by_code("lost-dog")
    assert (service.place, service.photo) == ("optional", False)
    assert boss.get("/services").submit("form#new", name_en="").status == 422


def test_a_question_may_only_depend_on_an_earlier_one(house, boss):
    page = boss.get("/services/pothole/questions/SPOT").submit("form#question", rule="SIZE\nlarge")
    assert 'Only if "How big is it?" was answered: Bigger than a car tire' in page.main
    page = page.submit("#question-SPOT form.move-up", step="-1")
    assert page.said.startswith("It cannot stand there")
    page = page.submit("#question-SIZE form.remove")
    assert house.app.city.services.by_code("pothole").attributes[0].skip_unless == {}


def test_services_move_within_their_group(house, boss):
    first, second, *_ = house.app.city.services.all()
    boss.get("/services").submit(f"#service-{first.code} form.move-down", step="1")
    assert [one.code for one in house.app.city.services.all()][:2] == [second.code, first.code]


def test_an_earlier_state_is_brought_back_at_once(house, boss):
    boss.get("/services/pothole").submit("form#service", days="2")
    boss.get("/services/pothole").submit("form#service", days="30")
    page = boss.get("/services/pothole/history")
    assert ["Changed · Ana" in page.main, "30" in page.main] == [True, True]
    page = page.submit(".changes li:first-child form.restore")
    assert page.said == "The earlier state is back, and effective now."
    assert house.app.city.services.by_code("pothole").days == 2


def test_departments_are_kept_in_order(house, boss):
    page = boss.get("/departments/parks").submit("form#department", phone="555-0199", hours_en="Always")
    assert page.said == "The department is saved."
    page = boss.get("/departments/new").submit("form#department", name_en="Animal care")
    assert page.path == "/departments/animal-care"
    page = page.submit("form#department", name_en="", name_es="")
    assert page.status == 422
    page = boss.get("/departments/parks/history")
    assert "555-0199" in page.main


def test_whoever_has_departments_sees_and_changes_theirs_only(house, monkeypatch):
    parks = house.sign_in("administrator", departments=("parks",))
    page = parks.get("/services")
    assert "Pothole or broken road" not in page.main
    assert parks.get("/services/pothole").status == 404
    assert parks.get("/departments/water").status == 404
    assert parks.post("/services/pothole/move", {"step": ["1"]}).status == 404
    assert house.sign_in("editor").get("/services").status == 403


def test_nobody_brings_a_service_back_into_a_department_that_is_not_theirs(house, boss):
    boss.get("/services/pothole").submit("form#service", department="parks")
    parks = house.sign_in("administrator", departments=("parks",))
    page = parks.get("/services/pothole/history").submit(".changes li:first-child form.restore")
    assert page.status == 404
    assert house.app.city.services.by_code("pothole").department.code == "parks"
