"""Segments are counted as Twilio counts them: by hand at the edges, and against Twilio's own calculator over 500 texts."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from core.segments import Encoding, count_segments, fold_to_gsm7, plain_signs, signs_of, utf16_units
from core.texts import load_texts

HERE = Path(__file__).parent
MODULES = HERE.parents[2] / "node_modules"
PIECES = {
    "en": "The crew will fix the pothole at Main Street by Friday. Reply with the number, please! ",
    "es": "¿Dónde está el bache? La cuadrilla llegará mañana por la mañana; gracias, señora Ñúñez. ",
    "es_gsm": "¡Qué bueno! El niño y el pingüino esperan en la calle. ",
    "emoji": "ok 👍 🚧 👩‍👩‍👧 🇺🇸 ❤️ 👍🏽 ",
    "extension": "[{~^|}] \\ 5 € ",
    "breaks": "one\r\ntwo\nthree\rfour ",
    "zh": "路灯坏了，在 40 Mill Road 门口；请回数字。１２３ ",
    "ar": "مصباح الشارع لا يعمل، عند 40 Mill Road؛ أجب بالرقم ٣. ",
    "marks": "e\u0301 n\u0303 a\u0300\u0301 ",
}


def texts_for_the_oracle() -> list[str]:
    """500 texts: every edge of a segment in each script, and seeded mixtures."""
    chance = random.Random(3)
    edges = [
        69,
        70,
        71,
        133,
        134,
        135,
        152,
        153,
        154,
        159,
        160,
        161,
        200,
        201,
        202,
        305,
        306,
        307,
        458,
        459,
        460,
    ]
    signs = ["a", "é", "á", "€", "👍", "漢"]
    texts = [sign * length for length in edges for sign in signs]
    texts += ["a" * (length - 1) + sign for length in edges for sign in ("€", "👍", "\u0301")]
    texts += ["", " ", "\n", "\f", "\x07", "\u200b", "👩‍👩‍👧‍👦" * 20, "🇺🇸" * 40, "a" * 158 + "\r\n"]
    while len(texts) < 500:
        chosen = chance.choices(list(PIECES.values()), k=chance.randint(1, 8))
        texts.append("".join(chosen)[: chance.randint(1, 600)])
    return texts[:500]


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("¡Hola, niño! ¿Qué tal?", "GSM-7", 22, 1),
        ("👍" * 35, "UCS-2", 70, 1),
        ("坑" * 70, "UCS-2", 70, 1),
        ("坑" * 71, "UCS-2", 71, 2),
        ("坑" * 134, "UCS-2", 134, 2),
        ("坑" * 135, "UCS-2", 135, 3),
        ("ح" * 70, "UCS-2", 70, 1),
        ("ح" * 71, "UCS-2", 71, 2),
        # Vowel signs count, and characters outside of the basic plane count twice.
        ("حُ" * 35, "UCS-2", 70, 1),
        ("𠮷" * 35, "UCS-2", 70, 1),
        ("𠮷" * 36, "UCS-2", 72, 2),
        # 67 units hold 33 emoji of two, never 33 and a half.
        ("👍" * 67, "UCS-2", 134, 3),
    ],
)
def test_edges(text, encoding, units, count):
    found = count_segments(text)
    assert (found.encoding, found.units, found.count) == (Encoding(encoding), units, count)


def test_as_twilio_counts_500_texts():
    node = shutil.which("node")
    if not node or not (MODULES / "sms-segments-calculator").is_dir():
        pytest.skip(
            "Twilio's segment calculator is not installed: install Node and run `npm ci` in the project's folder"
        )
    texts = texts_for_the_oracle()
    answer = subprocess.run(
        [node, str(HERE / "segments_oracle.js"), str(MODULES)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    ours = [[str(count_segments(text).encoding), count_segments(text).count] for text in texts]
    different = [
        (text, mine, theirs)
        for text, mine, theirs in zip(texts, ours, json.loads(answer.stdout), strict=True)
        if mine != theirs
    ]
    assert different == []
    assert len(texts) == 500


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¿Dónde está el árbol?", "¿Donde esta el arbol?"),
        ("mañana, señor; qué pingüino", "mañana, señor; qué pingüino"),
        ("ÁÍÓÚ áíóú", "AIOU aiou"),
        ("漢字 👍", "漢字 👍"),
    ],
)
def test_folding_drops_only_the_accents_that_cost(text, folded):
    assert fold_to_gsm7(text) == folded


def test_plain_signs_keep_letters_and_emoji():
    assert plain_signs("“It’s open” – 9 to 5… á 👩‍👩‍👧") == '"It\'s open" - 9 to 5... á 👩‍👩‍👧'


@pytest.mark.parametrize("text", ["👩‍👩‍👧ab", "e\u0301x", "a\r\nb", "🇺🇸🇲🇽"])
def test_signs_put_together_are_the_text(text):
    assert "".join(signs_of(text)) == text
    assert utf16_units(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("language", "most"), [("en", 1), ("zh", 1), ("ar", 2)]
)  # one segment has 70 letters of Chinese or Arabic, and Arabic needs nearly as many as English
@pytest.mark.parametrize(
    "key",
    [
        "menu.intro_by_text",
        "menu.help_by_text",
        "menu.help_in_form_by_text",
        "optout.stopped",
        "emergency.call",
    ],
)
def test_what_everybody_gets_costs_few_segments(key: str, language: str, most: int) -> None:
    text = load_texts().say(key, language, city="Penstock", emergency="911")
    assert count_segments(plain_signs(text)).count <= most
