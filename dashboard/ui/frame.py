"""The guard and the grammar of a page: question, answer, picture, numbers, how to read, take away."""

from __future__ import annotations

import csv
import io
import re

import streamlit as st

from dashboard.access.door import is_sample, sessions
from dashboard.charts.in_words import in_words
from dashboard.errors import AccessDenied
from dashboard.registry import measures
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.cells import cell, heading
from dashboard.schema.picture import Picture
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.ui import cache, embeds, menu, state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import settings
from dashboard.ui.plain import escaped

PLOTLY = {
    "displayModeBar": "hover",
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "responsive": True,
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def page(name: str) -> None:
    """The first line of every page: stop unless this visitor may see it, then print its question as the title."""
    row = menu.BY_NAME[name]
    state.begin_page()
    visitor = visit.visitor()
    try:
        visitor.require(row.permission)
    except AccessDenied as denied:
        sessions().denied(visitor, f"page {name}")
        st.title("This page is not open to you")
        refusal(denied)
        st.stop()
    st.title(row.question, anchor=False)


def answer(found: Answer | None) -> None:
    """The answer as one sentence, large; a caution is named, and a missing answer says what would be needed."""
    if found is None:
        return
    with st.container(border=True):
        if found.status is Status.OK:
            st.markdown(f"##### {escaped(found.sentence)}")
            return
        mark = {
            Status.CAUTION: "Read with caution.",
            Status.UNAVAILABLE: "Not enough data.",
            Status.WITHHELD: "Not shown, to protect people.",
        }[found.status]
        st.markdown(f":orange[**{mark}**]")
        st.markdown(f"##### {escaped(found.sentence)}")


def chart(picture: Picture) -> None:
    """One picture: its finding as a heading, its unit and period below, the figure with its words as alternative text, and the words to open."""
    words = in_words(picture)
    st.markdown(f"#### {escaped(picture.title)}")
    if picture.subtitle:
        st.caption(escaped(picture.subtitle))
    figure = cache.figure(picture, st.context.theme.type == "dark")
    st.plotly_chart(figure, theme=None, config=PLOTLY, key=state.next_key("picture"), alt=words)
    with st.expander("In words"):
        st.text(words)


def numbers(table: NumberTable) -> None:
    """The numbers behind a picture, as a real table that screen readers walk through."""
    st.markdown(f"**{escaped(table.title)}**")
    columns = {f"{heading(table, place)}{chr(0x200B) * table.columns[:place].count(name)}": place for place, name in enumerate(table.columns)}
    st.table(
        {name: [escaped(cell(row[place], table.kind(place))) for row in table.rows] for name, place in columns.items()},
        border="horizontal",
        hide_index=True,
    )
    for note in table.notes:
        st.caption(escaped(note))


def method(found: Answer) -> None:
    """How to read this: what the measure is, its assumption, its known criticism, the conditions it met, and where the numbers come from."""
    with st.expander("How to read this"):
        known = measures().get(found.measure)
        if known is not None:
            st.markdown(escaped(known.page))
            for title, lines in (("It assumes", known.assumptions), ("Known criticism", known.criticisms)):
                if lines:
                    st.markdown(f"**{title}:** {escaped(lines[0])}")
            st.markdown(f"**Source:** {escaped(known.source)}")
        for gate in found.gates:
            st.markdown(
                f"- {escaped(gate.name)}: {escaped(gate.found)} (needed: {escaped(gate.needed)}), {'met' if gate.passed else ':orange[not met]'}"
            )
        notes(found)
        st.caption(escaped(origin(found)))
        st.page_link(menu.page_for("methods"), label="All methods")


def notes(found: Answer) -> None:
    """What else must be known to read the numbers."""
    for note in found.notes:
        st.markdown(f"- {escaped(note)}")


def origin(found: Answer) -> str:
    """Where the numbers come from, in one line."""
    source = found.provenance
    parts = [f"{settings().text('agency.name')}{', sample data' if source.sample or is_sample() else ''}"]
    if source.release:
        parts.append(f"release {source.release}")
    if source.imports:
        parts.append(f"{say.count(len(source.imports))} {'import' if len(source.imports) == 1 else 'imports'}, the newest {source.imports[-1]}")
    if source.settings:
        parts.append("settings: " + ", ".join(f"{name} = {value}" for name, value in source.settings))
    return "; ".join(parts) + "."


def as_csv(found: Answer) -> str:
    """The tables of an answer as one CSV text: estimates take four columns, cells that a spreadsheet would run are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(f"{found.question} {origin(found)}")])
    for table in found.tables:
        wide = [any(isinstance(row[place], Estimate) for row in table.rows) for place in range(len(table.columns))]
        writer.writerow([_harmless(table.title)])
        heads = zip(table.columns, wide, strict=True)
        writer.writerow([_harmless(part) for name, one in heads for part in ((name, f"{name} low", f"{name} high", f"{name} n") if one else (name,))])
        for row in table.rows:
            writer.writerow([part for value, one in zip(row, wide, strict=True) for part in (_spread(value) if one else (_raw(value),))])
    return out.getvalue()


def _spread(value: object) -> tuple[object, ...]:
    """An estimate as value, low, high, n; another value with three blanks."""
    if not isinstance(value, Estimate):
        return (_raw(value), "", "", "")
    shown = say.value(value) if value.value is None or value.status is Status.WITHHELD else value.value
    hidden = value.value is None or value.status is Status.WITHHELD
    return (shown, "" if hidden or value.low is None else value.low, "" if hidden or value.high is None else value.high, "" if hidden else value.n)


def _raw(value: object) -> object:
    """A number as it is, anything else as harmless text."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _harmless("" if value is None else str(value))


def _harmless(text: str) -> str:
    """Text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def take_away(found: Answer, chart_name: str = "") -> None:
    """The numbers as a file, and the chart for another site. Only released numbers: other files leave through routes that check the role."""
    if not found.tables or not found.public:
        return
    name = re.sub(r"[^a-z0-9]+", "-", found.measure.lower()).strip("-") or "numbers"
    with st.container(horizontal=True):
        st.download_button("Download these numbers (CSV)", as_csv(found), f"{name}.csv", "text/csv", key=state.next_key("csv"), on_click="ignore")
        if chart_name:
            embeds.offer(found, chart_name)


def show(found: Answer | None, chart_name: str = "") -> None:
    """The whole grammar in order: answer, pictures, numbers, how to read, take away. Nothing when the question was refused in words.

    `chart_name` is the name under which other sites may have the chart, see services/embeds.py.
    """
    if found is None:
        return
    answer(found)
    for picture in found.pictures:
        chart(picture)
    if found.tables:
        with st.expander("The numbers behind it", expanded=not found.pictures):
            for table in found.tables:
                numbers(table)
    method(found)
    take_away(found, chart_name)
