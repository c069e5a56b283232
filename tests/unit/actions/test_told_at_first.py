"""What the first message says besides what and where is taken with it, in every language, and never asked again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from city.requests.tables import ServiceRequestRow
from tests.support.direct_talk import DirectTalk, House

TABLE = Path(__file__).with_name("told_at_first.txt")


@dataclass(frozen=True, slots=True)
class Line:
    """A first message in a language, the kind of problem that it is about, and what else it says."""

    language: str
    text: str
    service: str
    told: dict[str, str]


def read_lines() -> list[Line]:
    """The table: `language | message | service | what is told`."""
    lines = []
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            language, text, service, told = (part.strip() for part in row.split("|"))
            lines.append(
                Line(language, text, service, dict(one.split("=", 1) for one in told.split(";") if one))
            )
    return lines


def known_of(talk: DirectTalk) -> tuple[str, dict[str, str]]:
    """The kind of problem, and what is known of it besides the place: of the open form, else of the filed report."""
    form: dict[str, Any] | None = talk.dialogue.get("flow")
    if form:
        values, hints = form["values"], form["hints"]
        known = {name.removeprefix("q-"): value for name, value in values.items() if name.startswith("q-")}
        known |= {name: values.get(name) or hints.get(name) for name in ("contact",)}
        known["settled"] = hints.get("settled", [])
        return values.get("service", ""), _shown(known)
    with talk.house.database.reading() as session:
        row = session.scalar(select(ServiceRequestRow).where(ServiceRequestRow.person_id == talk.person))
    if row is None:
        return "", {}
    data = talk.dialogue.get("offer", {}).get("data", {})
    contact = row.contact if row.contact != "here" else ""
    return row.service_code, _shown({**row.answers, "contact": contact, "settled": data.get("settled", [])})


def _shown(known: dict[str, Any]) -> dict[str, str]:
    settled = dict.fromkeys(known.pop("settled"), "no")
    told = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in known.items()
        if value
    }
    return told | settled


@pytest.mark.parametrize("line", read_lines(), ids=lambda line: f"{line.language} {line.text}")
def test_what_the_first_message_tells_is_taken(house: House, line: Line) -> None:
    talk = DirectTalk(house, line.language)
    talk.say(line.text)
    assert known_of(talk) == (line.service, line.told)
