"""Bring a staff survey of another tool in: drop the file, say which column is which, check what would be shown, freeze. No row of it is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import employee, say
from dashboard.schema.employee import Division
from dashboard.services.employee import bringing, brought_wave, desk, promise
from dashboard.services.employee.bringing import Look, Plan, Seen, SurveyMapping, WavePlan
from dashboard.services.surveys import checking
from dashboard.services.surveys.bringing import readable
from dashboard.ui import arriving, staff_imports, state, survey_columns, survey_imports, visit
from dashboard.ui.arriving import Arriving
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.progress import progress

KEY, TOLD, ROUND = "cg_staff_brought", "cg_staff_brought_told", "cg_staff_brought_round"
LARGEST = 5  # megabytes: what HR may send
ALONE = ""


class Bring(Arriving[Look, Seen]):
    """One file on its way in."""


def panel() -> None:
    """The whole way."""
    found = arriving.under_way(Bring, KEY, TOLD, "morale")
    if found is not None:
        _decide(found)
    else:
        _receive()
    staff_imports.listing()


def _receive() -> None:
    """Step one: the file."""
    st.markdown(
        "Its rows are read in memory, become one frozen release at the same gate as your own surveys, and are not kept. What identifies people is "
        "removed first, people's own words are left out unless you say otherwise, and no group of fewer than "
        f"{say.count(desk.least(house()))} is named or shown."
    )
    turn = int(str(state.value(ROUND) or 0))
    sent = st.file_uploader(
        "An export of SurveyMonkey, Qualtrics, Google or Microsoft Forms, LimeSurvey, or any table of answers (CSV or XLSX)",
        key=f"cg_staff_answers_{turn}",
        max_upload_size=LARGEST,
    )
    if sent is not None:
        state.forget(TOLD)
        state.keep(ROUND, turn + 1)  # a new field: the file behind the old one is dropped
        _read(Bring(sent.name, sent.getvalue()))


def _read(found: Bring) -> None:
    """Read the file with what is known so far."""
    found.read(partial(bringing.look_at, house()))
    state.keep(KEY, found)
    st.rerun()


def _decide(found: Bring) -> None:
    """Step two: what it is, what was removed, which column is which."""
    if found.failure is not None:
        refusal(found.failure)
        _again(found)
    for number, one in enumerate(found.looks):
        _table(found, one, number)
    if st.button("Put the file away", help="Nothing of it is kept."):
        arriving.let_go(KEY, TOLD)


def _again(found: Bring) -> None:
    """What the person may say when a file was not read."""
    with st.form("cg_staff_again", border=True):
        names = {"": "Let the file say it", **bringing.tools(house())}
        tool = st.selectbox("Which tool wrote this file?", list(names), format_func=lambda name: names[name])
        if st.form_submit_button("Read it again"):
            found.tool = str(tool or "")
            _read(found)


def _table(found: Bring, one: Look, number: int) -> None:
    """One table of answers: what was read, columns, groups, check, freeze."""
    export = one.export
    st.subheader(escaped(f"{export.title}: {say.count(export.receipt.rows_kept)} answers to {say.count(len(export.columns))} columns"), anchor=False)
    st.caption(escaped(f"Read as: {bringing.tools(house()).get(export.tool, export.tool)}."))
    with st.expander("What was removed while reading", expanded=True):
        survey_imports.receipt(export.receipt.as_json())
    if arriving.answered(found, export, f"staff_{number}_"):
        _read(found)
    mapping = _columns(found, one, number)
    plan, title = _about(found, mapping, number, export.title)
    _check(found, one, mapping, plan, number)
    _freeze(found, one, mapping, plan, number, title=title)


def _columns(found: Bring, one: Look, number: int) -> SurveyMapping:
    """Which column is which; with a mapping of an earlier file, if there is one."""
    st.markdown("**Which column is which?**")
    st.caption("Proposed from headings and answers: look through it, above all at scales and groups. A column that is left out is never kept.")
    with st.expander("A mapping that was written before"):
        file = st.file_uploader("Mapping (JSON)", type=["json"], key=f"cg_staff_json_{number}_{found.round}", max_upload_size=1)
        if st.button("Use this mapping", key=f"cg_staff_use_{number}", disabled=file is None) and file is not None:
            try:
                found.looks[number] = bringing.with_mapping(house(), one, file.getvalue().decode("utf-8-sig"))
                found.round += 1
                found.checked.pop(number, None)
                st.rerun()
            except UnicodeDecodeError:
                st.warning("This file is no text, so it is no mapping.")
            except CommonGroundError as error:
                refusal(error)
    own = {one.question: one.question.replace("_", " ") for one in one.mapping.columns if one.role == "cut"}
    cuts = {name: promise.CUT_NAMES["en"][name] for name in promise.CUT_NAMES["en"]} | own
    return survey_columns.editor(one.export, one.mapping, f"staff_{number}_{found.round}", survey_columns.STAFF_ROLES, cuts)


def _about(found: Bring, mapping: SurveyMapping, number: int, title: str) -> tuple[Plan, str]:
    """What the file does not say: its title, where it goes, how many were asked; and how its results are divided."""
    st.markdown("**About this survey**")
    left, right = st.columns(2)
    named = left.text_input("Title", value=readable(title), key=f"cg_staff_title_{number}", max_chars=300)
    targets = {ALONE: "A survey of its own", **bringing.targets(house())}
    words = {name: text if not name else f"A wave of: {text}" for name, text in targets.items()}
    into = right.selectbox("Its results become", list(words), format_func=lambda name: words.get(name, ""), key=f"cg_staff_into_{number}")
    asked = left.number_input("How many people were asked", min_value=0, value=None, step=1, key=f"cg_staff_asked_{number}", help="Empty: not known.")
    cuts = brought_wave.cuts_in(mapping)
    names = {name: promise.name_of(name).capitalize() for name in cuts}
    chosen = st.multiselect(
        "Divide results by",
        list(names),
        default=list(names),
        format_func=lambda name: names.get(name, name),
        key=f"cg_staff_by_{number}_{found.round}",
    )
    pairs = {f"{one}*{two}": f"{names[two]} within {names[one]}" for place, one in enumerate(chosen) for two in chosen[place + 1 :]}
    crossed = st.multiselect(
        "And by both", list(pairs), format_func=lambda name: pairs.get(name, name), key=f"cg_staff_crossed_{number}_{found.round}"
    )
    division = employee.division(",".join([*chosen, *crossed]))
    return Plan(into or "", Division(division.cuts, division.crossings), float(asked) if asked else None), named


def _check(found: Bring, one: Look, mapping: SurveyMapping, plan: Plan, number: int) -> None:
    """What would be frozen, and what stands in the way; unknown answers are given their meaning here."""
    if st.button("Check what would be shown", type="primary", key=f"cg_staff_check_{number}"):
        try:
            with st.spinner("Reading every answer by this mapping ..."):
                found.checked[number] = (_key(mapping, plan), bringing.check(house(), one.export, mapping, plan))
        except CommonGroundError as error:
            found.checked.pop(number, None)
            refusal(error)
    known = found.checked.get(number)
    if known is None:
        return
    checked = known[1].checked
    if checked.clash:
        st.warning(escaped(f"{checked.clash} Choose another scale for this column."))
    meanings = survey_columns.unknown(checked.unknown, mapping, f"staff_{number}_{found.round}")
    if meanings is not None:
        settled = checking.settled(mapping, checked.unknown, meanings)
        found.looks[number] = Look(one.export, settled)
        found.round += 1
        try:
            found.checked[number] = (_key(settled, plan), bringing.check(house(), one.export, settled, plan))
        except CommonGroundError as error:
            found.checked.pop(number, None)
            refusal(error)
            return
        st.rerun()


def _key(mapping: SurveyMapping, plan: Plan) -> str:
    """What a check rests on."""
    return f"{mapping.as_json()} {plan.into} {employee.written(plan.division)} {plan.asked}"


def _freeze(found: Bring, one: Look, mapping: SurveyMapping, plan: Plan, number: int, *, title: str) -> None:
    """The last step: the waves with their days, what stays out, and the decision."""
    known = found.checked.get(number)
    if known is None or known[1].checked.unknown:
        return
    text, seen = known
    waves = survey_columns.waves(seen.checked, f"staff_{number}_{found.round}")
    staff_imports.seen(seen)
    same = text == _key(mapping, plan)
    if not same:
        st.caption("Columns or groups were changed since: check again.")
    if not st.button("Freeze the results", type="primary", disabled=not (same and seen.checked.ready), key=f"cg_staff_store_{number}"):
        return
    try:
        days = replace(plan, waves={key: WavePlan(*of) for key, of in waves.items()})
        done = bringing.store(house(), one.export, mapping, title, visit.visitor().name, plan=days, progress=progress())
    except CommonGroundError as error:
        refusal(error)
        return
    wrote = " Comments wait for your review, if there are enough of them." if done.comments else ""
    arriving.let_go(KEY, TOLD, f"Frozen: '{title}', {', '.join(name for name, _ in done.waves)}. No single answer is kept.{wrote}")
