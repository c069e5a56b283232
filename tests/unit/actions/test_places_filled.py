"""Every text of the catalogue with places in it is said with something to put into them, whoever says it."""

from __future__ import annotations

import ast
import itertools
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from actions.assistant import Assistant
from actions.handlers import case_news, unclear
from actions.prefetch import search_everything
from actions.turn.turn import Turn
from actions.understanding.arbiter import NextStep, StepKind
from actions.understanding.proposals import PLACE, Meaning
from conversation.staff.late_answers import HELPED
from core.model import Intent, Reply, Understanding
from core.settings import Settings
from core.texts import load_texts
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import DirectTalk, House

ROOT = Path(__file__).parents[3]
TEXTS = load_texts()
ALWAYS_KNOWN = {"city", "emergency", "phone", "people", "hours", "answers_within"}
"""What `actions.turn.context.ActionContext.say` knows by itself."""
ANYTHING = "**"
BY_ITSELF = dict.fromkeys(("say_label", "MenuRoute", "MenuSuggestion"), frozenset({"others"}))
"""What says a text and fills some places itself; labels of the menu are declared and said by `say_label`."""
NOTICES = {
    "actions/handlers/case_news.py",  # news of a case; `city.requests.messages.fill_message` leaves what it does not know
    "conversation/staff/daily_figures.py",  # only compares keys
    "conversation/staff/late_answers.py",  # a notice, with its values beside it
    "channels/sms/traits.py",  # said by `actions/handlers/quote_length.py` and `conversation/delivery/services.py`
}
"""Files whose tables of texts are filled elsewhere, from values and not by arguments."""
INTENTS: list[str] = yaml.safe_load((ROOT / "nlu/domain.yml").read_text(encoding="utf-8"))["intents"]


def places(key: str) -> set[str]:
    """The places of a text in any language."""
    sentences = (said.get(key, "") for said in TEXTS.sentences.values())
    return {name for text in sentences for _, name, _, _ in string.Formatter().parse(text) if name}


PLACES = {key: places(key) - ALWAYS_KNOWN for key in TEXTS.sentences["en"]}


@dataclass(frozen=True)
class Said:
    """A call in the code that says a text: the key if it is written out, and the values that are given."""

    where: str
    key: str
    given: frozenset[str]

    def lacks(self, key: str) -> set[str]:
        return set() if ANYTHING in self.given else PLACES[key] - self.given


def written_out(key: ast.expr) -> list[str]:
    if isinstance(key, ast.IfExp):
        return [*written_out(key.body), *written_out(key.orelse)]
    return [key.value] if isinstance(key, ast.Constant) and key.value in PLACES else [""]


def said_in(tree: ast.AST) -> Iterator[Said]:
    for call in ast.walk(tree):
        name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
        if isinstance(call, ast.Call) and name in {"say", "_say", "in_all", *BY_ITSELF} and call.args:
            given = frozenset(word.arg or ANYTHING for word in call.keywords) | BY_ITSELF.get(name, set())
            arguments = [*call.args, *(word.value for word in call.keywords if word.arg == "label")]
            for key in {text for argument in arguments for text in written_out(argument)}:
                yield Said(f"{call.lineno}", key, given)


def files() -> list[Path]:
    return [
        file
        for room in ("actions", "core", "conversation", "bot", "channels")
        for file in sorted((ROOT / room).rglob("*.py"))
    ]


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_text_with_places_is_said_with_values_for_them(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = list(said_in(tree))
    assert [(call.where, call.key) for call in calls if call.key and call.lacks(call.key)] == []
    keys = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in PLACES}
    through_a_table = {key for key in keys - {call.key for call in calls} if PLACES[key]}
    unfilled = {key for key in through_a_table if all(call.lacks(key) for call in calls if not call.key)}
    assert str(file.relative_to(ROOT)) in NOTICES or unfilled == set()


@pytest.mark.parametrize(
    "table", [unclear.TROUBLES, case_news.CHOICES, HELPED], ids=["troubles", "news", "helped"]
)
def test_a_label_that_is_said_without_values_needs_none(table):
    assert {key: PLACES[key] for key in table.values() if PLACES[key]} == {}


def asked_back(talk: DirectTalk, acts: tuple[str, ...], text: str = "a pothole by the library card") -> Reply:
    assistant = talk.house.assistant
    with talk.house.database.writing() as session:
        turn = Turn(inbound(text, channel=talk.channel), talk.person, talk.language, {}, session, NOON)
        searched = search_everything(assistant.context, text, turn.state, talk.language, None, NOON)
        step = NextStep(StepKind.ASK_BACK, tuple(Meaning(act, 0.4, "Mill Road") for act in acts), 1)
        replies = unclear.ask_which(assistant.context, turn, searched, step)
    return replies[0]


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("language", TEXTS.languages)
def test_any_two_meanings_are_asked_back_in_every_language(house, language, channel):
    talk = DirectTalk(house, language, channel)
    for pair in itertools.permutations((*INTENTS, PLACE), 2):
        choices = asked_back(talk, pair).choices
        assert len(choices) >= 2, pair
        assert choices[-1].key == "instead.person"
        assert all(choice.label.strip() and "{" not in choice.label for choice in choices), pair


def test_a_change_of_language_is_offered_with_the_languages_there_are(house):
    reply = asked_back(DirectTalk(house, "en"), ("change_language", "out_of_scope"))
    assert reply.choices[0].label == f"Language: {menu_languages(house)}"


def menu_languages(house: House) -> str:
    return ", ".join(
        TEXTS.say("language.name", code) for code in house.assistant.context.languages if code != "en"
    )


def test_one_language_alone_is_no_choice(house):
    ours = house.assistant.context
    english = Settings(_env_file=None, languages=("en",))
    assistant = Assistant(ours.city, ours.library, ours.texts, english, ours.respondent_key)
    talk = DirectTalk(replace(house, assistant=assistant))
    reply = asked_back(talk, ("change_language", "ask_city"))
    assert [choice.key for choice in reply.choices] == ["instead.ask", "instead.person"]
    assert reply.choices[0].label.startswith("Read about: Library cards")


class UnsureEar:
    """Hears a change of language in everything, and is not sure of it."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (Intent("change_language", 0.6), Intent("ask_city", 0.3)))

    def is_up(self) -> bool:
        return True


@pytest.mark.parametrize(
    "text",
    [
        "will immigration see this",
        "haitian creole",
        "which papers are translated?",
        "can you email me",
        "do you speak tagalog",
        "is there an interpreter at city hall",
        "my grandmother only reads vietnamese",
        "sign language",
        "large print please",
        "somali",
        "translate the tax form",
        "can i get this on paper",
        "who translates the ballots",
        "a letter in polish",
    ],
)
def test_what_may_be_about_languages_is_asked_back(house, text):
    talk = DirectTalk(replace(house, nlu_client=UnsureEar()))
    talk.first = False
    (reply,) = talk.say(text)
    assert [choice.key for choice in reply.choices][-1] == "instead.person"
    assert any(choice.key == "instead.language" for choice in reply.choices)
