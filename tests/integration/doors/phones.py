"""A resident's side of a dialogue on a phone: what the file says they do, in what their phone has for it.

Both implement `tests.support.dialogue_runner.Talk`. `lines` is the transcript as it is kept in tests/dialogues/transcripts.
"""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from io import BytesIO
from typing import Any, ClassVar

from PIL import ExifTags, Image

from channels.pins import numbered_choices
from channels.sms.fake_phone import Phone
from channels.telegram.fake import SentMessage
from channels.telegram.fake_checks import buttons_of
from channels.telegram.fake_resident import Resident, Update
from channels.telegram.keyboard import DONE, OURS, UNTICKED, data_of
from conversation.delivery.drafts import put_due_drafts
from core.model import Choice, Position, Reply, Trouble
from tests.integration.doors.town import Town
from tests.support.loopback import wait_until

_people = itertools.count(1)


class NotHere(Exception):  # noqa: N818  a state of the phone rather than a fault
    """The phone has no such thing; the reason stands in the transcript."""


def picture(position: Position | None = None) -> bytes:
    """A small photo that may know where it was taken."""
    exif = Image.Exif()
    if position:
        north, east = position.latitude >= 0, position.longitude >= 0
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if north else "S",
                ExifTags.GPS.GPSLatitude: (abs(position.latitude), 0.0, 0.0),
                ExifTags.GPS.GPSLongitudeRef: "E" if east else "W",
                ExifTags.GPS.GPSLongitude: (abs(position.longitude), 0.0, 0.0),
            }
        )
    out = BytesIO()
    Image.new("RGB", (320, 240), (90, 120, next(_people) % 250)).save(out, "JPEG", exif=exif)
    return out.getvalue()


class PhoneTalk(ABC):
    """What both phones have in common. `exact` is false while what was done only comes near what the file says."""

    channel: str

    def __init__(self, town: Town, language: str) -> None:
        self.town = town
        self.language = language
        self.lines: list[str] = []
        self.shown: tuple[Choice, ...] = ()
        self.spoken = language
        self.exact = True
        self.sequence = 0
        town.begin()

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the city writes to."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Write a text, or do what comes nearest to it."""

    @abstractmethod
    def choose(self, key: str) -> None:
        """Make a choice by its key."""

    @abstractmethod
    def send_photo(self, caption: str, position: Position | None) -> None:
        """Send a photo."""

    @abstractmethod
    def share(self, position: Position) -> None:
        """Tell where one is."""

    @abstractmethod
    def follow(self, link: str) -> None:
        """Follow a link or a poster."""

    @abstractmethod
    def speak(self, words: str) -> None:
        """Send a voice message."""

    @abstractmethod
    def send_trouble(self, trouble: Trouble) -> None:
        """Send what cannot be read."""

    @abstractmethod
    def arrived(self) -> list[str]:
        """What arrived since the last look, each as its lines in the transcript."""

    def say(
        self,
        text: str = "",
        *,
        choice: str | None = None,
        photo: bool = False,
        photo_position: Position | None = None,
        position: Position | None = None,
        trouble: Trouble | None = None,
        start: str | None = None,
        spoken: bool = False,
    ) -> list[Reply]:
        """Do it by phone; the replies as they stand in the city's transcript."""
        self.exact = True
        self.town.listen(on=spoken or trouble in OF_VOICE)
        if spoken:
            self.speak(text)
        elif choice:
            self.choose(choice)
        elif photo:
            self.send_photo(text, photo_position)
        elif position:
            self.share(position)
        elif trouble:
            self.send_trouble(trouble)
        elif start:
            self.follow(start)
        else:
            self.write(text)
        return self.take_replies()

    def silence(self, minutes: float) -> None:
        """Let time pass."""
        self.town.house.clock.move(minutes * 60)
        for length, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
            if minutes >= length:
                count = f"{minutes / length:g}"
                self.lines.append(f"# {count} {unit}{'' if count == '1' else 's'} later")
                return

    def wait(self, minutes: float) -> list[Reply]:
        """Let time pass, and see what the city says by itself."""
        self.exact = True
        self.silence(minutes)
        put_due_drafts(self.town.house.app.services)
        return self.take_replies()

    def nlu(self, *, up: bool) -> list[Reply]:
        """Switch the NLU on or off; the replies to what had been waiting for it."""
        self.exact = True
        self.town.house.nlu_client.up = up
        self.lines.append(f"# the NLU is {'up again' if up else 'down'}")
        if up:
            self.town.house.app.inbox_queue.unpark()
        return self.take_replies()

    def take_replies(self) -> list[Reply]:
        """What the city said, after everything arrived that had to."""
        self.town.settle()
        lines = self.town.house.app.memory.after(self.channel, self.address, self.sequence)
        self.sequence = lines[-1].sequence if lines else self.sequence
        replies = [line.reply for line in lines if line.sender == "city"]
        if replies:
            self.shown, self.spoken = numbered_choices(replies[-1]), replies[-1].language
        self.lines += self.arrived()
        return replies

    def did(self, what: str) -> None:
        """Note what the resident does."""
        self.lines.append(f"> {what}".rstrip())


OF_VOICE = {Trouble.VOICE_UNCLEAR: b"\xff\xfe", Trouble.VOICE_TOO_LONG: b"and " * 200}
"""What is sent in a voice message in which nothing can be made out, and in one that takes longer than a minute."""


def as_lines(text: str, below: Sequence[str] = ()) -> str:
    """A message as it stands in the transcript."""
    first, *rest = text.splitlines() or [""]
    indented = (f"    {line}".rstrip() for line in rest)
    return "\n".join([f"< {first}", *(line for line in indented if line), *(f"  {line}" for line in below)])


class TextingTalk(PhoneTalk):
    """An old phone: texts and picture messages."""

    channel = "sms"
    KEYWORDS: ClassVar = {"survey-parks": "PARKS", "survey-ferry": "RIDE", "report": "report"}
    INSTEAD: ClassVar = {"cancel": "never mind"}
    """CANCEL ends all texts (the carriers' word), so who texts writes what the help by text names."""
    NEARBY = "1 Court Street"
    FILES: ClassVar = {
        Trouble.VOICE: "audio/amr",
        Trouble.VOICE_UNCLEAR: "audio/amr",
        Trouble.VOICE_TOO_LONG: "audio/amr",
        Trouble.STICKER: "image/gif",
        Trouble.BAD_FILE: "application/pdf",
    }

    def __init__(self, town: Town, language: str) -> None:
        super().__init__(town, language)
        number = f"+1555{next(_people):07}"
        self.phone = Phone(town.twilio, town.base, "https://city.example", number)
        self.seen = 0
        self.chosen = 0

    @property
    def address(self) -> str:
        return self.phone.number

    def write(self, text: str) -> None:
        self._text(self.INSTEAD.get(text, text))

    def choose(self, key: str) -> None:
        """By its number, every third time by its words; a menu that is not shown, by its words alone."""
        keys = [choice.key for choice in self.shown]
        if key in keys:
            self.chosen += 1
            number = keys.index(key) + 1
            self._text(self.shown[number - 1].label if self.chosen % 3 == 0 else str(number))
        elif key.startswith("menu."):
            self._text(self.town.house.app.texts.say(key, self.language))
        else:
            raise NotHere("an earlier button is pressed: a text has none")

    def send_photo(self, caption: str, position: Position | None) -> None:
        self._text(caption, [("image/jpeg", picture(position))], "(photo)")

    def share(self, position: Position) -> None:
        self.exact = False
        self._text(self.NEARBY if self.sequence else f"report something at {self.NEARBY}")

    def follow(self, link: str) -> None:
        if link not in self.KEYWORDS:
            raise NotHere(f"a link to {link} is followed: a text has none")
        self._text(self.KEYWORDS[link])

    def speak(self, words: str) -> None:
        self._text("", [("audio/amr", words.encode())], f"(voice message: {words})")

    def send_trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.TOO_LONG:
            raise NotHere("100,000 characters are sent: a text has 1,600 at most")
        if trouble is Trouble.FILE_TOO_BIG:
            self._text(
                "", [("image/jpeg", picture() + bytes(10 * 1024 * 1024))], "(photo of more than 10 MB)"
            )
            return
        self.exact = trouble is not Trouble.STICKER
        data = OF_VOICE.get(trouble, b"GIF89a")
        self._text("", [(self.FILES[trouble], data)], f"({self.FILES[trouble]})")

    def arrived(self) -> list[str]:
        heard = self.phone.heard()
        fresh, self.seen = heard[self.seen :], len(heard)
        return [as_lines(text) for text in fresh]

    def _text(self, text: str, pictures: list[tuple[str, bytes]] | None = None, shown: str = "") -> None:
        self.did(f"{shown} {text}".strip())
        assert self.phone.text(text, pictures).status_code in {200, 204}


class TelegramPhone(Resident):
    """A resident who can also send files, voice messages and stickers."""

    def send_file(self, data: bytes, kind: str, size: int = 0) -> Update:
        """A file, which keeps what a photo loses on the way: where it was taken."""
        number = self.fake.keep_file(data)
        file = {
            "file_id": number,
            "file_unique_id": number,
            "mime_type": kind,
            "file_size": size or len(data),
        }
        return self._message_update(document=file)

    def send_voice(self, data: bytes = b"OggS") -> Update:
        """A voice message."""
        number = self.fake.keep_file(data)
        return self._message_update(
            voice={"file_id": number, "file_unique_id": number, "duration": 3, "mime_type": "audio/ogg"}
        )

    def send_sticker(self) -> Update:
        """A sticker."""
        number = self.fake.keep_file(b"RIFF")
        kind = {"type": "regular", "is_animated": False, "is_video": False, "width": 512, "height": 512}
        return self._message_update(sticker={"file_id": number, "file_unique_id": number, **kind})


class TelegramTalk(PhoneTalk):
    """A phone with Telegram: buttons are pressed wherever there are any."""

    channel = "telegram"

    def __init__(self, town: Town, language: str) -> None:
        super().__init__(town, language)
        self.resident = TelegramPhone(town.telegram, self._post, 700_000 + next(_people), language)
        self.seen = 0

    @property
    def address(self) -> str:
        return str(self.resident.chat)

    def write(self, text: str) -> None:
        """Press the buttons that say what is written; else write it."""
        if labels := self._buttons_for(text):
            for label in labels:
                self._press(label)
        else:
            self._write(text)

    def choose(self, key: str) -> None:
        """Press the button of this key, also where it has been used before or never was."""
        wanted = {data_of(key), data_of(key, several=True)}
        for sent in reversed(self.resident.heard):
            for button in buttons_of(sent.markup):
                if button.get("callback_data") in wanted:
                    self._press_on(sent, button["text"], button["callback_data"])
                    return
        if key.startswith("menu."):
            self._write(f"/{key.removeprefix('menu.')}")
            return
        self._press_on(self.resident.heard[-1], key, key)

    def send_photo(self, caption: str, position: Position | None) -> None:
        if position:
            self.did("(photo, sent as a file)")
            self.resident.send_file(picture(position), "image/jpeg")
        else:
            self.did(f"(photo) {caption}")
            self.resident.send_photo(picture(), caption)

    def share(self, position: Position) -> None:
        self.did(f"(position {position.latitude:g}, {position.longitude:g})")
        self.resident.share(position.latitude, position.longitude)

    def follow(self, link: str) -> None:
        self._write(f"/start {link}")

    def speak(self, words: str) -> None:
        self.did(f"(voice message: {words})")
        self.resident.send_voice(words.encode())

    def send_trouble(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.VOICE_UNCLEAR | Trouble.VOICE_TOO_LONG:
                self.did("(voice message)")
                self.resident.send_voice(OF_VOICE[trouble])
            case Trouble.VOICE:
                self.did("(voice message)")
                self.resident.send_voice()
            case Trouble.STICKER:
                self.did("(sticker)")
                self.resident.send_sticker()
            case Trouble.BAD_FILE:
                self.did("(PDF file)")
                self.resident.send_file(b"%PDF-1.7", "application/pdf")
            case Trouble.FILE_TOO_BIG:
                self.did("(picture of 25 MB, sent as a file)")
                self.resident.send_file(b"", "image/jpeg", 25_000_000)
            case Trouble.TOO_LONG:
                self.did("(4,096 characters)")
                self.resident.write(("all of it " * 410)[:4096])

    def arrived(self) -> list[str]:
        heard = self.resident.heard
        fresh, self.seen = heard[self.seen :], len(heard)
        return [as_lines(sent.text, _rows(sent)) for sent in fresh]

    def _post(self, update: Update) -> None:
        assert self.town.telegram.deliver(update, self.town.http).status_code == 200

    def _write(self, text: str) -> None:
        self.did(text)
        self.resident.write(text)

    def _buttons_for(self, text: str) -> list[str]:
        """Labels of the buttons of the newest message that mean this text; none if it has to be written."""
        heard = self.resident.heard
        if not heard or not self.shown:
            return []
        labels = [choice.label for choice in self.shown]
        several = any(button.get("callback_data") == DONE for button in buttons_of(heard[-1].markup))
        numbers = re.findall(r"\d+", text)
        if numbers and not re.sub(r"\d+|and|y|[ ,]", "", text):
            chosen = [labels[int(number) - 1] for number in numbers if 0 < int(number) <= len(labels)]
            if len(chosen) != len(numbers) or (len(chosen) > 1 and not several):
                return []
        else:
            words = text.casefold()
            chosen = [label for label in labels if label.casefold() == words] or [
                label
                for label in labels
                if re.match(rf"{re.escape(words)}\b", label.casefold()) and "/" not in label
            ]
        if len(chosen) != 1 and not several:
            return []
        done = self.town.house.app.texts.say("telegram.done", self.spoken)
        return [*chosen, done] if several and chosen else chosen

    def _press(self, label: str) -> None:
        for sent in reversed(self.resident.heard):
            for button in buttons_of(self.town.telegram.keyboards[sent.chat, sent.message_id]):
                if button["text"].lstrip("☐☑ ") == label:
                    self._press_on(sent, button["text"], button["callback_data"])
                    return
        self.did(f"[{label}]")
        self.resident.press(label)

    def _press_on(self, sent: SentMessage, label: str, data: str) -> None:
        """Press a button, and wait until the phone has shown that it was."""
        self.did(f"[{label}]")
        fake, place = self.town.telegram, (sent.chat, sent.message_id)
        before = fake.keyboards[place]
        query = self.resident.press_data(sent, data)["callback_query"]["id"]
        wait_until(lambda: query in fake.answered)
        if before and not (data.startswith(OURS) and not data.startswith((UNTICKED, DONE))):
            wait_until(lambda: fake.keyboards[place] != before)


def _rows(sent: SentMessage) -> list[str]:
    """Buttons below a message in brackets; those in place of the phone's keyboard in parentheses."""
    markup: dict[str, Any] = sent.markup
    below = [" ".join(f"[{button['text']}]" for button in row) for row in markup.get("inline_keyboard", ())]
    instead = [" ".join(f"({button['text']})" for button in row) for row in markup.get("keyboard", ())]
    return below + instead
