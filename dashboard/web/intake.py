"""The public survey form alone, for a machine that takes answers in and shows nothing else: `uvicorn dashboard.web.intake:app`."""

from __future__ import annotations

from starlette.applications import Starlette

from dashboard.web import brand, health, survey_form, survey_sharing
from dashboard.web.middleware import middleware
from dashboard.web.routes import ends
from dashboard.web.upkeep import lifespan

app = Starlette(
    routes=[*health.ROUTES, *brand.ROUTES, *survey_sharing.ROUTES, *survey_form.ROUTES, *ends()], middleware=middleware(), lifespan=lifespan
)
