"""How many people may be said to have answered a question that was asked only after certain answers to another one?

Its number of answers counts those who gave such an answer. Where nearly everybody did, that would say beside the other question's 'at least 90%' how
far beyond it lies, and whether anybody at all answered otherwise; so the number is then the one that 90% would make.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy import banding
from dashboard.schema.questions import Definition
from dashboard.services.employee.columns import Columns

NEARLY_ALL = 1.0 - banding.EDGE


def said(name: str, cell: tuple[str, str], table: Columns, definition: Definition) -> int | None:
    """The number to say for those of a cell (cut, level) who answered `name`; None where they may be counted: without a condition.

    Conditions on conditions are followed to the first question.
    """
    question = next((one for one in definition.questions() if name in one.answer_ids()), None)
    if question is None or question.show_if is None:
        return None
    inside = _inside(cell, table)
    n = int((inside & table.variables[name].answered).sum())
    counted = banding.people(n)
    for parent in _before(question.show_if.question, definition):
        asked = int((inside & table.given[parent]).sum()) if parent in table.given else 0
        if asked and n >= NEARLY_ALL * asked - 1e-9:
            counted = min(counted, banding.people(math.floor(NEARLY_ALL * asked)))
    return counted


def _inside(cell: tuple[str, str], table: Columns) -> NDArray[np.bool_]:
    """Everybody of a cell (n,)."""
    own = next((cut for cut in table.cuts if cut.name == cell[0]), None)
    return np.ones(table.size, dtype=bool) if own is None else np.asarray(own.codes == own.levels.index(cell[1]))


def _before(name: str, definition: Definition) -> list[str]:
    """The question that a condition looks at, and those that this one depends on in turn."""
    found: list[str] = []
    while name and name not in found:
        found.append(name)
        question = definition.question(name)
        name = question.show_if.question if question is not None and question.show_if is not None else ""
    return found
