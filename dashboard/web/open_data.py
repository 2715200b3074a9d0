"""The released tables over HTTP: /data lists them, /data/stops.csv (.json, .parquet) gives one. Open to all; nothing here reads a fact."""

from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.errors import CommonGroundError, NotEnoughData, ScopeError
from dashboard.services import open_data
from dashboard.services.house import House

KEEP = "public, max-age=300"


def _refusal(error: CommonGroundError) -> JSONResponse:
    """One sentence with its hint."""
    status = 503 if isinstance(error, NotEnoughData) else 404
    return JSONResponse({"error": error.message, "hint": error.hint}, status_code=status, headers={"Cache-Control": "no-store"})


def _catalogue() -> Response:
    """What is published, and where."""
    house = House(home(), visitor=ANYONE)
    try:
        found = open_data.tables(house)
    except (NotEnoughData, ScopeError) as error:
        return _refusal(error)
    listing = [{**open_data.about(one), "files": {kind: f"/data/{one.name}.{kind}" for kind in open_data.FORMATS}} for one in found]
    body = {"agency": house.name, "tables": listing}
    return Response(json.dumps(body, ensure_ascii=False), media_type="application/json", headers={"Cache-Control": KEEP})


def _file(name: str, kind: str, known: str) -> Response:
    """One table in one format; 304 for a reader that has it."""
    house = House(home(), visitor=ANYONE)
    try:
        one = open_data.table(house, name)
    except (NotEnoughData, ScopeError) as error:
        return _refusal(error)
    tag = f'"{one.release}-{kind}"'
    headers = {"ETag": tag, "Cache-Control": KEEP}
    if _has(known, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{open_data.file_name(house, one, kind)}"'
    return Response(open_data.WRITERS[kind](one), media_type=open_data.FORMATS[kind], headers=headers)


def _has(known: str, tag: str) -> bool:
    """Whether a reader's If-None-Match names this tag: a list, any mark of a proxy that repacked it, or '*' for whatever there is."""
    return known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}


async def catalogue(request: Request) -> Response:
    """GET /data"""
    return await run_in_threadpool(_catalogue)


async def file(request: Request) -> Response:
    """GET /data/{name}.{kind}"""
    name, _, kind = request.path_params["file"].rpartition(".")
    if kind not in open_data.FORMATS:
        return JSONResponse({"error": "There is no such file.", "hint": "See /data for what is published."}, status_code=404)
    return await run_in_threadpool(_file, name, kind, request.headers.get("if-none-match", ""))


ROUTES: list[BaseRoute] = [
    Route("/data", catalogue, methods=["GET"]),
    Route("/data/{file}", file, methods=["GET"]),
]
