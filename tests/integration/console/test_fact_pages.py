"""Facts in the console: what staff change is what residents are answered at once, beside the city's folder and each other."""

from __future__ import annotations

import pytest

from city.loading.load import load_city
from tests.support.installation import SAMPLE


@pytest.fixture
def boss(house, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    return house.sign_in("administrator", name="Ana")


def today(house):
    zone = house.app.city.profile.zone
    return house.clock().astimezone(zone).date()


def told(house, question, language="en"):
    return house.talk(language=language).say(question)[-1].text


def test_a_phone_and_hours_are_changed_and_said_at_once(house, boss):
    page = boss.get("/facts").follow("City Hall Annex")
    page = page.submit("form#fact", phone="555-0199", times_0="10-4", then="save")
    assert page.said == "Saved, and effective now."
    place = house.app.city.facts.places["city-hall-annex"]
    assert (place.phone, place.opening.startswith("Mo 10:00-16:00; Tu-Fr 08:30-16:30")) == ("555-0199", True)
    assert "555-0199" in told(house, "phone number of the city hall annex")
    assert "Changed here" in page.main
    assert "555-0199" in page.main


def test_a_week_that_is_not_touched_stays_as_it_is_written(house, boss):
    before = house.app.city.facts.places["city-hall"].opening
    boss.get("/facts/places/city-hall").submit("form#fact", phone="555-0133", then="save")
    assert house.app.city.facts.places["city-hall"].opening == before


def test_a_look_at_the_answers_keeps_nothing(house, boss):
    page = boss.get("/facts/places/city-hall").submit("form#fact", phone="555-0177", then="preview")
    assert "Nothing is saved yet" in page.main
    assert len(page.soup.select("#answers .bubble")) == len(house.app.languages)
    assert all("555-0177" in said.text for said in page.soup.select("#answers .bubble"))
    assert house.app.city.facts.places["city-hall"].phone == "555-0100"


def test_what_residents_are_answered_stands_there_in_every_language(house, boss):
    said = {
        each["lang"]: each.text
        for each in boss.get("/facts/fees/dog-license").soup.select("#answers .bubble")
    }
    assert set(said) == set(house.app.languages)
    assert "$12" in said["en"]
    assert "مجاني" in said["ar"] or "مجانًا" in said["ar"]


def test_a_fee_row_is_changed_and_a_row_is_added(house, boss):
    page = boss.get("/facts/fees/adoption")
    page = page.submit(
        "form#fact",
        amount=["65", "$40", "0", "12,50", ""],
        applies_to_en=["dog", "cat", "cat, for people over 60", "rabbit", ""],
        applies_to_es=["perro", "gato", "gato, para mayores de 60 años", "conejo", ""],
        then="save",
    )
    assert page.said == "Saved, and effective now."
    assert "$65" in told(house, "how much to adopt a dog")
    assert "$12.50" in told(house, "how much to adopt a rabbit")


def test_amounts_that_were_not_touched_stand_as_no_difference(house, boss):
    page = boss.get("/facts/fees/bus")
    amounts = [box["value"] for box in page.soup.select("form#fact input[name=amount]")]
    page = page.submit("form#fact", amount=["2", *amounts[1:]], then="save")
    assert [one.text for one in page.soup.select("#standing dl ins")] == ["2"]
    assert [one.text for one in page.soup.select("#standing dl del")] == [amounts[0]]


def test_what_cannot_be_read_is_told_beside_its_field_and_not_kept(house, boss):
    page = boss.get("/facts/places/city-hall").submit(
        "form#fact", times_1="nine to five", phone="call us", then="save"
    )
    assert page.status == 422
    assert '"nine to five" cannot be read as times' in page.main
    assert page.soup.select_one("#phone[aria-invalid]")["value"] == "call us"
    assert page.soup.select_one("#times_1[aria-invalid]")["value"] == "nine to five"
    page = boss.get("/facts/fees/bus").submit(
        "form#fact", amount=["cheap", "1", "2", "3", "", ""], then="save"
    )
    assert (page.status, '"cheap" cannot be read as an amount' in page.main) == (422, True)
    assert page.soup.select_one("#amount-0[aria-invalid]")["value"] == "cheap"


def test_somebody_on_an_older_page_is_shown_both_versions(house, boss):
    colleague = house.sign_in("editor", name="Bo")
    old = colleague.get("/facts/places/city-hall")
    boss.get("/facts/places/city-hall").submit("form#fact", phone="555-0133", then="save")
    page = old.submit("form#fact", phone="555-0144", then="save")
    assert page.status == 409
    assert "Meanwhile Ana saved a newer version" in page.main
    assert "555-0133" in page.main
    assert "555-0144" in page.main
    assert house.app.city.facts.places["city-hall"].phone == "555-0133"
    assert page.submit("form#fact", then="save").said == "Saved, and effective now."
    assert house.app.city.facts.places["city-hall"].phone == "555-0144"


def test_a_load_of_the_folder_keeps_it_and_one_click_goes_back(house, boss):
    boss.get("/facts/fees/towing").submit("form#fact", amount=["130", "20", "", ""], then="save")
    with house.app.database.writing() as session:
        assert load_city(session, SAMPLE, force=True).kept == ("fee towing",)
    page = boss.get("/facts/fees/towing")
    assert "The city's files say otherwise" in page.main
    assert page.soup.select_one("#standing del").text == "125"
    assert page.submit("form#back").said.startswith("It is as the city's files say")
    assert "$125" in told(house, "how much is towing")


def test_the_history_tells_who_and_brings_back(house, boss):
    boss.get("/facts/contacts/electric").submit("form#fact", phone="555-0888", then="save")
    page = boss.get("/facts/contacts/electric/history")
    assert "Ana" in page.main
    assert page.submit("form.restore").said == "The earlier state is back, and effective now."
    assert house.app.city.facts.contacts["electric"].phone == "555-0175"


def test_a_closure_is_said_at_once_and_ends_by_itself(house, boss):
    agent = house.sign_in("agent", name="Cleo")
    page = agent.get("/facts").follow("Close something, or change hours for a day")
    page = page.submit("form#closure", place=["city-hall", "mill-library"], reason="no_water", then="save")
    assert page.said == "Saved. Residents are told so from now on."
    assert "City Hall: closed (no water in the building)" in page.soup.select_one("#today").text
    assert "closed (no water in the building)" in told(house, "is city hall open today")
    assert "sin agua en el edificio" in told(house, "¿a qué hora abre el ayuntamiento hoy?", "es")
    assert "Mill Library: closed (no water in the building)" in told(house, "what is closed today")
    assert "Closed today" in told(house, "phone number of city hall")
    house.clock.move(24 * 60 * 60)
    assert "no water" not in told(house, "is city hall open today")


def test_a_look_at_a_closure_says_that_nothing_is_saved(house, boss):
    page = boss.get("/facts/closures/new?place=mill-library")
    assert page.soup.select_one("#closure input[name=place]")["value"] == "mill-library", (
        "what is ticked comes first"
    )
    for shown in (page, page.submit("form#closure", times="10-12", then="preview")):
        assert "Nothing is saved yet" in shown.main
        assert shown.soup.select_one("#answers-heading").text == "What a resident would be answered"
    assert house.app.city.facts.special == ()
    page.submit("form#closure", then="save")
    saved = boss.get("/facts/places/mill-library").follow("Change")
    assert saved.soup.select_one("#answers-heading").text == "What a resident is answered now"
    assert "Nothing is saved yet" in saved.submit("form#closure", times="10-12", then="preview").main


def test_other_hours_on_a_day_to_come_are_told_before(house, boss):
    day = today(house).isoformat()
    page = boss.get("/facts/closures/new?place=mill-library")
    page = page.submit("form#closure", first=day, last=day, times="10-12", reason="training", then="save")
    assert "10 am to noon (staff training)" in told(house, "is the mill library open today")
    page = boss.get("/facts/places/mill-library").follow("Change")
    assert page.submit("form#end").said == "The usual hours hold again."
    assert "staff training" not in told(house, "is the mill library open today")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"place": []}, "Please choose at least one place."),
        ({"place": ["mill-library"], "first": "2099-01-01"}, "This day is more than two years ahead."),
        ({"place": ["mill-library"], "last": "2020-01-01"}, "The last day is before the first."),
        ({"place": ["mill-library"], "times": "noonish"}, '"noonish" cannot be read as times.'),
    ],
)
def test_a_closure_that_cannot_be_is_told(house, boss, fields, sentence):
    page = boss.get("/facts/closures/new").submit("form#closure", then="save", **fields)
    assert (page.status, sentence in page.main) == (422, True)
    assert house.app.city.facts.special == ()


def test_new_facts_are_made_and_taken_out(house, boss):
    page = boss.get("/facts").follow("New contact")
    page = page.submit(
        "form#fact", name_en="Dental Clinic", phone="555-0144", keywords_en="dentist, teeth", then="save"
    )
    assert page.path == "/facts/contacts/dental-clinic"
    assert "555-0144" in told(house, "phone number of the dentist")
    page = boss.get("/facts/holidays/new").submit(
        "form#fact", name_en="Mill Day", date=["2027-03-01", ""], closes="yes", then="save"
    )
    assert page.path == "/facts/holidays/mill-day"
    assert boss.get("/facts/contacts/dental-clinic").submit("form#remove").said.startswith("It was taken out")
    assert "dental-clinic" not in house.app.city.facts.contacts
    boss.get("/facts/fees/bulk").submit("form#remove")
    assert "bulk" not in house.app.city.facts.fees
    page = boss.get("/facts").follow("Bulk pickup")
    assert "It was taken out here" in page.main
    page.submit("form#back")
    assert "bulk" in house.app.city.facts.fees


def test_a_calendar_and_an_area_are_changed(house, boss):
    page = boss.get("/facts/calendars/trash")
    days = [each["value"] for each in page.soup.select("input[name=days]")]
    page = page.submit("form#fact", days=["Tu", *days[1:]], then="save")
    assert page.said == "Saved, and effective now."
    assert house.app.city.facts.calendars["trash"].rounds[0].days == "Tu"
    page = boss.get("/facts/areas/A").submit(
        "form#fact", ranges="Court Street, 1-99\nElm Street, even", then="save"
    )
    assert page.said == "Saved, and effective now."
    ranges = house.app.city.facts.addresses.areas["A"].ranges
    assert [(each.street, each.first, each.last, each.side) for each in ranges] == [
        ("Court Street", 1, 99, ""),
        ("Elm Street", None, None, "even"),
    ]
    page = boss.get("/facts/areas/A").submit("form#fact", ranges="Nowhere Boulevard", then="save")
    assert (page.status, 'has no street "Nowhere Boulevard"' in page.main) == (422, True)


def test_places_stand_by_their_names(house, boss):
    names = [link.text for link in boss.get("/facts?section=places").soup.select("#places .facts > li > a")]
    assert names[:3] == ["Animal Shelter", "Borinquen Playground", "Canal Street School"]
    assert names == sorted(names)


def test_all_is_found_by_its_words(house, boss):
    page = boss.get("/facts?find=couch")
    assert "Bulk pickup" in page.main
    assert "City Hall" not in page.soup.select_one("#fees").text
    assert "Nothing is called that" in boss.get("/facts?find=zebrafinch").main


def test_a_viewer_sees_and_changes_nothing(house, boss):
    viewer = house.sign_in("viewer", name="Dee")
    page = viewer.get("/facts/places/city-hall")
    assert "What a resident is answered now" in page.main
    assert not page.soup.select("form#fact")
    assert viewer.post("/facts/places/city-hall", {"phone": ["1"]}).status == 403
    assert viewer.get("/facts/closures/new").status == 403


def test_a_contact_of_another_department_is_not_theirs(house, boss):
    parks = house.sign_in("editor", name="Pia", departments=("parks",))
    assert not parks.get("/facts/contacts/taxes").soup.select("form#fact")
    assert parks.post("/facts/contacts/taxes", {"phone": ["555-0001"], "then": ["save"]}).status == 404


def test_a_contact_is_not_taken_back_to_another_department(house, boss):
    before = house.app.city.facts.contacts["taxes"].department
    boss.get("/facts/contacts/taxes").submit("form#fact", department="parks", then="save")
    parks = house.sign_in("editor", name="Pia", departments=("parks",))
    page = parks.get("/facts/contacts/taxes")
    assert page.submit("form#back").status == 404
    (change,) = parks.get("/facts/contacts/taxes/history").soup.select("form[action$=restore]")
    assert parks.post(change["action"], {}).status == 404
    assert house.app.city.facts.contacts["taxes"].department == "parks" != before
    boss.get("/facts/contacts/taxes").submit("form#back")
    assert house.app.city.facts.contacts["taxes"].department == before
