"""How did the answers fall? Diverging stacked bars: low answers to the left, high ones to the right, the middle on the line, don't know apart."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.frame import framed, hover_text, label_axis, lines, shown, wrapped
from dashboard.charts.theme import Tokens, tokens
from dashboard.schema import say
from dashboard.schema.picture import LikertPlot, LikertRow
from dashboard.schema.result import Estimate, Status

BAR, LINE, ROOM = 26, 18, 16  # heights: of a bar, of a line of its label above it, of the room below
CLEAR = 5  # between a label and its bar
LABEL = 44  # letters a line: a label has the whole width of a phone
LOW, MIDDLE, HIGH = ("#8A4B12", "#E0B98A"), "#B9BEC5", ("#A8CFE0", "#15577F")  # brown and blue part for every kind of colour blindness
DARK_INK, LIGHT_INK = "#000000", "#FFFFFF"  # one of them has 4.5 : 1 on any colour
HALF_WAY = 0.179  # luminance at which black and white can be read alike
SMALLEST = 11  # of a number inside a bar; one that does not fit is left to the pointer and the table
APART, GAP = 0.16, 0.06  # width of the column of those who gave no answer, and the room before it
LETTERS_PER_LINE = 40
MARGIN = 0.02


def colours(levels: int) -> list[str]:
    """One colour a level, from low to high; an odd number has a grey one in the middle."""
    side = levels // 2
    low = [_between(LOW[0], LOW[1], place / max(1, side - 1)) for place in range(side)]
    high = [_between(HIGH[0], HIGH[1], place / max(1, side - 1)) for place in range(side)]
    if side == 1:
        low, high = [LOW[0]], [HIGH[1]]
    return [*low, *([MIDDLE] if levels % 2 else []), *high]


def _between(one: str, other: str, share: float) -> str:
    """The colour at this share of the way between two."""
    parts = [round(int(one[at : at + 2], 16) + share * (int(other[at : at + 2], 16) - int(one[at : at + 2], 16))) for at in (1, 3, 5)]
    return "#" + "".join(f"{part:02X}" for part in parts)


def ink_on(colour: str) -> str:
    """Dark or light figures, whichever can be read on this colour (relative luminance, WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return LIGHT_INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue < HALF_WAY else DARK_INK


def draw_likert(picture: LikertPlot, dark: bool) -> go.Figure:
    """The figure: one bar a row with its label above it, the names of the levels on top in their colours."""
    theme = tokens(dark)
    palette = colours(len(picture.levels))
    key = _key(picture, palette)
    names = [wrapped(f"{row.label}{f' (n {say.count(row.n)})' if row.n else ''}", LABEL) for row in picture.rows]
    heights = [LINE * lines(name) + CLEAR + BAR + ROOM for name in names]
    top = 18 * (key.count("<br>") + 1) + 8
    figure = framed(picture.title, picture.subtitle, sum(heights) + top, dark)
    left, right = _reach(picture)
    apart = any(row.apart for row in picture.rows)
    at, end = 0.0, right + GAP + APART
    for row, name, height in zip(picture.rows, names, heights, strict=True):
        place = at + height - ROOM - BAR / 2
        _bar(figure, picture, row, place=place, palette=palette, theme=theme)
        _above(figure, name, at, theme)
        if apart:
            _beside(figure, row, place, end, theme)
        at += height
    figure.add_vline(x=0, line={"color": theme.ink, "width": 1}, layer="below")
    figure.add_annotation(
        x=0, xref="paper", y=-top, text=key, showarrow=False, xanchor="left", yanchor="top", align="left", font={"size": 13, "color": theme.ink}
    )
    if apart:
        figure.add_annotation(
            x=end, y=0, text="no answer", showarrow=False, xanchor="right", yanchor="bottom", font={"size": 12, "color": theme.muted}
        )
    ticks = [step for step in (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0) if -left - MARGIN <= step <= right + MARGIN]
    figure.update_xaxes(
        range=[-left - MARGIN, right + MARGIN + (GAP + APART if apart else 0.0)],
        tickvals=ticks,
        ticktext=[say.percent(abs(step)) for step in ticks],
        tickfont={"size": 12, "color": theme.muted},
        tickangle=0,
        gridcolor=theme.line,
        zeroline=False,
        fixedrange=True,
        title={"text": picture.axis, "font": {"size": 13, "color": theme.muted}, "standoff": 10},
        automargin=True,
    )
    figure.update_yaxes(label_axis(theme) | {"showticklabels": False, "range": [at, -top]})
    figure.update_layout(barmode="overlay", bargap=0, uniformtext={"minsize": SMALLEST, "mode": "hide"})
    return figure


def _key(picture: LikertPlot, palette: list[str]) -> str:
    """The levels in words with their colours, in as many lines as they need."""
    found, length = [[]], 0  # type: ignore[var-annotated]
    for level, colour in zip(picture.levels, palette, strict=True):
        if length and length + len(level) + 4 > LETTERS_PER_LINE:
            found.append([])
            length = 0
        found[-1].append(f"<span style='color:{colour}'>■</span> {wrapped(level, 60)}")
        length += len(level) + 4
    return "<br>".join("   ".join(line) for line in found)


def _reach(picture: LikertPlot) -> tuple[float, float]:
    """How far the longest bar goes to either side."""
    sides = [_sides(row, len(picture.levels)) for row in picture.rows] or [(0.5, 0.5)]
    return max(0.1, *(left for left, _ in sides)), max(0.1, *(right for _, right in sides))


def _sides(row: LikertRow, levels: int) -> tuple[float, float]:
    """How much of a bar is left of the line, and right of it; what is not shown stands at its right end."""
    side = levels // 2
    values = [share.value or 0.0 if shown(share) else 0.0 for share in row.shares]
    middle = values[side] / 2 if levels % 2 else 0.0
    return sum(values[:side]) + middle, sum(values[levels - side :]) + middle + _hidden(row)


def _hidden(row: LikertRow) -> float:
    """The share of a bar whose levels are not shown."""
    if all(shown(share) for share in row.shares):
        return 0.0
    return max(0.0, 1.0 - sum(share.value or 0.0 for share in row.shares if shown(share)))


def _bar(figure: go.Figure, picture: LikertPlot, row: LikertRow, *, place: float, palette: list[str], theme: Tokens) -> None:
    """One row's segments from left to right, with the number inside where it fits; the part that is not shown is hatched."""
    at = -_sides(row, len(picture.levels))[0]
    for level, share, colour in zip(picture.levels, row.shares, palette, strict=True):
        value = share.value or 0.0 if shown(share) else 0.0
        if value > 0:
            _segment(figure, at, value, place, colour=colour, told=hover_text(f"{row.label}: {level}", share, "percent"), theme=theme)
        at += value
    if (rest := _hidden(row)) > 0:
        hatched = {"color": "rgba(0,0,0,0)", "line": {"color": theme.notice, "width": 1}}
        hatched |= {"pattern": {"shape": "/", "fgcolor": theme.notice, "size": 7, "solidity": 0.2}}
        told = hover_text(f"{row.label}: the other answers", Estimate(None, status=Status.WITHHELD, reason="Too few gave them."), "percent")
        figure.add_bar(
            x=[rest], base=[at], y=[place], width=BAR, orientation="h", marker=hatched, hovertemplate=f"{told}<extra></extra>", name=row.label
        )


def _segment(figure: go.Figure, at: float, value: float, place: float, *, colour: str, told: str, theme: Tokens) -> None:
    """One level of one row, with its number where it fits."""
    figure.add_bar(
        x=[value],
        base=[at],
        y=[place],
        width=BAR,
        orientation="h",
        text=[say.percent(value)],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 12, "color": ink_on(colour)},
        marker={"color": colour, "line": {"color": theme.paper, "width": 1}},
        hovertemplate=f"{told}<extra></extra>",
        name=told.split("<br>", maxsplit=1)[0],
    )


def _above(figure: go.Figure, name: str, at: float, theme: Tokens) -> None:
    """The label of a row above its bar, over the lines behind it."""
    figure.add_annotation(
        x=0,
        xref="paper",
        y=at,
        text=name,
        showarrow=False,
        xanchor="left",
        yanchor="top",
        align="left",
        bgcolor=theme.paper,
        borderpad=0,
        font={"size": 13, "color": theme.ink},
    )


def _beside(figure: go.Figure, row: LikertRow, place: float, at: float, theme: Tokens) -> None:
    """The share who gave no answer, in words in a column of its own."""
    if row.apart:
        figure.add_annotation(x=at, y=place, text=say.percent(row.apart), showarrow=False, xanchor="right", font={"size": 13, "color": theme.muted})
