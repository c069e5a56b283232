"""A resident with Telegram on their phone, for tests: writes, presses, shares and corrects, in Telegram's own payloads."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channels.telegram.fake import FakeTelegram, SentMessage
from channels.telegram.fake_checks import buttons_of

Update = dict[str, Any]


@dataclass
class Resident:
    """Somebody in a private chat with the bot. `post` brings each update to the city: `fake.deliver`, `fake.queue` or a door."""

    fake: FakeTelegram
    post: Callable[[Update], object]
    chat: int = 5001
    language: str = "en"
    posted: list[Update] = field(default_factory=list)

    def write(self, text: str) -> Update:
        """Write a message."""
        return self._message_update(text=text)

    def correct(self, original: Update, text: str) -> Update:
        """Change the words of a message that was sent before."""
        message = {**original["message"], "text": text, "edit_date": int(time.time())}
        return self._next_update(edited_message=message)

    def share(self, latitude: float, longitude: float) -> Update:
        """Share a position."""
        return self._message_update(location={"latitude": latitude, "longitude": longitude})

    def send_photo(self, data: bytes, caption: str = "", album: str = "") -> Update:
        """Send a photo, in two sizes as Telegram does."""
        sizes = [
            {
                "file_id": self.fake.keep_file(data),
                "file_unique_id": f"u{width}",
                "width": width,
                "height": width,
            }
            for width in (90, 1280)
        ]
        extra = {"caption": caption} if caption else {}
        return self._message_update(photo=sizes, **extra, **({"media_group_id": album} if album else {}))

    def press(self, label: str) -> Update:
        """Press a button: below the newest message that has it, or in place of the phone's keyboard."""
        for sent in reversed(self.heard):
            for button in buttons_of(self.fake.keyboards[self.chat, sent.message_id]):
                if button["text"].lstrip("☐☑ ") == label:
                    return self.press_data(sent, button["callback_data"])
        if label in self._keyboard:
            return self.write(label)
        raise LookupError(f"There is no button {label!r}; there are {self.buttons}.")

    def press_data(self, sent: SentMessage, data: str) -> Update:
        """Press a button of which the data is known, whether it is still there or not."""
        number = f"query-{self.fake.number()}"
        query = {
            "id": number,
            "from": self._person_fields(),
            "message": self.fake.message(sent),
            "chat_instance": "1",
            "data": data,
        }
        self.fake.asked.append(number)
        return self._next_update(callback_query=query)

    def block(self, *, again: bool = False) -> Update:
        """Block the bot, or (`again`) let it in again."""
        (self.fake.blocked.discard if again else self.fake.blocked.add)(self.chat)
        member = {"status": "member", "user": self.fake._get_me({})}  # noqa: SLF001  one fake, two files
        kicked = {"status": "kicked", "user": member["user"], "until_date": 0}
        before, after = (kicked, member) if again else (member, kicked)
        change = {"chat": self._chat_fields(), "from": self._person_fields(), "date": int(time.time())}
        return self._next_update(
            my_chat_member=change | {"old_chat_member": before, "new_chat_member": after}
        )

    @property
    def heard(self) -> list[SentMessage]:
        """What the city wrote here, oldest first."""
        return self.fake.sent_to(self.chat)

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons that can be pressed, below every message and in place of the keyboard."""
        below = [
            button["text"]
            for sent in self.heard
            for button in buttons_of(self.fake.keyboards[self.chat, sent.message_id])
        ]
        return below + self._keyboard

    @property
    def _keyboard(self) -> list[str]:
        """Labels of the buttons that stand in place of the phone's keyboard."""
        last = self.heard[-1].markup if self.heard else {}
        return [button["text"] for row in last.get("keyboard", ()) for button in row]

    def _message_update(self, **content: Any) -> Update:
        message = {
            "message_id": self.fake.number(),
            "date": int(time.time()),
            "chat": self._chat_fields(),
            "from": self._person_fields(),
        }
        return self._next_update(message=message | content)

    def _next_update(self, **content: Any) -> Update:
        update = {"update_id": self.fake.number(), **content}
        self.posted.append(update)
        self.post(update)
        return update

    def _chat_fields(self) -> dict[str, Any]:
        return {"id": self.chat, "type": "private", "first_name": "Ana"}

    def _person_fields(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "Ana", "language_code": self.language}
