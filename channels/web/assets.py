"""The widget's files and the pages' style sheet, held in memory and sent compressed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from channels.web.errors import WebRefusal

FOLDER = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and compressed, with the tag that tells a browser whether it has it already."""

    content_type: str
    data: bytes
    packed: bytes
    tag: str


def load_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """All files that browsers may ask for, by name."""
    return {
        file.name: Asset(
            content_type=TYPES[file.suffix],
            data=(data := file.read_bytes()),
            packed=gzip.compress(data, mtime=0),
            tag=f'"{hashlib.sha256(data).hexdigest()[:20]}"',
        )
        for file in sorted(folder.iterdir())
        if file.suffix in TYPES
    }


class Assets:
    """Answers requests for the files."""

    def __init__(self, assets: dict[str, Asset]) -> None:
        self.assets = assets

    async def file(self, request: Request) -> Response:
        """The file, compressed where the browser takes that; 304 when the browser has it."""
        asset = self.assets.get(request.path_params["name"])
        if asset is None:
            raise WebRefusal("not_found")
        headers = {"ETag": asset.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.content_type, headers=headers)
        return Response(asset.data, media_type=asset.content_type, headers=headers)
