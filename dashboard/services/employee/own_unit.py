"""What may a supervisor read of the staff surveys? The released numbers of their own units, where they are shown, and of no other group.

Everything shown here is part of a release that was audited with all its groups shown to HR and command at once: a part of it tells nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import AccessDenied, NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.employee import lines, reading
from dashboard.services.employee.lines import FORCED, SAFE, SILENT
from dashboard.services.employee.reading import UNIT, Results
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

MORALE, MEAN, FAVOURABLE = "M11", "mean", "favourable"
SCORE = "score from 0 to 100"
WINDOW = 30.0
TOO_FEW = "too few answers, or it would let a smaller group be worked out"


@restricted(Permission.SEE_OWN_UNIT)
def answers(house: House) -> list[Answer]:
    """One answer for each of the visitor's units and each survey that divides by unit. NotEnoughData without a unit or without results."""
    if house.visitor is None:
        raise AccessDenied("Own units are those of a person who is signed in.", hint="HR and command read all units on Morale and engagement.")
    units = house.visitor.units
    if not units:
        raise NotEnoughData("No unit of yours is known here.", hint="An administrator writes it down on the page People.")
    found = [_answer(unit, one) for unit in units for one in reading.of_unit(house, unit)]
    if not found:
        raise NotEnoughData("No staff survey has results by unit yet.", hint="They appear when one that divides by unit is closed.")
    return found


def _answer(unit: str, found: Results) -> Answer:
    """One unit in one survey."""
    wave = found.latest
    name = wave.levels(UNIT).get(unit, unit)
    asked = [one for one in wave.about["questions"] if one in wave.versions]
    shares = {one: wave.cell(one, FAVOURABLE, UNIT, unit) for one in asked}
    rows = tuple((wave.text(one), shares[one], lines.change(found, one, FAVOURABLE, cut=UNIT, level=unit)[0]) for one in asked)
    said = any(one.known or say.bound(one) for one in shares.values())
    series = lines.line(found, MORALE, MEAN, cut=UNIT, level=unit, name=name)
    drawn = any(point.estimate.known for point in series.points)
    picture = TrendPlot(f"Morale in {name}", f"Bands are 95% intervals; {SCORE}; a gap is not shown", (series,), "number", SCORE, window=WINDOW)
    table = NumberTable(f"{name}, {wave.name}", ("Statement", "Favourable", "Change"), rows, kinds=("", "percent", "points"))
    return Answer(
        "employee.margin",
        f"{found.title}: how is {name} doing?",
        _sentence(found, unit, name) if said else f"{name} is not shown in {wave.name}: {TOO_FEW}.",
        Status.OK if said else Status.WITHHELD,
        (picture,) if drawn else (),
        (table,) if said else (),
        (),
        (SILENT, SAFE.format(k=wave.about["k"]), FORCED, "Only your own units are shown to you."),
        tuple(shares.items()),
        found.provenance(),
    )


def _sentence(found: Results, unit: str, name: str) -> str:
    """Morale and whether it moved; without that question, how many statements are shown."""
    wave = found.latest
    now: Estimate = wave.cell(MORALE, MEAN, UNIT, unit)
    if not now.known:
        return f"What {name} answered in {wave.name} is in the table, as far as it is shown."
    gap, since = lines.change(found, MORALE, MEAN, cut=UNIT, level=unit)
    return f"Morale in {name} is {say.with_interval(now)} of 100 in {wave.name}. {lines.said(gap, since)}".strip()
