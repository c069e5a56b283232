"""How long each reader of residents' texts takes for the worst of texts: processor time, as the door lets the text in.

`.venv/bin/python benchmarks/readers.py` prints the five dearest texts of each reader, in milliseconds; all readers together
should stay within 50 ms a message.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from actions.reading.dates import Calendar
from actions.reading.readers import WordReader, has_contact
from actions.reading.wishes import WishReader
from bot.migrate import upgrade_database
from channels.clean import clean_message
from city.loading.load import load_city
from city.places.gazetteer import Gazetteer
from city.records.store import read_data
from city.requests.requests import read_number
from conversation.understanding.danger.detector import Detector
from conversation.understanding.language import LanguageOf
from core.database import Database
from core.model import Choice
from core.texts import load_texts, plain_words

NASTY = {
    "ordinary": "There is a deep pothole on Main Street next to the library, cars swerve around it. " * 50,
    "ligatures": "\ufdfa" * 4000,
    "marks": "a\u0301\u0323" * 4000,
    "digits": "7" * 5000,
    "digits apart": "7 " * 3000,
    "dates": "12/12 " * 1000,
    "a long word": "x" * 5000,
    "commas": "," * 5000,
    "brackets": "(" * 2500 + ")" * 2500,
    "streets": "main street " * 500,
    "streets and": "main and mill and " * 300,
    "corner": "corner of 5th and " * 300,
    "families": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 1000,
    "no": "no " * 2000,
    "a": "a " * 3000,
    "gas": "gas smell fire " * 400,
    "my": "my baby is not " * 400,
    "stop": "stop texting please " * 8,
    "mails": "a.a@a-a." * 700,
    "han": "\u4e00\u767e\u8def" * 1500,
    "arabic": "\u0648\u0627\u0644 " * 1300,
}


def readers(folder: Path) -> dict[str, Callable[[str], object]]:
    """Every reader by name, made for the sample city."""
    database_url = f"sqlite:///{folder / 'city.sqlite'}"
    upgrade_database(database_url)
    database = Database(database_url)
    with database.writing() as session:
        load_city(session, Path(__file__).parents[1] / "city" / "sample")
    with database.reading() as session:
        city = read_data(session)
    database.dispose()
    places = Gazetteer(city.streets, city.places, city.profile.centre)
    texts = load_texts()
    wishes, words = WishReader.of(texts), WordReader(texts)
    calendar, now = Calendar(texts, ZoneInfo("America/New_York")), datetime.now(UTC)
    choices = [Choice(str(number), f"Choice number {number}") for number in range(8)]
    language_of = LanguageOf(texts.languages, texts)
    return {
        "plain": plain_words,
        "danger": Detector(),
        "wishes": wishes.wish,
        "request number": read_number,
        "language": lambda text: language_of(text, "en", in_form=False, first=True),
        "dates": lambda text: calendar.read(text, now, "en"),
        "choice": lambda text: words.choice(text, choices),
        "several": lambda text: words.several(text, choices),
        "number": words.number,
        "contact": has_contact,
        "places": places.find,
    }


def milliseconds(read: Callable[[str], object], text: str) -> float:
    """Processor time of one call, the better of two."""
    spent = []
    for _ in range(2):
        begun = time.thread_time()
        read(text)
        spent.append((time.thread_time() - begun) * 1000)
    return min(spent)


def main() -> None:
    """Print the dearest texts of each reader, and of all of them together."""
    totals = dict.fromkeys(NASTY, 0.0)
    given = {name: clean_message(text)[0] for name, text in NASTY.items()}
    clean = {name: milliseconds(clean_message, text) for name, text in NASTY.items()}
    with tempfile.TemporaryDirectory() as folder:
        every = {"clean": clean} | {
            reader: {name: milliseconds(read, text) for name, text in given.items()}
            for reader, read in readers(Path(folder)).items()
        }
    for reader, spent in every.items():
        worst = sorted(spent, key=spent.__getitem__, reverse=True)[:5]
        print(f"{reader:16}", "  ".join(f"{name} {spent[name]:.1f}" for name in worst))
        for name, each in spent.items():
            totals[name] += each
    print("together        ", "  ".join(f"{name} {totals[name]:.1f}" for name in totals))


if __name__ == "__main__":
    main()
