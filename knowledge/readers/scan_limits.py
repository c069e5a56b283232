"""How many pages are read from pictures, and how long that may take: what the child process and its parent both know."""

from __future__ import annotations

MOST_SCANNED = 40
"""Pages that are read of one file unless the installation says otherwise: some four minutes of one processor."""
SECONDS_A_PAGE = 15.0
"""That a full page takes at most, of processor time; a letter takes 5 on a server of 2024."""
LONGEST = 900.0
"""Seconds by the clock for one file, however many pages may be read: a background job that is silent for 1200 counts as stuck."""
AT_THE_END = 120
"""Seconds that the last page may take, which was begun in time: it may be looked at from four sides."""
