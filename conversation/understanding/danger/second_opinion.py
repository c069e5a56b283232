"""An NLU client that is not believed about danger where the detector, which has read the same text, is sure that there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.model import Intent, Understanding

if TYPE_CHECKING:
    from conversation.understanding.danger.detector import Detector
    from core.ports import NluClient

EMERGENCY = "emergency"


class SecondOpinion:
    """Implements `core.ports.NluClient` around another one. What it takes for danger is asked about at most, and not at all where `detector` rules
    it out; then the next intents share its confidence in proportion.
    """

    def __init__(self, nlu_client: NluClient, detector: Detector) -> None:
        self._ear = nlu_client
        self._detector = detector

    def parse(self, text: str) -> Understanding:
        """What `text` means, without danger that there is not; raises `NluUnavailable` as the NLU within does."""
        understanding = self._ear.parse(text)
        if understanding.best.name == EMERGENCY and self._detector.rules_out(text):
            return without_intent(understanding, EMERGENCY)
        return understanding

    def is_up(self) -> bool:
        """As of the NLU within."""
        return self._ear.is_up()


def without_intent(understanding: Understanding, name: str) -> Understanding:
    """The same understanding as if this intent did not exist."""
    others = [intent for intent in understanding.intents if intent.name != name]
    total = sum(intent.confidence for intent in others)
    shared = tuple(Intent(intent.name, intent.confidence / total) for intent in others) if total else ()
    return replace(understanding, intents=shared)
