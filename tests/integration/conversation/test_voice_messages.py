"""Voice messages through the whole core: listened to where nobody waits, said back, and never acted on before a yes but for danger."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import handle_safely
from conversation.store.tables import Conversation
from conversation.voice.fake import WordTranscriber
from conversation.voice.notes import VoiceNotes
from core.errors import SendCode, SendLater
from core.model import RemoteMedia, Trouble
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House


class Speaker:
    """A resident who speaks through a ledger channel."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.channel = LedgerChannel("ledger")
        self.transcriber = WordTranscriber()
        house.app.channels.update({"ledger": self.channel})
        self.files = house.app.late_files
        self.files.voice_notes = VoiceNotes(self.transcriber, most_seconds=60, most_bytes=1000)

    def speak(self, words: str | bytes, *, text: str = "", seconds: int = 3, **fields: object) -> list[str]:
        name = f"sound {len(self.channel.files)}"
        data = words.encode() if isinstance(words, str) else words
        self.channel.files[name] = data
        sound = RemoteMedia(name, "audio/ogg", seconds, len(data))
        return self.send(text, remote_media=(sound,), trouble=None if text else Trouble.VOICE, **fields)

    def send(self, text: str = "", **fields: object) -> list[str]:
        self.house.app.inbox.accept(inbound(text, channel="ledger", received_at=self.house.clock(), **fields))
        return self.work()

    def work(self, seconds: float = 0) -> list[str]:
        """What the workers do now, and what the city said since the last look."""
        before = len(self.lines("city"))
        self.house.clock.move(seconds)
        self.hear()
        for claim in self.house.app.files_queue.claim(10):
            self.files.work(claim)
        self.hear()
        return self.lines("city")[before:]

    def hear(self) -> None:
        while claims := self.house.app.inbox_queue.claim(1):
            for claim in claims:
                handle_safely(self.house.app.services, claim)

    def lines(self, sender: str) -> list[str]:
        return [line.reply.text for line in self.transcript() if line.sender == sender]

    def transcript(self):
        return self.house.app.memory.after("ledger", "anna", 0)

    def say(self, key: str, **values: object) -> str:
        return self.house.app.assistant.context.say(key, "en", **values)


@pytest.fixture
def speaker(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield Speaker(house)
    house.close()


def test_what_was_heard_is_said_back_and_done_after_a_yes(speaker):
    intro, asked = speaker.speak("there is a pothole at 20 Elm Street")
    assert intro.startswith("Hello, this is the city")
    assert asked == 'I heard: "there is a pothole at 20 Elm Street"\nIs that right?'
    (answer,) = speaker.send("yes")
    assert answer.startswith("Thank you. This sounds like: Pothole")
    residents = [line.reply for line in speaker.transcript() if line.sender == "resident"]
    assert [(line.text, line.spoken) for line in residents] == [
        ("there is a pothole at 20 Elm Street", True),
        ("yes", False),
    ]


def test_nothing_waits_and_nothing_is_left_over(speaker):
    speaker.speak("hello")
    assert speaker.house.app.inbox_queue.counts() == speaker.house.app.files_queue.counts() == {}


def test_words_beside_a_voice_message_are_answered_at_once_and_it_by_itself(speaker):
    said = speaker.speak("at 20 Elm Street", text="hello")
    assert said[-1] == 'I heard: "at 20 Elm Street"\nIs that right?'
    assert [line.reply.text for line in speaker.transcript() if line.sender == "resident"] == [
        "hello",
        "at 20 Elm Street",
    ]


def test_each_of_two_voice_messages_is_said_back(speaker):
    speaker.channel.files |= {"one": b"the street light is out", "two": b"on Elm Street"}
    sounds = (RemoteMedia("one", "audio/amr"), RemoteMedia("two", "audio/amr"))
    said = speaker.send(remote_media=sounds, trouble=Trouble.VOICE)
    assert [text for text in said if "I heard" in text] == [
        'I heard: "the street light is out"\nIs that right?',
        'I heard: "on Elm Street"\nIs that right?',
    ]


def test_it_is_heard_in_the_language_of_the_conversation(speaker):
    speaker.send("hola")
    speaker.speak("hay un bache")
    assert speaker.transcriber.heard == [("hay un bache", "es")]


@pytest.mark.parametrize(("hint", "language"), [(None, ""), ("fr-CA", "fr")])
def test_of_somebody_new_the_phone_tells_the_language_or_the_ear(speaker, hint, language):
    speaker.speak("bonjour", language_hint=hint)
    assert speaker.transcriber.heard == [("bonjour", language)]


@pytest.mark.parametrize("word", ["stop", "please stop texting me", "start over"])
def test_a_command_that_was_heard_does_nothing_before_a_yes(speaker, word):
    speaker.send("hello")
    assert speaker.speak(word) == [f'I heard: "{word}"\nIs that right?']
    speaker.send("no")
    state = speaker.house.app.memory.recall(inbound(channel="ledger"), "en")
    assert not state.stopped


def test_danger_is_answered_before_any_yes(speaker):
    speaker.send("hello")
    (warned,) = speaker.speak("help my house is on fire")
    assert warned.startswith(speaker.say("emergency.call"))
    assert warned.endswith('I heard: "help my house is on fire"')


def test_danger_that_was_heard_overtakes_what_waits(speaker):
    speaker.channel.files["sound"] = b"help my house is on fire"
    sound = (RemoteMedia("sound", "audio/ogg"),)
    inbox, clock = speaker.house.app.inbox, speaker.house.clock
    inbox.accept(inbound(channel="ledger", received_at=clock(), remote_media=sound, trouble=Trouble.VOICE))
    speaker.hear()
    inbox.accept(inbound("hello", channel="ledger", sender="bert", received_at=clock()))
    for claim in speaker.house.app.files_queue.claim(10):
        speaker.files.work(claim)
    (first,) = speaker.house.app.inbox_queue.claim(1)
    assert first.payload["text"] == "help my house is on fire"


@pytest.mark.parametrize(
    ("sound", "seconds", "told"),
    [
        (b"", 3, "unclear.voice_unclear"),
        (b" ... ", 3, "unclear.voice_unclear"),
        (b"\xff\xfe", 3, "unclear.voice_unclear"),
        (b"hello", 61, "unclear.voice_too_long"),
        (b"word " * 190, 0, "unclear.voice_too_long"),
        (b"x" * 1001, 3, "unclear.voice_too_long"),
    ],
)
def test_what_cannot_be_heard_is_said_so_kindly(speaker, sound, seconds, told):
    speaker.send("hello")
    (answer,) = speaker.speak(sound, seconds=seconds)
    assert answer.startswith(speaker.say(told, seconds=60))
    assert answer.endswith(speaker.say("person.or_call"))


def test_what_is_too_long_by_the_providers_word_is_not_even_fetched(speaker):
    speaker.speak("hello", seconds=61)
    assert speaker.channel.fetched == []


class Deaf:
    def transcribe(self, sound: bytes, language: str, most_seconds: int) -> str:
        raise RuntimeError("the model is broken")


def test_a_listener_that_fails_is_as_if_nobody_listened(speaker):
    speaker.send("hello")
    speaker.files.voice_notes = VoiceNotes(Deaf(), 60, 1000)
    (answer,) = speaker.speak("hello")
    assert answer.startswith(speaker.say("unclear.voice"))


@pytest.mark.parametrize("fields", [{"edits": "7"}, {}], ids=["sent anew", "nobody listens"])
def test_where_nobody_listens_it_is_said_at_once_and_nothing_is_fetched(speaker, fields):
    speaker.send("hello")
    if not fields:
        speaker.files.voice_notes = None
    (answer,) = speaker.speak("hello", **fields)
    assert answer.startswith(speaker.say("unclear.voice"))
    assert speaker.channel.fetched == []


def test_a_provider_in_trouble_is_asked_again_until_it_is_said_that_nobody_heard(speaker):
    speaker.send("hello")
    assert speaker.speak("hello") != []
    speaker.channel.files["late"] = SendLater(SendCode.FILE_LATE, detail="away")
    assert speaker.send(remote_media=(RemoteMedia("late", "audio/ogg"),), trouble=Trouble.VOICE) == []
    (answer,) = speaker.work(seconds=601)
    assert answer.startswith(speaker.say("unclear.voice"))


def test_of_somebody_who_has_reached_a_limit_nothing_is_listened_to(speaker):
    for _ in range(20):
        speaker.send("hello")
    heard = speaker.speak("one more") + speaker.speak("and more", text="hello")
    assert speaker.transcriber.heard == []
    assert heard == [speaker.say("limits.hour")]


def test_voice_messages_of_somebody_with_staff_are_written_down_for_them(speaker):
    speaker.send("hello")
    with speaker.house.app.database.writing() as session:
        session.execute(update(Conversation).values(bot_silent=True))
    assert speaker.speak("it is about my bill") == []
    assert (speaker.transcript()[-1].reply.text, speaker.transcript()[-1].reply.spoken) == (
        "it is about my bill",
        True,
    )
