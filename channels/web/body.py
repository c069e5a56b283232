"""Reads the body of a request with a limit that holds while it streams in."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from channels.web.errors import WebRefusal

FORM_OVERHEAD = 64 * 1024


class WholeForms(MultiPartParser):
    """Starlette's parser takes a form that ends in the middle and leaves its file open; here such a form is a mistake."""

    async def parse(self) -> FormData:
        form = await super().parse()
        kept = sum(isinstance(value, UploadFile) for _, value in form.multi_items())
        if kept != len(self._files_to_close_on_error):
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("The form ends in the middle of a file.")
        return form


async def limited_chunks(request: Request, most: int, code: str) -> AsyncGenerator[bytes, None]:
    """The chunks of the body; a `WebRefusal` with this code as soon as they are more than `most` bytes, or announced to be."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise WebRefusal("compressed", detail="send the body without Content-Encoding")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > most:
        raise WebRefusal(code, detail=f"at most {most} bytes")
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most:
            raise WebRefusal(code, detail=f"at most {most} bytes")
        yield chunk


async def read_bytes(request: Request, most: int) -> bytes:
    """The whole body."""
    return b"".join([chunk async for chunk in limited_chunks(request, most, "too_big")])


async def read_form(request: Request, most_file_bytes: int, *, files: int = 1) -> FormData:
    """The fields and files of a multipart form; the caller closes it."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise WebRefusal("bad_frame", detail="Content-Type: multipart/form-data was expected")
    stream = limited_chunks(request, most_file_bytes + FORM_OVERHEAD, "file_too_big")
    try:
        return await WholeForms(
            request.headers, stream, max_files=files, max_fields=40, max_part_size=FORM_OVERHEAD
        ).parse()
    except MultiPartException as error:
        raise WebRefusal("bad_frame", detail=error.message) from None


async def read_file(form: FormData, name: str, most: int) -> bytes | None:
    """The content of a file field; None when it was left empty. More than `most` bytes is a `WebRefusal`."""
    field = form.get(name)
    if not isinstance(field, UploadFile) or not field.size:
        return None
    if field.size > most:
        raise WebRefusal("file_too_big", detail=f"at most {most} bytes")
    return await field.read()
