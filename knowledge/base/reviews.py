"""Whether a page was looked at last too long ago."""

from __future__ import annotations

from datetime import date


def last_good_review(today: date, years: int) -> date:
    """The first day on which a review is not too long ago."""
    return date(today.year - years, today.month, min(today.day, 28))


def is_long_unreviewed(reviewed: str, today: date, years: int) -> bool:
    """Whether a page was looked at last more than so many years ago; not where nobody says when. 0 years is never."""
    try:
        seen = date.fromisoformat(reviewed)
    except ValueError:
        return False
    return bool(years) and seen < last_good_review(today, years)
