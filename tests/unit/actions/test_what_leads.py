"""What leads in a message, judged before its turn and within it: trouble, a rule, a choice, the open question, or the NLU's word."""

from __future__ import annotations

from typing import Any

import pytest

from actions.turn.turn import LONGEST_MESSAGE, Fit, Rule
from core.model import Attachment, Intent, Position, Reply, Trouble, Understanding
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk, House

LONG = "x" * (LONGEST_MESSAGE + 1)
MENU = {"name": "menu", "choices": [["report", "Report a problem"], ["ask", "Ask a question"]], "data": {}}
PHOTO = (Attachment("m1", "image/jpeg", 9),)


def form_at(asked: str, **values: Any) -> dict[str, Any]:
    return {"flow": {"name": "report", "asked": asked, "values": {"service": "pothole", **values}}}


def fit_of(house: House, dialogue: dict[str, Any], text: str = "", **sent: Any) -> Fit:
    return house.assistant.fit(inbound(text, **sent), dialogue, "en")


def heard(talk: DirectTalk, text: str = "", intent: str = "", **turn: Any) -> list[Reply]:
    """The replies to a message of which this was heard; fields of the message come in `sent`."""
    sent = turn.pop("sent", {})
    if intent:
        turn["understanding"] = Understanding(text, (Intent(intent, 0.99),))
    return talk._turn(inbound(text, sender=talk.person, **sent), talk.house.assistant.respond, **turn)


def say(talk: DirectTalk, key: str, **values: Any) -> str:
    return talk.house.assistant.context.say(key, "en", **values)


@pytest.mark.parametrize(
    ("text", "sent", "fit"),
    [
        ("report a problem", {}, Fit.SURE),
        ("2", {}, Fit.SURE),
        ("", {"choice": "menu.report"}, Fit.SURE),
        ("", {"choice": "menu.go_on"}, Fit.SURE),
        ("", {"choice": "menu.gone"}, Fit.NO),
        ("3", {}, Fit.NO),
        ("there is a pothole", {}, Fit.NO),
        ("2", {"start": "survey-parks"}, Fit.NO),
        ("2", {"trouble": Trouble.VOICE}, Fit.NO),
        ("2", {"trouble": Trouble.TOO_LONG}, Fit.NO),
        ("2", {"trouble": Trouble.FILE_LATE}, Fit.SURE),
        ("", {"trouble": Trouble.FILE_LATE}, Fit.NO),
        (LONG, {}, Fit.NO),
    ],
)
def test_how_surely_a_message_chooses_what_was_offered(house: House, text: str, sent: Any, fit: Fit) -> None:
    assert fit_of(house, {"offer": MENU}, text, **sent) is fit


@pytest.mark.parametrize(
    ("dialogue", "text", "fit"),
    [
        ({}, "when is my trash day?", Fit.NO),
        ({"expects": "question"}, "when is my trash day?", Fit.MAYBE),
        ({"expects": "question"}, "...", Fit.NO),
        (form_at("q-SIZE"), "2", Fit.SURE),
        (form_at("q-SIZE"), "blah", Fit.MAYBE),
        (form_at("q-GONE"), "blah", Fit.SURE),
        ({"flow": {"name": "gone", "asked": "x"}}, "2", Fit.NO),
        ({"flow": "rubbish"}, "2", Fit.NO),
    ],
)
def test_how_surely_a_text_answers_what_stands_open(
    house: House, dialogue: dict[str, Any], text: str, fit: Fit
) -> None:
    before = repr(dialogue)
    assert fit_of(house, dialogue, text) is fit
    assert repr(dialogue) == before


@pytest.mark.parametrize(
    ("dialogue", "text", "sent", "picked"),
    [
        ({"offer": MENU}, "Report a problem", {}, True),
        ({"offer": MENU}, "I want to talk", {}, False),
        ({}, "", {"choice": "old.button"}, True),
        (form_at("q-SIZE"), "2", {}, True),
        (form_at("q-SIZE"), "it is quite deep", {}, False),
        (form_at("q-GONE"), "2", {}, False),
        ({"flow": {"name": "gone", "asked": "x"}}, "2", {}, False),
        ({}, "hello", {}, False),
    ],
)
def test_words_that_are_ours_tell_nothing_of_their_writer(
    house: House, dialogue: dict[str, Any], text: str, sent: Any, picked: bool
) -> None:
    assert house.assistant.picks(inbound(text, **sent), dialogue, "en") is picked


@pytest.mark.parametrize("trouble", [Trouble.VOICE, Trouble.STICKER, Trouble.BAD_FILE, Trouble.TOO_LONG])
def test_what_cannot_be_read_is_said_so_and_the_open_question_stands(
    talk: DirectTalk, trouble: Trouble
) -> None:
    talk.dialogue = form_at("q-SIZE", description="a hole", place={"label": "1 Mill Road", "kind": "address"})
    replies = heard(talk, sent={"trouble": trouble})
    assert len(replies) == 2
    assert replies[-1].choices
    assert talk.dialogue["flow"]["asked"] == "q-SIZE"


def test_of_too_long_a_message_only_the_rules_are_heard(talk: DirectTalk) -> None:
    assert heard(talk, LONG, "report_problem")[0].text == say(talk, "unclear.too_long")
    assert heard(talk, LONG, rule=Rule("help"))[0].choices


@pytest.mark.parametrize("urgent", [False, True])
def test_a_lost_file_is_told_before_what_the_words_led_to_and_behind_what_is_urgent(
    talk: DirectTalk, urgent: bool
) -> None:
    rule = Rule("emergency") if urgent else Rule("thank")
    replies = heard(talk, "words", rule=rule, sent={"trouble": Trouble.BAD_FILE})
    told = say(talk, "unclear.bad_file")
    assert (replies[-1].text == told) is urgent
    assert replies[0].text.startswith(told) is not urgent


def test_an_old_button_is_known_as_one(talk: DirectTalk) -> None:
    assert heard(talk, sent={"choice": "summary.send"})[0].text.startswith(say(talk, "forms.old_button"))
    talk.dialogue = form_at("q-SIZE", description="x", place={"label": "1 Mill Road", "kind": "address"})
    replies = heard(talk, sent={"choice": "summary.send"})
    assert replies[0].text == say(talk, "forms.old_button")
    assert replies[-1].choices[0].key.startswith("q-SIZE.")


@pytest.mark.parametrize("name", ["back", "skip", "why", "repeat", "leave"])
def test_a_rule_about_the_form_says_when_none_is_open(talk: DirectTalk, name: str) -> None:
    assert heard(talk, name, rule=Rule(name))[0].text.startswith(say(talk, "forms.nothing_open"))


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({}, "unclear.empty"),
        ({"position": Position(10.0, 10.0)}, "photo.place_outside"),
    ],
)
def test_a_message_without_words(talk: DirectTalk, sent: Any, key: str) -> None:
    assert heard(talk, sent=sent)[0].text == say(talk, key)


def test_a_photo_without_words_begins_a_report(talk: DirectTalk) -> None:
    heard(talk, sent={"attachments": PHOTO})
    assert talk.dialogue["flow"]["hints"]["photos"] == ["m1"]


def test_signs_without_a_word_are_no_wish(talk: DirectTalk) -> None:
    assert heard(talk, "?!...")[0].text == say(talk, "unclear.no_words")


@pytest.mark.parametrize(
    ("intent", "confidence", "opens"),
    [("report_problem", 0.99, True), ("out_of_scope", 0.7, False), ("unheard_of", 0.99, False)],
)
def test_below_the_threshold_it_is_asked_what_was_meant(
    talk: DirectTalk, intent: str, confidence: float, opens: bool
) -> None:
    understanding = Understanding("zzz", (Intent(intent, confidence),))
    replies = heard(talk, "zzz", understanding=understanding)
    assert ("flow" in talk.dialogue) is opens
    assert replies[-1].choices or opens


def test_another_form_is_not_begun_before_it_is_asked_which(talk: DirectTalk) -> None:
    talk.say("there is a pothole at 20 Elm Street")
    (reply,) = heard(talk, "another", "report_problem")
    assert [choice.key for choice in reply.choices] == ["busy.go_on", "busy.replace"]
    assert talk.dialogue["flow"]["values"]["service"] == "pothole"
    talk.say(choice="busy.go_on")
    assert talk.dialogue["flow"]["values"]["service"] == "pothole"


def test_what_waits_for_the_nlu_is_told_shorter_from_the_second_time_on(talk: DirectTalk) -> None:
    said = [talk._turn(inbound("blah"), talk.house.assistant.waiting)[0] for _ in range(3)]
    assert [reply.text for reply in said] == [
        say(talk, "unclear.waiting"),
        *[say(talk, "unclear.waiting_again")] * 2,
    ]
    assert talk.dialogue["waiting"] == 3
    heard(talk, "hello", rule=Rule("help"))
    assert "waiting" not in talk.dialogue


@pytest.mark.parametrize(
    ("dialogue", "late", "starts"),
    [
        ({}, False, []),
        ({}, True, ["forms.earlier"]),
        ({"flow": "rubbish"}, False, ["forms.lost"]),
        ({"flow": "rubbish"}, True, ["forms.earlier", "forms.lost"]),
    ],
)
def test_what_came_long_ago_and_what_was_lost_is_said_first(
    talk: DirectTalk, dialogue: dict[str, Any], late: bool, starts: list[str]
) -> None:
    talk.dialogue = dialogue
    paragraphs = heard(talk, "thank you", rule=Rule("thank"), late=late)[0].text.split("\n\n")
    assert paragraphs == [
        *(say(talk, key, text="thank you") for key in starts),
        say(talk, "smalltalk.welcome"),
    ]


@pytest.mark.parametrize(
    ("rule", "introduced", "count"),
    [("thank", True, 2), ("stop", False, 1), ("emergency", False, 1), ("menu", True, 1)],
)
def test_somebody_new_is_told_who_this_is_but_not_in_danger_or_on_leaving(
    house: House, rule: str, introduced: bool, count: int
) -> None:
    talk = DirectTalk(house)
    replies = heard(talk, "x", rule=Rule(rule))
    assert len(replies) == count
    assert talk.dialogue["introduced"] is introduced
    assert sum(say(talk, "menu.intro") in reply.text for reply in replies) == int(introduced)


def test_a_client_that_has_greeted_is_answered_at_once(house: House) -> None:
    talk = DirectTalk(house)
    said = heard(talk, "thank you", rule=Rule("thank"), sent={"greeted": True})
    assert [reply.text for reply in said] == [say(talk, "smalltalk.welcome")]
    assert talk.dialogue["introduced"] is True


def test_a_client_that_has_greeted_gets_the_menu_without_a_word_before_it(house: House) -> None:
    talk = DirectTalk(house)
    (menu,) = heard(talk, "menu", rule=Rule("menu"), sent={"greeted": True})
    assert menu.text == say(talk, "menu.what")


@pytest.mark.parametrize(
    ("channel", "key"), [("telegram", "menu.intro_warned"), ("sms", "menu.intro_by_text_warned")]
)
def test_whom_to_call_in_danger_is_not_said_again_behind_the_warning(
    house: House, channel: str, key: str
) -> None:
    talk = DirectTalk(house, channel=channel)
    (warning,) = heard(talk, "my house is on fire", rule=Rule("emergency"), sent={"channel": channel})
    intro, _ = heard(talk, "thank you", rule=Rule("thank"), sent={"channel": channel})
    assert warning.urgent
    assert intro.text.startswith(say(talk, key))
    assert "911" not in intro.text
