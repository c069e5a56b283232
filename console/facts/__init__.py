"""Facts: hours, phones, holidays, fees, contacts, calendars by address, and what is closed today."""

from __future__ import annotations

from console.facts import closures, history, listing, one

ROUTERS = (listing.router, closures.router, history.router, one.router)
