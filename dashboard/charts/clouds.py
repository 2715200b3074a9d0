"""Words as large as they are frequent: one colour, all of them upright, and the same words in the same places every time."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.frame import framed, wrapped
from dashboard.charts.theme import tokens
from dashboard.schema import say
from dashboard.schema.picture import CloudPlot

WIDTH, HEIGHT = 480, 340  # points; narrow, so that its smallest words can still be read on a phone
SHARPNESS = 2
SMALLEST, LARGEST = 13, 46
MOST, SEED = 60, 7
QUICK = 3  # how hard the image is compressed: of 0 to 9; 9 takes a quarter of a second
FONT_FILE = Path(__file__).resolve().parents[1] / "web" / "fonts" / "open-sans-latin-wght-normal.woff2"


def draw_cloud(picture: CloudPlot, dark: bool) -> go.Figure:
    """The figure of a cloud: the laid out words as one image, and over each word what a pointer finds there."""
    figure = framed(picture.title, picture.subtitle, HEIGHT, dark, bottom=8)
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    figure.update_xaxes(hidden | {"range": [0, WIDTH]})
    figure.update_yaxes(hidden | {"range": [HEIGHT, 0], "scaleanchor": "x", "constraintoward": "top"})
    figure.update_layout(margin={"l": 0, "r": 0})
    if not picture.words:
        return figure
    laid_out = _laid_out(picture.words, tokens(dark).ink)
    figure.add_layout_image(source=_as_png(laid_out), xref="x", yref="y", x=0, y=0, sizex=WIDTH, sizey=HEIGHT, sizing="stretch", layer="below")
    places = [(word, row, column, size) for (word, _), size, (row, column), _, _ in laid_out.layout_]
    counts = dict(picture.words)
    figure.add_scatter(
        x=[column + 0.27 * size * len(word) for word, _, column, size in places],
        y=[row + size / 2 for _, row, _, size in places],
        mode="markers",
        marker={"opacity": 0, "size": 24},
        customdata=[f"<b>{wrapped(word, 30)}</b><br>in {say.count(counts[word])} comments" for word, _, _, _ in places],
        hovertemplate="%{customdata}<extra></extra>",
        name="words",
    )
    return figure


def _laid_out(words: tuple[tuple[str, int], ...], ink: str) -> Any:
    """Where every word stands, by the library; in the font of the pages where the machine can read it."""
    from wordcloud import WordCloud

    def made(**font: Any) -> Any:
        cloud = WordCloud(
            width=WIDTH,
            height=HEIGHT,
            scale=SHARPNESS,
            mode="RGBA",
            background_color=None,
            color_func=lambda *_, **__: ink,
            random_state=SEED,
            prefer_horizontal=1.0,
            min_font_size=SMALLEST,
            max_font_size=LARGEST,
            max_words=MOST,
            margin=4,
            **font,
        )
        return cloud.generate_from_frequencies({word: float(count) for word, count in words})

    try:
        return made(font_path=str(FONT_FILE))
    except OSError:  # a font library without Brotli cannot open it
        return made()


def _as_png(laid_out: Any) -> str:
    """The image as an address that holds it."""
    out = io.BytesIO()
    laid_out.to_image().save(out, format="PNG", compress_level=QUICK)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
