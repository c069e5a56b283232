"""Contacts in what people write: found, so that staff see them only by a click that is logged, and covered where they do not.

Found are phone numbers as people write them (in groups, with signs, in the digits of any script, in words), e-mail addresses, handles and
links of messengers, and numbers that name a person (passport, national id, bank account). Rather one number too many is covered than one too
few: what is covered, a click opens. Left alone are days, money, coordinates, house numbers and the numbers of meters, permits and requests.
Every pattern is bounded, so that a long text costs a time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

COVERED = "•••••"
LEAST_DIGITS = 7
"""From so many digits on a number is one to be reached at; with a word such as "call" before it, from `LEAST_CALLED`."""
LEAST_CALLED = 5

_BETWEEN = r"[ \u00a0\u2009\u202f().\-\u2010-\u2015\u2212/+_*\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\uff0d\uff08\uff09]"
_RUN = re.compile(rf"(?<!\d)\+?\(?\d(?:{_BETWEEN}{{0,4}}\d){{4,30}}")
_HAN = re.compile("[〇零一二三四五六七八九幺]{7,20}")
_DIGIT_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|"
    "zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|um|uma|dois|quatro|meia|sete|oito|nove|"
    "صفر|واحد|اثنان|اثنين|ثلاثة|اربعة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة"
)
_SPOKEN = re.compile(
    rf"(?<![^\W\d_\u4e00-\u9fff])(?:{_DIGIT_WORDS})(?:[ ,.\-،]{{1,3}}(?:{_DIGIT_WORDS})){{6,20}}(?![^\W\d_\u4e00-\u9fff])",
    re.IGNORECASE,
)

_BEFORE_AT = re.compile(r"[\w.+%-]{1,64} ?$")
_BEHIND_AT = re.compile(r" ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SIGN = "A-Za-zÀ-ÿ0-9_.+-"
_MAIL = "gmail|googlemail|yahoo|hotmail|outlook|icloud|live|aol|msn|proton|protonmail|gmx|qq|163|126|mail"
_TOP = "com|net|org|edu|gov|info|es|mx|ar|fr|ca|pt|br|cn|uk|us|co|me|io|de"
_AT = r"[ \[(]{1,3}(?:at|arroba|arobase|chez|艾特|آت)[ \])]{1,3}"
_DOT = r"(?:\.|[ \[(]{1,3}(?:dot|punto|point|ponto|点|نقطة)[ \])]{1,3})"
_SPELLED = re.compile(
    rf"(?<![{_SIGN}])[{_SIGN}]{{1,64}}{_AT}(?:(?:{_MAIL}){_DOT}|[\w-]{{1,63}}[ \[(]{{1,3}}(?:dot|punto|point|ponto|نقطة)[ \])]{{1,3}})(?:{_TOP})(?![A-Za-z])",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![A-Za-z0-9_@/.])[@\uff20][A-Za-z][A-Za-z0-9_.]{2,31}")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|wa\.me|api\.whatsapp\.com|m\.me|facebook\.com|fb\.com|instagram\.com|signal\.me)"
    r"/[^\s<>,;)]{2,200}|(?:tel|sms|mailto):[^\s<>,;)]{3,200}",
    re.IGNORECASE,
)
_MESSENGER = re.compile(
    r"(?:wechat|weixin|微信|telegram|signal|whatsapp|skype|snapchat|instagram|facebook|line|kik)[ :：]{0,2}"
    r"(?:(?:id|号|帳號|账号|user|username|usuario|usuário|utilisateur|handle|name|is|es|est|é|me llamo|هو|معرف)[ :：]{0,2}){1,3}"
    r"(?P<name>[A-Za-z][\w.-]{3,31})",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?|[A-Z]{3,4}\d{6}[A-Z0-9]{2,8})(?![A-Za-z0-9])"
)

_NO_CONTACT = re.compile(
    r"https?://[^\s<>]{1,300}"
    r"|(?<![\d./-])\d{4}[-./]\d{1,2}[-./]\d{1,2}(?![\d-])|(?<![\d./-])\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)(?![./-]\d)"
    r"|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
    r"|(?<![A-Za-z\d])[A-Z]{2,4}-?\d{5}(?![\d-])"
    r"|(?<![A-Za-z])[A-Z]{2} {1,2}\d{5}-\d{4}(?!\d)"
    r"|[$€£¥₹] ?\d[\d., \u00a0\u202f]{0,20}\d|\d[\d., \u00a0\u202f]{0,20}\d ?(?:[€£¥$₹元]|(?:usd|eur|mxn|dollars?|d[óo]lares|euros?|pesos|reais|دولار|يورو)\b)"
    r"|(?<![\d.])-?\d{1,3}\.(?:\d{5,8}|\d{12,17})(?!\d)"
    r"|(?<![\d.])\d\.\d{3}\.\d{3}(?![\d.])",
    re.IGNORECASE,
)
_FILLING = (
    r"(?:[\W_]{0,3}(?:number|numbers|no|num|nr|id|is|was|are|the|my|me|us|at|on|to|número|numero|núm|n|de|del|es|mi|al|au|du|est|mon|le|"
    r"do|da|é|meu|na|在|的|是|号|号码|我|رقم|هو|على|ي|ني)(?![A-Za-z])){0,5}[\W_]{0,4}$"
)
_NAMED = re.compile(
    r"(?:meter|permit|parcel|invoice|case|request|ticket|hydrant|pole|serial|asset|ordinance|docket|medidor|contador|permiso|factura|parcela|"
    r"solicitud|expediente|poste|compteur|permis|facture|parcelle|demande|dossier|hidrômetro|alvará|fatura|pedido|processo|水表|电表|燃气表|"
    r"许可证|发票|案件|عداد|العداد|تصريح|فاتورة|طلب)" + _FILLING,
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:phone|tel|telephone|call|text|cell|mobile|whatsapp|tel[ée]fono|celular|m[óo]vil|ll[áa]m[ae]\w{0,4}|portable|appele[zr]?|t[ée]l[ée]phone|"
    r"telefone|telem[óo]vel|ligue|ligar|电话|手机|打给|致电|هاتف|جوال|اتصل|☎|📞)" + _FILLING,
    re.IGNORECASE,
)
_STREET_BEHIND = re.compile(
    r"(?:st|nd|rd|th)\b| (?:st|street|ave|avenue|road|rd|place|pl|drive|dr|lane|blvd|calle|avenida|rue)\b",
    re.IGNORECASE,
)
"""What makes the last group of a number the name of a street: `93-01 213th St`, `94-08 214 street`."""
_BACK = 60
"""Characters before a number in which the word stands that says what it is."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in a text, from `start` to `end`. `key` is the same however it is written: digits, or an address in small letters."""

    start: int
    end: int
    key: str


def contacts_in(text: str) -> list[Contact]:
    """All contacts in a text, in its order, none within another."""
    found = sorted(_all_contacts(text), key=lambda one: (one.start, -one.end))
    kept: list[Contact] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end:
                kept[-1] = Contact(kept[-1].start, one.end, kept[-1].key)
        else:
            kept.append(one)
    return kept


def cover_contacts(text: str, known: Iterable[str] = (), published: Collection[str] = ()) -> str:
    """The text with `COVERED` in place of its contacts, and of what is `known` to be one; `published` are keys that everybody may see."""
    for secret in known:
        if secret.strip():
            text = re.sub(re.escape(secret.strip()), COVERED, text, flags=re.IGNORECASE)
    at, parts = 0, []
    for one in contacts_in(text):
        if one.key not in published:
            parts += [text[at : one.start], COVERED]
            at = one.end
    return "".join([*parts, text[at:]]) if parts else text


def keys_in(text: str) -> frozenset[str]:
    """The keys of all contacts in a text."""
    return frozenset(one.key for one in contacts_in(text))


def _all_contacts(text: str) -> Iterator[Contact]:
    for pattern in (_LINK, _SPELLED, _HANDLE, _LETTERED):
        for match in pattern.finditer(text):
            yield Contact(*match.span(), match[0].casefold())
    for match in _MESSENGER.finditer(text):
        if re.search(
            r"\d|_|(?:id|号|user\w*|usu\w+|handle)[ :：]*$",
            match[0][: match.start("name") - match.start()] + match["name"],
            re.IGNORECASE,
        ):
            yield Contact(*match.span("name"), match["name"].casefold())
    yield from _mail_in(text)
    yield from _numbers_in(_NO_CONTACT.sub(lambda match: "x" * len(match[0]), text))


def _mail_in(text: str) -> Iterator[Contact]:
    for sign in re.finditer("[@\uff20]", text):
        before = _BEFORE_AT.search(text[max(0, sign.start() - 65) : sign.start()])
        behind = _BEHIND_AT.match(text, sign.end())
        if before and behind:
            start = sign.start() - len(before[0])
            address = text[start : behind.end()].replace(" ", "").replace("\uff20", "@")
            yield Contact(start, behind.end(), address.casefold())


def _numbers_in(text: str) -> Iterator[Contact]:
    for pattern in (_HAN, _SPOKEN):
        for match in pattern.finditer(text):
            yield Contact(*match.span(), match[0].casefold())
    for match in _RUN.finditer(text):
        if _is_contact(text, match):
            start, end = _with_letters(text, match)
            yield Contact(start, end, "".join(str(int(sign)) for sign in match[0] if sign.isdecimal()))


def _is_contact(text: str, match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match[0])
    if _STREET_BEHIND.match(text, match.end()):
        groups = groups[:-1]
    digits = sum(map(len, groups))
    before = text[max(0, match.start() - _BACK) : match.start()]
    if digits < LEAST_DIGITS:
        is_address = re.match(r" [A-Z][a-z]", text[match.end() : match.end() + 3])
        return digits >= LEAST_CALLED and not is_address and bool(_CALLED.search(before))
    if match[0].startswith("+"):
        return True
    return not (_is_range(groups) or _NAMED.search(before))


def _is_range(groups: list[str]) -> bool:
    """From a house or a year to another: `1200-1240 Mill Road`, `140-11-140-13 Cherry Avenue`, `2024-2026`."""
    half = len(groups) // 2
    shapes = [[len(group) for group in side] for side in (groups[:half], groups[half:])]
    if shapes[0] != shapes[1] or sum(shapes[0]) not in {4, 5}:
        return False
    first, last = int("".join(groups[:half])), int("".join(groups[half:]))
    return first < last <= first + 200


def _with_letters(text: str, match: re.Match[str]) -> tuple[int, int]:
    """With the letters of a passport or national id that stand at it: `X1234567L`, `12345678-Z`."""
    before = re.search(r"(?<![A-Za-z])[A-Za-z]{1,2}-?$", text[max(0, match.start() - 4) : match.start()])
    behind = re.match(r"-?[A-Za-z](?![A-Za-z])", text[match.end() : match.end() + 3])
    return match.start() - (len(before[0]) if before else 0), match.end() + (len(behind[0]) if behind else 0)
