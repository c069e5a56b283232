"""What short replies mean, whatever the question, in six languages and as people type them."""

from __future__ import annotations

import pytest

from actions.reading.replies import LONGEST, Gist, ReplyReader, ShortReply
from core.texts import load_texts

READER = ReplyReader(load_texts())
WHOLE = {
    Gist.YES: "en: yeah it does | ya for sure | yesss | es: pues sí | fr: ouais je crois | pt: é sim | zh: 是的呀 | ar: اي والله",
    Gist.NO: "en: nope | no not really | noooo | es: no, todavía no | fr: non pas encore | pt: ainda não | zh: 还没有呢 | ar: لا لسه",
    Gist.UNKNOWN: "en: i really dont know | no clue sorry | es: la verdad no sé | fr: aucune idée désolé | pt: não lembro | zh: 我不记得 | ar: والله ما ادري",
    Gist.LATER: "en: later please | not right now | es: más tarde | fr: ce soir | pt: agora não | zh: 晚点吧 | ar: بكرة",
    Gist.NONE: "en: none of those | no picture sorry | es: ninguna | fr: aucun | pt: nenhum | zh: 都不是 | ar: ولا واحد",
    Gist.ALL: "en: all of the above | es: todas | fr: toutes | pt: todas elas | zh: 全部 | ar: كلها",
    Gist.BOTH: "en: both of them | es: ambas | fr: tous les deux | pt: as duas | zh: 两者都 | ar: كلاهما",
    Gist.DONE: "en: thats everything | es: sería todo | fr: voilà tout | pt: já terminei | zh: 就这样 | ar: خلصنا",
    Gist.WAIT: "en: ok hold on | gimme a sec | es: deme un minuto | fr: je reviens | pt: já volto | zh: 我看看 | ar: استنى",
    Gist.OKAY: "en: alright | ok thanks | es: está bien | fr: très bien | pt: beleza | zh: 知道了 | ar: ماشي",
    Gist.THANKS: "en: thank you so much | es: muchas gracias | fr: merci bien | pt: valeu | zh: 多谢 | ar: شكرا جزيلا",
    Gist.COURTESY: "en: hey | es: buenas tardes | fr: salut | pt: bom dia | zh: 您好 | ar: مرحبا",
}


def _table() -> list[tuple[str, str, Gist]]:
    rows = []
    for gist, line in WHOLE.items():
        language = ""
        for part in line.split(" | "):
            head, _, text = part.rpartition(": ")
            language = head or language
            rows.append((language, text, gist))
    return rows


@pytest.mark.parametrize(("language", "text", "gist"), _table())
def test_a_short_reply_is_read_by_its_meaning(language: str, text: str, gist: Gist) -> None:
    assert READER.read(text, language) == ShortReply(gist)


@pytest.mark.parametrize(("language", "text", "gist"), _table())
def test_people_mix_languages(language: str, text: str, gist: Gist) -> None:
    assert READER.read(text, "en" if language != "en" else "es") is not None


@pytest.mark.parametrize(
    ("text", "gist", "rest"),
    [
        ("no, thursday", Gist.NO, "thursday"),
        ("yes but only at night", Gist.YES, "but only at night"),
        ("idk ask my brother", Gist.UNKNOWN, "ask my brother"),
    ],
)
def test_what_a_text_begins_with_is_told_apart_from_the_rest(text: str, gist: Gist, rest: str) -> None:
    assert READER.read(text, "en") == ShortReply(gist, rest)


@pytest.mark.parametrize(
    "text", ["", "...", "the lamp", "yes and no", "a mattress", "good morning, the lamp is out " * LONGEST]
)
def test_anything_else_is_no_short_reply(text: str) -> None:
    assert READER.gist(text, "en") is None


@pytest.mark.parametrize(
    ("label", "gist"),
    [
        ("Yes, in writing", Gist.YES),
        ("None of these", Gist.NONE),
        ("I'm not sure", Gist.UNKNOWN),
        ("Both", Gist.BOTH),
    ]
    + [(label, None) for label in ("It is out", "All dark", "There is no water at all", "In the bike lane")],
)
def test_what_a_label_means(label: str, gist: Gist | None) -> None:
    assert READER.gist_of_label(label, "en") is gist
