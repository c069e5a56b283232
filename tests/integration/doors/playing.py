"""Plays a written dialogue on a phone, holds every reply to the file, and holds what arrived to what the city said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from channels.sms.render import CARRIER_WORDS
from channels.telegram.fake import SentMessage
from channels.telegram.lengths import text_units
from core.model import Reply
from core.segments import count_segments, plain_signs
from core.texts import load_texts
from tests.integration.doors.phones import NotHere, PhoneTalk, TelegramTalk, TextingTalk
from tests.integration.doors.town import Town
from tests.support.dialogue_runner import NUMBER, Expected, Step, act, hold, read

TEXTS = load_texts()
TALKS: dict[str, type[PhoneTalk]] = {"sms": TextingTalk, "telegram": TelegramTalk}

NOT_ON = {
    (
        "sms",
        "survey_unknown_link",
    ): "a poster for texts has a keyword; one that is unknown is a word like any other",
    ("sms", "deep_link_of_a_poster"): "a text opens no link; who texts names the place",
    ("sms", "deep_link_of_a_poster_meanwhile"): "a text opens no link; who texts names the place",
    ("sms", "report_contact_on_the_web"): "a phone is not asked how to reach it",
    ("telegram", "report_contact_on_the_web"): "an app is not asked how to reach its owner",
    ("sms", "cost_asked_in_a_form"): "what a text costs is said in other words: cost_of_a_text",
    ("telegram", "cost_of_a_text"): "what an app costs is said in other words: cost_asked_in_a_form",
    ("sms", "stop_on_the_web"): "stop_and_start_by_sms is the same for texts",
    ("sms", "report_browse_the_list"): "long lists come in pages: report_browse_the_list_by_sms",
    ("telegram", "menu_by_sms_in_arabic"): "help is said in other words in an app, as other menus show",
    ("telegram", "stop_by_sms_in_chinese"): "help is said in other words in an app, as other menus show",
    (
        "telegram",
        "person_in_portuguese_by_sms",
    ): "a text is not asked for a number, so nothing stands open to skip",
    ("telegram", "report_browse_the_list_by_sms"): "all buttons of a list fit: report_browse_the_list",
}
"""The dialogues that a channel cannot have, and why."""

BY_TEXT = {
    r"Hello, this is the city of Penstock\. You are \.\.\.(?: What you write is used only to help you)?": "City of Penstock text line, a program.",
    r"Hola, le escribe la ciudad de Penstock\. Habla con \.\.\.(?: Lo que escriba se usa solo para ayudarle con)?": "Le escribe Penstock (un programa).",
    r"You can choose more than one\.": 'You can choose more than one, for example "1 and 3".',
    r"Puede elegir más de una\.": 'Puede elegir más de una, por ejemplo "1 y 3".',
    r"Write as you would to a neighbor\. For example:": "City of Penstock text line. Just write what you need",
}
BY_APP = {
    r"City of Penstock text line,.*?(?= What can I do|$)": "Hello, this is the city of Penstock. ...",
    r"All right\. You will get no more messages.*": "All right, I will not write to you first.",
    r"Your message came through empty\..*": "I can read words, photos and places",
}


def _in_other_words() -> None:
    """The same for the other languages, from their catalogues; the beginning of a sentence tells it."""
    for code in sorted(set(TEXTS.languages) - {"en", "es"}):

        def said(key: str, language: str = code) -> str:
            return TEXTS.say(key, language, city="Penstock", emergency="911")

        intro, privacy, by_text = said("menu.intro"), said("menu.privacy"), said("menu.intro_by_text")
        begins = by_text[:14]
        on = rf"(?= {re.escape(said('menu.what')[:8])}|$)"
        BY_TEXT[rf"{re.escape(intro[:14])}.*?{re.escape(privacy[:8])}.*?{on}"] = f"{begins}..."
        BY_TEXT[re.escape(said("forms.choose_any"))] = said("forms.choose_several")
        BY_TEXT[rf"{re.escape(said('menu.help')[:14])}.*"] = said("menu.help_by_text")
        BY_APP[rf"{re.escape(by_text[:14])}.*?{on}"] = f"{intro} {privacy}"


def _of_filed_reports() -> None:
    """News is sent to a phone, and by text message the service's notice is left out: each word is paid for."""
    for code in TEXTS.languages:
        shown, sent = (TEXTS.say(f"report.news_{how}", code) for how in ("shown", "sent"))
        BY_TEXT[re.escape(shown)] = BY_APP[re.escape(shown)] = sent
        begins = re.escape(TEXTS.say("report.filed", code, what="\0", number="").partition("\0")[0])
        by_when = re.escape(TEXTS.say("report.filed_by", code, day="\0").partition("\0")[0])
        noted = re.escape(TEXTS.say("report.summary", code, answers="\0").partition("\0")[0])
        BY_TEXT[rf"({begins}[^{{]*{{\w+}}\S*(?: {noted}.*?[.。]+)?) .*?(?={by_when})"] = r"\1 "
        BY_TEXT[rf"({begins}.{{6}})[^{{]*?(?={by_when})"] = r"\1..."


_in_other_words()
_of_filed_reports()
ELSEWHERE = {"sms": BY_TEXT, "telegram": BY_APP}
"""What the city says in other words on this channel: a pattern over the file's words, and the words there."""

UNASKED = (
    *(re.split(r"\s*[?？؟]", TEXTS.say("person.reach", code))[0] for code in TEXTS.languages),
    *(TEXTS.say("report.ask_contact", code)[:16] for code in TEXTS.languages),
)
"""What a phone is not asked: the city writes back to it. The answer that the file has to it is left out, too."""

THANKS = {TEXTS.say("telegram.thanks", code) for code in TEXTS.languages}

OFFERED = {
    TEXTS.say(f"forms.{key}", code)
    for key in ("contact_this_number", "contact_here")
    for code in TEXTS.languages
}
"""What a phone may choose beside the file's choices: the city can write to it by itself."""

UNOFFERED = tuple(TEXTS.say("details.contact", code) for code in TEXTS.languages)
"""What a phone cannot choose though the file has it: how to reach somebody is known there."""

ASKED_FOR = re.compile(
    r"""["“«](\w+)["”»]"""  # in quotes
    r"""|\b(?:reply|text|write|answer|responda|escriba|conteste) (?:with |con )?(\w+)(?= or | to | o | para |[.,;!?]|$)"""
)
NEVER_ASKED_FOR = CARRIER_WORDS - {"stop", "start", "help", "info"}
QUOTATION = 40


def play(file: Path, town: Town, channel: str) -> PhoneTalk:
    """Play it to the end; the talk has the transcript."""
    settings, steps = read(file)
    talk = TALKS[channel](town, settings["language"])
    names: dict[str, str] = {}
    shown: list[Reply] = []
    for step in _asked_here(steps):
        action = step.action
        for name, value in names.items():
            action = action.replace(f"{{{name}}}", value)
        before = len(talk.lines)
        try:
            replies = act(talk, action, shown)
        except NotHere as reason:
            talk.lines.append(f"# Here {reason}.")
            continue
        where = "\n".join([f"{file.name}:{step.line} by {channel}", *talk.lines])
        if talk.exact:
            _hold_all(step, replies, names, channel, where)
        _hold_arrived(talk, replies, talk.lines[before:], where)
        shown = replies or shown
    return talk


def _asked_here(steps: list[Step]) -> list[Step]:
    """The steps without answers to what is not asked here: the reply to the answer comes at once."""
    here: list[Step] = []
    for step in steps:
        if here and here[-1].expected and here[-1].expected[-1].text.startswith(UNASKED):
            here[-1] = Step(here[-1].action, here[-1].line, [*here[-1].expected[:-1], *step.expected])
        else:
            here.append(step)
    return here


def _hold_all(step: Step, replies: list[Reply], names: dict[str, str], channel: str, where: str) -> None:
    """The city says here what it says on the web."""
    assert len(replies) == len(step.expected), f"{where}\n  {len(replies)} replies, not {len(step.expected)}"
    for reply, expected in zip(replies, step.expected, strict=True):
        text = expected.text
        for pattern, words in ELSEWHERE[channel].items():
            text = re.sub(pattern, words, text)
        choices = tuple(choice for choice in reply.choices if choice.label not in OFFERED)
        hold(
            replace(reply, choices=choices),
            Expected(text, expected.line, _offered_here(expected.choices), expected.marks),
            names,
            where,
        )


def _offered_here(choices: list[str] | None) -> list[str] | None:
    """The file's choices without those that a phone has no use for."""
    if choices is None:
        return None
    return [label for label in choices if label not in UNOFFERED]


def _hold_arrived(talk: PhoneTalk, replies: list[Reply], lines: list[str], where: str) -> None:
    """Every word of every reply is on the phone, in order, each message once and none too long."""
    heard = [line for line in lines if line.startswith("<")]
    assert len(heard) == len(set(heard)), f"{where}\n  said twice"
    there = _words(plain_signs(" ".join(line[1:] for line in heard)))
    if is_closed(talk):
        assert not heard, f"{where}\n  written to although they said STOP"
        talk.lines.append("# Twilio itself confirms STOP, and lets nothing more of ours through.")
        return
    at = 0
    for reply in replies:
        said = _words(plain_signs(reply.text))
        wanted = [said[:QUOTATION] if reply.source else said]
        wanted += [_words(plain_signs(choice.label)) for choice in reply.choices]
        wanted += [_words(plain_signs(reply.source.title))] if reply.source else []
        for words in wanted:
            found = there.find(words, 0 if reply.source else at)
            assert found >= 0, f"{where}\n  did not arrive: {words}"
        at = max(at, there.find(wanted[0]))


def is_closed(talk: PhoneTalk) -> bool:
    """Whether the provider lets nothing through to this phone."""
    return isinstance(talk, TextingTalk) and talk.address in talk.town.twilio.opted_out


def hold_habits(talk: PhoneTalk, where: str) -> None:
    """What is true of every message of a channel, whatever it says; each that was ordered went out once."""
    if isinstance(talk, TelegramTalk):
        gone = [str(sent.message_id) for sent in talk.resident.heard if not puts_keyboard_away(sent)]
    else:
        gone = [text.sid for text in talk.town.twilio.ledger if text.to == talk.address]
    assert gone == talk.town.receipts(talk.channel, gone), f"{where}: not each was sent once"
    if isinstance(talk, TelegramTalk):
        for sent in talk.resident.heard:
            assert text_units(sent.text) <= 4096, f"{where}: {sent.text}"
        return
    for text in talk.town.twilio.ledger:
        if text.to == talk.address:
            assert count_segments(text.body).count <= 3, f"{where}: {text.body}"
            found = "|".join(filter(None, (word for pair in ASKED_FOR.findall(text.body) for word in pair)))
            capitals = re.findall(r"\b[A-Z]{3,}\b", text.body)
            asked = {word.casefold() for word in [*found.split("|"), *capitals]}
            assert not asked & NEVER_ASKED_FOR, f"{where}: {text.body}"


def puts_keyboard_away(sent: SentMessage) -> bool:
    """Whether this is the word of thanks that goes before buttons, beside the outbox."""
    return sent.text in THANKS and "remove_keyboard" in sent.markup


def _words(text: str) -> str:
    return " ".join(re.sub(r"[\[\]()☐☑]", " ", text).split())


def as_text(talk: PhoneTalk, file: Path) -> str:
    """The transcript as it is kept: what is drawn by lot gets a name: numbers in the order in which they come, links."""
    known = set(re.findall(NUMBER, file.read_text(encoding="utf-8")))
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        number = found[0]
        if number in known:
            return number
        return names.setdefault(number, f"{{number{len(names) + 1 if names else ''}}}")

    text = re.sub(NUMBER, name, "\n".join(talk.lines))
    text = re.sub(r"(https://city\.example/p/)[\w-]+", r"\1{link}", text)
    return re.sub(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", _spelt, text) + "\n"


def _spelt(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
