"""What a picture must say, without a colour or a pixel: the chart room turns these into figures, the words room into sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dashboard.schema.result import Estimate

Scale = Literal["number", "percent", "points", "log"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One point with its interval: `label` is its row, `group` gives colour and marker, `panel` a small multiple.

    `stands_out` is the verdict of a test made elsewhere; without one the interval decides (see DotPlot.stands_out).
    """

    label: str
    estimate: Estimate
    group: str = ""
    panel: str = ""
    stands_out: bool | None = None


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Dots with whiskers against a labelled reference line (1 on a log axis, 0 for differences)."""

    title: str
    subtitle: str
    dots: tuple[Dot, ...]
    scale: Scale = "number"
    reference: float | None = None
    reference_label: str = ""
    axis: str = ""

    def stands_out(self, dot: Dot) -> bool:
        """Does this dot differ clearly from the reference line? Its own verdict, else whether its interval leaves the line out."""
        if dot.stands_out is not None:
            return dot.stands_out
        low, high = dot.estimate.low, dot.estimate.high
        if self.reference is None or not dot.estimate.known or low is None or high is None:
            return False
        return low > self.reference or high < self.reference


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend: ISO `period` text, its estimate, and whether the period is still incomplete."""

    period: str
    estimate: Estimate
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend; a `dashed` one is a benchmark, named at its end."""

    label: str
    group: str
    points: tuple[Point, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A thin vertical rule with a short label: a policy date, a change of form, a comparability break."""

    period: str
    label: str


@dataclass(frozen=True, slots=True)
class TrendPlot:
    """Lines with bands over time; a period without data is a gap.

    `window` is the least height of the value axis, for scores that have no natural zero; at 0 an axis of counts or shares begins at zero.
    """

    title: str
    subtitle: str
    series: tuple[Series, ...]
    scale: Scale = "number"
    axis: str = ""
    events: tuple[Event, ...] = field(default=())
    window: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One place or unit on a scatter: x, y, its size (n), its label and group; `across` and `upward` are 95 % intervals of x and y.

    A mark without a label is nobody in particular. `stands_out` is the verdict of a test made elsewhere; without one the limits decide.
    """

    x: float
    y: float
    size: float
    label: str
    group: str = ""
    across: tuple[float, float] | None = None
    upward: tuple[float, float] | None = None
    stands_out: bool | None = None


@dataclass(frozen=True, slots=True)
class ScatterPlot:
    """Places against each other, with the diagonal where both sides would be equal; `limits` are funnel lines as (x, low, high).

    `x_scale` is the scale across where it is another than upward; `cross` draws a line at an x and a y, with a name for each corner
    (upper left, upper right, lower left, lower right). `chance` are thinner funnel lines, within which chance alone would leave the marks.
    """

    title: str
    subtitle: str
    marks: tuple[Mark, ...]
    x_axis: str
    y_axis: str
    scale: Scale = "percent"
    diagonal: bool = False
    limits: tuple[tuple[float, float, float], ...] = ()
    x_scale: Scale | None = None
    cross: tuple[float, float] | None = None
    corners: tuple[str, str, str, str] = ("", "", "", "")
    chance: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from zero; an estimate that is not shown is hatched."""

    label: str
    estimate: Estimate
    group: str = ""


@dataclass(frozen=True, slots=True)
class BarPlot:
    """Bars from a zero baseline."""

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    scale: Scale = "number"
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """One district of a map: its name, its number, and its outer rings of longitude and latitude."""

    label: str
    estimate: Estimate
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class MapPlot:
    """Districts shaded by a number; one that is not shown is hatched."""

    title: str
    subtitle: str
    areas: tuple[Area, ...]
    axis: str = ""
    scale: Scale = "percent"


@dataclass(frozen=True, slots=True)
class CloudPlot:
    """Words as large as they are frequent: `words` holds (word, in how many comments), the most frequent first. Never instead of numbers."""

    title: str
    subtitle: str
    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class LikertRow:
    """One stacked bar: a share for each level from low to high, how many answered, and the share who gave no answer with a reason (don't know)."""

    label: str
    shares: tuple[Estimate, ...]
    n: int | None = None
    apart: float | None = None


@dataclass(frozen=True, slots=True)
class LikertPlot:
    """Diverging stacked bars: the lower half of the levels to the left, the upper to the right, a middle level on the line, don't know apart."""

    title: str
    subtitle: str
    levels: tuple[str, ...]
    rows: tuple[LikertRow, ...]
    axis: str = ""


@dataclass(frozen=True, slots=True)
class GridPlot:
    """Numbers in a grid, darker the higher: `cells` holds for each of `rows` one estimate for each of `columns`; what is not shown is hatched."""

    title: str
    subtitle: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Estimate, ...], ...]
    axis: str = ""
    scale: Scale = "number"


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of shares over days: `points` are (day, share ended by then); a `dashed` one is one outcome beside the whole."""

    label: str
    points: tuple[tuple[float, Estimate], ...]
    group: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """What share has ended after so many days: stairs with bands, and a labelled line at the target day."""

    title: str
    subtitle: str
    curves: tuple[Curve, ...]
    axis: str = "days"
    target: float | None = None
    target_label: str = ""
    scale: Scale = "percent"


Picture = CurvePlot | DotPlot | TrendPlot | ScatterPlot | BarPlot | MapPlot | CloudPlot | LikertPlot | GridPlot
