"""The page My unit: what a supervisor may read of the staff surveys. Never kept for others: it is asked anew for each person."""

from __future__ import annotations

from dashboard.errors import CommonGroundError
from dashboard.services.employee import own_unit
from dashboard.ui.ask import refusal
from dashboard.ui.frame import show
from dashboard.ui.house import house
from dashboard.ui.parts import section


def results() -> None:
    """Each own unit, survey by survey."""
    try:
        found = own_unit.answers(house())
    except CommonGroundError as error:
        refusal(error)
        return
    for number, one in enumerate(found):
        section(one.question, f"unit-{number + 1}")
        show(one)
