"""The released tables over HTTP: what is published, each table in three formats, every past release, catalogues for harvesters, and rows on demand.

Open to all, to scripts of other sites too (CORS), for reading only. Nothing here reads a fact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.errors import CommonGroundError, NotEnoughData, ScopeError, StoreError
from dashboard.services import open_data, open_formats, open_packages, open_rows
from dashboard.services.house import House
from dashboard.services.open_tables import OpenTable
from dashboard.web import flood

KEEP = "public, max-age=300"
FOR_EVER = "public, max-age=86400"
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, Content-Disposition",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ASKED_FIRST = {
    **SHARED,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
LD, PLAIN_JSON = "application/ld+json", "application/json"
Answered = Callable[[House, Request], Response]


def refusal(error: CommonGroundError, status: int = 0) -> JSONResponse:
    """One sentence with its hint."""
    status = status or (503 if isinstance(error, NotEnoughData | StoreError) else 404 if isinstance(error, ScopeError) else 400)
    return JSONResponse({"error": error.message, "hint": error.hint}, status_code=status, headers={**SHARED, "Cache-Control": "no-store"})


def _address(request: Request) -> str:
    """Where the public reaches this server."""
    return public_url() or str(request.base_url).rstrip("/")


def _json(body: object, media: str = PLAIN_JSON, keep: str = KEEP, more: Mapping[str, str] | None = None) -> Response:
    """A small answer that may be kept for a while."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, media_type=media, headers={**SHARED, "Cache-Control": keep, **(more or {})})


def _known(request: Request, tag: str) -> bool:
    """Whether a reader's If-None-Match names this tag: a list, any mark of a proxy that repacked it, or '*' for whatever there is."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}


def _download(house: House, request: Request, one: OpenTable, kind: str, keep: str) -> Response:
    """One table in one format, in pieces; 304 for a reader that has it."""
    tag = f'"{one.release}-{one.name}-{kind}"'
    headers = {**SHARED, "ETag": tag, "Cache-Control": keep}
    if _known(request, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{open_data.file_name(house, one, kind)}"'
    headers["Link"] = f'<{open_packages.permanent(_address(request), one, kind)}>; rel="canonical"'
    return StreamingResponse(open_formats.written(one, kind, open_data.about(one)), media_type=open_formats.FORMATS[kind], headers=headers)


def _listed(house: House, one: OpenTable) -> dict[str, object]:
    """One table of the catalogue, with where everything of it lies."""
    base = f"/data/{one.name}"
    return {
        **open_data.about(one),
        "files": {kind: f"{base}.{kind}" for kind in open_formats.FORMATS},
        "permanent": {kind: open_packages.permanent("", one, kind) for kind in open_formats.FORMATS},
        "rows": f"{base}/rows",
        "filters": list(one.dimensions),
    }


def catalogue(house: House, request: Request) -> Response:
    """GET /data: what is published, and where."""
    harvest = {"datapackage": "/data/datapackage.json", "dcat": "/data/catalog.jsonld", "dcat_us": "/data/data.json", "releases": "/data/releases"}
    return _json({"agency": house.name, **harvest, "tables": [_listed(house, one) for one in open_data.tables(house)]})


def package(house: House, request: Request) -> Response:
    """GET /data/datapackage.json, for the tables in force or those of a past release."""
    release = request.path_params.get("release", "")
    found = open_data.past(house, release) if release else open_data.tables(house)
    return _json(open_packages.frictionless(house, found, _address(request)))


def dcat(house: House, request: Request) -> Response:
    """GET /data/catalog.jsonld: DCAT 3."""
    return _json(open_packages.dcat(house, open_data.tables(house), _address(request)), LD)


def dcat_us(house: House, request: Request) -> Response:
    """GET /data/data.json: DCAT-US 1.1."""
    return _json(open_packages.dcat_us(house, open_data.tables(house), _address(request)))


def releases(house: House, request: Request) -> Response:
    """GET /data/releases: every release ever made."""
    found = []
    for one in open_data.history(house):
        files = [_place(one.id, name, kind) for name, _ in one.tables for kind in open_formats.FORMATS] if one.open else []
        found.append({"release": one.id, "made_on": one.made_on, "state": one.state, "replaces": one.replaces, "files": files})
    return _json({"agency": house.name, "releases": found})


def _place(release: str, name: str, kind: str) -> str:
    """Where one table of a release lies."""
    return f"/data/releases/{release}/{name}.{kind}"


def _split(text: str) -> tuple[str, str]:
    """Name and format of a file. ScopeError when there is no such format."""
    name, _, kind = text.rpartition(".")
    if kind not in open_formats.FORMATS:
        raise ScopeError("There is no such file.", hint="See /data for what is published.")
    return name, kind


def file(house: House, request: Request) -> Response:
    """GET /data/{name}.{kind}: the table in force."""
    name, kind = _split(request.path_params["file"])
    return _download(house, request, open_data.table(house, name), kind, KEEP)


def past(house: House, request: Request) -> Response:
    """GET /data/releases/{release}/{name}.{kind}: the table as one release published it, for ever."""
    name, kind = _split(request.path_params["file"])
    found = {one.name: one for one in open_data.past(house, request.path_params["release"])}
    if name not in found:
        raise ScopeError(f"This release holds no table '{name}'.", hint=f"It holds: {', '.join(found)}.")
    return _download(house, request, found[name], kind, FOR_EVER)


def rows(house: House, request: Request) -> Response:
    """GET /data/{name}/rows?limit=&offset=&columns=&COLUMN=VALUE: some rows as JSON."""
    one = open_data.table(house, request.path_params["name"])
    try:
        wanted = open_rows.asked(one, request.query_params.multi_items())
    except ScopeError as error:
        return refusal(error, 400)
    tag = f'"{one.release}-{one.name}-rows"'
    if _known(request, tag):
        return Response(status_code=304, headers={**SHARED, "ETag": tag, "Cache-Control": KEEP})
    found, more = open_rows.rows(one, wanted)
    kept = [(name, text) for name, text in request.query_params.multi_items() if name != "offset"]
    following = f"/data/{one.name}/rows?{urlencode([*kept, ('offset', str(wanted.offset + wanted.limit))])}" if more else ""
    body = {"table": one.name, "release": one.release, "offset": wanted.offset, "limit": wanted.limit, "more": more, "next": following, "rows": found}
    link = {"Link": f'<{following}>; rel="next"'} if following else {}
    return _json(body, more={"ETag": tag, **link})


def _route(path: str, answer: Answered) -> Route:
    """A route that reads: one source may ask only so often, and every trouble is a sentence."""

    async def asked(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ASKED_FIRST)
        source = flood.source_of(request)
        if flood.DATA.full(source):
            sorry = {"error": "Too many requests from here.", "hint": f"At most {flood.DATA.most} a minute; wait a little."}
            return JSONResponse(sorry, status_code=429, headers={**SHARED, "Retry-After": "20", "Cache-Control": "no-store"})
        flood.DATA.count(source)
        try:
            return await run_in_threadpool(answer, House(home(), visitor=ANYONE), request)
        except (NotEnoughData, ScopeError, StoreError) as error:
            return refusal(error)

    return Route(path, asked, methods=["GET", "OPTIONS"])


ROUTES: list[BaseRoute] = [
    _route("/data", catalogue),
    _route("/data/datapackage.json", package),
    _route("/data/catalog.jsonld", dcat),
    _route("/data/data.json", dcat_us),
    _route("/data/releases", releases),
    _route("/data/releases/{release}/datapackage.json", package),
    _route("/data/releases/{release}/{file}", past),
    _route("/data/{name}/rows", rows),
    _route("/data/{file}", file),
]
