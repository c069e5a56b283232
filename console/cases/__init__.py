"""Cases: the queue, one case, what is done with it, the words residents are told, and the map."""

from console.cases import bulk, changes, map_page, messages, one, photos, queue

ROUTERS = tuple(part.router for part in (queue, bulk, messages, map_page, photos, changes, one))
"""In this order: `/cases/messages` is no case's number. One by one, because a router inside another hides its routes."""
