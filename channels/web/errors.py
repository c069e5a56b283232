"""What the web door refuses, and the status and sentence that go with each refusal.

The sentence for the resident is `web.error_<code>` in the catalogue; `detail` is for whoever writes a client.
"""

from __future__ import annotations

STATUS = {
    "bad_frame": 400,
    "empty": 400,
    "bad_file": 415,
    "file_too_big": 413,
    "too_big": 413,
    "bad_session": 401,
    "bad_origin": 403,
    "bad_form": 403,
    "not_found": 404,
    "compressed": 415,
    "too_fast": 429,
    "too_many": 429,
    "not_saved": 503,
}


class WebRefusal(Exception):  # noqa: N818  an answer rather than a fault
    """A request that gets a clear answer instead of what it asked for. `code` is a key of `STATUS`."""

    def __init__(
        self, code: str, *, detail: str = "", about: str | None = None, retry_after: int = 0
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.about = about
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of this refusal."""
        return STATUS[self.code]
