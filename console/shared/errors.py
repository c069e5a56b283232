"""What ends a request early, each with a page that says so kindly.

Refused
+-- NotSignedIn   nobody is signed in, or the session has ended
+-- Forbidden     somebody is, and may not do this
+-- ForeignForm   the form did not come from a page of ours
+-- TooLarge      more was sent than the page takes
+-- Busy          too many are asking for what takes long; it passes
+-- NotThere      there is no such thing, or it is not theirs to see
"""

from __future__ import annotations


class ConsoleRefused(Exception):  # noqa: N818  the name of what happens, as in the tree above
    """A request that ends early; `status` is HTTP's, `page` names the sentences to show, `retry_after` is in seconds."""

    status = 400
    page = "refused"
    retry_after = 0


class NotSignedIn(ConsoleRefused):
    """Nobody is signed in."""

    status = 401
    page = "not_signed_in"


class Forbidden(ConsoleRefused):
    """The roles of this person do not allow this."""

    status = 403
    page = "forbidden"


class ForeignForm(ConsoleRefused):
    """The form's token is missing or another session's."""

    status = 403
    page = "foreign_form"


class TooLarge(ConsoleRefused):
    """More was sent than the page takes."""

    status = 413
    page = "too_large"


class Busy(ConsoleRefused):
    """Too many are asking for what takes long."""

    status = 503
    page = "busy"
    retry_after = 5


class NotThere(ConsoleRefused):
    """There is no such thing, or it is not theirs to see."""

    status = 404
    page = "not_found"
