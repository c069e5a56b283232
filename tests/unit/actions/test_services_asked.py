"""Asking what kind of problem it is: taken when sure, a few offered when not, and the whole list by groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field
from actions.forms.kind import ParsedAnswer, QuestionContext, Step
from actions.forms.service_choice import (
    catch_all,
    name_of_service,
    search_services,
    sounds_like,
    sure_one,
)
from actions.turn.state import Form
from actions.turn.turn import Fit, PreparedSearches
from channels.registry import traits_of
from city.records.model import CityProfile, Department, Service, Suggestion
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

WORKS = Department("works", {"en": "Works"})
FIELD = Field("service", "service", {"en": "What is it?"})
Asked = Callable[..., QuestionContext]


def service(code: str, group: str = "Streets", **names: str) -> Service:
    return Service(code, {"en": code.capitalize()} | names, {}, {}, group, WORKS)


POTHOLE, LAMP, LITTER = service("pothole"), service("lamp"), service("litter", "Cleaning")
OTHER = service("rest", "Cleaning", en="Something else")


@dataclass
class FewServices:
    """A list of services that suggests what it is told to."""

    listed: tuple[Service, ...] = (POTHOLE, LAMP, LITTER, OTHER)
    likely: tuple[Suggestion, ...] = ()
    asked: list[str] = field(default_factory=list)

    def all(self) -> tuple[Service, ...]:
        return self.listed

    def by_code(self, code: str) -> Service | None:
        return next((each for each in self.listed if each.code == code), None)

    def groups(self) -> dict[str, list[Service]]:
        groups: dict[str, list[Service]] = {}
        for each in self.listed:
            groups.setdefault(each.group, []).append(each)
        return groups

    def named(self, text: str) -> list[Suggestion]:
        return [Suggestion(each, 1.0) for each in self.listed if each.name["en"] == text]

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        self.asked.append(text)
        return list(self.likely[:limit])


@dataclass
class SmallTown:
    """A city of few services, and of whatever places the sample city has."""

    services: FewServices
    gazetteer: Any
    profile: CityProfile
    surveys: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def asked(house: House) -> Asked:
    ours = house.assistant.context

    def ask(*likely: Suggestion, channel: str = "web", language: str = "en", **form: Any) -> QuestionContext:
        listed = form.pop("listed", FewServices.listed)
        town = SmallTown(FewServices(listed, likely), ours.city.gazetteer, ours.city.profile)
        context = replace(ours, city=town)
        return QuestionContext(context, Form("report", asked="service", **form), language, channel, NOON)

    return ask


def read(question: QuestionContext, text: str = "", **sent: Any) -> ParsedAnswer:
    return KINDS["service"].read(question, FIELD, inbound(text, **sent))


def shown(question: QuestionContext) -> list[str]:
    return [choice.key.removeprefix("service.") for choice in KINDS["service"].choices(question, FIELD)]


@pytest.mark.parametrize(
    ("scores", "is_sure"),
    [
        ((), False),
        ((0.95,), True),
        ((0.95, 0.9), True),
        ((0.6,), True),
        ((0.6, 0.1), True),
        ((0.6, 0.2), False),
        ((0.4,), False),
        ((0.4, 0.01), False),
    ],
)
def test_a_service_is_taken_when_it_is_sure_or_far_ahead(scores: Sequence[float], is_sure: bool) -> None:
    services = (POTHOLE, LAMP)
    found = [Suggestion(each, score) for each, score in zip(services, scores, strict=False)]
    assert sure_one(found) == (POTHOLE if is_sure else None)


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("the lamp is out", "the lamp is out"),
        ("the lamp is out at 20 Elm Street", "the lamp is out at"),
        ("20 Elm Street", "20 Elm Street"),
    ],
)
def test_where_it_is_says_nothing_about_what_it_is(asked: Asked, text: str, searched: str) -> None:
    context = asked().context
    search_services(context, text, "en")
    assert context.city.services.asked == [searched]


@pytest.mark.parametrize(
    ("likely", "step", "sub"),
    [
        ([(POTHOLE, 0.95)], Step.TOOK, {}),
        ([(POTHOLE, 0.4), (LAMP, 0.35)], Step.AGAIN, {"mode": "suggested", "codes": ["pothole", "lamp"]}),
        ([(POTHOLE, 0.01)], Step.AGAIN, {"mode": "groups", "codes": []}),
        ([], Step.AGAIN, {"mode": "groups", "codes": []}),
        ([(OTHER, 0.95)], Step.AGAIN, {"mode": "groups", "codes": []}),
    ],
)
def test_what_a_description_leads_to(asked: Asked, likely: Any, step: Step, sub: dict[str, Any]) -> None:
    question = asked(*(Suggestion(*each) for each in likely), values={"description": "it is dark here"})
    answer = KINDS["service"].enter(question, FIELD)
    assert answer is not None
    assert (answer.step, answer.sub) == (step, sub)


def test_what_was_searched_before_the_transaction_is_not_searched_again(asked: Asked) -> None:
    prepared = PreparedSearches("it is dark here", suggestions=(Suggestion(LAMP, 0.95),))
    question = replace(asked(values={"description": "it is dark here"}), prepared=prepared)
    answer = KINDS["service"].enter(question, FIELD)
    assert answer is not None
    assert answer.value == "lamp"
    assert question.context.city.services.asked == []


@pytest.mark.parametrize(
    ("sub", "keys"),
    [
        ({}, ["g0", "g1", "other"]),
        ({"mode": "groups"}, ["g0", "g1", "other"]),
        ({"mode": "suggested", "codes": ["lamp", "gone"]}, ["lamp", "other"]),
        ({"mode": "other"}, ["describe", "browse", "rest"]),
        ({"mode": "other", "browsed": True}, ["describe", "rest"]),
        ({"mode": "describe"}, ["browse"]),
        ({"mode": "services", "group": "Streets"}, ["pothole", "lamp", "other"]),
        ({"mode": "services", "group": "gone"}, ["other"]),
    ],
)
def test_what_can_be_chosen_at_each_step(asked: Asked, sub: dict[str, Any], keys: list[str]) -> None:
    assert shown(asked(sub=sub)) == keys


def test_nothing_is_passed_on_in_a_city_without_such_a_service(asked: Asked) -> None:
    question = asked(listed=(POTHOLE, LAMP), sub={"mode": "other"})
    assert catch_all(question.context) is None
    assert shown(question) == ["describe", "browse"]


@pytest.mark.parametrize(
    ("sub", "key"),
    [
        ({}, "report.which_group"),
        ({"mode": "groups"}, "report.which_group"),
        ({"mode": "suggested", "codes": ["lamp", "pothole"]}, "report.which_service"),
        ({"mode": "suggested", "codes": ["lamp"]}, "report.does_this_fit"),
        ({"mode": "other"}, "report.other_service"),
        ({"mode": "describe"}, "report.describe_please"),
        ({"mode": "services", "group": "Streets"}, "report.which_of_group"),
    ],
)
def test_what_is_asked_at_each_step(asked: Asked, sub: dict[str, Any], key: str) -> None:
    question = asked(sub=sub)
    assert KINDS["service"].phrase_question(question, FIELD).text == question.say(key)


@pytest.mark.parametrize(
    ("sub", "choice", "step", "after"),
    [
        ({"mode": "suggested", "codes": ["lamp"]}, "lamp", Step.TOOK, "lamp"),
        ({"mode": "suggested", "codes": ["lamp"]}, "other", Step.AGAIN, "other"),
        ({"mode": "suggested", "codes": ["lamp"]}, "pothole", Step.PROBLEM, None),
        ({"mode": "other"}, "rest", Step.TOOK, "rest"),
        ({"mode": "other"}, "describe", Step.AGAIN, "describe"),
        ({"mode": "other"}, "browse", Step.AGAIN, "groups"),
        ({"mode": "groups"}, "g1", Step.AGAIN, "services"),
        ({"mode": "services", "group": "Streets"}, "pothole", Step.TOOK, "pothole"),
    ],
)
def test_where_a_button_leads(
    asked: Asked, sub: dict[str, Any], choice: str, step: Step, after: str | None
) -> None:
    answer = read(asked(sub=sub), choice=f"service.{choice}")
    assert answer.step is step
    assert (answer.value or answer.sub.get("mode")) == after


@pytest.mark.parametrize(("choice", "group"), [("g0", "Streets"), ("g1", "Cleaning")])
def test_a_group_opens_its_services(asked: Asked, choice: str, group: str) -> None:
    assert read(asked(sub={"mode": "groups"}), choice=f"service.{choice}").sub["group"] == group


@pytest.mark.parametrize(
    ("sub", "browsed"),
    [
        ({"mode": "suggested", "codes": ["lamp"]}, False),
        ({"mode": "groups"}, True),
        ({"mode": "services", "group": "Streets"}, True),
    ],
)
def test_none_of_these_is_remembered_with_whether_the_list_was_seen(
    asked: Asked, sub: dict[str, Any], browsed: bool
) -> None:
    for text in ("none", "no"):
        assert read(asked(sub=sub), text).sub.get("browsed") is browsed


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("hm", Step.PROBLEM),
        ("42 7", Step.PROBLEM),
        ("something odd here", Step.PROBLEM),
        ("something odd stands here now", Step.AGAIN),
    ],
)
def test_other_words_count_as_a_new_description_when_there_are_enough(
    asked: Asked, text: str, step: Step
) -> None:
    assert read(asked(sub={"mode": "suggested", "codes": ["lamp"]}), text).step is step


@pytest.mark.parametrize(
    ("sub", "back"),
    [
        ({}, None),
        ({"mode": "suggested", "codes": ["lamp"]}, None),
        ({"mode": "groups", "codes": []}, None),
        ({"mode": "groups", "codes": ["lamp"]}, {"mode": "suggested", "codes": ["lamp"]}),
        ({"mode": "other", "codes": ["lamp"]}, {"mode": "suggested", "codes": ["lamp"]}),
    ],
)
def test_the_way_back_is_to_what_was_suggested(asked: Asked, sub: dict[str, Any], back: Any) -> None:
    assert KINDS["service"].back(asked(sub=sub)) == back


def many(count: int) -> tuple[Service, ...]:
    return tuple(service(f"s{number}", "All") for number in range(count))


@pytest.mark.parametrize("channel", ["web", "telegram", "sms", "whatsapp"])
@pytest.mark.parametrize("extra", [0, 1, 2, 9])
def test_every_service_stands_on_one_page_and_the_pages_go_round(
    asked: Asked, channel: str, extra: int
) -> None:
    size = traits_of(channel).list_length
    listed = many(size + extra)
    sub: dict[str, Any] = {"mode": "services", "group": "All"}
    seen: list[str] = []
    for _ in range(10):
        keys = shown(asked(channel=channel, listed=listed, sub=sub))
        assert len(keys) <= size + 3
        seen += [key for key in keys if key not in {"more", "other"}]
        if "more" not in keys or len(seen) >= len(listed):
            break
        sub = read(asked(channel=channel, listed=listed, sub=sub), choice="service.more").sub
    assert seen == [each.code for each in listed]


@pytest.mark.parametrize(
    ("text", "sent", "fit"),
    [
        ("lamp", {}, Fit.SURE),
        ("2", {}, Fit.SURE),
        ("it is dark", {}, Fit.MAYBE),
        ("dark", {}, Fit.MAYBE),
        ("...", {}, Fit.NO),
        ("", {"choice": "service.lamp"}, Fit.SURE),
        ("", {"choice": "summary.send"}, Fit.NO),
    ],
)
def test_how_surely_a_message_says_the_kind(asked: Asked, text: str, sent: Any, fit: Fit) -> None:
    question = asked(sub={"mode": "suggested", "codes": ["pothole", "lamp"]})
    assert KINDS["service"].fit(question, FIELD, inbound(text, **sent)) is fit


@pytest.mark.parametrize(("value", "words"), [("lamp", "Lamp"), ("gone", "gone")])
def test_a_service_is_shown_by_its_name(asked: Asked, value: str, words: str) -> None:
    assert KINDS["service"].show(asked(), FIELD, value) == words


@pytest.mark.parametrize(
    ("place", "key"),
    [(None, "report.sounds_like"), ({"label": "1 Mill Road"}, "report.sounds_like_at")],
)
def test_what_was_understood_is_said_with_the_place_that_is_known(asked: Asked, place: Any, key: str) -> None:
    question = asked(values={"place": place} if place else {})
    said = sounds_like(question.context, question.form, LAMP, "en")
    assert said == question.say(key, service="Lamp", place="1 Mill Road")


def test_groups_are_named_in_the_citys_language_and_by_their_services_in_others(asked: Asked) -> None:
    choices = KINDS["service"].choices(asked(), FIELD)
    assert [choice.label for choice in choices][:2] == ["Streets", "Cleaning"]
    choices = KINDS["service"].choices(asked(language="es"), FIELD)
    assert [choice.label for choice in choices][:2] == ["Pothole, Lamp", "Litter, Something else"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pothole", "pothole"),
        ("I want to report a pothole", "pothole"),
        ("hello, I need to report graffiti", "graffiti"),
        ("quiero reportar un bache", "bache"),
        ("tengo un problema con los baches", "los baches"),
        ("je veux signaler un nid de poule", "nid de poule"),
        ("quero relatar um buraco", "buraco"),
        ("我想举报路灯坏了", "路灯坏了"),
        ("اريد الابلاغ عن حفرة", "حفره"),
        ("do you have a bus", ""),
        ("can I get a street tree?", ""),
        ("I want to report a problem", ""),
        ("I want to thank whoever filled the pothole", ""),
    ],
)
def test_the_name_of_a_service_counts_behind_words_that_only_open_it(
    house: House, text: str, name: str
) -> None:
    assert name_of_service(house.assistant.context, text) == name
