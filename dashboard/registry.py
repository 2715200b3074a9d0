"""The one register of measures: what each answers, needs, assumes, and is criticised for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from dashboard.errors import MeasureError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Measure:
    """One registered measure. `page` is the two or three sentences printed under its number; `source` names the paper."""

    name: str
    title: str
    question: str
    formula: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    minimum: str
    reference: str
    assumptions: tuple[str, ...]
    criticisms: tuple[str, ...]
    source: str
    page: str
    settings: tuple[str, ...]
    function: Callable[..., object]


_MEASURES: dict[str, Measure] = {}


def measure(
    name: str,
    *,
    title: str,
    question: str,
    formula: str,
    minimum: str,
    assumptions: tuple[str, ...],
    criticisms: tuple[str, ...],
    source: str,
    page: str,
    tables: tuple[str, ...] = ("stops",),
    columns: tuple[str, ...] = (),
    reference: str = "none",
    settings: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the decorated pure function as the measure `name`; the Methods page, docs and command line read it."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        if name in _MEASURES and _MEASURES[name].function.__qualname__ != function.__qualname__:
            raise MeasureError(f"Two measures are named {name}.")
        _MEASURES[name] = Measure(
            name, title, question, formula, tables, columns, minimum, reference, assumptions, criticisms, source, page, settings, function
        )
        return function

    return register


def measures() -> Mapping[str, Measure]:
    """Every measure registered so far, by name. `dashboard.stats` registers its measures when it is imported."""
    return MappingProxyType(_MEASURES)
