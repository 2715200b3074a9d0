"""Fix by which groups results are shown, see which would be hidden, read the promise, open the survey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.schema import employee
from dashboard.schema.employee import Division
from dashboard.services import forms
from dashboard.services.employee import desk as service
from dashboard.services.employee import launching, promise, staff_list, writing
from dashboard.services.employee.desk import StaffDesk
from dashboard.services.employee.launching import Outlook
from dashboard.services.employee.staff_list import StaffList
from dashboard.ui import staff_list as listed
from dashboard.ui import staff_questions, state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.plain import escaped
from dashboard.ui.survey_words import language_name

CUTS, CROSSED = "cg_staff_cuts", "cg_staff_crossed"
TITLES = {"kept": "What is kept", "not_kept": "What is not kept", "shown": "What others see", "limits": "What this does not protect against"}
Rows = list[dict[str, str]]


def division(found: StaffDesk) -> Division:
    """The groups as they are chosen in this tab; the usual ones at the start."""
    name = found.survey.id
    kept = state.value(f"{CUTS}_{name}_kept")
    return kept if isinstance(kept, Division) else service.usual(house(), name)


def panel(found: StaffDesk) -> None:
    """The whole step."""
    if found.open_wave is not None:
        st.markdown("While a survey is open its groups and its promise stand still. They can be chosen anew for the next wave.")
        return
    if found.survey.archived:
        st.markdown("This survey is put away.")
        return
    chosen = _chosen(found)
    _groups(found, chosen)
    st.subheader("Who will be asked", anchor=False)
    given = listed.panel()
    rows = _rows(found, given) if given else []
    if given is None or rows:
        _outlook(found, chosen, rows)
    _promise(found, chosen)
    if given is None or rows:
        _open(found, chosen, rows)


def _chosen(found: StaffDesk) -> Division:
    """By which groups, and which crossings."""
    name, before = found.survey.id, division(found)
    st.subheader("By which groups results may be shown", anchor=False)
    st.caption("Fixed at the launch and told to everybody who answers. Each more way to divide makes more groups too small to be shown.")
    titles = {cut: promise.name_of(cut, "en", found.survey.draft) for cut in found.cuts}
    cuts = st.multiselect("Groups", list(titles), default=list(before.cuts), format_func=lambda cut: titles.get(cut, cut), key=f"{CUTS}_{name}")
    pairs = [(one, other) for place, one in enumerate(cuts) for other in cuts[place + 1 :]]
    default = [pair for pair in pairs if pair in before.crossings or (pair[1], pair[0]) in before.crossings]
    crossed = st.multiselect(
        f"Crossings of two of them (at most {launching.MOST_CROSSINGS})",
        pairs,
        default=default,
        format_func=lambda pair: f"{titles[pair[1]]} within {titles[pair[0]]}",
        key=f"{CROSSED}_{name}_{'_'.join(cuts)}",
        max_selections=launching.MOST_CROSSINGS,
    )
    made = Division(tuple(cuts), tuple(crossed))
    state.keep(f"{CUTS}_{name}_kept", made)
    return made


def _groups(found: StaffDesk, chosen: Division) -> None:
    """The groups' names as this agency has them."""
    languages = found.survey.draft.languages
    for cut in chosen.cuts:
        question = employee.cuts(found.survey.draft)[cut]
        title = promise.name_of(cut, "en", found.survey.draft)
        with (
            st.expander(f"Names of the groups: {escaped(title)} ({len(question.options)})"),
            st.form(f"cg_names_{found.survey.id}_{cut}", border=False),
        ):
            st.caption("One group a line, in the same order in every language. A group that keeps its first name keeps its line over the waves.")
            cells = st.columns(len(languages))
            typed = [
                cell.text_area(
                    language_name(language), "\n".join(one.label.get(language, "") for one in question.options), height=210, max_chars=4000
                ).splitlines()
                for cell, language in zip(cells, languages, strict=True)
            ]
            if st.form_submit_button("Keep these names"):
                size = max(len(one) for one in typed)
                groups = [{code: some[at] if at < len(some) else "" for code, some in zip(languages, typed, strict=True)} for at in range(size)]
                _kept(found, cut, groups)


def _kept(found: StaffDesk, cut: str, groups: list[dict[str, str]]) -> None:
    """Keep the names of groups, or say why not."""
    try:
        service.name_groups(house(), found.survey.id, cut, groups, found.survey.draft)
    except CommonGroundError as error:
        refusal(error)
        return
    st.rerun()


def _rows(found: StaffDesk, given: StaffList) -> Rows:
    """In which groups everybody is; one sentence and a way on where the list has other words than the survey."""
    try:
        return staff_list.roster(house(), found.survey.draft, given)
    except CommonGroundError as error:
        refusal(error)
    for cut in found.cuts:
        words = staff_list.values(given, cut) if cut != "tenure" else []
        if service.FEWEST <= len(words) <= service.MOST and st.button(f"Take the list's own {len(words)} words for {cut}", key=f"cg_take_{cut}"):
            _kept(found, cut, [{found.survey.draft.languages[0]: word} for word in words])
    return []


def _outlook(found: StaffDesk, chosen: Division, rows: Rows) -> None:
    """Which groups would be hidden at the expected response."""
    if not rows:
        st.info("With a list of staff you see here which groups would be hidden, and the results know which share answered.")
        return
    st.subheader("What would be shown", anchor=False)
    rate = st.slider("Expected response", 10, 100, 60, 5, format="%d%%", key=f"cg_rate_{found.survey.id}")
    seen = launching.outlook(house(), found.survey.id, chosen, rate / 100, roster=rows)
    k = service.least(house())
    hidden = [one for one in seen if not one.shown]
    whole = next(one for one in seen if one.cut == "whole")
    groups = len(seen) - len(hidden) - bool(whole.shown)
    st.markdown(f"##### {escaped(f'Of {whole.expected} expected answers, {groups} of {len(seen) - 1} groups would be shown.')}")
    for cut in dict.fromkeys(one.cut for one in seen if one.cut != "whole"):
        own = [one for one in seen if one.cut == cut]
        shown = sum(bool(one.shown) for one in own)
        with st.expander(f"{escaped(_title(found, cut))}: {shown} of {len(own)} groups shown", expanded="*" not in cut):
            _table(found, own, k)
    st.caption(
        "An estimate from the list, as if every group answered at the same rate. What is shown is decided by the answers when the survey closes."
    )


def _title(found: StaffDesk, cut: str) -> str:
    """A cut or a crossing as people call it."""
    return " and ".join(promise.name_of(one, "en", found.survey.draft) for one in cut.split("*")).capitalize()


def _table(found: StaffDesk, own: list[Outlook], k: int) -> None:
    """The groups of one cut."""

    def words(one: Outlook) -> str:
        names: list[Mapping[str, str]] = [found.cuts[cut] for cut in one.cut.split("*")]
        return ", ".join(some.get(code, code) for some, code in zip(names, one.level.split("|"), strict=True))

    def why(one: Outlook) -> str:
        if one.shown:
            return "shown"
        return f"not shown: fewer than {k}" if (one.expected or 0) < k else "not shown: it would let a smaller group be worked out"

    st.table(
        {
            "Group": [escaped(words(one)) for one in own],
            "People": [f"{one.people:.0f}" if one.people is not None else "not available" for one in own],
            "Answers expected": [str(one.expected) for one in own],
            "At this response": [why(one) for one in own],
        },
        border="horizontal",
        hide_index=True,
    )


def _promise(found: StaffDesk, chosen: Division) -> None:
    """The promise as respondents read it, before the first question."""
    st.subheader("What everybody is promised", anchor=False)
    languages = found.survey.draft.languages
    said = launching.promised(house(), found.survey.id, chosen)
    for tab, language in zip(st.tabs([language_name(one) for one in languages]), languages, strict=True):
        with tab:
            for name, title in TITLES.items():
                points = said[language].get(name, [])
                if points:
                    st.markdown(f"**{escaped(title)}**")
                for text in points:
                    st.markdown(f"- {escaped(text)}")
    lines = service.lines_to_call(house())
    st.caption(escaped(f"At the end of the form: {' '.join(lines)}" if lines else "No line to call is set: an administrator sets it under Settings."))


def _open(found: StaffDesk, chosen: Division, rows: Rows) -> None:
    """Open the wave."""
    staff_questions.told(writing.held(house(), found.survey.id))
    for sentence in found.mistakes:
        st.markdown(f"- :orange[{escaped(sentence)}]")
    day = forms.today(house())
    st.subheader("Launch", anchor=False)
    with st.form("cg_staff_open", border=True):
        name = st.text_input("Name of this wave", value=f"{day.year}-Q{(day.month + 2) // 3}", max_chars=120)
        first, last = st.columns(2)
        opens = first.date_input("First day", value=day)
        closes = last.date_input("Last day (empty: until you close it)", value=day + dt.timedelta(days=14))
        st.caption("Groups and promise are fixed now and told to everybody. After its last day it closes by itself and its results are frozen.")
        sent = st.form_submit_button("Launch this survey", type="primary", disabled=bool(found.mistakes))
    if sent and isinstance(opens, dt.date):
        try:
            heads = staff_list.heads(found.survey.draft, chosen, rows) if rows else None
            last_day = closes if isinstance(closes, dt.date) else None
            who = visit.visitor().name
            launching.launch(house(), found.survey.id, name, who, opens=opens, closes=last_day, division=chosen, heads=heads)
        except CommonGroundError as error:
            refusal(error)
            return
        st.rerun()
