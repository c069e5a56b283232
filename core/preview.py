"""How a reply looks at a door, as staff see it before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.model import Reply


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a resident gets it. `segments` is what a text is paid by, 0 elsewhere."""

    text: str
    buttons: tuple[str, ...] = ()
    source: str = ""
    link: str = ""
    segments: int = 0


Preview = Callable[[str, Reply], list[Shown]]
