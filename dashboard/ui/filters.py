"""Which slice is asked for? One slim bar, the same on every page, held in the address so that a view can be shared.

The address takes only `period`, `district`, `group` and `agency`, in the words of their choices; a word that is not among them is dropped.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.tables import TABLES
from dashboard.schema.words import in_order, label
from dashboard.services import releases
from dashboard.services.house import House
from dashboard.ui import cache, state, visit
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

ALL = "all"
LAST_YEAR = "last12"
TABLE = "stops"
GROUP_COLUMNS = ("race_group", "complainant_race_group", "agency_id")


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: first and last day of the facts, districts, groups and agencies."""

    first: dt.date | None = None
    last: dt.date | None = None
    years: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def published_choices(house: House, table: str = TABLE) -> Choices:
    """What the released table holds: whole years, districts, groups."""
    released = releases.in_force(house).table(table)
    there = {one.name: tuple(map(str, one.levels)) for one in released.dimensions}
    years = tuple(sorted(there.get("year", ()), reverse=True))
    return Choices(None, None, years, there.get("district", ()), tuple(in_order(there.get("race_group", ()))))


def stored_choices(house: House, table: str = TABLE) -> Choices:
    """What the facts hold: every year between the first and the last day, districts, groups, agencies."""
    first, last = house.facts.span(table)
    years = tuple(str(year) for year in range(last.year, first.year - 1, -1)) if first and last else ()
    group = next(name for name in GROUP_COLUMNS if name in TABLES[table].names)
    districts, groups = (tuple(map(str, house.facts.values(table, column))) for column in ("district", group))
    agencies = tuple(map(str, house.facts.values(table, "agency_id")))
    return Choices(first, last, years, districts, tuple(in_order(groups)), agencies)


def choices(audience: Audience, table: str = TABLE) -> Choices:
    """What this audience can choose from; nothing before the first import or release."""
    source = stored_choices if audience is Audience.STAFF else published_choices
    try:
        there = cache.answer(source, house(), (table,), audience)
        limits = house().limits if audience is Audience.STAFF else ()
        return replace(there, districts=tuple(one for one in there.districts if one in limits)) if limits else there
    except CommonGroundError:
        return Choices()


def scope_of(there: Choices, period: str, district: str, group: str, audience: Audience) -> Scope:
    """The slice behind three words of the address; a word that is not among the choices means all."""
    start = end = None
    if period in there.years:
        start, end = dt.date(int(period), 1, 1), dt.date(int(period), 12, 31)
    elif period == LAST_YEAR and there.last is not None:
        end = there.last
        start = end.replace(year=end.year - 1, day=min(end.day, 28)) + dt.timedelta(days=1)
    districts = (district,) if district in there.districts else ()
    groups = (group,) if group in there.groups else ()
    return Scope(start, end, districts, groups, audience=audience)


def _period_name(word: str) -> str:
    """A period as people read it."""
    return {ALL: "All years", LAST_YEAR: "Last 12 months"}.get(word, word)


def bar(*, period: bool = True, district: bool = True, group: bool = False, table: str = TABLE) -> Scope:
    """The bar with the asked-for filters, and the slice they stand for, with the visitor's own audience.

    The address carries the choices from page to page; a page without a filter leaves that part of the slice whole.
    """
    audience = visit.visitor().audience
    there = choices(audience, table)
    recent = [LAST_YEAR] if there.last is not None else []
    chosen = {"period": ALL, "district": ALL, "group": ALL, "agency": ALL}
    alone = audience is not Audience.STAFF  # the published tables are cut by year or by district, not by both
    with st.container(horizontal=True, vertical_alignment="bottom", key="cg_filters"):
        if period and there.years:
            chosen["period"] = _select(
                "Period", "period", [ALL, *recent, *there.years], {word: _period_name(word) for word in (ALL, LAST_YEAR)}, "district" if alone else ""
            )
        if district and len(there.agencies) > 1:
            chosen["agency"] = _select("Agency", "agency", [ALL, *there.agencies], {ALL: "All agencies"})
        if district and len(there.districts) > 1:
            chosen["district"] = _select("District", "district", [ALL, *there.districts], {ALL: "All districts"}, "period" if alone else "")
        if group and len(there.groups) > 1:
            chosen["group"] = _select("Group", "group", [ALL, *there.groups], {ALL: "All groups", **{word: label(word) for word in there.groups}})
    if alone and ALL not in {chosen["period"], chosen["district"]}:
        st.caption(f"Numbers are published by year or by district, not by both, so that nobody can be singled out. Shown: {chosen['period']}.")
        chosen["district"] = ALL
    if audience is Audience.STAFF and house().limits:
        st.caption(escaped(f"You see {', '.join(house().limits)}."))
    found = scope_of(there, chosen["period"], chosen["district"], chosen["group"], audience)
    if len(there.agencies) > 1 and chosen["agency"] == ALL:
        st.caption(f"{len(there.agencies)} agencies are counted together.")
    return found if chosen["agency"] == ALL else found.and_where("agency_id", chosen["agency"])


def _select(title: str, key: str, options: list[str], names: dict[str, str], resets: str = "") -> str:
    """One filter, bound to the address: an unknown value in the address is dropped. A choice sets the filter that it `resets` back to all."""
    found = st.selectbox(
        title,
        options,
        key=key,
        format_func=lambda word: names.get(word, word),
        bind="query-params",
        width=190,
        on_change=_reset,
        args=(key, resets),
    )
    return found if found in options else ALL


def _reset(changed: str, other: str) -> None:
    """Two filters that are not published together: the one just chosen stays."""
    if other and state.value(changed) != ALL and state.value(other) not in {None, ALL}:
        state.keep(other, ALL)


def everything() -> Scope:
    """The whole of what this visitor may see: for pages without filters."""
    return Scope(audience=visit.visitor().audience)


def choices_of(*asked: tuple[str, str, dict[str, str]]) -> tuple[str, ...]:
    """Choices of the page itself in one row, each (title, key, key -> words), held in the address; the first option where the address names none.

    A choice with one option is not shown; one without any is ''.
    """
    if not any(len(options) > 1 for _, _, options in asked):
        return tuple(next(iter(options), "") for _, _, options in asked)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"cg_choices_{asked[0][1]}"):
        return tuple(_choice(title, key, options) for title, key, options in asked)


def wide_choice(title: str, key: str, options: dict[str, str]) -> str:
    """A choice among long words, such as questions: as wide as the page; the first option where the address names none."""
    return _choice(title, key, options, wide=True)


def _choice(title: str, key: str, options: dict[str, str], *, wide: bool = False) -> str:
    """One choice."""
    if len(options) < 2:
        return next(iter(options), "")
    width: int | Literal["stretch"] = "stretch" if wide else 230
    found = st.selectbox(title, list(options), key=key, format_func=lambda word: options.get(word, word), bind="query-params", width=width)
    return found if found in options else next(iter(options))
