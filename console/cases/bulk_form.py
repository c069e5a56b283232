"""The form below the queue."""

from __future__ import annotations

from pydantic import BaseModel

STATUSES = ("in_progress", "fixed", "closed", "not_ours", "open")
"""What many cases may be set to at once; a duplicate needs its main case."""


class Bulk(BaseModel):
    """Which cases, what to do (assign, department or status), and how; `seen` says that the messages were shown.

    `versions` are those of the cases as they were looked at, each as `number:version`.
    """

    do: str = ""
    numbers: list[str] = []
    versions: list[str] = []
    to: str = ""
    department: str = ""
    status: str = ""
    reason: str = ""
    tell: str = ""
    seen: str = ""
    query: str = ""

    def version_of(self, number: str) -> str:
        """The version of a case that was looked at; empty when none was sent."""
        return dict(each.split(":", 1) for each in self.versions if ":" in each).get(number, "")
