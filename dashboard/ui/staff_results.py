"""Close a staff survey, and read what its release shows and withholds, and why; withhold more by a correction; judge what staff wrote."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services.employee import account, closing, showing
from dashboard.services.employee import desk as service
from dashboard.services.employee.account import Account
from dashboard.services.employee.desk import StaffDesk
from dashboard.ui import staff_comments, state, visit
from dashboard.ui import staff_list as listed
from dashboard.ui.ask import refusal
from dashboard.ui.frame import show
from dashboard.ui.house import house
from dashboard.ui.parts import go
from dashboard.ui.plain import escaped
from dashboard.ui.progress import progress

WHOLE = ""
AFTERWARDS = "cg_staff_step_{}_False"  # the step that is chosen while no wave is open


def panel(found: StaffDesk) -> None:
    """The whole step."""
    wave = found.open_wave
    if wave is not None and st.button("Close this survey", type="primary"):
        _confirm(wave.id, wave.name, found.survey.id)
    closed = [one for one in reversed(found.waves) if one.state == "closed"]
    if not closed:
        st.info("Results are computed and frozen when the survey is closed. Until then nobody sees any.")
    else:
        names = {one.id: one.name for one in closed}
        chosen = st.selectbox("Wave", list(names), format_func=lambda name: names.get(name, ""), key=f"cg_staff_wave_{found.survey.id}")
        if chosen:
            _account(str(chosen), found.survey.id)
            staff_comments.panel(found.survey.id, str(chosen))
    if wave is None and st.button("Bring back" if found.survey.archived else "Put this survey away"):
        service.archive(house(), found.survey.id, visit.visitor().name, archived=not found.survey.archived)
        st.rerun()


@st.dialog("Close this survey?")
def _confirm(wave_id: str, name: str, survey_id: str) -> None:
    """Closing destroys single answers, so it is asked twice."""
    st.markdown(
        f"No more answers are taken for {escaped(name)}. The results are computed once and frozen; then all single answers, links and keys are "
        "destroyed. This cannot be taken back."
    )
    if st.button("Close it", type="primary"):
        try:
            closing.close(house(), wave_id, visit.visitor().name, progress())
        except CommonGroundError as error:
            refusal(error)
            return
        listed.let_go()
        state.keep(AFTERWARDS.format(survey_id), "Close and results")  # the steps begin anew without an open wave: stay with what came of it
        st.rerun()


def _account(wave_id: str, survey_id: str) -> None:
    """What is shown, what is withheld, and why."""
    try:
        found = account.of_wave(house(), wave_id)
    except CommonGroundError as error:
        refusal(error)
        if st.button("Compute the results now", key=f"cg_finish_{wave_id}"):
            _confirm(wave_id, "this wave", survey_id)
        return
    st.subheader("What is withheld, and why", anchor=False)
    st.markdown(f"##### {escaped(found.whole)}")
    st.table(
        {
            "By": ["Everybody together", *(escaped(one.name.capitalize()) for one in found.cuts)],
            "Groups shown": ["", *(f"{one.shown} of {one.groups}" for one in found.cuts)],
            "What is withheld, and why": [escaped(found.comments), *(escaped(" ".join(one.reasons)) or "nothing" for one in found.cuts)],
        },
        border="horizontal",
        hide_index=True,
    )
    audit = found.audit
    st.caption(
        escaped(
            f"Audit: {audit['questions']} questions, {audit['cells']} cells; the person whose answer is fixed most by all that is shown is fixed to "
            f"{audit['leverage']:.2f} of 1 (at most 0.5 is allowed); groups of at least {audit['k']}."
        )
    )
    go("morale", "To the results: morale and engagement")
    go("retention", "To the results: retention and wellness")
    _everybody(wave_id)
    _releases(found)
    _correct(wave_id, found)


def _everybody(wave_id: str) -> None:
    """Show the whole staff's numbers to everybody, after a look at exactly what that is; take them back at once."""
    shown = showing.is_shown(house(), wave_id)
    st.subheader("What everybody sees", anchor=False)
    if shown:
        st.markdown("Everybody sees the whole staff's numbers of this wave on the page Our people. No unit, shift or other group is shown there.")
    else:
        st.markdown("Nobody outside HR and command sees these results. You can show the numbers of the whole staff, and only those, to everybody.")
    with st.expander("Look at exactly what is shown" if shown else "Look at exactly what would be shown"):
        show(showing.preview(house(), wave_id))
    if st.button("Take them back" if shown else "Show them to everybody", key=f"cg_show_all_{wave_id}"):
        showing.show(house(), wave_id, visit.visitor().name, public=not shown)
        st.rerun()


def _releases(found: Account) -> None:
    """The release in force with its hash, and what it replaced."""
    st.subheader("Releases of this wave", anchor=False)
    lines = found.releases
    st.table(
        {
            "Release": [escaped(one.id) for one in lines],
            "Frozen on": [one.created for one in lines],
            "State": ["in force" if place == 0 else "replaced" for place, _ in enumerate(lines)],
            "Replaces": [escaped(one.replaces) for one in lines],
            "Reason": [escaped(one.reason) for one in lines],
        },
        border="horizontal",
        hide_index=True,
    )
    st.caption("Hash (SHA-256) of the release in force: whoever has a copy can check that nothing was changed.")
    st.code(lines[0].sha256, language=None, wrap_lines=True)


def _correct(wave_id: str, found: Account) -> None:
    """Withhold a question, or one way to divide, or one within the other: a new release that names this one."""
    with st.expander("Withhold more, by a correction"), st.form(f"cg_withhold_{wave_id}", border=False):
        st.caption("Single answers are gone, so a correction can only show less. The release before stays stored, and is no longer shown.")
        questions = {WHOLE: "All questions", **found.questions}
        cuts = {WHOLE: "Everywhere", **{one.cut: one.name for one in found.cuts if "*" not in one.cut}}
        question = st.selectbox("Question", list(questions), format_func=lambda name: questions.get(name, ""))
        cut = st.selectbox("By", list(cuts), format_func=lambda name: cuts.get(name, ""))
        reason = st.text_input("Reason", max_chars=300)
        sent = st.form_submit_button("Withhold")
    if sent:
        try:
            closing.withhold(house(), wave_id, visit.visitor().name, question=str(question or ""), cut=str(cut or ""), reason=reason)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
