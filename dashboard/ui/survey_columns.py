"""The tables of a survey on its way in: which column is which, what unknown answers mean, the waves with their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.errors import CommonGroundError, MappingError
from dashboard.schema import bank, say
from dashboard.schema.survey_mapping import revised
from dashboard.services.surveys import bringing, checking
from dashboard.services.surveys.bringing import SurveyColumn, SurveyExport, SurveyMapping
from dashboard.services.surveys.checking import Checked, Unknown
from dashboard.ui.ask import refusal
from dashboard.ui.plain import escaped

ROLES = {
    "question": "a question",
    "comment": "a comment",
    "area": "area of the person",
    "age": "age",
    "race": "race and ethnicity",
    "gender": "gender",
    "contact": "kind of contact",
    "weight": "weight",
    "wave": "the wave",
    "channel": "how it was answered",
    "language": "language",
    "drop": "leave out",
}
STAFF_ROLES = {
    "question": "a question",
    "cut": "groups of staff",
    "age": "age, in groups",
    "gender": "gender, in groups",
    "comment": "a comment",
    "wave": "the wave",
    "drop": "leave out",
}
NO_ANSWER = {"dont_know": "Don't know", "prefer_not": "Prefer not to say", "not_applicable": "Not applicable"}
TALL, ROW = 520, 36
MOST = 300  # unknown answers shown at once
SHORT = 70
OPEN = "open"


def scale_words() -> dict[str, str]:
    """Every scale in words."""
    return {"": "as the file has it", **bringing.scale_titles()}


def question_words(mapping: SurveyMapping, cuts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every question a column can be: those of the bank, the file's own, and the ways to divide staff (`cuts`), where it is theirs."""
    known: dict[str, str] = {}
    for question in bank.questions().values():
        rows = {row.id: row.label["en"] for row in question.rows} or {question.id: question.wording["en"]}
        known |= {name: f"{name}: {text}"[:SHORT] for name, text in rows.items()}
    own = {
        one.question: f"{one.question}: {one.wording or one.heading}"[:SHORT]
        for one in reversed(mapping.columns)
        if one.question and one.question not in known
    }
    return {"": "", **{name: f"by {words}" for name, words in (cuts or {}).items()}, **dict(reversed(own.items())), **known}


def editor(
    export: SurveyExport, mapping: SurveyMapping, key: str, roles: Mapping[str, str] = ROLES, cuts: Mapping[str, str] | None = None
) -> SurveyMapping:
    """Which column is what: a table to correct. The mapping as it was, with a sentence, when it cannot be so."""
    kinds = {(column.heading, column.option): column for column in export.columns}
    scales, questions = scale_words(), question_words(mapping, cuts)
    rows = []
    for one in mapping.columns:
        column = kinds.get((one.heading, one.option))
        rows.append(
            {
                "Column": f"{one.heading[:140]}{f' / {one.option}' if one.option else ''}",
                "Is": one.role,
                "Question": one.question,
                "Scale": one.scale,
                "Own codes": _pairs(one.values),
                "Left out": ", ".join(one.set_aside),
                "Other scale in": _pairs(one.scale_by_wave),
                "Answers": ", ".join(column.labels[:8])[:200] if column else "",
                "Why": one.reason,
            }
        )
    config = {
        "Column": st.column_config.TextColumn("Column", pinned=True, width=230),
        "Is": st.column_config.SelectboxColumn(
            "Is", options=list(roles), width=130, format_func=lambda word: roles.get(str(word), str(word)), required=True
        ),
        "Question": st.column_config.SelectboxColumn(
            "Question",
            options=list(questions),
            width=250,
            format_func=lambda word: questions.get(str(word), str(word)),
            help="Two columns may be one question of different waves.",
        ),
        "Scale": st.column_config.SelectboxColumn(
            "Scale", options=list(scales), width=210, format_func=lambda word: scales.get(str(word), str(word))
        ),
        "Own codes": st.column_config.TextColumn("Own codes", width=150, help="For example 9=dont_know, 99=not_applicable, 1=Own, 2=Rent"),
        "Answers": st.column_config.TextColumn("Answers", width=220),
        "Why": st.column_config.TextColumn("Why", width=260),
        "Left out": st.column_config.TextColumn("Left out", help="Answers that mean nothing, told apart by commas; they are counted."),
        "Other scale in": st.column_config.TextColumn("Other scale in", help="Waves with another scale, for example 2011=N10"),
    }
    fixed = ["Column", "Answers", "Why"]
    tall = min(TALL, ROW * (len(rows) + 1) + 3)
    edited = st.data_editor(rows, column_config=config, disabled=fixed, hide_index=True, height=tall, key=f"cg_columns_{key}")
    try:
        return revised(mapping, [changed(column, row) for column, row in zip(mapping.columns, edited, strict=True)])
    except CommonGroundError as error:
        refusal(error)
    return mapping


def _pairs(values: Mapping[str, Any]) -> str:
    """`9=dont_know, 99=not_applicable`."""
    return ", ".join(f"{_quoted(raw)}={code}" for raw, code in values.items())


def _quoted(raw: str) -> str:
    """A label that holds one of our signs stands in quotes."""
    return f'"{raw}"' if any(sign in raw for sign in ",=") else raw


def read_pairs(text: str) -> dict[str, str]:
    """What a person typed as `raw=code, raw=code`; a raw answer with a comma or equals sign stands in quotes. MappingError for anything else."""
    found: dict[str, str] = {}
    rest = text.strip()
    while rest:
        if rest.startswith('"'):
            raw, sign, rest = rest[1:].partition('"')
            rest = rest.lstrip()
            if not sign or not rest.startswith("="):
                raise MappingError(f"'{text[:60]}' is not of the form answer=code.")
            rest = rest[1:]
        else:
            raw, sign, rest = rest.partition("=")
            if not sign:
                raise MappingError(f"'{text[:60]}' is not of the form answer=code.", hint="For example: 9=dont_know, 99=not_applicable.")
        code, _, rest = rest.partition(",")
        found[raw.strip()] = code.strip()
        rest = rest.strip()
    return found


def changed(column: SurveyColumn, row: Mapping[str, Any]) -> SurveyColumn:
    """One column as the person left it."""
    codes = {raw: int(code) if code.isdecimal() else code for raw, code in read_pairs(str(row["Own codes"] or "")).items()}
    question = str(row["Question"] or "").strip() or (column.question if row["Is"] == "question" else "")
    if row["Is"] == "question" and not question:
        question = f"X_{abs(hash((column.heading, column.option, column.occurrence))) % 10**8}"
    aside = tuple(one.strip() for one in str(row["Left out"] or "").split(",") if one.strip())
    if ", ".join(column.set_aside) == str(row["Left out"] or ""):
        aside = column.set_aside  # untouched: an answer may hold a comma itself
    values = column.values if _pairs(column.values) == str(row["Own codes"] or "") else codes
    update = {
        "role": row["Is"],
        "question": question if row["Is"] in {"question", "cut"} else "",
        "scale": row["Scale"] or "",
        "values": values,
        "set_aside": aside,
    }
    return column.model_copy(update=update | {"scale_by_wave": read_pairs(str(row["Other scale in"] or ""))})


def unknown(found: Sequence[Unknown], mapping: SurveyMapping, key: str) -> list[str] | None:
    """Answers that no table has, to be given a meaning: what each stands for, once the person says so; None until then.

    The same answer in columns of one scale stands in one line.
    """
    if not found:
        return None
    groups = _groups(found, mapping)
    total = sum(one.count for one in found)
    st.warning(f"{say.count(len(groups))} different answers are in no table ({say.count(total)} cells). Say what each means.")
    shown = groups[:MOST]
    words = {OPEN: "not said yet", checking.LEAVE_OUT: "Leave it out (counted)", **NO_ANSWER, **_codes(shown, mapping)}
    rows = [{"Answer": one[0].label[:80], "Times": sum(each.count for each in one), "In": _where(one), "Means": OPEN} for one in shown]
    means = st.column_config.SelectboxColumn("Means", options=list(words), format_func=lambda code: words.get(str(code), str(code)), required=True)
    with st.container(border=True):
        edited = st.data_editor(
            rows,
            column_config={"Means": means, "Times": st.column_config.NumberColumn("Times", format="localized")},
            disabled=["Answer", "Times", "In"],
            hide_index=True,
            height=min(TALL, ROW * (len(rows) + 1) + 3),
            key=f"cg_unknown_{key}",
        )
        if len(groups) > MOST:
            st.caption(f"The {say.count(MOST)} most frequent of {say.count(len(groups))} are shown.")
        rest = st.checkbox("Leave out all that are not said", key=f"cg_rest_{key}", help="They are counted, and listed with the import.")
        if not st.button("Take these meanings", key=f"cg_meanings_{key}"):
            return None
    said = {id(each): str(row["Means"] or OPEN) for one, row in zip(shown, edited, strict=True) for each in one}
    otherwise = checking.LEAVE_OUT if rest else ""
    return [meant if (meant := said.get(id(one), OPEN)) != OPEN else otherwise for one in found]


def _groups(found: Sequence[Unknown], mapping: SurveyMapping) -> list[list[Unknown]]:
    """Unknown answers that can be settled together: written alike, in columns of one scale; the most frequent first."""
    scale = {(one.heading, one.option): one.scale or one.role for one in mapping.columns}
    groups: dict[tuple[str, str], list[Unknown]] = {}
    for one in found:
        groups.setdefault((one.label.strip().casefold(), scale.get((one.heading, one.option), "")), []).append(one)
    return sorted(groups.values(), key=lambda group: -sum(one.count for one in group))


def _where(group: Sequence[Unknown]) -> str:
    """In which columns."""
    names = list(dict.fromkeys(one.column for one in group))
    return names[0][:80] if len(names) == 1 else f"{len(names)} columns, such as {names[0][:60]}"


def _codes(groups: Sequence[Sequence[Unknown]], mapping: SurveyMapping) -> dict[str, str]:
    """The answers of the scales and roles that are concerned, as meanings to choose from."""
    columns = {(one.heading, one.option): one for one in mapping.columns}
    concerned = {(columns[one.heading, one.option].scale, columns[one.heading, one.option].role) for group in groups for one in group}
    found: dict[str, str] = {}
    for scale, role in sorted(concerned):
        for code, label in bringing.answers_of(scale, role):
            found[code] = (
                f"{found[code]} / {label}"
                if code in found and label not in found[code]
                else found.get(code, f"{code}: {label}" if code != label else label)
            )
    return found


def waves(checked: Checked, key: str) -> dict[str, tuple[str, dt.date, dt.date]]:
    """The waves with their names and days, as the person left them."""
    st.markdown("**What would be stored**")
    if any(not wave.dated for wave in checked.waves):
        st.info("The file does not say when it was asked. Set the first and last day below: the line over time goes by them.")
    rows = [
        {"Wave": wave.name, "First day": wave.opens, "Last day": wave.closes, "Answers": wave.answers, "Questions": wave.questions}
        for wave in checked.waves
    ]
    config = {
        "Wave": st.column_config.TextColumn("Wave", required=True, max_chars=120),
        "First day": st.column_config.DateColumn("First day", required=True),
        "Last day": st.column_config.DateColumn("Last day", required=True),
        "Answers": st.column_config.NumberColumn("Answers", format="localized"),
    }
    edited = st.data_editor(rows, column_config=config, disabled=["Answers", "Questions"], hide_index=True, key=f"cg_waves_{key}")
    return {
        wave.key: (str(row["Wave"]).strip() or wave.name, _day(row["First day"], wave.opens), _day(row["Last day"], wave.closes))
        for wave, row in zip(checked.waves, edited, strict=True)
    }


def _day(value: object, otherwise: dt.date) -> dt.date:
    """A day out of the table."""
    return dt.date.fromisoformat(str(value)[:10]) if value else otherwise


def told(checked: Checked) -> None:
    """What follows from the waves, and what is left out."""
    if checked.breaks:
        st.markdown("Lines that stop between waves, because numbers before and after cannot be compared:")
        st.text("\n".join(checked.breaks[:12]) + (f"\n... and {len(checked.breaks) - 12} more" if len(checked.breaks) > 12 else ""))
    if checked.only_once:
        st.caption(f"{say.count(checked.only_once)} questions were asked in one wave only.")
    if checked.aside and not checked.unknown:
        total = sum(one.count for one in checked.aside)
        with st.expander(f"{say.count(total)} answers are set aside"):
            rows = checked.aside[:MOST]
            st.table(
                {
                    "Answer": [escaped(one.answer[:80]) for one in rows],
                    "Column": [escaped(one.column[:80]) for one in rows],
                    "Wave": [escaped(one.wave) for one in rows],
                    "Times": [say.count(one.count) for one in rows],
                    "Why": [escaped(one.reason) for one in rows],
                },
                border="horizontal",
                hide_index=True,
            )
