"""Do officers' searches find nothing more often than those of true peers? A share, so compared by the beta-binomial; no officer is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot
from dashboard.schema.result import Estimate, NumberTable
from dashboard.schema.scope import Audience, Scope
from dashboard.services.counts import of_persons
from dashboard.services.early.events import UNKNOWN, watch
from dashboard.services.restricted import restricted
from dashboard.services.searches import ASK, CLASS_OF, KEPT, NEVER, never_found
from dashboard.stats.peers_expected import Work, expected
from dashboard.stats.peers_shares import Shares, shares

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "peers.shares"
NARROWING = (("district", "shift"), ("district",), ())
HINT = "Import stops with the officer's number and the result of searches."


def searched(house: House, scope: Scope) -> pd.DataFrame:
    """How many searches under the search rule had a recorded result, and how many found nothing, by officer, district and shift.

    NotEnoughData where finds are not recorded.
    """
    slice_, rule = of_persons(scope).and_where("searched", "true"), house.settings.text("outcome.searches")
    if rule in KEPT:
        slice_ = slice_.and_where(CLASS_OF[rule], KEPT[rule])
    frame = house.facts.tally("stops", ("officer_key", "district", "hour", "contraband_found"), slice_)
    known = frame[frame["officer_key"].notna() & frame["contraband_found"].notna()]
    if known.empty:
        raise NotEnoughData("No search with a recorded result names an officer.", hint=HINT)
    nothing = ~known["contraband_found"].astype(bool)
    total, empty = int(known["n"].sum()), int(known.loc[nothing, "n"].sum())
    if never_found(total - empty, total):
        raise NotEnoughData(NEVER.format(n=f"{total:,}"), hint=ASK)
    return pd.DataFrame(
        {
            "officer": known["officer_key"].astype(str),
            "district": known["district"].astype(object).where(known["district"].notna(), UNKNOWN),
            "shift": watch(known["hour"]),
            "n": known["n"].astype(float),
            "nothing": known["n"].where(nothing, 0).astype(float),
        }
    )


def months(house: House, scope: Scope) -> Scope:
    """The months over which officers are compared, up to the last stop or the end of the slice."""
    last = house.facts.span("stops")[1]
    if last is None:
        raise NotEnoughData("There are no stops to compare officers' searches on.", hint=HINT)
    end = min(last, scope.end or last)
    start = (pd.Timestamp(end) + pd.Timedelta(days=1) - pd.DateOffset(months=int(house.settings.number("peers.window_months")))).date()
    return Scope(start, end, audience=Audience.STAFF)


def compared(house: House, scope: Scope) -> Shares:
    """Every officer's share of searches that found nothing against that of peers in the same district and shift."""
    frame = searched(house, scope.narrowed(groups=()))
    officers, names = pd.factorize(frame["officer"], sort=True)
    cells = {name: pd.factorize(frame[name], sort=True)[0].astype(np.int64) for name in ("district", "shift")}
    work = Work(len(names), officers.astype(np.int64), cells, frame["n"].to_numpy(), frame["nothing"].to_numpy())
    return shares([str(name) for name in names], expected(work, NARROWING), settings=house.settings)


@restricted(Permission.SEE_EARLY_INTERVENTION)
def answer(house: House, scope: Scope) -> Answer:
    """How many officers' searches find nothing more often than those of peers; for professional standards, without naming one."""
    found = compared(house, months(house, scope))
    flagged = len(found.for_review)
    rows = (("Officers compared", found.compared), ("For review", flagged), ("Of them expected to be ordinary", round(found.false_flags, 1)))
    bars = (
        Bar("For review", Estimate(float(flagged), n=found.compared)),
        Bar("Of them expected to be ordinary", Estimate(found.false_flags, n=found.compared)),
    )
    return Answer(
        MEASURE,
        "Whose searches find nothing more often than those of colleagues at the same place and hour?",
        f"Searches that found nothing: {found.sentence[0].lower()}{found.sentence[1:]}",
        found.status,
        (BarPlot("Officers whose searches find nothing more often", f"Of {found.compared} compared with peers", bars),) if flagged else (),
        (NumberTable("Officers and their searches", ("", "Officers"), rows, kinds=("", "number")),),
        found.gates,
        (
            "Peers are officers who searched in the same district and shift by the clock; without enough of them, the district, then the agency.",
            "What is searched was decided by the officer: few finds can also come from orders, such as searches at every arrest.",
        ),
        found,
        house.provenance("stops"),
    )
