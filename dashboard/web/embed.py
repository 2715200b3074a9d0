"""GET /embed/{table}/{chart}: one public chart as a light page that other sites may frame, if the agency's settings name them.

Released numbers only, no script, no cookie, nothing fetched from elsewhere. Every other page of ours stays out of frames.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.charts import stills
from dashboard.charts.in_words import in_words
from dashboard.errors import NotEnoughData, ScopeError, StoreError
from dashboard.schema.cells import cell, heading
from dashboard.schema.picture import Picture
from dashboard.schema.result import NumberTable
from dashboard.services import embeds
from dashboard.services.embeds import Framed
from dashboard.services.house import House
from dashboard.web import flood, plain

KEEP = "public, max-age=300"
NUMBERED = re.compile(r"(?P<name>.+?)-(?P<number>[2-9])")


@cache
def _sheet() -> str:
    """The page's style: its own rules after the colours of the pictures."""
    return stills.style() + plain.style("embed.css")


def policy(hosts: tuple[str, ...]) -> str:
    """The content security policy of a framed chart: our own style and font, nothing that runs, and who may frame it."""
    return (
        f"default-src 'none'; style-src {plain.mark(_sheet())}; font-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {_ancestors(hosts)}"
    )


def _ancestors(hosts: tuple[str, ...]) -> str:
    """Who may frame a chart, as a policy says it."""
    return " ".join(hosts) or "'none'"


def _asked(chart: str) -> tuple[str, int]:
    """Name and place of a picture: 'volume-2' is the second picture of 'volume'."""
    found = NUMBERED.fullmatch(chart)
    if chart in embeds.CHARTS or found is None:
        return chart, 0
    return found["name"], int(found["number"]) - 1


def _table(table: NumberTable) -> dict[str, Any]:
    """A table's words."""
    places = range(len(table.columns))
    rows = [[cell(row[place], table.kind(place)) for place in places] for row in table.rows]
    return {"title": table.title, "heads": [heading(table, place) for place in places], "rows": rows, "notes": table.notes}


def _page(house: House, found: Framed, picture: Picture, address: str) -> Response:
    """The chart with its number, its source and the way back."""
    chosen = f"?{found.slice}" if found.slice else ""
    page, _, anchor = found.chart.page.partition("#")
    values = {
        "style": _sheet(),
        "title": found.answer.question,
        "agency": house.name,
        "sample": found.table.sample,
        "sentence": found.answer.sentence,
        "picture": picture,
        "narrow": stills.svg(picture, stills.NARROW),
        "wide": stills.svg(picture, stills.WIDE),
        "words": in_words(picture),
        "tables": [_table(one) for one in found.answer.tables],
        "notes": found.answer.notes,
        "release": found.table.release,
        "made_on": found.table.made_on,
        "back": f"{address}/{page}{chosen}{'#' if anchor else ''}{anchor}",
        "file": f"{address}/data/{found.table.name}.csv",
    }
    return HTMLResponse(
        plain.rendered("embed.html", values), headers={"Cache-Control": KEEP, "Content-Security-Policy": policy(embeds.allowed(house))}
    )


def _answer(request: Request) -> Response:
    """The chart, or one sentence with the right status."""
    house = House(home(), visitor=ANYONE)
    table, chart = str(request.path_params["table"]), str(request.path_params["chart"])
    (name, place), query = _asked(chart), request.query_params
    try:
        found = embeds.framed(house, table, name, query.get("period", ""), query.get("district", ""))
        pictures = found.answer.pictures
        if place >= len(pictures) or not stills.drawn(pictures[place]):
            raise ScopeError("There is no such chart.", hint="The page Open data lists every chart there is.")
        return _page(house, found, pictures[place], public_url() or str(request.base_url).rstrip("/"))
    except ScopeError as error:
        sorry = plain.message("No such chart", error.message, hint=error.hint, status=404)
    except (NotEnoughData, StoreError) as error:
        sorry = plain.message("Not now", error.message, hint=error.hint, status=503)
    sorry.headers["Content-Security-Policy"] = plain.policy(ancestors=_ancestors(embeds.allowed(house)))  # a site that frames it sees why
    return sorry


async def chart(request: Request) -> Response:
    """GET /embed/{table}/{chart}"""
    source = flood.source_of(request)
    if flood.EMBEDS.full(source):
        return plain.message("Please wait", "Too many charts were asked for from here.", hint="Wait a minute.", status=429)
    flood.EMBEDS.count(source)
    return await run_in_threadpool(_answer, request)


ROUTES: list[BaseRoute] = [Route("/embed/{table}/{chart}", chart, methods=["GET"])]
