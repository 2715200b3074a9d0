"""How is a number written for people? Three significant digits at most, thousands separated, unknown never zero."""

from __future__ import annotations

import math

from dashboard.schema.result import Estimate, Status

NOT_AVAILABLE = "not available"
NOT_SHOWN = "not shown"


def count(value: float | None) -> str:
    """1204.0 -> '1,204'; None -> 'not shown'."""
    return NOT_SHOWN if value is None else f"{round(value):,}"


def plain(value: float) -> str:
    """A bare number with at most three significant digits: 1.234 -> '1.23', 12.0 -> '12', 0.04567 -> '0.0457'."""
    if not math.isfinite(value):
        return "no limit"
    if abs(value) >= 1000:
        return f"{round(value):,}".replace("-", "−")
    text = f"{value:.3g}"
    if "e" in text:
        text = f"{value:.6f}".rstrip("0")
    return text.replace("-", "−")


def percent(share: float) -> str:
    """0.1234 -> '12.3%', 0.5 -> '50%', 0.00042 -> '0.042%'; never a false decimal above ten percent of precision."""
    value = 100 * share
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}%"
    return f"{value:.1f}".removesuffix(".0") + "%" if abs(value) >= 1 else f"{value:.2g}%"


def points(difference: float) -> str:
    """A difference of shares in percentage points: 0.0312 -> '+3.1 points'."""
    value = 100 * difference
    text = f"{value:+.1f}".removesuffix(".0") if abs(value) >= 0.1 else f"{value:+.2g}"
    return f"{text.replace('-', '−')} points"


def distance(difference: float) -> str:
    """A difference of shares without its sign or unit, for sentences that say the side: -0.0312 -> '3.1'."""
    return points(abs(difference)).removeprefix("+").removesuffix(" points")


def ratio(value: float) -> str:
    """A bare ratio, to two decimals below ten: 0.6962 -> '0.70', 1.834 -> '1.83', 12.34 -> '12.3', 0.0123 -> '0.012'."""
    if not math.isfinite(value) or not 0.1 <= value < 10:
        return f"{value:.2g}" if 0.0001 < value < 0.1 else plain(value)
    return f"{value:.2f}"


def times(value: float) -> str:
    """A ratio: 1.834 -> '1.83 times'."""
    return f"{ratio(value)} times"


WRITERS = {"number": plain, "percent": percent, "points": points, "log": ratio, "times": times, "count": count}


def bound(estimate: Estimate) -> bool:
    """Whether only one end of a number is said, to protect people: at least, or at most."""
    return estimate.value is None and (estimate.low is None) != (estimate.high is None)


def value(estimate: Estimate, kind: str = "number") -> str:
    """The value alone, or why there is none in two words."""
    if estimate.status is Status.WITHHELD:
        return NOT_SHOWN
    if bound(estimate):
        edge, word = (estimate.low, "at least") if estimate.low is not None else (estimate.high, "at most")
        return f"{word} {WRITERS[kind](edge or 0.0)}"
    return NOT_AVAILABLE if estimate.value is None else WRITERS[kind](estimate.value)


def interval(estimate: Estimate, kind: str = "number") -> str:
    """'1.5 to 2.1', or '' where there is none; an open end is said."""
    if estimate.low is None and estimate.high is None:
        return ""
    write = ratio if kind in {"log", "times"} else WRITERS[kind]
    if estimate.high is None or not math.isfinite(estimate.high):
        return f"at least {write(estimate.low or 0.0)}"
    low = write(estimate.low if estimate.low is not None else 0.0)
    return f"{low.removesuffix(' points').removesuffix('%') if kind in {'points', 'percent'} else low} to {write(estimate.high)}"


def with_interval(estimate: Estimate, kind: str = "number") -> str:
    """'1.8 times (95% interval 1.5 to 2.1)'."""
    inside = "" if bound(estimate) else interval(estimate, kind)
    return value(estimate, kind) + (f" (95% interval {inside})" if inside and estimate.value is not None else f" ({inside})" if inside else "")


def compact(estimate: Estimate, kind: str = "number") -> str:
    """For a table whose heading says '95% interval': '1.80 times (1.50 to 2.10)', '−7.4 points (−8.7 to −6.1)'."""
    inside = interval(estimate, kind).removesuffix(" points")
    return value(estimate, kind) + (f" ({inside})" if inside and estimate.value is not None else "")


def listed(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
