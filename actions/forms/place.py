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
from actions.reading.replies import Gist
from actions.reading.words import QUESTION_MARKS, clean_text, has_words, plain_text, shorten_text
from actions.turn.turn import Fit
from city.places.words import BEFORE_PLACE, CORNER_WORDS, KINDS, KINDS_BEFORE
from city.records.model import PlaceMatch
from core.model import Choice, InboundMessage, Position, Reply, Want

CERTAIN = 0.95
"""From this score on a place is taken; it is still shown in the summary."""
LIKELY = 0.55
"""Below this score a place is not even offered."""
UNSURE = 0.9
"""For a landmark that is only mentioned: "the wall by the library" is near it, so it is confirmed."""
TIE = 0.05
HOUSE_NUMBER = re.compile(r"^\s*(?:no\.?|number|numero|#)?\s*(\d{1,5}[a-z]?)\s*$", re.IGNORECASE)
LONGEST = 200
WORDS_OF_PLACES = {*KINDS, *KINDS_BEFORE, *CORNER_WORDS, *(word for word in BEFORE_PLACE if len(word) >= 4)}
"""Words of a text that may name a place; shorter ones before a place stand everywhere."""


def to_json(match: PlaceMatch) -> dict[str, Any]:
    """A place as it is remembered."""
    place: dict[str, Any] = {"label": match.label, "kind": match.kind}
    if match.position:
        place |= {"latitude": match.position.latitude, "longitude": match.position.longitude}
    return place


def from_json(place: dict[str, Any]) -> PlaceMatch:
    """A remembered place."""
    position = Position(place["latitude"], place["longitude"]) if "latitude" in place else None
    return PlaceMatch(place["label"], position, place["kind"])


def is_certain(match: PlaceMatch) -> bool:
    """Whether this place needs no further question."""
    return match.score >= CERTAIN and match.kind != "street"


class PlaceKind(FieldType):
    """`sub` has a `mode`: empty (open question), confirm, which, narrow (a whole street), unknown, outside; and `places`."""

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
        mode = "narrow" if hint.get("kind") == "street" else "confirm"
        return again(
            {"mode": mode, "places": [hint], "from_photo": bool(question.form.hints.get("place_from_photo"))}
        )

    def choices(self, question: QuestionContext, field: Field) -> tuple[Choice, ...]:
        sub = question.form.sub
        labels = [place["label"] for place in sub.get("places", [])]
        match sub.get("mode"):
            case "confirm":
                shown = [("0", question.say("place.yes")), ("other", question.say("place.no"))]
            case "which":
                shown = [
                    *((str(at), label) for at, label in enumerate(labels)),
                    ("other", question.say("place.none_of_these")),
                ]
            case "narrow":
                shown = [("0", question.say("place.whole_street", street=labels[0]))]
            case "unknown":
                shown = [("0", question.say("place.as_written", text=shorten_text(labels[0], 40)))]
            case "outside":
                shown = [("0", question.say("place.position_anyway"))]
            case _:
                shown = []
        choices = tuple(Choice(field.key(key), label) for key, label in shown)
        return choices if field.required or sub.get("mode") else (*choices, self.skip_choice(question, field))

    def phrase_question(self, question: QuestionContext, field: Field) -> Reply:
        reply = super().phrase_question(question, field)
        sub = question.form.sub
        label = sub["places"][0]["label"] if sub.get("places") else ""
        texts = {
            "confirm": "place.confirm_photo" if sub.get("from_photo") else "place.confirm",
            "which": "place.which",
            "narrow": "place.narrow",
            "unknown": "place.unknown",
            "outside": "place.outside",
        }
        key = texts.get(sub.get("mode", ""))
        wants = self.wants if sub.get("mode") not in {"confirm", "which"} else ()
        return Reply(
            question.say(key, place=label) if key else reply.text,
            question.language,
            reply.choices,
            wants=wants,
        )

    def read(self, question: QuestionContext, field: Field, message: InboundMessage) -> ParsedAnswer:
        if message.position:
            return self._read_pin(question, message.position)
        return super().read(question, field, message)

    def read_answer(
        self, question: QuestionContext, field: Field, message: InboundMessage, key: str | None
    ) -> ParsedAnswer:
        places = question.form.sub.get("places", [])
        if key == field.key("other"):
            return again({}, question.say("place.other_then"))
        if key and places:
            return self._read_choice(places[int(key.rpartition(".")[2])], question.form.sub.get("mode"))
        return self._search_place(question, clean_text(message.text))

    def fit(self, question: QuestionContext, field: Field, message: InboundMessage) -> Fit:
        if message.position or message.choice or self.picked(question, field, message):
            return self.read(question, field, message).fit
        reading = self.read(question, field, message)
        sure = reading.step in {Step.TOOK, Step.SKIPPED} or reading.sub.get("mode") in {
            "which",
            "confirm",
            "narrow",
        }
        if not has_words(message.text):
            return Fit.NO
        return (
            Fit.SURE
            if sure and not any(mark in message.text for mark in QUESTION_MARKS)
            else min_fit(free_text_fit(question, message))
        )

    def back(self, question: QuestionContext) -> dict[str, Any] | None:
        return {} if question.form.sub.get("mode") else None

    def show(self, question: QuestionContext, field: Field, value: Any) -> str:  # noqa: ARG002
        return str(value["label"]) if isinstance(value, dict) else str(value)

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
        return took(place)

    def _search_place(self, question: QuestionContext, text: str) -> ParsedAnswer:
        if not has_words(text):
            return problem(question.say("place.please"))
        if len(text) > LONGEST:
            return problem(question.say("forms.text_too_long"))
        narrowed = HOUSE_NUMBER.match(text) if question.form.sub.get("mode") == "narrow" else None
        if narrowed:
            text = f"{narrowed[1]} {question.form.sub['places'][0]['label']}"
        words = question.context.words
        if not narrowed and (
            text.isdecimal() or plain_text(text) in words.yes | words.no | words.none | words.skip
        ):
            return problem(question.say("place.please"))
        return read_place(question, text)


def read_place(question: QuestionContext, text: str) -> ParsedAnswer:
    """The place that a text means, what else to ask about it, or that it speaks of something else."""
    found = place_candidates(question, text)
    if not found and is_no_place(question, text):
        return ParsedAnswer(Step.REMARK, note=question.say("place.please"), fit=Fit.MAYBE, remark=text)
    reading = judge_matches(text, found)
    if reading.step is Step.TOOK and _label_differs(reading.value["label"], text):
        return took(reading.value, question.say("place.read_as", place=reading.value["label"]))
    return reading


def _label_differs(label: str, text: str) -> bool:
    """Whether the place that was found is called otherwise than the resident wrote it."""
    return not set(plain_text(text).split()) >= set(plain_text(label.partition(",")[0]).split())


def words_of_no_place(question: QuestionContext) -> frozenset[str]:
    """Whole texts that are answers, but to no question for a place."""
    words = question.context.words
    return words.yes | words.no | words.none | words.skip


def is_no_place(question: QuestionContext, text: str) -> bool:
    """Whether a text that is on no map says something else: "I don't know the street", "people drive so fast"."""
    reply = question.read_reply(text)
    if reply and reply.gist is Gist.UNKNOWN:
        return True
    words = set(plain_text(text).split())
    names_place = re.search(r"\d", text) is not None or not words.isdisjoint(WORDS_OF_PLACES)
    return not names_place and question.context.replies.makes_statement(text)


def min_fit(fit: Fit) -> Fit:
    """A text that names no place we know is at best perhaps an answer."""
    return Fit.MAYBE if fit is Fit.SURE else fit


def place_candidates(question: QuestionContext, text: str) -> list[PlaceMatch]:
    """Places that the text may mean: as a whole, else one that it mentions."""
    gazetteer = question.context.city.gazetteer
    found = [m for m in gazetteer.find(text, 3, question.language) if m.score >= LIKELY or m.kind == "text"]
    if found and found[0].score >= CERTAIN:
        return found
    inside = gazetteer.extract(text, question.language)
    if inside is None or inside.score < CERTAIN:
        return found
    return [replace(inside, score=UNSURE) if inside.kind == "landmark" else inside]


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
