"""The name and its sign as drawings, served by ourselves: two arcs that share their ground."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.web.plain import HERE, not_found

FOLDER = HERE / "brand_files"


async def drawing(request: Request) -> Response:
    """One drawing; only names that are in the folder."""
    files = {file.name: file for file in FOLDER.iterdir() if file.suffix == ".svg"}
    file = files.get(str(request.path_params["name"]))
    if file is None:
        return not_found()
    return FileResponse(file, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


ROUTES: tuple[BaseRoute, ...] = (Route("/brand/{name}", drawing, methods=["GET"]),)
