"""The Settings page: what can be set, what is in force, and a change with its reason."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services import knobs
from dashboard.services.knobs import Knob
from dashboard.ui import state
from dashboard.ui.ask import refusal
from dashboard.ui.choice import pick
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

DONE = "cg_setting_done"


def desk() -> None:
    """The whole page."""
    found = knobs.listing(house())
    done = state.value(DONE)
    state.forget(DONE)
    if done:
        st.success(escaped(str(done)))
    groups = list(dict.fromkeys(one.group for one in found))
    group = pick("Group", groups, groups[0], key="cg_setting_group", hidden=True)
    mine = [one for one in found if one.group == group]
    _table(mine)
    names = {one.setting.name: one for one in mine}
    chosen = st.selectbox("Change a setting", list(names), index=None, key=f"cg_setting_{group}", placeholder="Choose")
    if chosen in names:
        _one(names[chosen])


def _table(found: list[Knob]) -> None:
    """The settings of a group."""
    st.table(
        {
            "Setting": [escaped(one.setting.name) for one in found],
            "What it does": [escaped(one.setting.sentence) for one in found],
            "In force": [escaped(one.shown) or "empty" for one in found],
            "Default": [escaped(knobs.written(one.setting.default)) or "empty" if one.changed else "the same" for one in found],
        },
        border="horizontal",
        hide_index=True,
    )


def _one(knob: Knob) -> None:
    """One setting: its value, the reason, keep or put back."""
    name = knob.setting.name
    with st.form(f"cg_knob_{name}", border=True):
        st.markdown(f"**{escaped(name)}**: {escaped(knob.setting.sentence)}")
        st.caption(escaped(knob.follows))
        value = _field(knob)
        reason = st.text_input("Why", placeholder="It stands in the audit log beside the change", max_chars=500)
        with st.container(horizontal=True):
            keep = st.form_submit_button("Keep", type="primary")
            back = st.form_submit_button("Back to the default", disabled=not knob.changed)
    if keep:
        _do(lambda: knobs.change(house(), name, value, reason), f"{name} was changed. {knob.follows}")
    elif back:
        _do(lambda: knobs.undo(house(), name, reason), f"{name} is back to its default.")


def _field(knob: Knob) -> object:
    """The field that suits the setting."""
    one, key = knob.setting, f"cg_value_{knob.setting.name}"
    if one.several:
        chosen = st.multiselect("Any of these", one.choices, default=[part for part in str(knob.value).split(",") if part], key=key)
        return ",".join(chosen)
    if one.choices:
        return st.selectbox("One of these", one.choices, index=one.choices.index(str(knob.value)), key=key)
    if isinstance(one.default, bool):
        return st.selectbox("Yes or no", ["yes", "no"], index=0 if knob.value else 1, key=key)
    return st.text_input(f"Value{f' ({knob.limits})' if knob.limits else ''}", value=knob.shown, max_chars=200, key=key)


def _do(act: Callable[[], None], said: str) -> None:
    """Do it, and say so on the next run; or say why not."""
    try:
        act()
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(DONE, said)
    st.rerun()
