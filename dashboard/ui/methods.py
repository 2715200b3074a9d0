"""The Methods page: every measure as it is registered, and every setting as it is in force."""

from __future__ import annotations

import streamlit as st

from dashboard.registry import Measure
from dashboard.schema.answer import Answer
from dashboard.ui.frame import notes, numbers
from dashboard.ui.plain import escaped


def intro() -> None:
    """What holds for every number on every page."""
    st.markdown(
        "Every number carries an interval, the count behind it, and the settings that could change it. Unknown is never zero: what cannot be "
        "computed is *not available*, and what could expose a person is *not shown*. A difference that did not pass its test is drawn muted. "
        "No result here says why a difference exists, and no null result is an exoneration: it says what size of gap could have been seen."
    )


def measures(found: list[Measure] | None) -> None:
    """Every measure: question, words for the page, and on demand formula, assumptions, criticism, source."""
    for one in found or []:
        st.header(escaped(one.title), anchor=one.name.replace(".", "-").replace("_", "-"))
        st.markdown(f"**{escaped(one.question)}**")
        st.markdown(escaped(one.page))
        with st.expander(f"Formula, assumptions and criticism of: {one.title}"):
            st.markdown(f"**How it is computed:** {escaped(one.formula)}")
            st.markdown(f"**At least:** {escaped(one.minimum)}")
            for title, lines in (("It assumes", one.assumptions), ("Known criticism", one.criticisms)):
                st.markdown(f"**{title}**\n\n" + "\n".join(f"- {escaped(line)}" for line in lines))
            st.markdown(f"**Source:** {escaped(one.source)}")
            st.caption(escaped(f"On the command line: python -m dashboard measure {one.name} --json"))


def quality(found: Answer | None) -> None:
    """How well comments are read, as measured on labelled sentences."""
    if found is None:
        return
    st.header("Quality of reading comments", anchor="quality")
    st.markdown(escaped(found.sentence))
    notes(found)
    with st.expander("What was measured"):
        for table in found.tables:
            numbers(table)


def attacks(found: Answer | None) -> None:
    """What was tried against the employee survey."""
    if found is None:
        return
    st.header("Attacks on the employee survey", anchor="attacks")
    st.markdown(escaped(found.sentence))
    notes(found)
    for table in found.tables:
        numbers(table)


def settings(found: list[tuple[str, str, str, bool]] | None) -> None:
    """Every setting, its value in force and whether the agency changed it."""
    if not found:
        return
    st.header("Settings in force", anchor="settings")
    st.table(
        {
            "Setting": [escaped(name) for name, _, _, _ in found],
            "Value": [f"{escaped(value)}{' (changed)' if changed else ''}" for _, value, _, changed in found],
            "What it does": [escaped(sentence) for _, _, sentence, _ in found],
        },
        border="horizontal",
        hide_index=True,
    )
