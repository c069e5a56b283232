"""A resident who talks to somebody's Rasa assistant: either one that keeps a tracker as Rasa 3.6 does, or the real one over REST."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.testclient import TestClient

TOKEN = "a token of forty characters for testing."
INTENTS = {
    "report_problem": "action_report_problem",
    "ask_city": "action_ask_city",
    "take_survey": "action_take_survey",
    "check_request": "action_check_request",
    "cityline_choice": "action_cityline",
}


@dataclass(frozen=True)
class Said:
    """One thing that the assistant said."""

    text: str
    buttons: dict[str, str]

    @classmethod
    def of(cls, response: dict[str, Any]) -> Said:
        buttons = {button["title"]: button["payload"] for button in response.get("buttons") or ()}
        return cls(response.get("text") or "", buttons)


class TrackedTalk:
    """Stands in for Rasa: its rules, and the tracker that it sends along and changes by the events that come back."""

    def __init__(self, client: TestClient, sender: str = "", language: str = "") -> None:
        self.client = client
        self.sender = sender or uuid.uuid4().hex
        self.metadata = {"language": language} if language else {}
        self.events: list[dict[str, Any]] = []
        self.loop: dict[str, Any] = {}
        self.last_call: dict[str, Any] = {}

    def say(self, text: str, intent: str = "greet") -> list[Said]:
        """The resident writes, and Rasa's NLU makes `intent` of it; what the city says."""
        action = "cityline_form" if self.loop else INTENTS[intent]
        return [Said.of(response) for response in self.take(self.call(action, text, intent))]

    def press(self, said: Said, label: str) -> list[Said]:
        """The resident presses the button with this label."""
        return self.say(said.buttons[label], "cityline_choice")

    def call(self, action: str, text: str, intent: str) -> dict[str, Any]:
        """A call as Rasa makes it for this message."""
        entities = []
        if text.startswith("/cityline_choice"):
            key = text.removeprefix('/cityline_choice{"choice":"').removesuffix('"}')
            entities = [{"entity": "choice", "value": key, "extractor": "RegexMessageHandler"}]
        message = {
            "text": text,
            "message_id": uuid.uuid4().hex,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": entities,
            "metadata": self.metadata,
        }
        self.events.append({"event": "user", **message})
        self.last_call = {
            "next_action": action,
            "sender_id": self.sender,
            "version": "3.6.21",
            "domain": {},
            "tracker": {
                "sender_id": self.sender,
                "slots": {"language": None, "cityline_text": None},
                "latest_message": message,
                "events": list(self.events),
                "active_loop": self.loop,
            },
        }
        return self.last_call

    def take(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        """Make the call and do what it says; the responses."""
        answer = self.client.post("/rasa/webhook", params={"token": TOKEN}, json=call)
        assert answer.status_code == 200, answer.text
        self.events.append({"event": "action", "name": call["next_action"]})
        for response in answer.json()["responses"]:
            beside = {name: value for name, value in response.items() if name not in {"text", "buttons"}}
            data = {"buttons": response.get("buttons")}
            self.events.append({"event": "bot", "text": response["text"], "data": data, "metadata": beside})
        for event in answer.json()["events"]:
            self.events.append(event)
            if event["event"] == "active_loop":
                self.loop = {"name": event["name"]} if event["name"] else {}
        responses: list[dict[str, Any]] = answer.json()["responses"]
        return responses


class RestTalk:
    """The real Rasa, over its own REST channel."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.url = url
        self.sender = uuid.uuid4().hex
        self.language = language

    def say(self, text: str) -> list[Said]:
        """The resident writes; what the assistant says."""
        body = {"sender": self.sender, "message": text, "metadata": {"language": self.language}}
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=60)
        answer.raise_for_status()
        return [Said.of(response) for response in answer.json()]

    def press(self, said: Said, label: str) -> list[Said]:
        """The resident presses the button with this label: its payload is what the client sends."""
        return self.say(said.buttons[label])
