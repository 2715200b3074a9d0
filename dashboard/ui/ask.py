"""Ask a service: progress while it works, one clear sentence when it cannot answer, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.access.door import sessions
from dashboard.errors import AccessDenied, CommonGroundError, NotEnoughData
from dashboard.schema.scope import Audience, Scope
from dashboard.ui import cache, state, visit
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

R = TypeVar("R")
LOG = logging.getLogger(__name__)


def refusal(error: CommonGroundError) -> None:
    """One of our own errors as a sentence and how to mend it. Too little data is a finding, not a fault: it is said quietly, once in each part."""
    text = escaped(f"{error.message} {error.hint}".strip())
    if isinstance(error, NotEnoughData):
        if state.said_before(text):
            return
        st.markdown(f":orange[**Not enough data.**] {text}")
    else:
        st.warning(text)


def broken(error: Exception) -> None:
    """Something that nobody foresaw: the details go to the server's log, the visitor gets a sentence."""
    LOG.error("a page could not be completed", exc_info=error)
    st.warning("This part of the page could not be completed. The reason is in the server's log; the rest of the page still holds.")


def ask(function: Callable[..., R], *args: object, wait: str = "Counting ...") -> R | None:
    """The answer of `function(house, *args)`, kept for the next visitor with the same question; None when it was refused in words.

    A slice may never ask for more than its visitor may see: a staff slice of somebody without staff permissions is refused here too.
    """
    try:
        visitor = visit.visitor()
        audience = cache.audience_of(args, visitor.audience)
        if any(isinstance(arg, Scope) for arg in args) and audience is Audience.STAFF and visitor.audience is not Audience.STAFF:
            sessions().denied(visitor, f"staff numbers of {function.__module__.rpartition('.')[2]}")
            raise AccessDenied("These numbers are not open to you.")
        return cache.answer(function, house(visitor), args, audience, wait)
    except CommonGroundError as error:
        refusal(error)
    except Exception as error:
        broken(error)
    return None
