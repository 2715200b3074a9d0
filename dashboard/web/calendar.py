"""GET /calendar/outreach.ics: the agency's events for any calendar to subscribe to. Open to all; holds what the page Outreach shows."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.access.address import public_url
from dashboard.access.door import home
from dashboard.access.principal import ANYONE
from dashboard.services.forms import today
from dashboard.services.house import House
from dashboard.services.outreach import calendar

HEADERS = {"Cache-Control": "public, max-age=900", "Content-Disposition": 'inline; filename="outreach.ics"'}


def _feed(address: str) -> bytes:
    """The file as it is now."""
    house = House(home(), visitor=ANYONE)
    return calendar.feed(house, today(house), address)


async def outreach(request: Request) -> Response:
    """The feed."""
    address = public_url() or str(request.base_url).rstrip("/")
    return Response(await run_in_threadpool(_feed, address), media_type="text/calendar", headers=HEADERS)


ROUTES: list[BaseRoute] = [Route("/calendar/outreach.ics", outreach, methods=["GET"])]
