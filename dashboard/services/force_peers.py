"""At the same incident, who used more force than the colleagues who were there? For professional standards and command alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable
from dashboard.schema.scope import Scope
from dashboard.services.counts import staff
from dashboard.services.force_catalog import COUNTED
from dashboard.services.restricted import restricted
from dashboard.stats import force_peers

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "force.peers"
MOST_ROWS = 50


@restricted(Permission.SEE_EARLY_INTERVENTION)
def answer(house: House, scope: Scope) -> Answer:
    """How many officers stand out against colleagues at the same incidents; names are pseudonyms, and every view is written into the audit log."""
    incidents = house.facts.together(staff(scope.narrowed(groups=())), COUNTED)
    if not incidents:
        raise NotEnoughData(
            "No incident names two officers, so nobody can be compared.", hint="Import use-of-force reports that carry an officer number."
        )
    _written_down(house, len(incidents))
    found = force_peers.force_peers(incidents)
    flagged = [one for one in found.officers if one.flagged]
    ranked = sorted(found.officers, key=lambda one: -(one.in_top if one.in_top is not None else -1.0))[:MOST_ROWS]
    rows = tuple((one.officer, one.incidents, one.above, "not available" if one.in_top is None else say.percent(one.in_top)) for one in ranked)
    columns = ("Officer", "Incidents that tell something", "Log odds of the higher level", "Chance of the highest 5%")
    sentence = (
        f"{len(flagged)} of {say.count(len(found.officers))} officers very likely use more force than colleagues at the same incidents; "
        f"{found.expected_false:.1f} of them are expected to be flagged falsely."
        if found.officers
        else f"Too few officers can be compared: {found.gates[0].found}, and {found.gates[0].needed} are needed."
    )
    return Answer(
        MEASURE,
        "At the same incident, who used more force than the colleagues there?",
        sentence,
        found.status,
        (),
        (NumberTable("Officers against colleagues at the same incidents", columns, rows, kinds=("", "count", "number")),),
        found.gates,
        (f"{say.count(found.informative)} incidents tell something: officers there used different levels.", "A reason to look, never a finding."),
        found,
        house.provenance("use_of_force"),
    )


def _written_down(house: House, incidents: int) -> None:
    """Every look at single officers is written into the audit log."""
    from dashboard.store.audit import Audit

    who = house.visitor.person_id if house.visitor is not None else "at the machine"
    Audit(house.records).append(who, "officers compared", MEASURE, {"incidents": incidents})
