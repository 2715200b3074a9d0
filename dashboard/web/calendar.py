"""GET /calendar/outreach.ics and /calendar/meetings.ics: what is coming, for any calendar to subscribe to. Open to all; holds what the pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.services.forms import today
from dashboard.services.house import House
from dashboard.services.library import feed
from dashboard.services.outreach import calendar

Written = Callable[[House, dt.date, str], bytes]


def _route(name: str, write: Written) -> Route:
    """The route of one feed."""
    headers = {"Cache-Control": "public, max-age=900", "Content-Disposition": f'inline; filename="{name}.ics"'}

    def made(address: str) -> bytes:
        house = House(home(), visitor=ANYONE)
        return write(house, today(house), address)

    async def asked(request: Request) -> Response:
        address = public_url() or str(request.base_url).rstrip("/")
        return Response(await run_in_threadpool(made, address), media_type="text/calendar", headers=headers)

    return Route(f"/calendar/{name}.ics", asked, methods=["GET"])


ROUTES: list[BaseRoute] = [_route("outreach", calendar.feed), _route("meetings", feed.meetings)]
