"""What did the agency promise at its events, and did it keep it?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.outreach import KEPT, NOT_KEPT, OPEN, PROMISE_STATES, Promise
from dashboard.schema.result import NumberTable, Provenance, Status
from dashboard.services.outreach import held
from dashboard.stats import rates
from dashboard.store.outreach import Outreach

if TYPE_CHECKING:
    from dashboard.services.house import House

QUESTION = "Did we do what we promised?"


def overdue(one: Promise, day: dt.date) -> bool:
    """Whether a promise is open past its day."""
    return one.state == OPEN and one.due is not None and one.due < day


def answer(house: House, day: dt.date) -> Answer:
    """Every promise with its state on this day: the open and overdue first."""
    store = Outreach(house.records)
    found = store.promises()
    if not found:
        raise NotEnoughData("No promise has been written down yet.", hint="What is promised at an event is kept with it, and shown here.")
    events = {one.id: one for one in store.events()}
    late = [one for one in found if overdue(one, day)]
    kept, broken = (sum(one.state == state for one in found) for state in (KEPT, NOT_KEPT))
    due = kept + broken + len(late)
    share = rates.proportion(kept, due, house.settings) if due else None
    ordered = sorted(found, key=lambda one: (not overdue(one, day), one.state != OPEN, -(one.settled or one.due or day).toordinal()))
    rows = tuple(_row(one, events[one.event_id].title if one.event_id in events else "", day) for one in ordered)
    heads = ("Promised", "At", "Until", "State", "What was done")
    return Answer(
        "rates.proportion",
        QUESTION,
        _sentence(len(found), kept, due, len(late)),
        Status.OK,
        (),
        (NumberTable("Every promise", heads, rows, ("A promise past its day that is still open counts as due and not kept.",)),),
        (),
        ("Promises are written down by the agency itself.",),
        share,
        Provenance(f"outreach {held.version(house)}", (), "", house.shown_settings(), house.home.sample),
        public=True,
    )


def _row(one: Promise, event: str, day: dt.date) -> tuple[str, ...]:
    """One promise in words."""
    state = "Overdue" if overdue(one, day) else PROMISE_STATES[one.state]
    settled = f" ({one.settled:%Y-%m-%d})" if one.settled else ""
    return one.words, event, f"{one.due:%Y-%m-%d}" if one.due else "no day named", state + settled, one.done


def _sentence(total: int, kept: int, due: int, late: int) -> str:
    """How many of those due were kept."""
    start = f"{say.count(total)} {'promise was' if total == 1 else 'promises were'} made; "
    if not due:
        return f"{start}none is due yet."
    more = f" {say.count(late)} {'is' if late == 1 else 'are'} overdue." if late else " None is overdue."
    return f"{start}of the {say.count(due)} that were due {say.count(kept)} {'was' if kept == 1 else 'were'} kept.{more}"
