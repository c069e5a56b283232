"""Asking for a place: address, crossing, landmark or shared position, matched against the city's own map and confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions.forms.fields import Field
from actions.forms.kind import (
    FieldType,
    ParsedAnswer,
    QuestionContext,
    Step,
    again,
    free_text_fit,
    problem,
    stays,
    took,
)
from actions.forms.place_map import ASKED, with_map
from actions.reading.replies import Gist
from actions.reading.words import QUESTION_MARKS, clean_text, has_words, plain_text, shorten_text
from actions.turn.context import PlaceFinder
from actions.turn.turn import Fit
from city.records.model import PlaceMatch
from core.model import Choice, InboundMessage, Position, Reply, Want

CERTAIN = 0.95
"""From this score on a place is taken; it is shown when the report is filed."""
LIKELY = 0.55
"""Below this score a place is not even offered."""
UNSURE = 0.9
"""For a landmark that is only mentioned: "the wall by the library" is near it, so it is confirmed."""
TIE = 0.05
ALLUDED = frozenset({"home", "last", "highway", "asset", "link", "outside", "unknown"})
"""Kinds of match that say where without naming a place of the map (`PlaceMatch`)."""
AS_WRITTEN = frozenset({"unknown", "highway", "asset", "link"})
"""What is asked about such a text when the resident's own words can also be passed on as they are."""
QUESTIONS = {
    "confirm": "place.confirm",
    "which": "place.which",
    "narrow": "place.narrow",
    "unknown": "place.unknown",
    "outside": "place.outside",
    "beyond": "place.beyond",
    "home": "place.home",
    "remember": "place.remember",
    "last": "place.last",
    "highway": "place.highway",
    "asset": "place.asset",
    "link": "place.link",
}
"""What is asked in each mode."""
HOUSE_NUMBER = re.compile(r"^\s*(?:no\.?|number|numero|#)?\s*(\d{1,5}[a-z]?)\s*$", re.IGNORECASE)
NUMBER_ALONE = re.compile(r"^(?:\D{1,3}\s+){0,3}\D{0,2}?(\d{1,5}[a-z]?)\W*\D?$", re.IGNORECASE)
"""A house number with no more than small words before it ("it is the 14")."""
LONGEST = 200
PROBLEM = 0.4
"""From this score on words that tell of something besides tell of a kind of problem, and are kept with the report (`LEADS` of the kinds)."""
OTHER_KIND = "kind.other"
"""The choice beside the question where, that the problem is another than was understood."""
OTHER_KINDS = "other_kinds"
"""A hint: the kinds of problem that come next where the one that was understood is not sure."""


def to_json(match: PlaceMatch) -> dict[str, Any]:
    """A place as it is remembered."""
    place: dict[str, Any] = {"label": match.label, "kind": match.kind}
    if match.position:
        place |= {"latitude": match.position.latitude, "longitude": match.position.longitude}
    if match.said:
        place["words"] = match.said
    return place


def from_json(place: dict[str, Any]) -> PlaceMatch:
    """A remembered place."""
    position = Position(place["latitude"], place["longitude"]) if "latitude" in place else None
    return PlaceMatch(place["label"], position, place["kind"], said=place.get("words", ""))


def is_certain(match: PlaceMatch) -> bool:
    """Whether this place needs no further question."""
    return match.score >= CERTAIN and match.kind != "street" and not _is_alluded(match)


def _is_alluded(match: PlaceMatch) -> bool:
    """Whether it is asked further; a pole whose street is named is a place."""
    if match.kind == "asset":
        return match.position is None
    return match.kind == "beyond" or match.kind in ALLUDED


class PlaceKind(FieldType):
    """`sub` has a `mode`: empty (open question), confirm, which, narrow (a whole street), outside, beyond (no such number), home,
    last (there is no earlier report), remember (that home), or one of AS_WRITTEN; `places`; and `said`, what was said of the place so far and no place holds.
    """

    wants = (Want.POSITION,)
    asides = frozenset(Gist)
    can_be_unknown = False

    def read_gist(self, question: QuestionContext, field: Field, gist: Gist) -> ParsedAnswer | None:
        if field.required and gist in {Gist.UNKNOWN, Gist.OKAY, Gist.YES}:
            return stays("")
        return super().read_gist(question, field, gist)

    def enter(self, question: QuestionContext, field: Field) -> ParsedAnswer | None:  # noqa: ARG002
        hint = question.form.hints.get("place")
        if not hint:
            return None
        if hint["kind"] != "street" and not _is_alluded(from_json(hint)):
            from_photo = bool(question.form.hints.get("place_from_photo"))
            rivals = [] if from_photo else question.form.hints.get("place_rivals", [])
            mode = "which" if rivals else "confirm"
            note = _other_town(question, question.form.hints.get("place_town", ""))
            return again({"mode": mode, "places": [hint, *rivals], "from_photo": from_photo}, note)
        asked = ask_further(question, from_json(hint), [hint])
        if asked.step is Step.TOOK:
            return again({"mode": "confirm", "places": [asked.value], "from_photo": False})
        return replace(asked, sub={**asked.sub, "from_photo": False}) if asked.step is Step.AGAIN else None

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        sub = question.form.sub
        labels = [place["label"] for place in sub.get("places", [])]
        match sub.get("mode"):
            case "confirm":
                shown = [("0", question.say("place.yes")), ("other", question.say("place.no"))]
            case "which" | "beyond":
                shown = [
                    *((str(at), label) for at, label in enumerate(labels)),
                    ("other", question.say("place.none_of_these")),
                ]
            case "narrow":
                shown = [("0", question.say("place.whole_street", street=labels[0]))]
            case "unknown" | "highway" | "asset" | "link":
                shown = [("0", question.say("place.as_written", text=shorten_text(labels[0], 40)))]
            case "remember":
                shown = [
                    ("remember_yes", question.say("place.remember_yes")),
                    ("remember_no", question.say("place.remember_no")),
                ]
            case "outside":
                shown = [("0", question.say("place.position_anyway"))]
            case _:
                shown = []
        choices = (*(Choice(field.key(key), label) for key, label in shown), *_other_kind(question))
        return choices if field.required or sub.get("mode") else (*choices, self.skip_choice(question, field))

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        reply = super().phrase_question(question, field)
        sub = question.form.sub
        label = sub["places"][0]["label"] if sub.get("places") else ""
        mode = sub.get("mode", "")
        key = (
            "place.confirm_photo" if mode == "confirm" and sub.get("from_photo") else QUESTIONS.get(mode, "")
        )
        wants = self.wants if mode not in {"confirm", "which", "beyond", "remember"} else ()
        asked = Reply(
            question.say(key, place=label, said=sub.get("said", "")) if key else reply.text,
            question.language,
            reply.choices,
            wants=wants,
        )
        return with_map(question.context, question.channel, asked, sub["places"] if mode in ASKED else ())

    def read(self, question: QuestionContext, field: Field, message: InboundMessage) -> ParsedAnswer:
        if message.position:
            return self._read_pin(question, message.position)
        return super().read(question, field, message)

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        places = question.form.sub.get("places", [])
        if key == OTHER_KIND:
            return _ask_kind(question)
        if key == field.key("other"):
            return again({}, question.say("place.other_then"))
        if key and question.form.sub.get("mode") == "remember":
            return took({**places[0], "remember": True} if key == field.key("remember_yes") else places[0])
        if key and places:
            return self._read_choice(places[int(key.rpartition(".")[2])], question.form.sub.get("mode"))
        return _with_earlier_words(question, self._search_place(question, clean_text(message.text)))

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        if message.position or message.choice or self.picked(question, field, message):
            return self.read(question, field, message).fit
        reading = self.read(question, field, message)
        mode = reading.sub.get("mode", "")
        sure = reading.step in {Step.TOOK, Step.SKIPPED} or mode not in {"", "unknown"}
        if not has_words(message.text):
            return Fit.NO
        return (
            Fit.SURE
            if sure and not any(mark in message.text for mark in QUESTION_MARKS)
            else min_fit(free_text_fit(question, message))
        )

    def read_new(self, question: QuestionContext, field: Field, old: Any, text: str) -> ParsedAnswer | None:  # noqa: ARG002
        """Another place of the map, another number in the street that was named, or another street for that number."""
        number, street = _split_address(old)
        named = NUMBER_ALONE.match(text)
        reading = read_place(question, f"{named[1]} {street}" if named else text)
        if reading.sub.get("mode") == "narrow" and number:
            reading = read_place(question, f"{number} {reading.sub['places'][0]['label']}")
        is_new = reading.step is Step.TOOK and reading.value.get("kind") != "text" and reading.value != old
        return reading if is_new else None

    def back(self, question: QuestionContext) -> dict[str, Any] | None:
        return {} if question.form.sub.get("mode") else None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        if not isinstance(value, dict):
            return str(value)
        return f"{value['label']} ({value['words']})" if value.get("words") else str(value["label"])

    def _read_pin(self, question: QuestionContext, position: Position) -> ParsedAnswer:
        nearest = question.context.city.gazetteer.nearest(position, question.language)
        if nearest:
            here = PlaceMatch(nearest.label, position, "position")
            return took(to_json(here), question.say("place.pin_read", place=nearest.label))
        label = f"{position.latitude:.5f}, {position.longitude:.5f}"
        return again({"mode": "outside", "places": [to_json(PlaceMatch(label, position, "position"))]})

    @staticmethod
    def _read_choice(place: dict[str, Any], mode: str | None) -> ParsedAnswer:
        if place["kind"] == "street" and mode == "which":
            return again({"mode": "narrow", "places": [place]})
        return took({**place, "confirmed": True} if mode in ASKED else place)

    def _search_place(self, question: QuestionContext, text: str) -> ParsedAnswer:
        if not has_words(text):
            return problem(question.say("place.please"))
        if len(text) > LONGEST:
            return problem(question.say("forms.text_too_long"))
        narrowed = HOUSE_NUMBER.match(text) if question.form.sub.get("mode") == "narrow" else None
        if narrowed:
            text = f"{narrowed[1]} {question.form.sub['places'][0]['label']}"
        elif text.isdecimal() or plain_text(text) in words_of_no_place(question):
            return problem(question.say("place.please"))
        return read_place(question, text)


def _split_address(place: object) -> tuple[str, str]:
    """The house number and the street of a remembered place; the number is empty where it has none."""
    label = str(place.get("label", "")) if isinstance(place, dict) else ""
    found = re.match(r"(\d+\w*)\s+(.+)", label)
    return (found[1], found[2]) if found else ("", label)


def read_place(question: QuestionContext, text: str) -> ParsedAnswer:
    """What a text makes of the question: a place, something to ask about it, or nothing of a place."""
    found = place_candidates(question, text)
    if (not found or found[0].kind == "unknown") and is_no_place(question, text, found):
        return ParsedAnswer(Step.REMARK, note=question.say("place.please"), fit=Fit.MAYBE, remark=text)
    if not found:
        return problem(question.say("place.please")) if question.form.tries == 0 else _pass_on(text)
    if _is_alluded(found[0]):
        return ask_further(question, found[0], list(map(to_json, found)))
    reading = judge_matches(text, found)
    if reading.step is Step.TOOK and _label_differs(reading.value["label"], text):
        return took(reading.value, question.say("place.read_as", place=reading.value["label"]))
    return replace(reading, note=_other_town(question, found[0].town))


def ask_further(question: QuestionContext, match: PlaceMatch, places: list[dict[str, Any]]) -> ParsedAnswer:
    """What is asked when a text tells of a place that is not on the map, or not quite."""
    if match.kind == "last":
        known = question.form.hints.get("last_place")
        if not known:
            return again({"mode": "last"})
        return took(known, question.say("place.read_as", place=known["label"]))
    if match.kind == "street":
        return again({"mode": "narrow", "places": places[:1]})
    home = question.form.hints.get("home")
    if match.kind == "home" and home:
        return took({**home, "words": match.label}, question.say("place.read_as", place=home["label"]))
    if match.kind == "home":
        return again({"mode": "home", "said": match.said or match.label})
    said = match.said or match.label
    return again(
        {"mode": match.kind, "places": places if match.kind == "beyond" else places[:1], "said": said}
    )


def _pass_on(text: str) -> ParsedAnswer:
    """Nothing tells a place in it, but the resident says it for the second time: their words can be passed on."""
    return again(
        {"mode": "unknown", "places": [{"label": text, "kind": "text"}], "said": text}, fit=Fit.MAYBE
    )


def _other_town(question: QuestionContext, town: str) -> str:
    return question.say("place.other_town", town=town) if town else ""


def _other_kind(question: QuestionContext) -> tuple[Choice, ...]:
    """The way to another kind of problem, where the one that was understood is not sure."""
    if OTHER_KINDS not in question.form.hints:
        return ()
    return (Choice(OTHER_KIND, question.say("report.other_problem")),)


def _ask_kind(question: QuestionContext) -> ParsedAnswer:
    codes = question.form.hints[OTHER_KINDS]
    return ParsedAnswer(
        Step.OTHER, "service", sub={"mode": "suggested" if codes else "other", "codes": codes}
    )


def _with_earlier_words(question: QuestionContext, reading: ParsedAnswer) -> ParsedAnswer:
    """A pole's number, "my house", or what else was said of the place before stays beside the one that is named now."""
    earlier = question.form.sub.get("said", "")
    if not earlier or reading.step is not Step.TOOK:
        return reading
    words = "; ".join(dict.fromkeys([earlier, *filter(None, [reading.value.get("words", "")])]))
    place = {**reading.value, "words": words}
    if question.form.sub.get("mode") == "home" and question.form.name == "report":
        return again({"mode": "remember", "places": [place]})
    return replace(reading, value=place)


def _label_differs(label: str, text: str) -> bool:
    """Whether the place that was found is called otherwise than the resident wrote it."""
    return not set(plain_text(text).split()) >= set(plain_text(label.partition(",")[0]).split())


def words_of_no_place(question: QuestionContext) -> frozenset[str]:
    """Whole texts that are answers, but to no question for a place."""
    words = question.context.words
    return words.yes | words.no | words.none | words.skip


def is_no_place(question: QuestionContext, text: str, found: Sequence[PlaceMatch]) -> bool:
    """Whether a text that is on no map says something else: "I don't know the street", "people drive so fast"."""
    reply = question.read_reply(text)
    if (reply and reply.gist is Gist.UNKNOWN) or tells_other_problem(question, text):
        return True
    return not found and question.context.replies.makes_statement(text)


def tells_other_problem(question: QuestionContext, text: str) -> bool:
    """Whether a text that is on no map tells of a problem besides ("there's also a streetlight out") or instead."""
    context = question.context
    if not (context.replies.says_also(text) or context.corrections.read(text)):
        return False
    found = context.city.services.suggest(text, 1)
    return bool(found) and found[0].score >= PROBLEM


def min_fit(fit: Fit) -> Fit:
    """A text that names no place we know is at best perhaps an answer."""
    return Fit.MAYBE if fit is Fit.SURE else fit


def place_candidates(question: QuestionContext, text: str) -> list[PlaceMatch]:
    """Places that the text may mean: as a whole, else one that it mentions."""
    gazetteer = question.context.city.gazetteer
    found = [
        match
        for match in gazetteer.find(text, 3, question.language)
        if match.score >= LIKELY or match.kind in {"text", *ALLUDED}
    ]
    if found and found[0].score >= CERTAIN:
        return found
    inside = gazetteer.extract(text, question.language)
    if inside is None or inside.score < CERTAIN:
        return found
    inside = replace(inside, said=text if inside.words != text else "")
    return [replace(inside, score=UNSURE) if inside.kind == "landmark" else inside]


def with_place_words(description: str, place: object, heading: str) -> str:
    """A report's description with what was said of the place and its label does not tell, for the crew."""
    words = place.get("words", "") if isinstance(place, dict) else ""
    return f"{description}\n{heading}: {words}" if words and words not in description else description


def mentioned_place(gazetteer: PlaceFinder, text: str, language: str) -> PlaceMatch | None:
    """What a first message says of where it is: a place, or how it tells of one without naming it; None for neither.

    All of the message is the report's description, so that nothing has to stay beside the place.
    """
    match = gazetteer.extract(text, language)
    if match is not None and match.score >= LIKELY:
        return replace(match, said=match.words if match.kind == "beyond" else "")
    told = gazetteer.allude(text, language)
    return told if told and told.kind in {"home", "last", "highway", "asset"} else None


def without_place(gazetteer: PlaceFinder, text: str, language: str) -> str:
    """A text without the place that it names."""
    match = gazetteer.extract(text, language)
    return text.replace(match.words, " ", 1) if match and match.words else text


def rivals_of(gazetteer: PlaceFinder, match: PlaceMatch, language: str) -> list[PlaceMatch]:
    """What else the words of a mentioned place may mean as likely: `30 Main Street` where a North and a South Main Street are."""
    found = gazetteer.find(match.words, 3, language)
    near = [other for other in found if found[0].score - other.score <= TIE and other.kind == match.kind]
    return [other for other in near if other.label != match.label] if len(near) > 1 else []


def judge_matches(text: str, found: Sequence[PlaceMatch]) -> ParsedAnswer:
    """Take the place, ask which, ask whether, or ask where exactly."""
    if not found:
        return again({"mode": "unknown", "places": [{"label": text, "kind": "text"}]}, fit=Fit.MAYBE)
    best = found[0]
    rivals = [
        match
        for match in found
        if best.score - match.score <= TIE and plain_text(match.label) != plain_text(best.label)
    ]
    places = [to_json(match) for match in found]
    if best.kind == "text":
        return took(places[0])
    if rivals:
        return again({"mode": "which", "places": places})
    if best.kind == "street":
        return again({"mode": "narrow", "places": places[:1]})
    if best.score >= CERTAIN:
        return took(places[0])
    mode = "which" if len(found) > 1 else "confirm"
    return again({"mode": mode, "places": places})
