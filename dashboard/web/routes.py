"""Which addresses are plain routes, beside the pages? Each prefix ends in its own 404, so that nothing under it falls through to the pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.web import (
    account,
    ask,
    brand,
    calendar,
    embed,
    fonts,
    forgotten,
    health,
    invitations,
    library,
    open_data,
    plain,
    provider,
    quarantine,
    second_factor,
    sign_in,
    staff_links,
    survey_file,
    survey_form,
    survey_sharing,
    welcome,
)

PREFIXES: tuple[str, ...] = (
    "/sign-in",
    "/sign-out",
    "/welcome",
    "/account",
    "/ask",
    "/documents",
    "/fonts",
    "/health",
    "/brand",
    "/calendar",
    "/data",
    "/embed",
    "/s",
    "/api",
)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


async def nothing(request: Request) -> Response:
    """An unknown address under one of our prefixes."""
    return plain.not_found()


def ends() -> list[BaseRoute]:
    """The 404 at the end of every prefix; after all other routes."""
    return [Route(f"{prefix}{rest}", nothing, methods=METHODS) for prefix in PREFIXES for rest in ("", "/{rest:path}")]


def routes(*more: BaseRoute) -> list[BaseRoute]:
    """All routes in order: ours, `more`, and the ends of the prefixes."""
    return [
        *forgotten.ROUTES,
        *provider.ROUTES,
        *second_factor.ROUTES,
        *sign_in.ROUTES,
        *welcome.ROUTES,
        *account.ROUTES,
        *health.ROUTES,
        *fonts.ROUTES,
        *brand.ROUTES,
        *calendar.ROUTES,
        *open_data.ROUTES,
        *embed.ROUTES,
        *library.ROUTES,
        *ask.ROUTES,
        *quarantine.ROUTES,
        *invitations.ROUTES,
        *staff_links.ROUTES,
        *survey_file.ROUTES,
        *survey_sharing.ROUTES,
        *survey_form.ROUTES,
        *more,
        *ends(),
    ]
