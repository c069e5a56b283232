"""The service list and the departments."""

from __future__ import annotations

from console.services import departments, history, listing, one, questions

ROUTERS = (listing.router, departments.router, history.router, questions.router, one.router)
