"""Plays dialogues that are written down as plain text; docs/dialogue.md tells how they are written.

The same files are played against the assistant alone (`tests.support.direct_talk`) and against the whole house: anything that
implements `Talk` will do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.languages import LEFT_TO_RIGHT_MARK
from core.model import Position, Reply, Trouble

FOLDER = Path(__file__).parents[1] / "dialogues"
NUMBER = r"[A-Z]{2}-\d{5}"
TROUBLES = {
    "voice": Trouble.VOICE,
    "unclear voice": Trouble.VOICE_UNCLEAR,
    "long voice": Trouble.VOICE_TOO_LONG,
    "sticker": Trouble.STICKER,
    "bad file": Trouble.BAD_FILE,
    "big file": Trouble.FILE_TOO_BIG,
    "too long": Trouble.TOO_LONG,
}
MINUTES = {"minute": 1, "hour": 60, "day": 1440}


class Talk(Protocol):
    """One resident's conversation with the city."""

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
        """Send a message, or have its words heard by a machine; the replies to it, in order."""
        ...

    def silence(self, minutes: float) -> None:
        """Let time pass."""
        ...

    def wait(self, minutes: float) -> list[Reply]:
        """Let time pass, and see what the city says by itself."""
        ...

    def nlu(self, *, up: bool) -> list[Reply]:
        """Switch the NLU on or off; the replies to what had been waiting for it."""
        ...


OpenTalk = Callable[[str, str], Talk]
"""Opens a conversation of somebody new: (language, channel) -> Talk."""


@dataclass(slots=True)
class Expected:
    """One reply as the file expects it: a pattern, choices (None: any), and marks such as `source` and `urgent`."""

    text: str
    line: int
    choices: list[str] | None = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """What the resident does, and what the city should answer."""

    action: str
    line: int
    expected: list[Expected] = field(default_factory=list)


def read(file: Path) -> tuple[dict[str, str], list[Step]]:
    """The settings (`language`, `channel`) and the steps of a dialogue."""
    settings = {"language": "en", "channel": "web"}
    steps: list[Step] = []
    for number, raw in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.rstrip()
        setting = re.fullmatch(r"\[(language|channel) (\w+)\]", line)
        if not line or line.startswith("#"):
            continue
        if setting:
            settings[setting[1]] = setting[2]
        elif line.startswith((">", "[")):
            steps.append(Step(line, number))
        else:
            _expect(steps, line, f"{file.name}:{number}", number)
    return settings, steps


def _expect(steps: list[Step], line: str, where: str, number: int) -> None:
    if not steps:
        raise ValueError(f"{where}: the city cannot speak before the resident does.")
    if line.startswith("<"):
        steps[-1].expected.append(Expected(line[1:].strip(), number))
        return
    if not line.startswith("  ") or not steps[-1].expected:
        raise ValueError(
            f"{where}: expected '> ', '< ', '[...]', '# ' or an indented choice, found {line!r}."
        )
    reply, told = steps[-1].expected[-1], line.strip()
    if told == "...":
        reply.choices = None
    elif option := re.match(r"\d+ (.*)", told):
        assert reply.choices is not None, f"{where}: a choice after '...'"
        reply.choices.append(option[1])
    elif told.startswith(("source ", "urgent", "phone ", "wants ")):
        reply.marks.append(told)
    else:
        reply.text += f" {told}"


def play(file: Path, open_talk: OpenTalk) -> list[str]:
    """Play a dialogue and hold every reply to it; gives back the transcript for reading aloud."""
    settings, steps = read(file)
    talk = open_talk(settings["language"], settings["channel"])
    names: dict[str, str] = {}
    shown: list[Reply] = []
    transcript: list[str] = []
    for step in steps:
        action = _fill(step.action, names)
        replies = act(talk, action, shown)
        transcript += [action, *(line for reply in replies for line in as_lines(reply))]
        said = "\n".join(transcript[-30:])
        where = f"{file.name}:{step.line}"
        assert len(replies) == len(step.expected), (
            f"{where}: {len(replies)} replies instead of {len(step.expected)}\n{said}"
        )
        for reply, expected in zip(replies, step.expected, strict=True):
            hold(reply, expected, names, f"{file.name}:{expected.line}\n{said}")
        shown = replies or shown
    return transcript


def act(talk: Talk, action: str, shown: list[Reply]) -> list[Reply]:
    """Do what a line says."""
    if action.startswith(">"):
        return talk.say(_signs(action[1:].strip()))
    name, _, rest = action.strip("[]").partition(" ")
    if action.strip("[]") in TROUBLES:
        return talk.say(trouble=TROUBLES[action.strip("[]")])
    if name not in DIRECTIVES:
        raise ValueError(f"There is no {action}; docs/dialogue.md lists what there is.")
    return DIRECTIVES[name](talk, rest, shown)


def _photo(talk: Talk, rest: str, _shown: list[Reply]) -> list[Reply]:
    at = re.match(r"at ([\d.-]+),([\d.-]+) ?(.*)", rest)
    spot = Position(float(at[1]), float(at[2])) if at else None
    return talk.say((at[3] if at else rest).strip('"'), photo=True, photo_position=spot)


def _position(talk: Talk, rest: str, _shown: list[Reply]) -> list[Reply]:
    latitude, longitude = rest.split(",")
    return talk.say(position=Position(float(latitude), float(longitude)))


def _silence(talk: Talk, rest: str, _shown: list[Reply]) -> list[Reply]:
    talk.silence(_minutes(rest))
    return []


def _minutes(time: str) -> float:
    count, unit = time.split()
    return float(count) * MINUTES[unit.rstrip("s")]


DIRECTIVES: dict[str, Callable[[Talk, str, list[Reply]], list[Reply]]] = {
    "button": lambda talk, rest, shown: talk.say(choice=_key(rest, shown)),
    "photo": _photo,
    "position": _position,
    "voice": lambda talk, rest, _: talk.say(rest.strip('"'), spoken=True),
    "link": lambda talk, rest, _: talk.say(start=rest),
    "silence": _silence,
    "wait": lambda talk, rest, _: talk.wait(_minutes(rest)),
    "nlu": lambda talk, rest, _: talk.nlu(up=rest == "up"),
    "staff": lambda talk, rest, _: talk.staff(rest),  # type: ignore[attr-defined]  only where there are any
}


def _signs(text: str) -> str:
    """Invisible signs are written by number, as in Python's strings."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def _visible(text: str) -> str:
    """Without the marks that keep numbers in order within Arabic."""
    return text.replace(LEFT_TO_RIGHT_MARK, "")


def hold(reply: Reply, expected: Expected, names: dict[str, str], where: str) -> None:
    """Fail unless the reply is as expected; numbers named in the file are learnt."""
    found = re.match(_pattern(expected.text, names), " ".join(_visible(reply.text).split()), re.IGNORECASE)
    assert found, f"{where}\n  expected: {expected.text}\n     found: {' '.join(reply.text.split())}"
    names |= found.groupdict()
    labels = [_visible(choice.label) for choice in reply.choices]
    if expected.choices is not None:
        fits = len(labels) == len(expected.choices) and all(
            re.match(_pattern(wanted, names), label, re.IGNORECASE)
            for wanted, label in zip(expected.choices, labels, strict=True)
        )
        assert fits, f"{where}\n  expected choices: {expected.choices}\n     found choices: {labels}"
    for mark in expected.marks:
        _hold_mark(reply, mark, where)


def _hold_mark(reply: Reply, mark: str, where: str) -> None:
    name, _, value = mark.partition(" ")
    actual: Any = {
        "source": reply.source and f"{reply.source.title} {reply.source.section}",
        "urgent": "" if reply.urgent else None,
        "phone": reply.phone,
        "wants": " ".join(reply.wants),
    }[name]
    fits = actual is not None and re.match(_pattern(value, {}), actual)
    assert fits, f"{where}\n  {mark}: found {actual!r}"


def _pattern(text: str, names: dict[str, str]) -> str:
    """First words are enough; `...` stands for anything; `{name}` for a request number, learnt at its first use."""
    parts = re.split(r"(\.\.\.|\{\w+\})", " ".join(text.split()))
    pattern = ""
    for part in parts:
        if part == "...":
            pattern += ".*?"
        elif re.fullmatch(r"\{\w+\}", part):
            name = part[1:-1]
            if name in names:
                pattern += re.escape(names[name])
            else:
                pattern += f"(?P={name})" if f"(?P<{name}>" in pattern else f"(?P<{name}>{NUMBER})"
        else:
            pattern += re.escape(part)
    return pattern


def _fill(action: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        action = action.replace(f"{{{name}}}", value)
    return action


def _key(wanted: str, shown: list[Reply]) -> str:
    """The key of the shown button with this key, the end of its key, or the beginning of its label; else `wanted` itself."""
    for reply in reversed(shown):
        for choice in reply.choices:
            ends = choice.key.rpartition(".")[2]
            if wanted in {choice.key, ends} or choice.label.casefold().startswith(wanted.casefold()):
                return choice.key
    return wanted


def as_lines(reply: Reply) -> list[str]:
    """A reply as it is written in a file."""
    first, *rest = reply.text.splitlines() or [""]
    lines = [f"< {first}", *(f"    {line}" for line in rest if line)]
    lines += [f"  {number} {choice.label}" for number, choice in enumerate(reply.choices, 1)]
    if reply.source:
        lines.append(f"  source {reply.source.title} {reply.source.section}".rstrip())
    lines += ["  urgent"] if reply.urgent else []
    lines += [f"  phone {reply.phone}"] if reply.phone else []
    return lines
