"""Questions that take their topic from the one before ("and on Sundays?"), and messages that do not, put to a running installation of the sample city.

    python benchmarks/followups.py --url http://127.0.0.1:8000 [--half seen] [--show]

Each line of `questions/followups.jsonl` is a first question and what is written next. Where it `carries` the topic, right is a reply whose source is a
section of `documents` that begins as one of `sections`, or a reply that has each of what it `says` (alternatives between bars); `page` counts the
right document. Where it does not, right is a reply that is not about the first answer's page. All were written before anything was carried over; those of the half
`kept` were not looked at while it was built. Prints one JSON object, percent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.residents import Line, Resident

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "benchmarks" / "questions" / "followups.jsonl"
DOCUMENTS = ROOT / "city" / "sample" / "documents"
TITLE = re.compile(r"^title:\s*(.+)$|<title>([^<]+)", re.MULTILINE)


class Played(NamedTuple):
    """What came of one pair: whether the reply is right, and of the right page at least."""

    case: dict[str, Any]
    right: bool
    page: bool
    said: str


def read_cases(half: str) -> list[dict[str, Any]]:
    """The pairs, of one half or all."""
    cases: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [case for case in cases if half in {"", case["half"]}]


def title_of(name: str) -> str:
    """The title of a document of the sample city."""
    found = TITLE.search((DOCUMENTS / name).read_text(encoding="utf-8"))
    return (found[1] or found[2]).strip().strip('"') if found else name


def judge(case: dict[str, Any], first: Sequence[Line], then: Sequence[Line]) -> Played:
    """Whether the second reply is what the case wants."""
    said = "\n".join(line["text"] for line in then)
    sources = [
        (line["source"]["title"], line["source"].get("section") or "") for line in then if line["source"]
    ]
    shown = f"{said} [{sources}] {[each['label'] for line in then for each in line['choices']]}"
    if not case["carries"]:
        before = {line["source"]["title"] for line in first if line["source"]}
        right = not any(title in before for title, _ in sources)
        return Played(case, right, right, shown)
    if wanted := case.get("says"):
        right = all(any(each in shown for each in words.split("|")) for words in wanted)
        return Played(case, right, right, shown)
    titles = {title_of(name) for name in case["documents"] if not name.endswith(".csv")}
    page = any(title in titles for title, _ in sources)
    right = any(title in titles and section.startswith(tuple(case["sections"])) for title, section in sources)
    return Played(case, right, page, shown)


async def play(url: str, case: dict[str, Any]) -> Played:
    """One conversation of two messages."""
    resident = Resident(url, case["first"], case["language"])
    try:
        first = await resident.say(case["first"])
        return judge(case, first, await resident.say(case["then"]))
    finally:
        await resident.close()


def percent(values: Sequence[bool]) -> float:
    """How many are true."""
    return round(100 * sum(values) / max(len(values), 1), 1)


def sum_up(played: Sequence[Played]) -> dict[str, Any]:
    """The shares of those that carry the topic, in English and in other languages, and of those that do not."""
    carry = [one for one in played if one.case["carries"]]
    return {
        "carry": len(carry),
        "right": percent([one.right for one in carry]),
        "page": percent([one.page for one in carry]),
        "right_in_english": percent([one.right for one in carry if one.case["language"] == "en"]),
        "right_in_others": percent([one.right for one in carry if one.case["language"] != "en"]),
        "new": len(played) - len(carry),
        "new_left_alone": percent([one.right for one in played if not one.case["carries"]]),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True)
    parser.add_argument("--half", default="", choices=("", "seen", "kept"))
    parser.add_argument("--show", action="store_true", help="print every pair")
    options = parser.parse_args()

    async def play_all() -> list[Played]:
        return [await play(options.url, case) for case in read_cases(options.half)]

    played = asyncio.run(play_all())
    for one in played if options.show else ():
        mark = "right" if one.right else "page" if one.page else "WRONG"
        print(
            f"{mark:6}{'' if one.case['carries'] else 'new '}{one.case['first']} -> {one.case['then']}\n      {one.said!r}"
        )
    print(json.dumps(sum_up(played), indent=1))


if __name__ == "__main__":
    main()
