"""The inbox stores each message once, alone or together with those that come at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from conversation.delivery.inbox import DurableInbox
from conversation.store.conversations import ConversationStore
from core.database import Database
from core.queue import Queue
from core.vault import Vault
from tests.support.builders import inbound


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue("inbox", database)


@pytest.fixture
def inbox(database: Database, queue: Queue) -> DurableInbox:
    return DurableInbox(database, queue, ConversationStore(database, Vault("s" * 32)), lambda: None)


def test_a_message_is_stored_once_however_often_it_comes(inbox, queue):
    message = inbound("hello", provider_id="m1")
    assert inbox.accept(message).repeat is False
    assert inbox.accept(message).repeat is True
    assert queue.counts() == {"waiting": 1}


def test_many_at_once_are_all_stored_and_each_hears_about_its_own(inbox, queue):
    messages = [inbound("hello", sender=f"s{n % 7}", provider_id=f"m{n % 40}") for n in range(80)]
    with ThreadPoolExecutor(16) as pool:
        accepted = list(pool.map(inbox.accept, messages))
    assert [one.provider_id for one in accepted] == [message.provider_id for message in messages]
    assert sum(not one.repeat for one in accepted) == 40
    assert queue.counts() == {"waiting": 40}


def test_one_that_cannot_be_stored_takes_no_other_with_it(inbox, queue, database):
    rule_matcher = threading.Event()
    messages = [inbound("hello", provider_id=f"m{n}") for n in range(6)]
    messages[3] = replace(messages[3], provider_id="never\ud800")

    def accept(message):
        rule_matcher.wait()
        try:
            return inbox.accept(message).repeat
        except Exception as error:  # noqa: BLE001  whatever it is, it is the caller's to hear
            return type(error).__name__

    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(accept, message) for message in messages]
        with database.writing():
            rule_matcher.set()
        results = [one.result() for one in waiting]
    assert [result for at, result in enumerate(results) if at != 3] == [False] * 5
    assert isinstance(results[3], str)
    assert queue.counts() == {"waiting": 5}
