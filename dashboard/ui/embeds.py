"""Put a public chart on another site: the frame to copy, and which sites the agency lets show it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.access.address import public_url
from dashboard.charts import stills
from dashboard.errors import CommonGroundError
from dashboard.schema.answer import Answer
from dashboard.schema.scope import Audience
from dashboard.services import embeds
from dashboard.services.embeds import Framed
from dashboard.ui import cache, state
from dashboard.ui.ask import ask
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

AROUND = 330  # points of a framed page above and below its picture


def address() -> str:
    """Where the public reaches this server."""
    return public_url() or "/".join((st.context.url or "").split("/")[:3])


def snippet(framed: Framed, place: int) -> str:
    """The HTML of a frame around one picture."""
    picture = framed.answer.pictures[place]
    where, title = escape(f"{address()}{framed.at(place)}"), escape(picture.title)
    high = stills.height(picture) + AROUND
    return f'<iframe src="{where}" title="{title}" width="100%" height="{high}" loading="lazy" style="border: 0"></iframe>'


def offer(found: Answer, name: str) -> None:
    """The way to another site beside a chart, where what stands there would be just what is shown here."""
    framed = _same(found, name) if found.public and found.pictures else None
    if framed is not None:
        with st.popover("Embed this"):
            _frames(framed)


def _same(found: Answer, name: str) -> Framed | None:
    """The chart that shows on another site just what this page shows: of the whole, of the year or of the district; None where there is none."""
    period, district = (str(state.value(key) or "") for key in ("period", "district"))
    for slice_ in dict.fromkeys((("", ""), (period, ""), ("", district))):
        try:
            table = cache.answer(embeds.table_of, house(), (name, found.provenance.release), Audience.PUBLIC)
            framed = cache.answer(embeds.framed, house(), (table, name, *slice_), Audience.PUBLIC)
        except CommonGroundError:  # not published, or not in this slice
            continue
        if (framed.answer.sentence, framed.answer.pictures) == (found.sentence, found.pictures):
            return framed
    return None


def listing() -> None:
    """Every chart that can be had, one at a time."""
    found = ask(embeds.listing)
    if not found:
        return
    chosen = st.selectbox(
        "Chart", list(found), index=None, key="cg_embed", format_func=lambda name: found.get(name, name), placeholder="Choose a chart"
    )
    if chosen not in found:
        _allowed()
        return
    framed = ask(embeds.framed, *chosen.split("/"))
    if framed is not None:
        _frames(framed)


def _frames(framed: Framed) -> None:
    """The frames of an answer's pictures."""
    for place, picture in enumerate(framed.answer.pictures):
        if stills.drawn(picture):
            st.link_button(escaped(picture.title), framed.at(place), type="tertiary", icon=":material/open_in_new:")
            st.code(snippet(framed, place), language="html", wrap_lines=True)
    st.caption("Copy this into a page of your site. It shows released numbers only, runs no script and follows each new release.")
    _allowed()


def _allowed() -> None:
    """Which sites may show a chart, and how one is allowed."""
    sites = embeds.allowed(house())
    if sites:
        st.caption(f"The agency lets these sites show its charts: {escaped(', '.join(sites))}.")
    else:
        st.caption(
            "No other site may show the agency's charts yet. Who keeps the settings allows one there: What is published, `open_data.framed_by`."
        )
