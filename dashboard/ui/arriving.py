"""A file of another tool's survey answers on its way in: what the desk of residents' surveys and that of staff surveys both do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.services.surveys.bringing import Order, SurveyExport
from dashboard.ui import state
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped
from dashboard.ui.progress import progress

ORDERS: dict[Order, str] = {"mdy": "Month first (3 April is 4/3)", "dmy": "Day first (3 April is 3/4)"}
L = TypeVar("L")
C = TypeVar("C")
A = TypeVar("A")


@dataclass
class Arriving(Generic[L, C]):
    """One file in this tab's memory alone, until it is stored or put away: its bytes, what a person said of it, what was read (`looks`), and what
    was checked under which mapping.
    """

    name: str
    content: bytes
    order: Order = ""
    tool: str = ""
    incomplete: bool = False
    looks: list[L] = field(default_factory=list)
    checked: dict[int, tuple[str, C]] = field(default_factory=dict)
    round: int = 0  # counts how often the columns were set by something else than their table, which then begins anew
    failure: CommonGroundError | None = None

    def read(self, look: Callable[..., list[L]]) -> None:
        """Read the file with what is known so far, or keep why it cannot be read."""
        asked: dict[str, Any] = {"order": self.order, "tool": self.tool or None, "incomplete": self.incomplete}
        try:
            self.looks, self.failure = look(self.name, self.content, **asked, progress=progress()), None
        except CommonGroundError as error:
            self.looks, self.failure = [], error
        self.checked, self.round = {}, self.round + 1


def under_way(kind: type[A], key: str, told_key: str, page: str) -> A | None:
    """The file that is on its way, if there is one; what became of the last one is said, with the way to `page`."""
    told, found = state.value(told_key), state.value(key)
    if isinstance(told, str):
        st.success(escaped(told))
        go(page, "Look at the results")
    return found if isinstance(found, kind) else None


def let_go(key: str, told_key: str, told: str = "") -> None:
    """The file is done with."""
    state.forget(key)
    if told:
        state.keep(told_key, told)
    st.rerun()


def answered(found: Arriving[L, C], export: SurveyExport, prefix: str) -> bool:
    """What only a person knows: the order of day and month, and whether unfinished answers count. Whether the file is to be read again."""
    order, incomplete = found.order, found.incomplete
    if found.order or any(note.code == "date_order" for note in export.notes):
        at = list(ORDERS).index(found.order) if found.order else None
        words = "Dates in this file could be read both ways. Which comes first?"
        order = st.radio(words, list(ORDERS), index=at, format_func=lambda word: ORDERS[word], key=f"cg_{prefix}order") or ""
    unfinished = int(export.receipt.rows_dropped.get("not finished", 0))
    if unfinished or found.incomplete:
        words = f"Take the {say.count(unfinished)} unfinished answers too" if unfinished else "Take unfinished answers too"
        incomplete = st.checkbox(words, value=found.incomplete, key=f"cg_{prefix}unfinished")
    changed = (order, incomplete) != (found.order, found.incomplete)
    found.order, found.incomplete = order, incomplete
    return changed
