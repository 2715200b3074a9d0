"""Watch a survey: how answers come in, how far people get, what they leave out, from where. In steps, without scores."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema.answer import Answer
from dashboard.services.surveys import sharing, watching
from dashboard.services.surveys.authoring import Desk
from dashboard.services.surveys.watching import Wave
from dashboard.ui import frame
from dashboard.ui.ask import refusal
from dashboard.ui.house import house

ALL = ""


def panel(found: Desk) -> None:
    """The whole step."""
    if not found.waves:
        st.info("The survey has not been opened yet.")
        return
    names = {one.id: one.name for one in reversed(found.waves)}
    chosen = st.selectbox("Wave", list(names), format_func=lambda name: names.get(name, ""), key=f"cg_watch_wave_{found.survey.id}")
    wave = next((one for one in found.waves if one.id == chosen), found.waves[-1])
    _show(watching.arriving, wave)
    if watching.of_staff(house(), wave):
        return
    st.subheader("How far people get", anchor=False)
    _show(watching.finishing, wave)
    st.subheader("What they leave out", anchor=False)
    _show(watching.leaving_out, wave)
    st.subheader("From where", anchor=False)
    kinds = sorted({one.kind for one in found.channels})
    labels = {ALL: "All channels", **{kind: sharing.KINDS.get(kind, kind) for kind in kinds}}
    kind = st.selectbox("Channel", list(labels), format_func=lambda one: labels.get(one, ""), key=f"cg_watch_kind_{found.survey.id}")
    _show(watching.places, wave, kind or ALL)


def _show(service: Callable[..., Answer], wave: Wave, *more: str) -> None:
    """One question about the wave, asked anew each time: it changes while one looks."""
    try:
        frame.show(service(house(), wave, *more))
    except CommonGroundError as error:
        refusal(error)
