"""Questions of price and of whom to call, put in other words than the city's rows: right, asked back, wrong, or left to the library.

    python -m benchmarks.facts [--half held|tuned|all] [--show]

Written by reading the rows of the sample city and closing them. Every other line was tuned on, the rest (`held`) is reported. Those of the
kind `none` are questions that no row answers: left to the library is right. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from actions.forms.service_choice import sure_one
from actions.reading.contact_questions import ContactQuestionReader
from actions.reading.fee_questions import FeeQuestionReader
from actions.reading.words import clean_text
from city.facts.book import FactBook
from city.loading.folder import read_city
from city.services.catalogue import ServiceList
from core.texts import load_texts
from knowledge.index.embedding import SentenceEmbedder, encode_if_possible, make_embedders
from knowledge.index.encoder_models import DEFAULT, MULTILINGUAL

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "benchmarks" / "questions" / "fees_and_contacts.tsv"
TODAY = date(2026, 11, 24)
MOST_ASKED = 3
"""Things between which asking back counts as understood."""


class AskedFact(NamedTuple):
    """A question as it stands in the file; `code` is the fee or contact, `-` for none."""

    kind: str
    language: str
    question: str
    code: str


def read_questions(half: str) -> list[AskedFact]:
    """The questions of a half: `tuned`, `held` or `all`."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    asked = [AskedFact(row["kind"], row["language"], row["question"], row["code"]) for row in rows]
    return {"tuned": asked[::2], "held": asked[1::2], "all": asked}[half]


def judge_question(
    fees: FeeQuestionReader,
    contacts: ContactQuestionReader,
    book: FactBook,
    services: ServiceList,
    asked: AskedFact,
) -> str:
    """What becomes of a question: `right`, `asked` back, `wrong`, or `library`."""
    text = clean_text(asked.question)
    fee = fees.read(text, book, TODAY)
    contact = (
        None
        if fee
        else contacts.read(text, book, services.named, lambda words: sure_one(services.suggest(words)))
    )
    codes = fee.fees if fee else (*contact.contacts, *contact.departments) if contact else ()
    if not codes:
        return "library"
    if codes == (asked.code,):
        return "right"
    return "asked" if asked.code in codes and len(codes) <= MOST_ASKED else "wrong"


def main() -> None:
    """Print how many questions of each kind were understood."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--half", choices=("held", "tuned", "all"), default="held")
    parser.add_argument("--show", action="store_true", help="every question with what became of it")
    parser.add_argument("--words", action="store_true", help="without the encoder")
    wanted = parser.parse_args()
    texts, city = load_texts(), read_city(ROOT / "city" / "sample")
    book = FactBook(city.places, city.departments, city.holidays, fees=city.fees, contacts=city.contacts)
    embedder = SentenceEmbedder(MULTILINGUAL, ROOT / "var" / "models")
    encode = None if wanted.words else partial(encode_if_possible, embedder)
    readers = FeeQuestionReader(texts, encode), ContactQuestionReader(texts, encode)
    hearing = [] if wanted.words else make_embedders(DEFAULT, ROOT / "var" / "models")
    services = ServiceList(city.services, lambda: hearing)
    counts: dict[str, Counter[str]] = {}
    for asked in read_questions(wanted.half):
        found = judge_question(*readers, book, services, asked)
        counts.setdefault(asked.kind, Counter())[found] += 1
        if wanted.show:
            print(f"{found:8} {asked.kind:8} {asked.language} {asked.question}", file=sys.stderr)
    print(json.dumps(counts, indent=1))


if __name__ == "__main__":
    main()
