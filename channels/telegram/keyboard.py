"""The buttons under a message: what stands on them, and what pressing one means. Pure functions over Telegram's own types.

A button carries at most 64 bytes. A choice's key stands on it as it is; a key that is too long or not safe there is replaced
by a digest, and what was meant is then read off the pressed keyboard itself, which Telegram sends back with every press: the
label counts as the answer. So nothing has to be kept on our side, and a button works after any restart.

Where several may be taken the buttons are ticked and unticked in place, and `DONE` hands on all that are ticked.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import InlineKeyboardButtonLimit

from channels.telegram.lengths import shorten_units, text_units
from core.model import Choice

MOST_DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
MOST_BUTTONS = 100
MOST_LABEL = 100
TINY = 3
NARROW = 18
"""Labels of up to this many units stand side by side, five or two of them, also on a small phone."""

OURS = "~"
"""What the data of buttons begins with that are the door's own; no choice key begins so on a button."""
DIGEST = "~#"
UNTICKED, TICKED = "~-", "~+"
DONE = "~done"
MARKS = {UNTICKED: "☐ ", TICKED: "☑ "}

MOST_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Tap:
    """A press of a button: where, on what, and the keyboard as it was. `keyboard` is None under a message too old to read."""

    update_id: int
    query_id: str
    chat_id: int
    message_id: int
    data: str
    language: str | None = None
    keyboard: InlineKeyboardMarkup | None = None
    shared: bool = False

    @property
    def is_tick(self) -> bool:
        """Whether this only ticks or unticks one of several."""
        return self.data.startswith((UNTICKED, TICKED))

    @property
    def is_done(self) -> bool:
        """Whether this hands on all that are ticked."""
        return self.data == DONE

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """Label and data of every button, in order."""
        rows = self.keyboard.inline_keyboard if self.keyboard else ()
        return [(button.text, str(button.callback_data or "")) for row in rows for button in row]

    @property
    def ticked(self) -> frozenset[str]:
        """What is ticked on the keyboard itself."""
        return frozenset(data[2:] for _, data in self.buttons if data.startswith(TICKED))


@dataclass(frozen=True, slots=True)
class PressMeaning:
    """What a press says to the city: the key of a choice, or words where the key did not fit on the button."""

    choice: str | None = None
    text: str = ""


def data_of(key: str, *, several: bool = False) -> str:
    """What stands on the button of a choice: its key, or a digest of it. Always the same for the same key."""
    prefix = UNTICKED if several else ""
    fits = 0 < len(key.encode(errors="replace")) <= MOST_DATA - len(prefix)
    if fits and key.isprintable() and not key.startswith(OURS) and not (several and "," in key):
        return prefix + key
    return prefix + DIGEST + blake2b(key.encode(errors="replace"), digest_size=12).hexdigest()


def press_meaning(tap: Tap, ticked: Collection[str] | None = None) -> PressMeaning | None:
    """What the press says to the city; None for a tick, and for `DONE` with nothing ticked.

    `ticked` is what is known to be ticked when it is newer than the keyboard that came with the press.
    """
    if tap.is_tick:
        return None
    if tap.is_done:
        return _several_meaning(tap, tap.ticked if ticked is None else ticked)
    if tap.data.startswith(DIGEST):
        label = next((label for label, data in tap.buttons if data == tap.data), "")
        return PressMeaning(text=label) if label else PressMeaning(choice=tap.data)
    return PressMeaning(choice=tap.data)


def _several_meaning(tap: Tap, ticked: Collection[str]) -> PressMeaning | None:
    boxes = [data[2:] for _, data in tap.buttons if data.startswith((UNTICKED, TICKED))]
    chosen = [box for box in boxes if box in ticked]
    if not chosen:
        return None
    if any(box.startswith(DIGEST) for box in chosen):
        return PressMeaning(text=", ".join(str(boxes.index(box) + 1) for box in chosen))
    return PressMeaning(choice=",".join(chosen))


def with_ticks(keyboard: InlineKeyboardMarkup, ticked: Collection[str]) -> dict[str, Any]:
    """The keyboard with just these ticked, as the Bot API wants it."""
    rows = [[_ticked_button(button, ticked) for button in row] for row in keyboard.inline_keyboard]
    return InlineKeyboardMarkup(rows).to_dict()


def _ticked_button(button: InlineKeyboardButton, ticked: Collection[str]) -> InlineKeyboardButton:
    data = str(button.callback_data or "")
    if not data.startswith((UNTICKED, TICKED)):
        return button
    state = TICKED if data[2:] in ticked else UNTICKED
    bare = button.text.removeprefix(MARKS[TICKED]).removeprefix(MARKS[UNTICKED])
    return InlineKeyboardButton(MARKS[state] + bare, callback_data=state + data[2:])


def choices_below(choices: Sequence[Choice], *, several: bool, done: str) -> dict[str, Any]:
    """The choices as buttons below the message."""
    shown = choices[: MOST_BUTTONS - 1]
    mark = MARKS[UNTICKED] if several else ""
    buttons = [
        InlineKeyboardButton(mark + _label_of(choice), callback_data=data_of(choice.key, several=several))
        for choice in shown
    ]
    rows = _rows_of_labels([button.text for button in buttons])
    laid = [[buttons[at] for at in row] for row in rows]
    if several:
        laid.append([InlineKeyboardButton(done, callback_data=DONE)])
    return InlineKeyboardMarkup(laid).to_dict()


def position_button(label: str, choices: Sequence[Choice]) -> dict[str, Any]:
    """A button, in place of the phone's keyboard, that shares the position; choices beside it are sent as their labels."""
    labels = [_label_of(choice) for choice in choices[: MOST_BUTTONS - 1]]
    rows = [[KeyboardButton(labels[at]) for at in row] for row in _rows_of_labels(labels)]
    return ReplyKeyboardMarkup(
        [[KeyboardButton(label, request_location=True)], *rows], resize_keyboard=True, one_time_keyboard=True
    ).to_dict()


def no_buttons() -> dict[str, Any]:
    """Puts a position button away; does nothing where there is none."""
    return ReplyKeyboardRemove().to_dict()


def _label_of(choice: Choice) -> str:
    return shorten_units(choice.label.strip() or choice.key.strip(), MOST_LABEL) or "…"


def _rows_of_labels(labels: Sequence[str]) -> list[list[int]]:
    """Which labels stand side by side: two narrow ones, five tiny ones, anything wider on its own."""
    rows: list[list[int]] = []
    most = 0
    for at, label in enumerate(labels):
        beside = 5 if text_units(label) <= TINY else 2 if text_units(label) <= NARROW else 1
        if rows and len(rows[-1]) < min(most, beside):
            rows[-1].append(at)
            most = min(most, beside)
        else:
            rows.append([at])
            most = beside
    return rows


class Ticks:
    """What is ticked right now: presses can follow one another faster than the keyboard on the phone is changed.

    Only a help for quick fingers: it is lost with the process, and then the keyboard that comes with a press counts.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], tuple[int, frozenset[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def toggle(self, tap: Tap) -> frozenset[str] | None:
        """What is ticked after this press; None when the press was counted before."""
        with self._lock:
            last, ticked = self._known.get((tap.chat_id, tap.message_id), (-1, tap.ticked))
            if tap.update_id == last:
                return None
            ticked ^= {tap.data[2:]}
            self._known[tap.chat_id, tap.message_id] = (tap.update_id, ticked)
            self._known.move_to_end((tap.chat_id, tap.message_id))
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
            return ticked

    def known(self, tap: Tap) -> frozenset[str] | None:
        """What is ticked under this message, None when only the keyboard knows."""
        with self._lock:
            found = self._known.get((tap.chat_id, tap.message_id))
        return found[1] if found else None

    def forget(self, tap: Tap) -> None:
        """From now on the keyboard itself counts again."""
        with self._lock:
            self._known.pop((tap.chat_id, tap.message_id), None)
