"""Has this very question been answered already, over the same data and settings, for the same audience? The only place that caches."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from dashboard.charts.draw import Figure, draw
from dashboard.schema.picture import Picture
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.tables import TABLES
from dashboard.services.employee.reading import in_force as staff_results
from dashboard.services.house import House
from dashboard.services.library.shelf import version as library
from dashboard.services.outreach.held import version as outreach
from dashboard.services.releases import current_id
from dashboard.services.restricted import narrowed, permitted
from dashboard.services.surveys.reading import in_force as survey_results
from dashboard.services.surveys.standing import version as standing
from dashboard.services.surveys.trackers import version as benchmark_lines
from dashboard.settings import Settings
from dashboard.ui import state

R = TypeVar("R")
MOST_ANSWERS = 512
MOST_SENTENCES = 32
MINUTES = 60


def data_version(house: House) -> str:
    """The state of everything that an answer can rest on: the facts, the release in force, frozen results of surveys, published figures."""
    surveys, kept = f"{survey_results(house)} {staff_results(house)}", f"{outreach(house)} {library(house)}"
    return f"{house.version(*sorted(TABLES))} {current_id(house)} {surveys} {benchmark_lines(house)} {kept} {standing(house)}"


def _kept(name: str, args: tuple[object, ...], version: str, audience: str, settings: Settings, _ask: Callable[[], R]) -> R:
    """The kept answer of this key, else asked now. Errors are never kept."""
    return _ask()


@functools.lru_cache(maxsize=MOST_SENTENCES)
def _keeping(wait: str) -> Callable[..., Any]:
    """`_kept` with its answers kept; the sentence is shown only where an answer has to be waited for. All sentences share the kept answers."""
    return st.cache_resource(max_entries=MOST_ANSWERS, ttl=MINUTES * 60, show_spinner=wait or False)(_kept)


def answer(function: Callable[..., R], house: House, args: tuple[object, ...], audience: Audience, wait: str = "") -> R:
    """The function's answer for this house: kept by name, arguments, data version, audience, districts and settings. `wait` is said meanwhile.

    The cache serves all visitors, so whatever makes an answer differ between them is part of its key.
    A kept answer never reaches the service's own guard, so the guard is asked first. The data version is looked up once in each run of a page:
    whatever changes data runs the page again.
    """
    permitted(house, function)
    args = narrowed(house, args)
    name = f"{function.__module__}.{function.__qualname__}"
    for_whom = " | ".join((audience.value, *house.limits))
    version = state.once_a_run(str(house.home.path), lambda: data_version(house))
    found: R = _keeping(wait)(name, args, version, for_whom, house.settings, lambda: function(house, *args))
    return found


@functools.lru_cache(maxsize=MOST_ANSWERS)
def figure(picture: Picture, dark: bool) -> Figure:
    """The figure of a picture, drawn once: a picture holds every number it shows, so equal pictures have equal figures."""
    return draw(picture, dark, headed=False)


def audience_of(args: tuple[object, ...], fallback: Audience) -> Audience:
    """For whom is this asked? What the slice says, else the visitor's own."""
    return next((arg.audience for arg in args if isinstance(arg, Scope)), fallback)
