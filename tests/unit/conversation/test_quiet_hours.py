"""The hours in which nobody is written to about a report that they began."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.delivery.drafts import end_of_quiet

HERE = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("hour", "quiet", "ends"),
    [
        (20, (21, 8), None),
        (21, (21, 8), (2, 8)),
        (23, (21, 8), (2, 8)),
        (0, (21, 8), (1, 8)),
        (7, (21, 8), (1, 8)),
        (8, (21, 8), None),
        (13, (12, 14), (1, 14)),
        (14, (12, 14), None),
        (3, (9, 9), None),
        (9, (9, 9), None),
    ],
)
def test_quiet_hours_end_at_the_next_morning(hour, quiet, ends):
    there = datetime(2026, 6, 1, hour, 30, tzinfo=HERE)
    day, at = ends or (0, 0)
    assert end_of_quiet(there, *quiet) == (datetime(2026, 6, day, at, tzinfo=HERE) if ends else None)
