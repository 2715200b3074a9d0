"""The Data page's list of policy changes: enter one by hand, bring a file of the template in, take one off the list."""

from __future__ import annotations

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.words import FORCE_TYPES, label
from dashboard.services import policies
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

TOLD = "cg_policies_told"
ALL_FORCE = "All force"


def editor() -> None:
    """The list there is, and the ways to change it."""
    known = policies.listing(house())
    st.markdown("The day from which a policy held is drawn on the trend of force, which is then compared with a continuation of what came before.")
    told = state.value(TOLD)
    if isinstance(told, str):
        st.info(escaped(told))
    if known:
        st.table(
            {
                "From": [f"{one.date}" for one in known],
                "Change": [escaped(one.title) for one in known],
                "About": [escaped(label(one.force_type) if one.force_type else ALL_FORCE) for one in known],
                "Compared with": [escaped(label(one.comparison)) if one.comparison else "" for one in known],
                "Bans it": ["yes" if one.bans else "no" for one in known],
                "Entered": [f"{one.entered:%Y-%m-%d}" for one in known],
            },
            border="horizontal",
            hide_index=True,
        )
        _removal({one.id: f"{one.date}: {one.title}" for one in known})
    else:
        st.markdown("No change of policy is entered yet.")
    with st.expander("Enter a change of policy"):
        _by_hand()
    with st.expander("Bring a list in"):
        _by_file()


def _removal(names: dict[str, str]) -> None:
    """Take one off the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Remove a change", list(names), index=None, placeholder="Choose one", format_func=lambda name: names.get(name, name))
        if st.button("Remove this change", disabled=chosen is None) and chosen is not None:
            _done(lambda who: policies.remove(house(), chosen, who), "The change was taken off the list.")


def _by_hand() -> None:
    """One change of policy."""
    with st.form("cg_policy", border=False):
        day = st.date_input("From", value=None, min_value=policies.EARLIEST, format="YYYY-MM-DD")
        title = st.text_input("Title", max_chars=200)
        changed = st.text_area("What changed", max_chars=4000)
        force = st.selectbox("Force it is about", ["", *FORCE_TYPES], format_func=lambda name: label(name) if name else ALL_FORCE)
        beside = st.selectbox(
            "Compare with (force that it does not touch)",
            ["", *FORCE_TYPES],
            format_func=lambda name: label(name) if name else "Nothing",
            help="Name it before you look at the numbers. Officers must not turn to it instead, or the comparison misleads.",
        )
        bans = st.checkbox("It bans this force")
        link = st.text_input("Link to the policy", max_chars=500)
        sent = st.form_submit_button("Keep this change", type="primary")
    if sent:
        given = {
            "date": f"{day or ''}",
            "title": title,
            "what_changed": changed,
            "force_type": force,
            "bans_it": "yes" if bans else "no",
            "link": link,
            "compare_with": beside,
        }
        _done(lambda who: policies.enter(house(), given, who), "The change is on the list.")


def _by_file() -> None:
    """A file of the template."""
    st.download_button("The template (CSV)", policies.TEMPLATE, "policy-changes.csv", "text/csv", on_click="ignore")
    with st.form("cg_policies", clear_on_submit=True, border=False):
        file = st.file_uploader("List of policy changes (CSV)", help=f"Columns: {', '.join(policies.COLUMNS)}.")
        sent = st.form_submit_button("Take this list")
    if sent and file is not None:
        _done(lambda who: policies.take(house(), file.name, file.getvalue(), who), "The list was taken.")


def _done(change: policies.Change, told: str) -> None:
    """Make a change, or say in one sentence why not."""
    person = visit.visitor()
    try:
        person.require(Permission.IMPORT_DATA)
        fresh = change(person.name)
    except CommonGroundError as error:
        refusal(error)
        return
    more = f" {say.count(fresh)} new." if isinstance(fresh, int) else ""
    state.keep(TOLD, f"{told}{more}")
    st.rerun()
