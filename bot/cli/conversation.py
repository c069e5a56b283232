"""The command line of one conversation: what was said, how it stands, and what became of every message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from actions.turn.state import read_state
from bot.cli.output import AsJson, print_json
from bot.cli.start import opened_foundation
from core.covering import cover_contacts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.foundation import Foundation
    from conversation.staff.items import Item
    from conversation.staff.traces import ShownTrace
    from conversation.staff.transcript import ShownLine
    from conversation.store.tables import Conversation

conversation_cli = typer.Typer(no_args_is_help=True, help="What was said, and what became of it.")
out = Console(soft_wrap=True, highlight=False)
Cover = Callable[[str], str]


@conversation_cli.callback()
def conversations() -> None:
    """What was said, and what became of it."""


@conversation_cli.command("show")
def show(
    conversation_id: Annotated[str, typer.Argument(metavar="ID", help="As the console's address shows it.")],
    lines: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the last lines.")] = 100,
    *,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="Show contacts in words; the audit log keeps that you did.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a conversation: its lines, its state, its items and deliveries. Addresses are never shown."""
    from conversation.store.tables import Conversation

    with opened_foundation() as base:
        with base.database.reading() as session:
            row = session.get(Conversation, conversation_id)
            if row is None:
                Console(stderr=True).print(f"There is no conversation {escape(conversation_id)}.")
                raise typer.Exit(2)
        if contacts:
            _write_down(base, conversation_id)
        with base.database.reading() as session:
            shown = _shown_conversation(
                session, row, lines, (lambda text: text) if contacts else _cover_for(base, session, row)
            )
    if as_json:
        print_json(shown)
    else:
        _print_conversation(shown)


def _write_down(base: Foundation, conversation_id: str) -> None:
    from console.shared.audit import COMMAND_LINE, AuditLog

    with base.database.writing() as session:
        AuditLog(base.vault).add(session, COMMAND_LINE, "contact.seen", conversation_id, {}, base.now())


def _cover_for(base: Foundation, session: Session, row: Conversation) -> Cover:
    """Covers contacts as the console does: what this resident left with us too, and not what the city publishes."""
    from city.registry import City
    from city.requests.residents import left_to_reach
    from console.shared.covering import published_by

    left = left_to_reach(session, [row.person_id]).get(row.person_id, [])
    published = published_by(City(base.database).profile, session)
    return lambda text: cover_contacts(text, left, published)


def _shown_conversation(session: Session, row: Conversation, lines: int, covered: Cover) -> dict[str, Any]:
    from conversation.staff.items import items_of
    from conversation.staff.transcript import read_piece

    form = read_state(row.dialogue).form
    return {
        "conversation": row.id,
        "channel": row.channel,
        "language": row.language,
        "begun_at": row.created_at,
        "heard_at": row.heard_at,
        "open_form": form.name if form else "",
        "open_question": form.asked if form else "",
        "taken_by": row.taken_name,
        "taken_at": row.taken_at,
        "assistant_is_silent": row.bot_silent,
        "stopped_at": row.stopped_at,
        "lines": [_shown_line(line, covered) for line in read_piece(session, row, limit=lines).lines],
        "items": [_shown_item(item) for item in items_of(session, row)],
    }


def _shown_line(line: ShownLine, covered: Cover) -> dict[str, Any]:
    reply = line.reply
    return {
        "number": line.sequence,
        "at": line.at,
        "who": line.sender,
        "by": reply.by,
        "words": reply.text if reply.source else covered(reply.text),
        "offered": [covered(choice.label) for choice in reply.choices],
        "pictures": len(line.attachments) + len(reply.pictures),
        "sent": line.sent or "",
        "why": cover_contacts(str(line.failure or "")),
        "turn": _turn(line.trace) if line.trace else None,
    }


def _turn(trace: ShownTrace) -> dict[str, Any]:
    """Why the bot answered as it did; there is nothing in it that a resident wrote."""
    return {
        "item": trace.item_id,
        "lead": trace.lead,
        "action": trace.action,
        "outcome": trace.outcome,
        "candidates": [asdict(candidate) for candidate in trace.candidates],
        "passage": trace.passage_id,
        "score": trace.score,
        "milliseconds": trace.milliseconds,
    }


def _shown_item(item: Item) -> dict[str, Any]:
    """An item; what an error names is covered always, a provider's may name the address."""
    return {
        "id": item.item_id,
        "queue": item.queue,
        "state": item.state,
        "attempts": item.attempts,
        "error": cover_contacts(item.error),
        "put_in_at": item.created_at,
        "ended_at": item.done_at,
        "provider_says": item.fate,
        "provider_error": cover_contacts(item.fate_error),
    }


def _print_conversation(shown: dict[str, Any]) -> None:
    for name in list(shown)[:-2]:
        if shown[name] not in {None, "", False}:
            out.print(f"{name.replace('_', ' ')}: {escape(str(shown[name]))}")
    for line in shown["lines"]:
        out.print(f"\n{line['number']}. {line['at']:%Y-%m-%d %H:%M:%S} {escape(line['by'] or line['who'])}")
        for words in _words_of_line(line):
            out.print(f"   {escape(words)}")
    out.print()
    out.print(_item_table(shown["items"]) if shown["items"] else "The queues hold nothing of it.")


def _item_table(items: list[dict[str, Any]]) -> Table:
    table = Table("id", "queue", "state", "attempts", "error", "put in", "ended", "provider says")
    for item in items:
        says = " ".join(filter(None, (item["provider_says"], item["provider_error"])))
        cells = [item[name] for name in ("id", "queue", "state", "attempts", "error")]
        times = [f"{at:%Y-%m-%d %H:%M:%S}" if at else "" for at in (item["put_in_at"], item["ended_at"])]
        table.add_row(*(escape(str(cell)) for cell in (*cells, *times, says)))
    return table


def _words_of_line(line: dict[str, Any]) -> list[str]:
    """A line in words, and what belongs to it."""
    said: list[str] = line["words"].splitlines()
    if line["offered"]:
        said.append(f"offered: {' | '.join(line['offered'])}")
    if line["pictures"]:
        said.append(f"pictures: {line['pictures']}")
    if line["sent"]:
        said.append(" ".join(filter(None, (str(line["sent"]), line["why"]))))
    return [*said, *(_turn_words(line["turn"]) if line["turn"] else ())]


def _turn_words(turn: dict[str, Any]) -> Iterator[str]:
    """A turn in words, a line each for what was decided, what it may have been, what was quoted, and how long it took."""
    yield " ".join(
        filter(None, ("why:", turn["lead"], turn["action"], "->", turn["outcome"], f"(item {turn['item']})"))
    )
    if turn["candidates"]:
        yield f"     heard: {', '.join(_candidate_words(each) for each in turn['candidates'])}"
    if turn["passage"]:
        yield f"     quoted: {turn['passage']}{_number(turn['score'])}"
    if turn["milliseconds"]:
        stages = (f"{stage} {spent:g}" for stage, spent in turn["milliseconds"].items())
        yield f"     milliseconds: {', '.join(stages)}"


def _candidate_words(candidate: dict[str, Any]) -> str:
    return f"{candidate['kind']} {candidate['name']}{_number(candidate['probability'])}"


def _number(value: float | None) -> str:
    return "" if value is None else f" {value:.2f}"
