"""What all pictures share: type, paper, title and subtitle, axes, and room for a phone."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.theme import FONT, Look, Tokens, look_of, tokens
from dashboard.schema import say
from dashboard.schema.picture import Scale
from dashboard.schema.result import Estimate, Status

TITLE_WIDTH = 58  # letters of a title line that fit a phone's 360 points
SUBTITLE_WIDTH = 64
LABEL_WIDTH = 22
TITLE_LINE, SUBTITLE_LINE = 22, 18
TICKS = {"percent": ".0%", "points": "+.1%", "number": ",~g", "log": ",~g"}
FEW_TICKS = 5
LOG_TICKS = (0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A figure being drawn: on which paper, and which groups without a fixed place it holds, in their order.

    Traces and notes are collected and set at once by `finished`: adding them to the figure one by one checks all earlier ones again each time.
    """

    figure: go.Figure
    dark: bool
    groups: tuple[str, ...]
    traces: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def scatter(self, **trace: Any) -> None:
        """One more trace of points or lines."""
        self.traces.append({"type": "scatter", **trace})

    def note(self, **note: Any) -> None:
        """One more text, without an arrow."""
        self.notes.append({"showarrow": False, **note})

    def finished(self) -> go.Figure:
        """The figure with everything collected."""
        self.figure.add_traces(self.traces)
        self.figure.update_layout(annotations=[*self.figure.layout.annotations, *self.notes])
        return self.figure

    @property
    def theme(self) -> Tokens:
        """The colours of the paper."""
        return tokens(self.dark)

    def look(self, group: str) -> Look:
        """How a group is drawn here."""
        return look_of(group, self.dark, self.groups)


def wrapped(text: str, width: int) -> str:
    """Text broken into lines for a figure; markup in it is shown as text."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br>".join(textwrap.wrap(safe, width, break_long_words=False)) or ""


def lines(text: str) -> int:
    """How many lines a wrapped text takes."""
    return text.count("<br>") + 1 if text else 0


def framed(title: str, subtitle: str, body_height: int, dark: bool, *, left: int = 0, bottom: int = 64) -> go.Figure:
    """An empty figure with the finding as its title, the unit, period and n below it, and `body_height` points for the picture."""
    theme = tokens(dark)
    head, below = wrapped(title, TITLE_WIDTH), wrapped(subtitle, SUBTITLE_WIDTH)
    top = 40 + TITLE_LINE * lines(head) + SUBTITLE_LINE * lines(below) + 10
    text = f"<b>{head}</b>" + (f"<br><span style='font-size:13px;color:{theme.muted}'>{below}</span>" if below else "")
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=top + body_height + bottom,
        margin={"l": left or 8, "r": 16, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": theme.ink},
        title={
            "text": text,
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "xanchor": "left",
            "pad": {"t": 24, "l": 4},
            "font": {"size": 16, "color": theme.ink},
        },
        showlegend=False,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.ink},
        hoverlabel={"bgcolor": theme.card, "bordercolor": theme.line, "font": {"family": FONT, "size": 13, "color": theme.ink}, "align": "left"},
        dragmode=False,
        hovermode="closest",
    )
    return figure


def value_axis(scale: Scale, theme: Tokens, title: str, values: list[float], *, zero: bool = False) -> dict[str, Any]:
    """The axis of a scale: percent without false decimals, ratios logarithmic with readable ticks."""
    axis: dict[str, Any] = {
        "title": {"text": title, "font": {"size": 13, "color": theme.muted}, "standoff": 10},
        "tickfont": {"size": 12, "color": theme.muted},
        "gridcolor": theme.line,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickformat": TICKS[scale],
        "nticks": FEW_TICKS,
        "fixedrange": True,
        "automargin": True,
    }
    if scale == "log":
        positive = [value for value in values if value > 0]
        low, high = min([*positive, 1.0]), max([*positive, 1.0])
        shown = [tick for tick in LOG_TICKS if low / 1.3 <= tick <= high * 1.3]
        while len(shown) > FEW_TICKS + 1:
            shown = [tick for place, tick in enumerate(shown) if tick == 1.0 or (place - shown.index(1.0)) % 2 == 0]
        axis |= {"type": "log", "tickvals": shown, "ticktext": [say.plain(tick) for tick in shown]}
    elif scale == "points" and values:
        steps = round_steps(min(values), max(values))
        axis |= {"tickvals": steps, "ticktext": [say.points(step).removesuffix(" points") if step else "0" for step in steps]}
    elif zero:
        axis["rangemode"] = "tozero"
    return axis


def round_steps(low: float, high: float) -> list[float]:
    """At most six round numbers (1, 2 or 5 times a power of ten apart) between two ends."""
    rough = max(high - low, 1e-9) / FEW_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough)
    return [round(place * step, 12) for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def label_axis(theme: Tokens) -> dict[str, Any]:
    """The axis that carries the rows' names."""
    return {
        "tickfont": {"size": 13, "color": theme.ink},
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "ticklabelstandoff": 8,
        "fixedrange": True,
        "automargin": True,
    }


def hover_text(name: str, estimate: Estimate, scale: Scale) -> str:
    """What a pointer finds on a mark: the number, its interval, its n, and its caution."""
    parts = [f"<b>{wrapped(name, LABEL_WIDTH * 2)}</b>", say.with_interval(estimate, scale)]
    if estimate.n:
        parts.append(f"n = {say.count(estimate.n)}")
    if estimate.reason:
        parts.append(wrapped(estimate.reason, 46))
    return "<br>".join(parts)


def shown(estimate: Estimate) -> bool:
    """Whether there is a value that may be drawn."""
    return estimate.known and estimate.status in {Status.OK, Status.CAUTION}


def span(estimates: list[Estimate]) -> list[float]:
    """Every finite number that an axis must reach."""
    found = [part for one in estimates if shown(one) for part in (one.value, one.low, one.high) if part is not None]
    return [value for value in found if math.isfinite(value)]
