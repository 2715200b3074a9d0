"""What the public sees of districts: the share of stops with a search in each, from released counts, on a map where boundaries are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Picture
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services import boundaries, catalog, releases
from dashboard.services.published import DECISIONS, Slice, share
from dashboard.stats import rates

if TYPE_CHECKING:
    from dashboard.services.house import House

TITLE = "Stops with a search, by district"
EVERYONE = "all"


def answer(house: House, scope: Scope) -> Answer:
    """Which share of stops led to a search in each district, over all published years?"""
    edition = releases.in_force(house)
    released = edition.table("stops")
    names = [str(name) for name in released.levels("district")]
    if len(names) < 2:
        raise NotEnoughData("The agency has no districts to compare.", hint="Its stops carry no district, or only one.")
    search = next(one for one in DECISIONS if one.key == "search")
    least = int(house.settings.number("release.min_denominator"))
    found = {name: share(released, search, EVERYONE, Slice("all", name), least) for name in names}
    searched, stops = released.count(step=catalog.SEARCHED), released.count()
    whole = Estimate.unavailable("Withheld.") if searched is None or stops is None else rates.proportion(searched, stops)
    subtitle = f"Share of stops with a search, all published years; 95% intervals; {say.count(stops)} stops"
    dots = DotPlot(TITLE, subtitle, (Dot("The whole agency", whole), *_dots(found)), "percent", axis="stops with a search")
    shape = boundaries.as_map(house, found, TITLE, subtitle, "stops with a search")
    pictures: tuple[Picture, ...] = (shape, dots) if shape is not None else (dots,)
    rows = tuple((name, say.count(released.count(district=name)), one) for name, one in found.items())
    return Answer(
        "rates.proportion",
        "Where do stops lead to a search more often?",
        _sentence(found, whole),
        Status.OK if any(one.known for one in found.values()) else Status.UNAVAILABLE,
        pictures,
        (NumberTable(TITLE, ("District", "Stops", "Share searched"), rows, kinds=("", "", "percent")),),
        (),
        ("Districts differ in why people are stopped there, so this map alone says nothing about equal treatment.",),
        found,
        edition.provenance(house),
        public=True,
    )


def _dots(found: dict[str, Estimate]) -> tuple[Dot, ...]:
    """Districts, the highest share first, those not shown last."""
    ordered = sorted(found.items(), key=lambda pair: (not pair[1].known, -(pair[1].value or 0.0), pair[0]))
    return tuple(Dot(name, one) for name, one in ordered)


def _sentence(found: dict[str, Estimate], whole: Estimate) -> str:
    """The highest and the lowest district beside the whole agency."""
    known = sorted(((one.value or 0.0, name) for name, one in found.items() if one.known), reverse=True)
    if not known:
        return "Too few stops in each district to show a share."
    start = "Stops that led to a search"
    if whole.value is not None:
        start = f"{say.percent(whole.value)} of stops in the whole agency led to a search"
    if len(known) == 1:
        return f"{start}; {say.percent(known[0][0])} in {known[0][1]}."
    return f"{start}: from {say.percent(known[-1][0])} in {known[-1][1]} to {say.percent(known[0][0])} in {known[0][1]}."
