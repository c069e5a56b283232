"""The command line of the queues: what is not done, and trying again what failed. Neither words nor addresses are ever printed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.output import AsJson, print_json
from bot.cli.start import opened_foundation
from core.covering import cover_contacts
from core.queue_repair import Kept, Refusal, Retried, kept_items, retry_failed

queue_cli = typer.Typer(no_args_is_help=True, help="What waits, and what failed.")
out = Console(soft_wrap=True, highlight=False)

WHY_NOT = {
    Refusal.GONE: "there is no such item.",
    Refusal.NOT_FAILED: "it is {state}, and only what failed is tried again.",
    Refusal.UNKNOWN: "nobody knows whether it reached the resident. Look into the provider's own log; "
    "if it did not, write to the resident from the console.",
    Refusal.JOB: "it is a job of the library, which is begun anew in the console, under Documents.",
}


class State(StrEnum):
    """What `list` can be asked for."""

    FAILED = "failed"
    WAITING = "waiting"
    PARKED = "parked"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@queue_cli.command("list")
def list_items(
    state: Annotated[State | None, typer.Option(help="Only what is in this state.")] = None,
    queue: Annotated[str, typer.Option(help="Only this queue: inbox, outbox, files or jobs.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List what is not done, the newest first."""
    from conversation.staff.items import conversations_of

    with opened_foundation() as base, base.database.reading() as session:
        items = kept_items(session, state=state or "", queue=queue, limit=limit)
        talks = conversations_of(session, [(item.queue, item.lane) for item in items])
        now = base.now()
    rows = [_row_of_item(item, talks.get((item.queue, item.lane), ""), now) for item in items]
    if as_json:
        print_json(rows)
        return
    table = Table("id", "queue", "channel", "state", "attempts", "error", "age", "conversation")
    for row in rows:
        cells = (
            *list(row.values())[:6],
            age_in_words(timedelta(seconds=row["age_seconds"])),
            row["conversation"],
        )
        table.add_row(*(escape(str(cell)) for cell in cells))
    out.print(table if rows else "Nothing of that kind is in the queues.")


@queue_cli.command("retry")
def retry_items(
    ids: Annotated[list[int], typer.Argument(metavar="ID...", help="As `queue list` shows them.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Try again what failed, as if it had just come in; status 1 when something was not put back. A running Cityline notices by itself."""
    from console.shared.audit import COMMAND_LINE, AuditLog
    from conversation.staff.items import conversations_of

    with opened_foundation() as base:
        audit = AuditLog(base.vault)
        with base.database.writing() as session:
            answers = retry_failed(session, ids)
            done = [one for one in answers if one.refusal is None]
            talks = conversations_of(session, [(one.queue, one.lane) for one in done])
            for one in done:
                details = {"item": str(one.item_id), "queue": one.queue}
                subject = talks.get((one.queue, one.lane), "")
                audit.add(session, COMMAND_LINE, "message.retried", subject, details, base.now())
    if as_json:
        print_json(
            [{name: value for name, value in asdict(one).items() if name != "lane"} for one in answers]
        )
    else:
        for one in answers:
            out.print(escape(sentence_of(one)))
    if len(done) < len(answers):
        raise typer.Exit(1)


def sentence_of(one: Retried) -> str:
    """What became of one item, in a sentence."""
    if one.refusal:
        return f"{one.item_id} was not retried: {WHY_NOT[one.refusal].format(state=one.state)}"
    if one.went_on:
        return f"{one.item_id} is tried again, although its conversation has gone on: what came later was done before it."
    return f"{one.item_id} is tried again."


def age_in_words(passed: timedelta) -> str:
    """How long ago, in the one unit that matters."""
    minutes = max(0, int(passed.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def _row_of_item(item: Kept, conversation: str, now: datetime) -> dict[str, Any]:
    return {
        "id": item.item_id,
        "queue": item.queue,
        "channel": item.channel,
        "state": item.state,
        "attempts": item.attempts,
        "error": cover_contacts(item.error),
        "age_seconds": int((now - item.created_at).total_seconds()),
        "conversation": conversation,
    }
