"""Measures which language a text is taken for: `--texts F [--languages en es ...]`, JSON lines of `lang` and `text`.

Prints one JSON object in percent of the texts whose language is offered. Each text is asked twice, as `conversation/understanding/language.py` is asked:
of somebody who last wrote another language (`told`: recognised; `kept`: the last language stays, as for single words; `wrong`: a third one), and
of somebody who last wrote this one (`misled`: the bot would change away from it). `few_words` are those of three words and less. `detector` is lingua
alone, in low and in full accuracy, which has to choose among the languages for every text. `--mixed-in` adds languages of the file
that are not offered, to tell what happens to those (`taken_for`).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lingua import IsoCode639_1, LanguageDetectorBuilder  # noqa: E402  the path is set above

from benchmarks.nlu import read_lines  # noqa: E402
from benchmarks.nlu_in_rasa import resident_mb  # noqa: E402
from conversation.understanding.language import LanguageOf  # noqa: E402
from core.texts import load_texts  # noqa: E402

Row = dict[str, str]


def share(some: int, of: int) -> float:
    return round(100 * some / max(of, 1), 2)


def as_asked(detect: LanguageOf, languages: tuple[str, ...], rows: list[Row]) -> dict[str, Any]:
    """Over all pairs of a text and another language that its writer last wrote."""
    found: Counter[str] = Counter()
    for row in rows:
        truth = row["lang"]
        for last in (language for language in languages if language != truth):
            said = detect(row["text"], last)
            found["told" if said == truth else "kept" if said == last else "wrong"] += 1
    misled = sum(detect(row["text"], row["lang"]) != row["lang"] for row in rows)
    asked = found.total()
    told = {name: share(found[name], asked) for name in ("told", "kept", "wrong")}
    return {"texts": len(rows), **told, "misled": share(misled, len(rows))}


def by_lingua(languages: tuple[str, ...], rows: list[Row], *, low_accuracy: bool) -> dict[str, Any]:
    before = resident_mb()
    codes = [code for name in languages if (code := getattr(IsoCode639_1, name.upper(), None))]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    detector = (builder.with_low_accuracy_mode() if low_accuracy else builder).build()

    def choose(text: str) -> str:
        language = detector.detect_language_of(text)
        return language.iso_code_639_1.name.lower() if language else ""

    right, milliseconds = _all_right(choose, rows)
    memory = round(resident_mb() - before)
    return {"right": right, "processor_ms": milliseconds, "memory_mb": memory}


def _all_right(choose: Callable[[str], str], rows: list[Row]) -> tuple[float, float]:
    choose(rows[0]["text"])
    started = time.process_time()
    right = sum(choose(row["text"]) == row["lang"] for row in rows)
    return share(right, len(rows)), round((time.process_time() - started) * 1000 / len(rows), 3)


def measure(rows: list[Row], languages: tuple[str, ...], mixed_in: tuple[str, ...]) -> dict[str, Any]:
    offered = [row for row in rows if row["lang"] in languages]
    detect = LanguageOf(languages, load_texts())
    few = [row for row in offered if len(row["text"].split()) <= 3]
    strange = [row for row in rows if row["lang"] in mixed_in and row["lang"] not in languages]
    return {
        "languages": list(languages),
        "detector": {
            "lingua_low_accuracy": by_lingua(languages, offered, low_accuracy=True),
            "lingua": by_lingua(languages, offered, low_accuracy=False),
        },
        "as_asked": as_asked(detect, languages, offered),
        "few_words": as_asked(detect, languages, few),
        "by_language": {
            name: as_asked(detect, languages, [row for row in offered if row["lang"] == name])
            for name in languages
        },
        "taken_for": Counter(detect(row["text"], "none of them") for row in strange),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, required=True, help="JSON lines of `lang` and `text`")
    parser.add_argument("--languages", nargs="+", help="offered languages; otherwise those of the catalogue")
    parser.add_argument(
        "--mixed-in", nargs="*", default=[], help="languages of the file that are not offered"
    )
    given = parser.parse_args()
    spoken = given.languages or sorted(
        folder.name for folder in (ROOT / "bot" / "catalogue").iterdir() if folder.is_dir()
    )
    print(json.dumps(measure(read_lines(given.texts), tuple(spoken), tuple(given.mixed_in)), indent=2))


if __name__ == "__main__":
    main()
