"""Answers are read as people write them."""

from __future__ import annotations

import pytest

from actions.reading.readers import WordReader, has_contact, parse_numeral, phone_in
from core.model import Choice
from core.texts import load_texts

READER = WordReader(load_texts())
SIZES = (
    Choice("size.small", "Smaller than a plate"),
    Choice("size.medium", "Up to the size of a tire"),
    Choice("size.large", "Bigger than a tire"),
)
ANSWERS = (
    Choice("q.yes", "Yes, that is it"),
    Choice("q.no", "No, somewhere else"),
    Choice("q.maybe", "I'm not sure"),
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2", "size.medium"),
        ("2.", "size.medium"),
        ("2)", "size.medium"),
        ("#2", "size.medium"),
        ("# 2", "size.medium"),
        ("two", "size.medium"),
        ("dos", "size.medium"),
        ("la 2", "size.medium"),
        ("number 2", "size.medium"),
        ("la opción 2", "size.medium"),
        ("the second one", "size.medium"),
        ("la segunda", "size.medium"),
        ("2. Up to the size of a tire", "size.medium"),
        ("Up to the size of a tire", "size.medium"),
        ("up to the size of a tyre", "size.medium"),
        ("BIGGER THAN A TIRE!", "size.large"),
        ("biger then a tire", "size.large"),
        ("bigger", "size.large"),
        ("small", "size.small"),
        ("4", None),
        ("0", None),
        ("22", None),
        ("2 Bigger than a tire", "size.large"),
        ("tire", None),
        ("a", None),
        ("", None),
        ("something else entirely", None),
    ],
)
def test_a_choice_is_read_by_number_word_label_or_near_miss(text: str, key: str | None) -> None:
    assert READER.choice(text, SIZES) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("yes", "q.yes"),
        ("Sí", "q.yes"),
        ("yep", "q.yes"),
        ("no", "q.no"),
        ("nope", "q.no"),
        ("not sure", "q.maybe"),
        ("👍", "q.yes"),
    ],
)
def test_yes_and_no_are_read_in_both_languages(text: str, key: str) -> None:
    assert READER.choice(text, ANSWERS) == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1 and 3", ["size.small", "size.large"]),
        ("1,3", ["size.small", "size.large"]),
        ("1 3", ["size.small", "size.large"]),
        ("1 y 3", ["size.small", "size.large"]),
        ("1; 3", ["size.small", "size.large"]),
        ("uno y tres", ["size.small", "size.large"]),
        ("1 and 1", ["size.small"]),
        ("2", ["size.medium"]),
        ("smaller than a plate, bigger than a tire", ["size.small", "size.large"]),
        ("all of them", ["size.small", "size.medium", "size.large"]),
        ("none", []),
        ("ninguno", []),
        ("1 and 9", None),
        ("whatever", None),
    ],
)
def test_several_choices_are_read_together_or_not_at_all(text: str, keys: list[str] | None) -> None:
    assert READER.several(text, SIZES) == keys


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("about 3 feet", 3),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("1,200", 1200),
        ("-4", -4),
        ("twelve", 12),
        ("twenty five", 25),
        ("two hundred", 200),
        ("treinta y cinco", 35),
        ("zero", 0),
        ("3 or 4", None),
        ("many", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_digits_and_words(text: str, number: float | None) -> None:
    assert READER.number(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.200,50", 1200.5), ("1,200.50", 1200.5), ("12.5", 12.5), ("0,5", 0.5), ("1000", 1000)],
)
def test_decimal_signs_of_both_languages_are_understood(text: str, value: float) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna@example.org", True),
        ("call 555-0142", True),
        ("(555) 010-0142 after 5", True),
        ("no", False),
        ("room 12", False),
        ("12 Mill Road, for 41 years, since 2026-05-04", False),
        ("on 05/04/2026", False),
    ],
)
def test_a_contact_is_a_phone_number_or_an_address(text: str, found: bool) -> None:
    assert has_contact(text) is found


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(555) 010-0142 after 5", "5550100142"),
        ("+1 555.010.0142", "+15550100142"),
        ("手机5550100142，5点以后", "5550100142"),
        ("٥٥٥ ٠١٠ ٠١٤٢", "5550100142"),
        ("KR-48213", None),
        ("12345678901234567890", None),
    ],
)
def test_a_phone_number_is_found_in_any_digits(text: str, digits: str | None) -> None:
    assert phone_in(text) == digits


CHINESE = (
    Choice("size.small", "比餐盘小"),
    Choice("size.medium", "最大像汽车轮胎"),
    Choice("size.large", "比汽车轮胎大"),
    Choice("size.collapse", "路面正在塌陷"),
)
ARABIC = (
    Choice("size.small", "أصغر من طبق طعام"),
    Choice("size.medium", "بحجم إطار سيارة على الأكثر"),
    Choice("size.large", "أكبر من إطار سيارة"),
)


@pytest.mark.parametrize("text", ["3", "３", "３。", "三", "第三个", "第3个", "选3", "我選3", "比汽车轮胎大"])
def test_a_choice_is_read_in_chinese(text: str) -> None:
    assert READER.choice(text, CHINESE) == "size.large"


@pytest.mark.parametrize(("text", "key"), [("塌陷", "size.collapse"), ("餐盘", "size.small"), ("轮胎", None)])
def test_part_of_a_label_without_spaces_picks_it_when_no_other_has_it(text: str, key: str | None) -> None:
    assert READER.choice(text, CHINESE) == key


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "٣",
        "٣.",
        "ثلاثة",
        "ثلاث",
        "الثالث",
        "التالتة",
        "رقم ٣",
        "أكبر من إطار سيارة",
        "اكبر من اطار سياره",
    ],
)
def test_a_choice_is_read_in_arabic(text: str) -> None:
    assert READER.choice(text, ARABIC) == "size.large"


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("1和3", CHINESE),
        ("１、３", CHINESE),
        ("第一个和第三个", CHINESE),
        ("1 3", CHINESE),
        ("١ و٣", ARABIC),
        ("١، ٣", ARABIC),
        ("واحد وثلاثة", ARABIC),
        ("الأول والثالث", ARABIC),
    ],
)
def test_several_choices_are_read_in_chinese_and_arabic(text: str, choices: tuple[Choice, ...]) -> None:
    assert READER.several(text, choices) == ["size.small", "size.large"]


@pytest.mark.parametrize("text", ["都不是", "ولا واحد", "لا شيء من هذه"])
def test_none_is_read_in_chinese_and_arabic(text: str) -> None:
    assert READER.several(text, CHINESE) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("是", "y"), ("对的", "y"), ("好", "y"), ("没错", "y"), ("有", "y"), ("不是", "n"), ("不用了", "n"), ("没有", "n"), ("沒有", "n"),
        ("نعم", "y"), ("أيوه", "y"), ("آه", "y"), ("أكيد", "y"), ("واخا", "y"), ("لا", "n"), ("لأ", "n"), ("مفيش", "n"), ("ما في", "n"),
    ],
)  # fmt: skip
def test_yes_and_no_are_heard_in_chinese_and_arabic(text: str, key: str) -> None:
    assert READER.choice(text, (Choice("y", "Yes, that is it"), Choice("n", "No, somewhere else"))) == key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("３", 3), ("十", 10), ("十二", 12), ("二十五", 25), ("一百二十", 120), ("两个", 2), ("有三盏", 3), ("第3个", 3), ("二〇二六", 2026), ("两三个", None),
        ("٣", 3), ("١٢٫٥", 12.5), ("ثلاث", 3), ("حداشر", 11), ("خمسة وعشرين", 25), ("مئة وعشرون", 120), ("في ٤ لمبات", 4), ("واحد", 1),
    ],
)  # fmt: skip
def test_a_number_is_read_in_chinese_and_arabic(text: str, number: float | None) -> None:
    assert READER.number(text) == number


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1 et 3", ["size.small", "size.large"]),
        ("un et trois", ["size.small", "size.large"]),
        ("1 e 3", ["size.small", "size.large"]),
        ("um e três", ["size.small", "size.large"]),
        ("1、3", ["size.small", "size.large"]),
        ("١ ، ٣", ["size.small", "size.large"]),
        ("aucune", []),
        ("nenhum", []),
        ("toutes", ["size.small", "size.medium", "size.large"]),
        ("todas elas", ["size.small", "size.medium", "size.large"]),
    ],
)
def test_several_choices_are_joined_as_each_language_joins_them(text: str, keys: list[str]) -> None:
    assert READER.several(text, SIZES) == keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("le 2", "size.medium"),
        ("la deuxième", "size.medium"),
        ("o segundo", "size.medium"),
        ("numéro 3", "size.large"),
        ("opção 3", "size.large"),
        ("２", "size.medium"),
        ("٣", "size.large"),
        ("20 rue Oak 2", None),
        ("-2", None),
    ],
)
def test_a_number_may_stand_beside_its_word_in_any_script(text: str, key: str | None) -> None:
    assert READER.choice(text, SIZES) == key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("douze", 12),
        ("vingt et un", 21),
        ("vingt-cinq", 25),
        ("soixante-dix", 70),
        ("quatre-vingt-dix", 90),
        ("deux cent", 200),
        ("trinta e cinco", 35),
        ("dezesseis", 16),
        ("١٢", 12),
        ("٣٫٥", 3.5),
    ],
)
def test_numbers_are_read_in_the_words_and_digits_of_each_language(text: str, number: float) -> None:
    assert READER.number(text) == number


YES_NO = [Choice("q.yes", "Oui, c'est là"), Choice("q.no", "Non, ailleurs")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("oui", "q.yes"),
        ("ouais", "q.yes"),
        ("sim", "q.yes"),
        ("si", "q.yes"),
        ("nao", "q.no"),
        ("non merci", "q.no"),
        ("para", None),
        ("pas", None),
        ("fim", None),
    ],
)
def test_yes_and_no_are_heard_in_each_language(text: str, key: str | None) -> None:
    assert READER.choice(text, YES_NO) == key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to ann.o+x@city.example please", True),
        ("+ann@city.example", True),
        ("7" * 4096, False),
        ("x" * 4000 + "@a.example", True),
        ("a.a@a-a " * 500, False),
    ],
    ids=range(5),
)
def test_a_contact_is_found_in_long_texts_too(text, found):
    assert has_contact(text) is found


def test_more_parts_than_any_question_has_are_no_answer():
    choices = [Choice("1", "Trees"), Choice("2", "Lights")]
    assert READER.several(", ".join(["1", "2"] * 25), choices) == ["1", "2"]
    assert READER.several(", ".join(["1", "2"] * 26), choices) is None
