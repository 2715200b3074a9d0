"""How does each group compare with stops weighted to have the same place, time and reason?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.comparable import OUTCOMES, cells
from dashboard.services.counts import known_groups
from dashboard.services.restricted import restricted
from dashboard.services.wording import contrast
from dashboard.stats import matched
from dashboard.stats.matched import MatchedResult

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "adjusted.matched"
DRAWS = 100  # of the bootstrap, so that six groups over a hundred thousand stops answer within seconds
MIN_STOPS = 100  # the smallest effective sample that the gates accept


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Each group against its weighted look-alike among the reference group, as an answer for staff."""
    outcome, reference = house.settings.text("adjusted.outcome"), house.settings.text("groups.reference")
    stops = cells(house, scope, outcome)
    found: list[tuple[str, MatchedResult]] = []
    counts = {name: float(stops.n[stops.group == code].sum()) for code, name in enumerate(stops.groups)}
    notes = [f"Intervals are from {DRAWS} bootstrap draws per group."]
    for group in known_groups(stops.groups):
        if group == reference:
            continue
        if counts[group] < MIN_STOPS:
            notes.append(f"{label(group)}: {counts[group]:,.0f} stops, and {MIN_STOPS} are needed.")
            continue
        try:
            found.append((group, matched.compare(stops, group, reference, house.settings, draws=DRAWS)))
        except NotEnoughData as error:
            notes.append(f"{label(group)}: {error}")
    if not found:
        raise NotEnoughData("No group has enough stops for a weighted comparison.", hint=" ".join(notes[1:]))
    verb = OUTCOMES[outcome]
    picture = DotPlot(
        f"Difference in the share {verb} against a weighted look-alike",
        f"Points against {label(reference)} stops weighted to the same place, time and reason; 95% intervals",
        tuple(Dot(label(group), one.difference, group) for group, one in found),
        "points",
        0.0,
        "same as the look-alike",
        "points",
    )
    known = [(group, one) for group, one in found if one.difference.known]
    told = contrast([(label(group), one.difference) for group, one in known], "points")
    sentence = f"Being {verb}, against stops of {label(reference)} people weighted to be alike: {told}." if told else ""
    remarks = dict.fromkeys(note for _, one in found for note in one.notes)
    rows = tuple((label(g), r.target_share, r.matched_share, r.difference, r.ratio, r.ess, r.left_out) for g, r in found)
    columns = ("Group", "Own share", "Look-alike share", "Difference", "Ratio", "Effective sample", "Stops without a counterpart")
    return Answer(
        MEASURE,
        f"How does each group compare with look-alike stops in being {verb}?",
        sentence or "No close look-alike was found; the gates below say where the stops differ.",
        Status.OK if known else Status.UNAVAILABLE,
        (picture,),
        (NumberTable("Against weighted look-alikes", columns, rows, kinds=("", "percent", "percent", "points", "times", "count", "count")),),
        tuple(gate for _, one in found for gate in one.gates),
        (*notes, *remarks),
        tuple(one for _, one in found),
        house.provenance("stops"),
    )
