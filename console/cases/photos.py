"""Photos of a case: shown only to those who see the case; and pictures of the fix, taken from a form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, UploadFile
from fastapi.responses import Response

from console.cases.common import find_case
from console.shared.access import Permission, require_permission
from console.shared.request_context import RequestContext
from conversation.store.media import CONTENT_TYPE
from core.model import Attachment
from core.picture import MAX_BYTES

router = APIRouter()
SeesCases = Annotated[RequestContext, require_permission(Permission.SEE_CASES)]

MOST = 5
MOST_DIGITS = 9
"""Of a picture's size in bytes."""
STRICT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
    "Content-Disposition": "inline",
}


@router.get("/cases/{number}/photos/{media_id}")
def photo_response(visit: SeesCases, number: str, media_id: str) -> Response:
    """One picture of this case."""
    with visit.console.database.reading() as session:
        known = {each.media_id for each in find_case(visit, session, number).photos}
    found = visit.console.media.read(media_id) if media_id in known else None
    if found is None:
        visit.not_found()
    data, content_type = found
    return Response(data, media_type=content_type, headers=STRICT)


def take_photos(visit: RequestContext, number: str, uploads: Iterable[UploadFile]) -> list[str]:
    """Store the pictures of a form; what carries each through the next form. Raises `BadUpload`."""
    sent = [upload for upload in uploads if upload.filename]
    taken = [visit.console.media.take(upload.file.read(MAX_BYTES + 1)) for upload in sent[:MOST]]
    return [f"{each.media_id}.{each.size}.{_seal_photo(visit, number, each.media_id)}" for each in taken]


def kept_photos(visit: RequestContext, number: str, carried: Iterable[str]) -> tuple[Attachment, ...]:
    """The pictures that an earlier form of this person, about this case, brought; anything else is left out."""
    found = []
    for each in carried:
        media_id, _, rest = each.partition(".")
        size, _, seal = rest.partition(".")
        if (
            size.isascii()
            and size.isdecimal()
            and len(size) <= MOST_DIGITS
            and seal == _seal_photo(visit, number, media_id)
        ):
            found.append(Attachment(media_id, CONTENT_TYPE, int(size)))
    return tuple(found)


def _seal_photo(visit: RequestContext, number: str, media_id: str) -> str:
    return visit.console.vault.pseudonym("photo of a fix", visit.staff.staff_id, number, media_id)
