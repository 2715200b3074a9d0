"""The annual report on the library desk: assemble it, look at both files, publish them, withdraw them."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.library import DOCUMENT_STATES, DRAFT, PUBLISHED, WITHDRAWN
from dashboard.services.annual import shelving, year
from dashboard.services.annual.shelving import Shelved
from dashboard.settings import DEFAULTS
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped

CHOSEN, DONE = "cg_annual_year", "cg_annual_done"
STEPS = {DRAFT: (("Publish both", PUBLISHED),), PUBLISHED: (("Publish new versions", PUBLISHED), ("Withdraw both", WITHDRAWN))}


def report() -> None:
    """Choose the year, assemble it, and see how it stands."""
    told = state.value(DONE)
    if told:
        st.success(escaped(str(told)))
        state.keep(DONE, "")
    years = year.years(house())
    if not years:
        st.info("Nothing is published yet, so there is no year to report.")
        return
    st.markdown(
        "One click puts the year's published numbers into a web page and a PDF. Nothing is public before you have looked at both and publish them. "
        "A draft that was not published gives way to the next one; what was public stays as a version."
    )
    if state.value(CHOSEN) not in years:
        state.forget(CHOSEN)
    usual = next((place for place, one in enumerate(years) if one < dt.datetime.now().astimezone().year), 0)
    chosen = st.selectbox("Year", years, index=usual, key=CHOSEN)
    if house().name == DEFAULTS["agency.name"]:
        st.warning(escaped(f"The report will be one of '{house().name}'. Give your agency its name first."))
        if visit.visitor().may("manage_settings"):
            go("settings", "To the settings")
    _assemble(chosen)
    try:
        found = shelving.shelved(house(), chosen)
    except CommonGroundError:
        return
    _files(found)
    _steps(chosen, found[0])


def _assemble(chosen: int) -> None:
    """The form that makes a draft."""
    with st.form("cg_annual", border=True):
        effective = st.date_input("In force from", dt.datetime.now().astimezone().date())
        sent = st.form_submit_button("Assemble the report", type="primary")
    if sent and isinstance(effective, dt.date):
        from dashboard.reports import annual

        try:
            with st.spinner("Asking every public page, then writing both files ..."):
                files, _ = annual.shelve(house(), chosen, effective, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        missing = [part.title for part in files.year.parts if not part.said]
        without = f" Not available: {', '.join(missing)}." if missing else ""
        state.keep(DONE, f"The report of {chosen} lies in the library as a draft. Look at both files, then publish them.{without}")
        st.rerun()


def _files(found: tuple[Shelved, Shelved]) -> None:
    """Every version of both files, with the way to look at it."""
    rows = [(one, file) for one in found for file in one.versions]
    st.table(
        {
            "File": [f"[{'PDF' if file.name.endswith('pdf') else 'Web page'}](/api/library/{one.document.id}/{file.number})" for one, file in rows],
            "Version": [f"{file.number}" for _, file in rows],
            "In force from": [f"{file.effective}" for _, file in rows],
            "What changed": [escaped(file.note) for _, file in rows],
            "State": ["public" if file.published and one.document.state == PUBLISHED else "not public" for one, file in rows],
        },
        hide_index=True,
    )


def _steps(chosen: int, page: Shelved) -> None:
    """Publish both, withdraw both, publish again."""
    with st.container(horizontal=True):
        for title, to in STEPS.get(page.document.state, (("Publish both again", PUBLISHED),)):
            if to == PUBLISHED == page.document.state and page.waiting is None:
                continue
            if st.button(title, key=f"cg_annual_{to}"):
                try:
                    shelving.set_state(house(), chosen, to, visit.visitor().name)
                except CommonGroundError as error:
                    refusal(error)
                    return
                state.keep(DONE, f"The report of {chosen}: {DOCUMENT_STATES[to].lower()}.")
                st.rerun()
