"""Were the cameras on? Events with an expected recording, and how many have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.accountability import catalog
from dashboard.services.accountability.stages import for_staff
from dashboard.stats import complaints
from dashboard.stats.complaints import Activation

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE, TABLE = "cameras.active", catalog.RECORDINGS
ALL = "all"
Counts = dict[tuple[str, str], tuple[int | None, int | None, int | None]]  # (year, kind) -> found, not found, nobody looked


def _counts(house: House, scope: Scope) -> tuple[Counts, Provenance, bool]:
    """Recordings by year and by kind of event."""
    if not for_staff(house, scope):
        from dashboard.services import releases

        edition = releases.in_force(house)
        one = edition.table(TABLE)
        keys = [(year, ALL) for year in one.levels("year")] + [(ALL, kind) for kind in (*one.levels("event_kind"), ALL)]
        states = (catalog.FOUND, catalog.NOT_FOUND, catalog.NOT_LOOKED)
        found: Counts = {}
        for year, kind in keys:
            first, second, third = (one.count(year=year, event_kind=kind, state=state) for state in states)
            found[year, kind] = (first, second, third)
        return found, edition.provenance(house), True
    frame = house.facts.tally(TABLE, ("year", "event_kind", "recording_expected", "recording_found"), house.within(scope))
    if frame.empty:
        raise NotEnoughData("There are no records of camera activation in this slice.", hint="docs/templates holds a template for them.")
    frame["year"], frame["state"] = frame["year"].astype(str), catalog.recording(frame)
    counts: Counts = {}
    for year, kind in [(y, ALL) for y in sorted(frame["year"].unique())] + [(ALL, k) for k in (*sorted(frame["event_kind"].unique()), ALL)]:
        own = frame[((frame["year"] == year) | (year == ALL)) & ((frame["event_kind"] == kind) | (kind == ALL))]
        n = own.groupby("state")["n"].sum()
        counts[year, kind] = (int(n.get(catalog.FOUND, 0)), int(n.get(catalog.NOT_FOUND, 0)), int(n.get(catalog.NOT_LOOKED, 0)))
    return counts, house.provenance(TABLE), False


def active(house: House, scope: Scope) -> Answer:
    """Which share of events with an expected recording has one, by kind of event and over the years?"""
    counts, origin, public = _counts(house, scope)
    results = {key: _result(house, *parts[:2]) for key, parts in counts.items()}
    whole, unseen = results[ALL, ALL], counts[ALL, ALL][2]
    kinds = [kind for year, kind in counts if year == ALL and kind != ALL]
    years = [year for year, kind in counts if year != ALL]
    dots = tuple(Dot(_kind(kind), results[ALL, kind].share) for kind in kinds)
    n = whole.expected
    pictures = [DotPlot("Recording found, by kind of event", f"Share of {n:,} events with an expected recording; 95% intervals", dots, "percent")]
    points = tuple(Point(year, results[year, ALL].share) for year in years)
    trend = TrendPlot(
        "Recording found, by year", "Share of events with an expected recording; 95% band", (Series("All events", "", points),), "percent"
    )
    rows = tuple(
        (_kind(kind) if kind != ALL else "All events", *map(say.count, counts[ALL, kind]), results[ALL, kind].share) for kind in (*kinds, ALL)
    )
    more = tuple((year, *map(say.count, counts[year, ALL]), results[year, ALL].share) for year in years)
    heads = ("Recording found", "No recording found", "Nobody looked", "Share found")
    tables = (
        NumberTable("Expected recordings by kind of event", ("Event", *heads), rows, kinds=("", "", "", "", "percent")),
        NumberTable("Expected recordings by year", ("Year", *heads), more, kinds=("", "", "", "", "percent")),
    )
    notes = [f"For {say.count(unseen)} more events nobody looked; they are in no share."] if unseen else []
    return Answer(
        MEASURE,
        "Were the cameras on?",
        _sentence(whole),
        Status.OK if whole.share.known else Status.UNAVAILABLE,
        (*pictures, trend) if len(years) > 1 else tuple(pictures),
        tables,
        (),
        tuple(notes),
        whole,
        origin,
        public=public,
    )


def _kind(kind: str) -> str:
    """A kind of event as people read it."""
    return {ALL: "All events", "call": "Calls", "stop": "Stops", "arrest": "Arrests", "force": "Use of force"}.get(kind, label(kind))


def _result(house: House, found: int | None, missing: int | None) -> Activation:
    """The measure; withheld counts give a withheld share."""
    if found is None or missing is None:
        return Activation(0, 0, Estimate(None, status=Status.WITHHELD, reason="Withheld: too few events."))
    return complaints.activation(found, found + missing, house.settings)


def _sentence(whole: Activation) -> str:
    """The share, and how many lack a recording."""
    if not whole.share.known:
        return whole.share.reason or "Too few events are published to give a share."
    missing = whole.expected - whole.found
    return (
        f"A recording was found for {say.with_interval(whole.share, 'percent')} of {say.count(whole.expected)} events where policy expects one; "
        f"for {say.count(missing)} none was found."
    )
