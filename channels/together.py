"""Work that comes in one by one and costs less done together: what arrives while some is being done is done next, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from core.model import Accepted, InboundMessage
from core.ports import Inbox, InboxOfMany

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
MOST_AT_ONCE = 64


class Together(Generic[Item, Outcome]):
    """Hands items to `work` in a thread of its own, in the order in which they came; one thread switch serves many of them.

    `work` blocks and gives for each item what became of it: a value, or an exception that only its own caller gets. To be used
    within one event loop at a time.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Outcome | Exception]], name: str) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._is_working = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(self, item: Item) -> Outcome:
        """What became of this item; raises what `work` gave or raised for it."""
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        self._go_on()
        return await done

    def _go_on(self) -> None:
        if self._is_working or not self._waiting:
            return
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        self._is_working = True
        loop = asyncio.get_running_loop()
        at_work = loop.run_in_executor(self._thread, self._work, [item for item, _ in batch])
        at_work.add_done_callback(lambda finished: self._hand_out(batch, finished))

    def _hand_out(
        self,
        batch: list[tuple[Item, asyncio.Future[Outcome]]],
        finished: asyncio.Future[Sequence[Outcome | Exception]],
    ) -> None:
        self._is_working = False
        fault = asyncio.CancelledError() if finished.cancelled() else finished.exception()
        outcomes = [fault] * len(batch) if fault else finished.result()
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            if done.done():  # its caller has gone away
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)
        self._go_on()


def accept_all(inbox: Inbox, messages: Sequence[InboundMessage]) -> Sequence[Accepted | Exception]:
    """`InboxOfMany.accept_all`, by whatever kind of inbox."""
    if isinstance(inbox, InboxOfMany):
        return inbox.accept_all(messages)
    return [_accepted_or_error(inbox, message) for message in messages]


def _accepted_or_error(inbox: Inbox, message: InboundMessage) -> Accepted | Exception:
    try:
        return inbox.accept(message)
    except Exception as error:  # noqa: BLE001  handed to the one whose message it was
        return error
