"""A part that is made when it is first asked for, by whichever thread asks first, and only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Part = TypeVar("Part")


class made_once(Generic[Part]):  # noqa: N801  used like `property`
    """`functools.cached_property` with a lock: from Python 3.12 on that one lets two threads make two (two Rasa servers, two queues).

    The lock is of one part of one object, so that a part that takes minutes holds up only whoever needs that part. Parts may need other
    parts, in a circle they may not.
    """

    def __init__(self, make: Callable[[Any], Part]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Part: ...

    def __get__(self, instance: object | None, owner: type | None = None) -> Self | Part:
        """The part. Once it is made it stands in the object's own dictionary, where Python looks before it asks here."""
        if instance is None:
            return self
        made = instance.__dict__
        # setdefault on a dictionary with strings for keys is one step, whoever asks at the same time.
        with made.setdefault(f"_making {self._name}", threading.RLock()):
            if self._name not in made:
                made[self._name] = self._make(instance)
            part: Part = made[self._name]
            return part
