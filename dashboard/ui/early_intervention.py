"""Early intervention: the comparison without names; the list and each officer's record only after a typed reason, which is kept."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.scope import Audience, Scope
from dashboard.services.early import answers, asked, finds, patterns
from dashboard.services.early import model as early
from dashboard.services.early.kinds import labels
from dashboard.services.early.model import Model
from dashboard.services.early.patterns import Pattern
from dashboard.ui import filters, officer_record, state
from dashboard.ui.ask import ask, refusal
from dashboard.ui.frame import show
from dashboard.ui.house import house
from dashboard.ui.parts import section
from dashboard.ui.plain import escaped

REASON = "cg_early_reason"


def panel() -> None:
    """The whole page."""
    (kind,) = filters.choices_of(("Count", "kind", labels()))
    found = ask(early.model, kind, wait="Comparing officers with their peers ...")
    if found is None:
        return
    (basis,) = filters.choices_of(("Compare by", "work", early.basis_labels(found)))
    if basis != found.basis:
        found = ask(early.model, kind, basis, wait="Comparing officers with their peers ...") or found
    st.info(escaped(answers.NOTHING_FOLLOWS), icon=":material/person:")
    show(answers.overview(found))
    officer_record.due_list()
    section("Patterns for review", "patterns")
    _patterns(found)
    section("An officer's record", "record")
    officer_record.panel(found)
    section("Raw counts, thresholds and peers", "rules")
    show(answers.beside(found))
    section("What falls by itself", "falls")
    show(ask(asked.falls, kind))
    section("Searches that find nothing", "finds")
    show(ask(finds.answer, Scope(audience=Audience.STAFF)))


def _patterns(found: Model) -> None:
    """The list, after a reason."""
    if not found.review.for_review:
        st.markdown("No pattern differs clearly from peers. That does not clear anybody: few events show little.")
        return
    held = state.value(REASON)
    given = held if isinstance(held, tuple) else None
    if given is None:
        with st.form("cg_early_look", border=True):
            st.markdown("Why are you looking? The reason, your name and the officers listed go into the audit log.")
            reason = st.text_input("Reason", max_chars=300, placeholder="Weekly review of patterns")
            sent = st.form_submit_button("Open the list", type="primary")
        if not sent:
            return
        given = (reason,)
    try:
        shown = patterns.listing(house(), found, *given)
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(REASON, (given[0], shown.line))
    if held is None:
        st.rerun()
    for one in shown.patterns:
        _pattern(one)


def _pattern(one: Pattern) -> None:
    """One pattern in words."""
    with st.container(border=True):
        st.markdown(f"**{escaped(one.name)}** for review")
        st.markdown(escaped(one.words))
        st.caption(escaped(one.against))
