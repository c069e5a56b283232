"""Who asked and wanted to know is told once, in their language, when there is an answer."""

from __future__ import annotations

import pytest

from city.people.identities import main_identities
from conversation.staff.late_answers import Told, answers_now, tell_who_asked
from knowledge.imports.importing import import_paths
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.questions.groups import groups_page, waiting_of
from nlu.fake import WordNluClient
from tests.support.installation import House

QUESTION = "What time is the zebra parade?"
ANSWER = "The zebra parade begins at noon at the city hall. Bring water."
TELL = {"en": "Tell me when you know", "es": "Avíseme cuando lo sepa"}


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def wonder(house, language="en", question=QUESTION, channel="web"):
    """A resident who asks, is not answered, and wants to be told."""
    talk = house.talk(language, channel)
    talk.say("hola" if language == "es" else "hello")
    talk.say(question)
    replies = talk.say(TELL[language])
    assert replies[-1].text.startswith(("I will.", "Así lo haré."))
    return talk


def publish(house, folder, name="parade.md", title=QUESTION, answer=ANSWER):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"# {title}\n\n{answer}\n", encoding="utf-8")
    import_paths([folder], house.app.settings.data_dir / "knowledge", house.app.embedders)
    house.app.library.reload_if_changed()


def tell(house):
    app = house.app
    app.question_groups.group_all()
    with app.database.reading() as session:
        (group,) = groups_page(session)[0]
        waiting = waiting_of(session, group.group_id, main_identities)
    answers = answers_now(app.services.assistant.context, waiting, app.now())
    with app.database.writing() as session:
        return tell_who_asked(app.services, session, waiting, answers, app.now())


def test_those_who_asked_are_told_once_with_question_answer_and_source(house, tmp_path):
    anna, bob = wonder(house), wonder(house, channel="terminal")
    publish(house, tmp_path / "pages")

    assert tell(house) == Told(told=2)
    (said,) = anna.replies()
    assert QUESTION in said.text
    assert ANSWER in said.text
    assert f"Source: {QUESTION}" in said.text
    assert [choice.label for choice in said.choices] == ["That helped", "That did not help"]
    assert len(bob.replies()) == 1
    assert tell(house) == Told()
    assert anna.replies() == []


def test_there_is_nothing_to_tell_while_there_is_no_answer(house):
    anna = wonder(house)
    assert tell(house) == Told()
    assert anna.replies() == []
    with house.app.database.reading() as session:
        assert groups_page(session)[0][0].waiting == 1


def test_each_is_told_in_their_own_language(house, tmp_path):
    anna = wonder(house, "es", "¿A qué hora es el desfile de cebras?")
    publish(house, tmp_path / "pages", title="¿A qué hora es el desfile de cebras?", answer="Al mediodía.")
    assert tell(house) == Told(told=1)
    assert anna.replies()[0].text.startswith("Usted preguntó:")


def test_whoever_asked_for_no_more_messages_gets_none(house, tmp_path):
    anna = wonder(house)
    anna.say("stop")
    publish(house, tmp_path / "pages")
    assert tell(house) == Told(stopped=1)
    assert anna.replies() == []
    assert tell(house) == Told()


def test_a_told_answer_that_does_not_help_opens_the_question_again(house, tmp_path):
    anna = wonder(house)
    publish(house, tmp_path / "pages")
    tell(house)
    anna.replies()
    assert anna.say("2")[-1].text.startswith("I am sorry.")
    house.app.question_groups.group_all()
    with house.app.database.reading() as session:
        (group,) = groups_page(session)[0]
    assert (group.times, group.unhelpful) == (2, 1)
