"""What does a picture look like where nothing runs? SVG of a fixed width, coloured by a style sheet that follows the reader's light or dark."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from dashboard.charts.frame import LOG_TICKS, round_steps
from dashboard.charts.theme import DARK, LIGHT, Tokens, look_of
from dashboard.schema import say
from dashboard.schema.picture import Scale

LETTER = 7.3  # points of a letter at 13 points
LINE = 16
HUES = ("paper", "ink", "muted", "line", "primary", "notice", "gap")
CORNERS = {
    "square": (4, 45),
    "diamond": (4, 0),
    "triangle-up": (3, 0),
    "triangle-down": (3, 180),
    "pentagon": (5, 0),
    "hexagon": (6, 0),
    "hourglass": (3, 90),
    "bowtie": (3, 270),
}
STARS = {"star-triangle-up": (3, 0), "star-triangle-down": (3, 180), "star-square": (4, 45), "star-diamond": (4, 0), "cross": (4, 0)}


def style() -> str:
    """The colours of every still picture, light and dark: the tokens of the theme."""

    def named(theme: Tokens) -> str:
        groups = "".join(f"--g{place}:{colour};" for place, colour in enumerate(theme.groups))
        return "".join(f"--{name}:{getattr(theme, name)};" for name in HUES) + groups

    hues = [*HUES, *(f"g{place}" for place in range(len(LIGHT.groups)))]
    rules = "".join(f".f-{hue}{{fill:var(--{hue})}}.s-{hue}{{stroke:var(--{hue})}}" for hue in hues)
    rules += ".on{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}"
    return f":root{{color-scheme:light dark;{named(LIGHT)}}}@media(prefers-color-scheme:dark){{:root{{{named(DARK)}}}}}{rules}"


def hue_of(group: str, others: Iterable[str] = ()) -> tuple[str, str]:
    """Colour and marker of a group, as on every page: ('g1', 'square')."""
    look = look_of(group, False, others)
    if look.colour in LIGHT.groups and group:
        return f"g{LIGHT.groups.index(look.colour)}", look.marker
    return ("muted" if group else "primary"), look.marker


def fold(text: str, letters: float) -> list[str]:
    """A text in lines of at most so many letters."""
    return textwrap.wrap(text, max(int(letters), 4), break_long_words=False) or [""]


@dataclass(slots=True)
class Sheet:
    """SVG being drawn, so many points wide; `height` grows with what is put on it."""

    width: float
    height: float = 0.0
    parts: list[str] = field(default_factory=list)

    @property
    def hatch(self) -> str:
        """The name of the pattern of what is not shown: one page holds a picture in several widths, and only one of them is laid out."""
        return f"hatch-{self.width:.0f}"

    def add(self, tag: str, inside: str = "", /, **attributes: Any) -> None:
        """One element; a trailing underscore of a name is dropped, inner ones become hyphens, numbers are rounded."""
        written = (
            f'{name.rstrip("_").replace("_", "-")}="{escape(f"{value:.1f}" if isinstance(value, float) else str(value))}"'
            for name, value in attributes.items()
        )
        self.parts.append(f"<{tag} {' '.join(written)}>{inside}</{tag}>" if inside else f"<{tag} {' '.join(written)}/>")

    def text(
        self,
        x: float,
        y: float,
        lines: str | list[str],
        hue: str = "ink",
        *,
        anchor: str = "start",
        size: int = 13,
        bold: bool = False,
        flat: bool = False,
    ) -> None:
        """Words whose first line stands on `y`, on paper of their own so that no line runs through them; `flat` ones stand on a colour."""
        some = [lines] if isinstance(lines, str) else lines
        inside = "".join(f'<tspan x="{x:.1f}" dy="{LINE if place else 0}">{escape(line)}</tspan>' for place, line in enumerate(some))
        weight: dict[str, Any] = {"font_weight": 600} if bold else {}
        self.add("text", inside, x=x, y=y, class_=f"f-{hue}{'' if flat else ' on'}", text_anchor=anchor, font_size=size, **weight)

    def line(self, start: tuple[float, float], end: tuple[float, float], hue: str, width: float = 1.0, dash: str = "") -> None:
        """A straight line."""
        dashed = {"stroke_dasharray": dash} if dash else {}
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=f"s-{hue}", stroke_width=width, **dashed)

    def path(self, points: list[tuple[float, float]], hue: str, width: float = 2.0, dash: str = "", *, fill: str = "", faint: float = 1.0) -> None:
        """A line through points, or with `fill` the area that they enclose."""
        if not points:
            return
        drawn = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if fill:
            self.add("path", d=drawn + "Z", class_=f"f-{fill}{f' s-{hue}' if hue else ''}", fill_opacity=faint)
        else:
            dashed = {"stroke_dasharray": dash} if dash else {}
            self.add("path", d=drawn, class_=f"s-{hue}", fill="none", stroke_width=width, stroke_linejoin="round", **dashed)

    def mark(self, x: float, y: float, size: float, hue: str, symbol: str = "circle", *, hollow: bool = False, faint: float = 1.0) -> None:
        """A marker in its group's form; a hollow one shows the paper."""
        look = {"class_": f"f-{'paper' if hollow else hue} s-{hue}", "stroke_width": 2, "fill_opacity": faint}
        if symbol in CORNERS or symbol in STARS:
            count, turn = CORNERS.get(symbol) or STARS[symbol]
            far = [size * 1.25, size * 0.5] if symbol in STARS else [size * 1.25]
            steps = count * len(far)
            corners = [(far[step % len(far)], math.radians(turn - 90 + 360 * step / steps)) for step in range(steps)]
            self.add("polygon", points=" ".join(f"{x + r * math.cos(a):.1f},{y + r * math.sin(a):.1f}" for r, a in corners), **look)
        else:
            self.add("circle", cx=x, cy=y, r=size, **look)

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """A box that is not shown."""
        self.add("rect", x=x, y=y, width=width, height=height, fill=f"url(#{self.hatch})", class_="s-notice", stroke_width=1)

    def finished(self, words: str) -> str:
        """The whole picture with its words for those who do not see it."""
        pattern = f'<pattern id="{self.hatch}" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 7L7 0" class="s-notice"/></pattern>'
        size = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}" width="{self.width:.0f}" height="{self.height:.0f}"'
        opened = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words)}" {size}>'
        return f"{opened}<defs>{pattern}</defs>{''.join(self.parts)}</svg>"


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values lie between two points of the sheet; `log` for ratios."""

    low: float
    high: float
    start: float
    end: float
    scale: Scale = "number"

    def at(self, value: float) -> float:
        """The place of a value, kept within the axis."""
        low, high, here = self.low, self.high, value
        if self.scale == "log":
            low, high, here = math.log10(low), math.log10(high), math.log10(max(value, 1e-9))
        share = (here - low) / (high - low) if high > low else 0.5
        return self.start + min(max(share, -0.02), 1.02) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Round values on the axis with their words."""
        if self.scale == "log":
            steps = [tick for tick in LOG_TICKS if self.low <= tick <= self.high]
            while len(steps) > 6:
                steps = [tick for place, tick in enumerate(steps) if tick == 1.0 or place % 2 == 0]
        else:
            steps = round_steps(self.low, self.high)
        return [(step, self._written(step)) for step in steps]

    def _written(self, step: float) -> str:
        """A round value in the words of the scale."""
        if self.scale == "points":
            return say.points(step).removesuffix(" points") if step else "0"
        return say.percent(step) if self.scale == "percent" else say.plain(step)
