"""The commands that show and repeat what failed: no words, no addresses, and contacts only with an entry in the audit log."""

from __future__ import annotations

import json

import pytest
import structlog
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import cli
from console.shared.tables import AuditRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.store.tables import Conversation
from core.errors import SendCode, SendRefused
from core.tables import QueueItem
from tests.support.console import ConsoleHouse

NUMBER = "217-555-0142"
ADDRESS = "+12175550199"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An installation that a resident wrote to by text, and whose answer was refused."""
    monkeypatch.setenv("CITYLINE_DATA_DIR", str(tmp_path / "var"))
    house = ConsoleHouse(tmp_path / "var")
    house.app.channels.update(
        sms=LedgerChannel(
            "sms", [SendRefused(SendCode.DECLINED, provider="Ledger", detail=f"not to {ADDRESS}", number=1)]
        )
    )
    talk = house.talk(channel="sms")
    talk.sender = ADDRESS
    talk.say(f"help, call me: {NUMBER}")
    for claim in house.app.outbox_queue.claim(1):
        house.app.outbox.deliver(claim)
    yield house
    house.close()


def run(*arguments):
    try:
        return CliRunner().invoke(cli, arguments, catch_exceptions=False, env={"COLUMNS": "200"})
    finally:
        structlog.reset_defaults()


def failed_item(house):
    with house.app.database.reading() as session:
        return session.scalars(select(QueueItem).where(QueueItem.state == "failed")).one()


def conversation_id(house):
    with house.app.database.reading() as session:
        return session.scalars(select(Conversation.id)).one()


def audit(house):
    with house.app.database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.name, row.action, row.subject) for row in rows]


def test_the_list_shows_what_failed_and_neither_words_nor_addresses(house):
    done = run("queue", "list", "--state", "failed", "--json")
    (row,) = json.loads(done.stdout)
    assert (row["queue"], row["channel"], row["state"], row["attempts"]) == ("outbox", "sms", "failed", 1)
    assert row["error"] == "Ledger will not take this: error 1, not to •••••."
    assert row["conversation"] == conversation_id(house)
    table = run("queue", "list").output
    assert str(row["id"]) in table
    for secret in (NUMBER, ADDRESS, "call me"):
        assert secret not in table + done.output


def test_an_empty_list_says_so(house):
    assert "Nothing of that kind" in run("queue", "list", "--state", "unknown").output
    assert json.loads(run("queue", "list", "--state", "unknown", "--json").stdout) == []


def test_a_retry_puts_back_what_failed_and_names_what_it_left(house):
    failed = failed_item(house).id
    done = run("queue", "retry", str(failed), "4711")
    assert done.exit_code == 1
    assert f"{failed} is tried again" in done.output
    assert "4711 was not retried: there is no such item." in done.output
    (claim,) = [one for one in house.app.outbox_queue.claim(5) if one.item_id == failed]
    assert claim.attempt == 1
    assert audit(house) == [("command line", "message.retried", conversation_id(house))]
    again = run("queue", "retry", str(failed), "--json")
    assert json.loads(again.stdout)[0]["refusal"] == "not_failed"


def test_a_delivery_of_unknown_fate_is_not_sent_again(house):
    with house.app.database.writing() as session:
        item = session.scalars(select(QueueItem).where(QueueItem.state == "failed")).one()
        item.state = "unknown"
    done = run("queue", "retry", str(item.id))
    assert done.exit_code == 1
    assert "nobody knows whether it reached the resident" in done.output
    assert audit(house) == []


def test_a_conversation_is_shown_with_contacts_covered_and_its_deliveries(house):
    talk = conversation_id(house)
    shown = json.loads(run("conversation", "show", talk, "--json").stdout)
    assert shown["lines"][0]["who"] == "resident"
    assert shown["lines"][0]["words"] == "help, call me: •••••"
    assert any(line["offered"] for line in shown["lines"])
    assert {"inbox", "outbox"} <= {item["queue"] for item in shown["items"]}
    assert "Ledger will not take this: error 1, not to •••••." in {item["error"] for item in shown["items"]}
    (turn,) = (line["turn"] for line in shown["lines"] if line["turn"])
    assert (turn["lead"], turn["outcome"]) != ("", "")
    assert turn["item"] in {item["id"] for item in shown["items"] if item["queue"] == "inbox"}
    assert turn["milliseconds"].keys() >= {"rules", "act", "write"}
    printed = run("conversation", "show", talk).output
    assert "help, call me: •••••" in printed
    assert f"why: {turn['lead']}" in printed
    assert "milliseconds: waited" in printed
    assert "offered:" in printed
    assert NUMBER not in printed
    assert audit(house) == []


def test_contacts_are_shown_only_with_an_entry_in_the_audit_log_and_addresses_never(house):
    talk = conversation_id(house)
    done = run("conversation", "show", talk, "--contacts")
    assert NUMBER in done.output
    assert audit(house) == [("command line", "contact.seen", talk)]
    assert ADDRESS not in done.output


def test_a_conversation_that_is_not_there_is_said_so(house):
    done = run("conversation", "show", "nobody", "--contacts")
    assert done.exit_code == 2
    assert audit(house) == []
