"""The actions as a Rasa action server: `POST /webhook`, `GET /actions`, `GET /health`, for rules and forms of an existing assistant.

Only Rasa's protocol is here (rasa-sdk 3.6 and `RemoteAction` of Rasa 3.6): what a call says is read into a `Call`, what answers it is
written as events and responses. Who answers is handed in; docs/rasa.md tells the whole story to somebody who runs an assistant.
"""

from __future__ import annotations

import hmac
import json
import re
import traceback
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

import structlog
from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.handlers.declaration import RasaAction
from actions.routes import RASA_ACTIONS
from core.model import Choice

log = structlog.get_logger()

MOST_BODY = 4 * 1024 * 1024
"""Bytes. Rasa sends the whole domain and every event of the conversation with each call; a kilobyte or two a message."""
MOST_KEY = 512
"""Characters of the key of a choice, or of the name of a thing."""
MOST_NESTED = 50
"""Levels of lists and objects in a body; Rasa's own have about ten."""
AT_ONCE = 16
"""Calls that are waited for at the same time; more stand in line."""
FORM = "cityline_form"
GO_ON = "action_cityline"
PRESSED = "cityline_choice"
TEXT_SLOT = "cityline_text"
LANGUAGE_SLOT = "language"


WISHES: dict[str, RasaAction] = RASA_ACTIONS | {
    GO_ON: RasaAction(GO_ON),
    FORM: RasaAction(FORM, menu="go_on"),
}
"""Every action there is. The last two say nothing about the message: its meaning is found out here."""

OURS = frozenset(WISHES)


class ActionRefusal(Exception):  # noqa: N818  an answer rather than a fault
    """A call that is answered with this status, in the shape that Rasa reads: 400 lets its other rules have the message."""

    def __init__(self, status: int, error: str, action: str = "") -> None:
        super().__init__(error)
        self.status, self.error, self.action = status, error, action


@dataclass(frozen=True, slots=True)
class Call:
    """A message that Rasa hands on. At most one of `choice` (a pressed button's key) and `start` (as in a link) leads, else `text` does.

    `intent` is what the assistant before us understood, empty when that is left to us. `seen` is the number of the last line of ours that
    Rasa has said, None when it knows of none. `in_loop` says that our form is active there; `collected` that the text came from a slot.
    """

    action: str
    message_id: str
    sender: str = field(repr=False)
    text: str = field(default="", repr=False)
    intent: str = ""
    choice: str | None = None
    start: str | None = None
    language: str | None = None
    seen: int | None = None
    in_loop: bool = False
    collected: bool = False


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something to say; `sequence` is the number of the last line of the conversation that is told with it. `image` is an address."""

    text: str
    sequence: int
    choices: tuple[Choice, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What there is to say, and whether the next message belongs to us whatever it is."""

    lines: tuple[EventLine, ...] = ()
    holds: bool = False


Answer = Callable[[Call], Answered]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Intent(_Part):
    name: str | None = None


class _Entity(_Part):
    entity: str = ""
    value: Any = None


class _Message(_Part):
    text: str | None = None
    message_id: str | None = None
    intent: _Intent | None = None
    entities: list[_Entity] = Field(default_factory=list)
    metadata: dict[str, Any] | None = None


class _Loop(_Part):
    name: str | None = None
    rejected: bool | None = None


class _Tracker(_Part):
    latest_message: _Message | None = None
    slots: dict[str, Any] = Field(default_factory=dict)
    events: list[dict[str, Any]] = Field(default_factory=list)
    active_loop: _Loop = Field(default_factory=_Loop)


class _Body(_Part):
    next_action: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    sender_id: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    tracker: _Tracker


def read_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a call, or a `ActionRefusal`."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ActionRefusal(400, "The body is no JSON object; a call as Rasa makes it was expected.")
    if not _is_flat(value):
        raise ActionRefusal(
            400, f"The body is nested in more than {MOST_NESTED} levels; Rasa's own has about ten."
        )
    return value


def _is_flat(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_NESTED + 1):
        level = [
            child
            for part in level
            for child in (part.values() if isinstance(part, dict) else part)
            if isinstance(child, dict | list)
        ]
    return not level


def read_call(value: dict[str, Any]) -> Call | None:
    """The call, None when another of our actions has answered this message already; a `ActionRefusal` when it cannot be worked on."""
    named = str(value.get("next_action") or "")[:200]
    action = named if named.isprintable() else ""
    body = _read_fields(value, action)
    if action not in OURS:
        raise ActionRefusal(
            404, f"There is no action {action!r} here; GET /actions lists those there are.", action
        )
    if not body.sender_id.isprintable():
        raise ActionRefusal(400, "sender_id: printable characters were expected.", action)
    tracker, message = body.tracker, body.tracker.latest_message
    if message is None or message.text is None or not message.message_id:
        raise ActionRefusal(
            400, "There is no message of a resident in this call that could be answered.", action
        )
    if action == FORM and any(name in OURS - {FORM} for name in _actions_since_message(tracker)):
        return None
    call = Call(
        action,
        message.message_id,
        body.sender_id,
        language=_language_of(tracker, message),
        seen=_last_seen_line(tracker),
        in_loop=tracker.active_loop.name == FORM,
    )
    return _with_words(call, tracker, message)


def _read_fields(value: dict[str, Any], action: str) -> _Body:
    try:
        return _Body.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ActionRefusal(
            400, f"{where}: {first['msg']}; a call as Rasa 3 makes it was expected.", action
        ) from None


def _with_words(call: Call, tracker: _Tracker, message: _Message) -> Call:
    """The call with what the message says: a pressed button, the payload of somebody else's button, what a form has collected, or words."""
    wish, text = WISHES[call.action], (message.text or "").strip()
    if wish.intent and (collected := _collected(tracker)):
        return replace(call, text=collected, intent=wish.intent, collected=True)
    command = re.match(r"/([^{@\s]+)", text)
    if not (command and message.intent and command[1].strip() == message.intent.name):
        return replace(call, text=text, intent=wish.intent)
    call = replace(call, text=_label_of_payload(tracker, text))
    if command[1] == PRESSED:
        return _with_our_button(call, message)
    if call.action == FORM and not tracker.active_loop.rejected:
        raise ActionRefusal(
            400, "A button of the assistant's own was pressed, which is no answer here.", FORM
        )
    return _with_their_button(call, message)


def _collected(tracker: _Tracker) -> str:
    """What a form of the assistant's own has collected for us."""
    collected = tracker.slots.get(TEXT_SLOT)
    return collected.strip() if isinstance(collected, str) else ""


def _with_our_button(call: Call, message: _Message) -> Call:
    key = _entity_of(message, "choice")
    if not key:
        raise ActionRefusal(400, f'/{PRESSED}: an entity "choice" was expected.', call.action)
    return replace(call, choice=key)


def _with_their_button(call: Call, message: _Message) -> Call:
    """The button of the assistant's own leads where our menu does, or a link to what it names."""
    wish = WISHES[call.action]
    named = _entity_of(message, wish.entity) if wish.entity else ""
    return replace(call, start=f"{wish.link}-{named}") if named else replace(call, choice=f"menu.{wish.menu}")


def _actions_since_message(tracker: _Tracker) -> Iterator[str]:
    """The names of the actions that ran for the latest message, the last one first."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return
        if event.get("event") == "action":
            yield str(event.get("name"))


def _events_said(tracker: _Tracker) -> Iterator[dict[str, Any]]:
    return (event for event in reversed(tracker.events) if event.get("event") == "bot")


def _last_seen_line(tracker: _Tracker) -> int | None:
    """The number of the last line of ours that Rasa has said: it keeps what stands in a response beside the usual."""
    for event in _events_said(tracker):
        mark = (event.get("metadata") or {}).get("cityline")
        if isinstance(mark, dict) and isinstance(sequence := mark.get("sequence"), int):
            return sequence
    return None


def _label_of_payload(tracker: _Tracker, payload: str) -> str:
    """What stood on the button with this payload, empty when nobody knows any more."""
    for event in _events_said(tracker):
        for button in (event.get("data") or {}).get("buttons") or ():
            if isinstance(button, dict) and str(button.get("payload", "")).strip() == payload:
                return str(button.get("title", ""))
    return ""


def _entity_of(message: _Message, name: str) -> str:
    values = (entity.value for entity in message.entities if entity.entity == name)
    return next((value[:MOST_KEY] for value in values if isinstance(value, str)), "")


def _language_of(tracker: _Tracker, message: _Message) -> str | None:
    for value in ((message.metadata or {}).get("language"), tracker.slots.get(LANGUAGE_SLOT)):
        if isinstance(value, str) and value:
            return value[:35]
    return None


def payload_of(choice: Choice) -> str:
    """What Rasa is sent when the choice is pressed; short, because Telegram takes no more than 64 bytes."""
    return f"/{PRESSED}" + json.dumps({"choice": choice.key}, ensure_ascii=False, separators=(",", ":"))


def to_rasa(call: Call, answered: Answered) -> dict[str, Any]:
    """The events and responses that answer a call. While the next message belongs to us, our form is Rasa's active loop."""
    events: list[dict[str, Any]] = []
    if call.collected:
        events.append({"event": "slot", "name": TEXT_SLOT, "value": None})
    if answered.holds:
        events.append({"event": "active_loop", "name": FORM})
        if call.action != FORM:  # else Rasa would run the form at once, with the same message
            events.append({"event": "followup", "name": "action_listen"})
    elif call.in_loop:
        events.append({"event": "active_loop", "name": None})
    return {"events": events, "responses": [_response_of_line(line) for line in answered.lines]}


def _response_of_line(line: EventLine) -> dict[str, Any]:
    response: dict[str, Any] = {"text": line.text, "cityline": {"sequence": line.sequence}}
    if line.choices:
        response["buttons"] = [
            {"title": choice.label, "payload": payload_of(choice)} for choice in line.choices
        ]
    if line.image:
        response["image"] = line.image
    return response


def take_call(answer: Answer, raw: bytes) -> dict[str, Any]:
    """One call, from its body to what answers it."""
    call = read_call(read_body(raw))
    return {"events": [], "responses": []} if call is None else to_rasa(call, answer(call))


def action_server(answer: Answer, token: str) -> Starlette:
    """The server, to be mounted. `answer` may block for as long as Rasa is to wait; `token` comes as `?token=` or as a bearer."""
    places = CapacityLimiter(AT_ONCE)

    async def webhook(request: Request) -> Response:
        if not _is_known(request, token):
            return JSONResponse({"error": "A token was expected, as in CITYLINE_ACTIONS_TOKEN."}, 401)
        try:
            raw = await _limited_body(request)
            return JSONResponse(await to_thread.run_sync(partial(take_call, answer, raw), limiter=places))
        except ActionRefusal as refusal:
            said = {"action_name": refusal.action, "error": refusal.error}
            return JSONResponse(said, refusal.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001  the edge: Rasa is told, and tells its resident
            # Not the error's own words: a database's name the values it was given, a resident's among them.
            steps = "".join(traceback.format_tb(error.__traceback__))
            log.error("action_not_answered", fault=type(error).__name__, traceback=steps)  # noqa: TRY400
            said = {"action_name": "", "error": "Something is wrong on Cityline's side; its log says what."}
            return JSONResponse(said, 500)

    async def actions(request: Request) -> Response:
        if not _is_known(request, token):
            return JSONResponse({"error": "A token was expected, as in CITYLINE_ACTIONS_TOKEN."}, 401)
        return JSONResponse([{"name": name} for name in WISHES])

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/webhook", webhook, methods=["POST"]),
            Route("/actions", actions),
            Route("/health", health),
        ]
    )


def _is_known(request: Request, token: str) -> bool:
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    given = bearer if kind.lower() == "bearer" else request.query_params.get("token", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


async def _limited_body(request: Request) -> bytes:
    """The body within its limit, unpacked where Rasa packs it (COMPRESS_ACTION_SERVER_REQUEST)."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BODY:
            raise ActionRefusal(413, f"At most {MOST_BODY} bytes were expected.")
    packing = request.headers.get("content-encoding", "identity").lower()
    if packing == "identity":
        return bytes(raw)
    if packing != "deflate":
        raise ActionRefusal(415, "A body without Content-Encoding, or with deflate, was expected.")
    try:
        unpacked = zlib.decompressobj().decompress(bytes(raw), MOST_BODY + 1)
    except zlib.error:
        raise ActionRefusal(400, "The body could not be unpacked; deflate (zlib) was expected.") from None
    if len(unpacked) > MOST_BODY:
        raise ActionRefusal(413, f"At most {MOST_BODY} bytes were expected.")
    return unpacked
