"""Bring answers from another tool: drop the file, see what it is and what was removed, say which column is which, check, store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.survey_mapping import Cut
from dashboard.services.surveys import authoring, bringing, checking, code_sheets, saved_mappings, trackers
from dashboard.services.surveys.bringing import Look, Plan, SurveyExport, SurveyMapping, Tracker, WavePlan
from dashboard.services.surveys.checking import Checked
from dashboard.ui import arriving, state, survey_columns, survey_imports, visit
from dashboard.ui.arriving import ORDERS, Arriving
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.progress import progress

KEY, TOLD = "cg_brought", "cg_brought_told"
FAMILIES = {"community": "A survey of residents", "post_contact": "After a contact", "event": "After an event"}
CUTS: dict[Cut, str] = {"": "One wave", "year": "A wave a year", "quarter": "A wave a quarter", "month": "A wave a month"}
ALONE = ""  # a survey of its own


@dataclass
class Bring(Arriving[Look, Checked]):
    """One file on its way in, with the mapping of each table as it stands, and name and content of a code sheet."""

    mappings: dict[int, SurveyMapping] = field(default_factory=dict)
    codes: tuple[str, bytes] | None = None


def panel() -> None:
    """The whole way."""
    found = arriving.under_way(Bring, KEY, TOLD, "trust")
    if found is not None:
        _decide(found)
    else:
        _receive()
    survey_imports.listing()


def _receive() -> None:
    """Step one: the file."""
    with st.form("cg_bring", clear_on_submit=True, border=True):
        file = st.file_uploader(
            "An export of SurveyMonkey, Qualtrics, Google or Microsoft Forms, LimeSurvey, Formbricks, a published tracker, or any table of answers",
            help="CSV or Excel. Names, e-mails, network addresses and ids are removed while it is read, before anything is kept.",
        )
        sent = st.form_submit_button("Look at this file", type="primary")
    if sent and file is None:
        st.info("Choose a file first.")
    if sent and file is not None:
        state.forget(TOLD)
        read(Bring(file.name, file.getvalue()))


def read(found: Bring) -> None:
    """Read the file with what is known so far; what it is, and what has to be asked, is shown next."""
    found.read(lambda name, content, **asked: _looks(name, content, found.codes, **asked))
    found.mappings = {number: one.mapping for number, one in enumerate(found.looks) if one.mapping is not None}
    state.keep(KEY, found)
    st.rerun()


def _looks(name: str, content: bytes, codes: tuple[str, bytes] | None, **asked: Any) -> list[Look]:
    """What is in the file, with the meanings of a code sheet where there is one."""
    visit.visitor().require(Permission.IMPORT_DATA)
    found = bringing.look_at(house(), name, content, **asked)
    return code_sheets.applied_to(house(), found, *codes) if codes is not None else found


def _decide(found: Bring) -> None:
    """Step two: what it is, what was removed, which column is which."""
    if found.failure is not None:
        refusal(found.failure)
        if found.codes is not None:
            _codes(found)
        else:
            _which_tool(found)
    for number, one in enumerate(found.looks):
        if one.tracker is not None:
            _tracker(found, one.tracker, number)
        elif one.export is not None:
            _export(found, one, one.export, number)
    if st.button("Put the file away", help="Nothing of it is kept."):
        arriving.let_go(KEY, TOLD)


def _which_tool(found: Bring) -> None:
    """What the person may say when a file was not read: which tool wrote it, or which order its dates are in."""
    with st.form("cg_again", border=True):
        names = {"": "Let the file say it", **bringing.tools()}
        tool = st.selectbox("Which tool wrote this file?", list(names), format_func=lambda name: names[name])
        order = st.radio("Dates that could be read both ways", ["", *ORDERS], format_func=lambda word: ORDERS.get(word, "There are none"))
        if st.form_submit_button("Read it again"):
            found.tool, found.order = tool, order
            read(found)


def _done(found: Bring, number: int, told: str) -> None:
    """One table of the file is stored; the others wait."""
    found.looks.pop(number)
    found.mappings = {place: one.mapping for place, one in enumerate(found.looks) if one.mapping is not None}
    found.checked, found.round = {}, found.round + 1
    if found.looks:
        state.keep(TOLD, told)
        st.rerun()
    arriving.let_go(KEY, TOLD, told)


def _tracker(found: Bring, one: Tracker, number: int) -> None:
    """Published figures by area and period."""
    st.subheader(escaped(f"{one.title}: {say.count(len(one.rows))} published figures"), anchor=False)
    days = sorted({row.date for row in one.rows})
    areas, measures = say.count(len(one.areas)), say.count(len(one.measures))
    periods = f"{say.count(len(days))} periods from {days[0]} to {days[-1]}"
    st.markdown(escaped(f"{say.count(one.rows_read)} rows read: {areas} areas, {measures} measures, {periods}."))
    for note in one.notes:
        st.caption(escaped(f"{note.sentence} ({say.count(note.count)})"))
    st.table({"What was asked": [escaped(measure) for measure in one.measures]}, border="horizontal", hide_index=True)
    title = st.text_input("Name of this tracker", value=one.title, key=f"cg_title_{number}", help="Say who publishes it and what it is called.")
    if st.button("Store these figures", type="primary", key=f"cg_store_{number}"):
        try:
            with st.spinner("Storing ..."):
                trackers.store(house(), one, title, visit.visitor().name)
        except CommonGroundError as error:
            refusal(error)
            return
        _done(
            found, number, f"Stored {say.count(len(one.rows))} figures of '{title}'. On Community trust they can be looked at, and set beside ours."
        )


def _export(found: Bring, one: Look, export: SurveyExport, number: int) -> None:
    """An export of answers: what was read, questions to the person, columns, check, store."""
    tool = bringing.tools().get(export.tool, export.tool)
    count = f"{say.count(export.receipt.rows_kept)} answers to {say.count(len(export.columns))} columns"
    st.subheader(escaped(f"{export.title}: {count}"), anchor=False)
    st.caption(escaped(f"Read as: {tool}."))
    for note in export.notes:
        st.caption(escaped(note.sentence))
    with st.expander("What was removed while reading", expanded=True):
        survey_imports.receipt(export.receipt.as_json())
    if arriving.answered(found, export, f"{number}_"):
        read(found)
    with st.expander("The answers are codes: bring a code sheet"):
        _codes(found)
    mapping = _start(found, one, export, number)
    mapping = survey_columns.editor(export, mapping, f"{number}_{found.round}")
    mapping, title, plan = _about(found, export, mapping, number)
    mapping = _check(found, export, mapping, number)
    _store(found, export, mapping, number, title=title, plan=plan)


def _codes(found: Bring) -> None:
    """A code sheet, for files in which answers are codes only; the file is read again with it, or without."""
    if found.codes is not None:
        st.caption(escaped(f"Read with the code sheet {found.codes[0]}."))
        if st.button("Read without it", key=f"cg_codes_off_{found.round}"):
            found.codes = None
            read(found)
    sheet = st.file_uploader(
        "Code sheet (CSV or Excel)",
        type=["csv", "xlsx"],
        max_upload_size=5,
        key=f"cg_codes_{found.round}",
        help="Columns question, code and label: M1, A2, Disagree. A row without a code gives the question's own words. "
        "Codes that the sheet does not have stop the import with their list.",
    )
    if st.button("Read the codes", key=f"cg_codes_on_{found.round}", disabled=sheet is None) and sheet is not None:
        found.codes = (sheet.name, sheet.getvalue())
        read(found)


def _start(found: Bring, one: Look, export: SurveyExport, number: int) -> SurveyMapping:
    """The mapping to start from: what is there, another saved one, or one that was exported elsewhere."""
    saved = {each.name: each for each in saved_mappings.listing(house())}
    mapping = found.mappings[number]
    st.markdown("**Which column is which?**")
    st.caption(
        f"The saved mapping '{escaped(mapping.name)}' is used."
        if one.saved
        else "Proposed from headings and answers: look through it, above all at scales."
    )
    for note in one.notes:
        st.caption(escaped(note))
    with st.expander("Another mapping"):
        chosen = st.selectbox("A saved mapping", list(saved), index=None, placeholder="Choose one", key=f"cg_saved_{number}_{found.round}")
        file = st.file_uploader("Or one that was exported as JSON", type=["json"], key=f"cg_json_{number}_{found.round}")
        with st.container(horizontal=True):
            use = st.button("Use this mapping", key=f"cg_use_{number}", disabled=chosen is None and file is None)
            anew = st.button("Propose anew", key=f"cg_anew_{number}")
            if chosen and st.button("Delete this saved mapping", key=f"cg_forget_{number}"):
                saved_mappings.forget(house(), chosen)
                st.rerun()
        try:
            if use and file is not None:
                _begin_with(found, number, bringing.with_mapping(export, bringing.from_json(file.getvalue().decode("utf-8-sig"))))
            elif use and chosen is not None:
                _begin_with(found, number, bringing.with_mapping(export, saved[chosen]))
            elif anew:
                _begin_with(found, number, bringing.with_mapping(export, None))
        except UnicodeDecodeError:
            st.warning("This file is no text, so it is no mapping.")
        except CommonGroundError as error:
            refusal(error)
    return mapping


def _begin_with(found: Bring, number: int, look: Look) -> None:
    """Start the table of columns anew."""
    assert look.mapping is not None
    found.looks[number], found.mappings[number] = look, look.mapping
    found.checked.pop(number, None)
    found.round += 1
    st.rerun()


def _about(found: Bring, export: SurveyExport, mapping: SurveyMapping, number: int) -> tuple[SurveyMapping, str, Plan]:
    """What the file does not say: its title, what kind of survey it was, where it goes, who was asked, who may see it."""
    st.markdown("**About this survey**")
    title = st.text_input("Title", value=bringing.readable(export.title), key=f"cg_title_{number}", max_chars=300)
    left, right = st.columns(2)
    family = left.selectbox(
        "What it was", list(FAMILIES), list(FAMILIES).index(mapping.family), format_func=lambda one: FAMILIES[one], key=f"cg_family_{number}"
    )
    targets = {ALONE: "A survey of its own", **bringing.targets(house())}
    into = right.selectbox(
        "Its answers become", list(targets), format_func=lambda one: targets[one] if not one else f"Waves of: {targets[one]}", key=f"cg_into_{number}"
    )
    sampling = left.selectbox("Who was asked", list(authoring.SAMPLING), format_func=lambda one: authoring.SAMPLING[one], key=f"cg_sampling_{number}")
    staff = right.selectbox("Who may see the results", ["Staff and the public", "Staff alone"], key=f"cg_staff_{number}")
    cut = mapping.cut
    if not any(one.role == "wave" for one in mapping.columns) and any(export.answers.column("_week").to_pylist()):
        cut = left.selectbox("Waves", list(CUTS), list(CUTS).index(mapping.cut), format_func=lambda one: CUTS[one], key=f"cg_cut_{number}")
    return mapping.model_copy(update={"family": family, "cut": cut}), title, Plan(into, sampling, staff != "Staff and the public")


def _check(found: Bring, export: SurveyExport, mapping: SurveyMapping, number: int) -> SurveyMapping:
    """What would be stored, and what stands in the way; unknown answers are given their meaning here."""
    with st.container(horizontal=True):
        go_on = st.button("Check what would be stored", type="primary", key=f"cg_check_{number}")
        st.download_button(
            "Export this mapping (JSON)", mapping.as_json(), "survey-mapping.json", "application/json", key=f"cg_export_{number}", on_click="ignore"
        )
    if go_on:
        try:
            with st.spinner("Reading every answer by this mapping ..."):
                found.checked[number] = (mapping.as_json(), checking.check(house(), export, mapping))
        except CommonGroundError as error:
            found.checked.pop(number, None)
            refusal(error)
    checked = found.checked.get(number)
    if checked is None:
        return mapping
    if checked[1].clash:
        st.warning(escaped(f"{checked[1].clash} Choose another scale for this column."))
    meanings = survey_columns.unknown(checked[1].unknown, mapping, f"{number}_{found.round}")
    if meanings is not None:
        found.mappings[number] = checking.settled(mapping, checked[1].unknown, meanings)
        found.round += 1
        found.checked[number] = (found.mappings[number].as_json(), checking.check(house(), export, found.mappings[number]))
        st.rerun()
    return mapping


def _store(found: Bring, export: SurveyExport, mapping: SurveyMapping, number: int, *, title: str, plan: Plan) -> None:
    """The last step: the waves with their days, and the decision."""
    known = found.checked.get(number)
    if known is None:
        return
    text, checked = known
    waves = survey_columns.waves(checked, f"{number}_{found.round}")
    survey_columns.told(checked)
    if text != mapping.as_json():
        st.caption("The columns were changed since: check again.")
    total = sum(wave.answers for wave in checked.waves)
    ready = checked.ready and text == mapping.as_json()
    name = st.text_input(
        "Save the mapping as", value=mapping.name, key=f"cg_name_{number}", max_chars=120, help="It is used by itself for files like this one."
    )
    if not st.button(f"Store {say.count(total)} answers", type="primary", disabled=not ready, key=f"cg_store_{number}"):
        return
    try:
        done = bringing.store(
            house(),
            export,
            mapping.model_copy(update={"name": name.strip() or mapping.name}),
            title,
            visit.visitor().name,
            plan=Plan(plan.into, plan.sampling, plan.staff_only, {key: WavePlan(*one) for key, one in waves.items()}),
            progress=progress(),
        )
    except CommonGroundError as error:
        refusal(error)
        return
    said = ", ".join(f"{wave} ({say.count(n)})" for wave, n in done.waves)
    left = f" {say.count(sum(one.count for one in done.set_aside))} answers without a code were set aside." if done.set_aside else ""
    wrote = f" {say.count(done.comments)} comments are being read; they appear when they are read and reviewed." if done.comments else ""
    _done(found, number, f"Stored '{title}': {said}.{left}{wrote}")
