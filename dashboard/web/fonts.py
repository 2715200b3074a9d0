"""The typeface, served by ourselves: Open Sans under the SIL Open Font License (fonts/LICENSE.txt)."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.web import plain

FOLDER = Path(__file__).resolve().parent / "fonts"
TYPES = {".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8"}


async def font(request: Request) -> Response:
    """One font file or the licence; only names that are in the folder."""
    files = {file.name: file for file in FOLDER.iterdir() if file.suffix in TYPES}
    file = files.get(str(request.path_params["name"]))
    if file is None:
        return plain.not_found()
    return FileResponse(file, media_type=TYPES[file.suffix], headers={"Cache-Control": "public, max-age=31536000, immutable"})


ROUTES: tuple[BaseRoute, ...] = (Route("/fonts/{name}", font, methods=["GET"]),)
