"""Questions: trying what a resident would be answered, what could not be answered, and what must be answered so."""

from console.questions import answering, groups, must, try_it

ROUTERS = tuple(part.router for part in (try_it, must, groups, answering))
"""In this order: `/questions/must` is no group's number."""
