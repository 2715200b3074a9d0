"""Did trust move where outreach went, and where did trust fall without any? Published trust by district beside the events of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services.beside import in_year
from dashboard.services.outreach import held
from dashboard.services.outreach.held import Year
from dashboard.services.surveys import reading
from dashboard.stats import reach, survey_scores
from dashboard.stats.reach import Contrast

if TYPE_CHECKING:
    from dashboard.services.house import House

TRUST = "ti-1"
QUESTION = "Did trust move where outreach went?"
LIMITS = (
    "Districts were not chosen by lot: events are often held where trust fell, and what fell by chance comes back by itself.",
    "Trust is that of all who answered in a district, not of those who came to an event.",
)


def answer(house: House, _scope: Scope | None = None, year: str = "") -> Answer:
    """Change in trust of every district from the year before, with the events held there; reached districts beside the others."""
    found = held.year(house, year)
    trust = reading.results(house, "community")
    before = str(int(found.name) - 1)
    names = [name for name in trust.levels(TRUST, "area") if name in found.came]
    then = {name: in_year(trust, TRUST, before, "area", name) for name in names}
    now = {name: in_year(trust, TRUST, found.name, "area", name) for name in names}
    changes = {name: survey_scores.change(then[name], now[name]) for name in names}
    if not any(one.known for one in changes.values()):
        raise NotEnoughData(
            f"Trust by district is not known for both {before} and {found.name}.", hint="Close a wave of the community survey in each year."
        )
    many = _most_reached(found, names)
    contrast = reach.before_after({n: changes[n] for n in many}, {n: changes[n] for n in names if n not in many})
    return Answer(
        "outreach.before_after",
        QUESTION,
        _sentence(found, changes, contrast),
        Status.OK,
        (_picture(found, changes, many, before),),
        (_table(found, before, then, now, changes), _contrast_table(contrast)),
        (),
        LIMITS,
        contrast,
        held.provenance(house, found.released),
        public=trust.public,
    )


def _most_reached(found: Year, names: list[str]) -> list[str]:
    """The half of the districts with the most events; ties at the edge count as reached, districts without any event never do."""
    counts = sorted((len(found.of(name)) for name in names), reverse=True)
    edge = counts[(len(counts) - 1) // 2] if counts else 0
    return [name for name in names if len(found.of(name)) >= max(edge, 1)]


def neglected(found: Year, changes: dict[str, Estimate]) -> list[str]:
    """Districts where trust fell clearly and no event was held."""
    return [name for name, one in changes.items() if not found.of(name) and one.high is not None and one.high < 0]


def _sentence(found: Year, changes: dict[str, Estimate], contrast: Contrast) -> str:
    """Where trust fell without outreach, then the contrast."""
    fell = neglected(found, changes)
    parts = [f"{name} ({_signed(changes[name])})" for name in fell]
    first = f"Trust fell clearly and no event was held in {say.listed(parts)}. " if fell else ""
    gap = contrast.difference
    if gap.value is None or gap.low is None or gap.high is None:
        return f"{first}{gap.reason}"
    verdict = "a clear difference, though not a proof that events caused it" if survey_scores.clear(gap) else "no clear difference"
    spread = f"(95% interval {gap.low:+.1f} to {gap.high:+.1f})".replace("-", "−")
    side = "higher" if gap.value >= 0 else "lower"
    start = f"In {found.name} the change in trust was {abs(gap.value):.1f} points {side} in districts with many events than in the others"
    return f"{first}{start} {spread}: {verdict}."


def _signed(one: Estimate) -> str:
    """+1.2 or −1.2."""
    return f"{one.value or 0.0:+.1f}".replace("-", "−")


def _picture(found: Year, changes: dict[str, Estimate], many: list[str], before: str) -> DotPlot:
    """Every district's change, in two panels."""
    panels = {True: "many events", False: "few or none"}
    dots = []
    for name in sorted(changes, key=lambda one: (one not in many, -len(found.of(one)), one)):
        n = len(found.of(name))
        dots.append(Dot(f"{name} ({n} event{'' if n == 1 else 's'})", changes[name], "", panels[name in many]))
    subtitle = f"Trust in {found.name} less trust in {before}, points of 0 to 100; 95% intervals"
    return DotPlot("Change in trust where outreach went, and elsewhere", subtitle, tuple(dots), "number", 0.0, "no change", "change in trust, points")


def _table(found: Year, before: str, then: dict[str, Estimate], now: dict[str, Estimate], changes: dict[str, Estimate]) -> NumberTable:
    """District by district."""
    rows = tuple((name, len(found.of(name)), say.count(found.came[name]), then[name], now[name], changes[name]) for name in changes)
    heads = ("District", "Events", "Visits", f"Trust {before}", f"Trust {found.name}", "Change")
    return NumberTable("District by district", heads, rows, kinds=("", "count", "", "number", "number", "number"))


def _contrast_table(contrast: Contrast) -> NumberTable:
    """Both sides and their difference."""
    rows = (
        ("Many events", contrast.reached),
        ("Few or none", contrast.others),
        ("Difference", contrast.difference),
    )
    note = (f"Districts differ by about {contrast.tau:.1f} points beyond sampling.",) if contrast.difference.known else ()
    return NumberTable("Mean change of districts", ("Districts", "Change in trust"), rows, note, ("", "number"))
