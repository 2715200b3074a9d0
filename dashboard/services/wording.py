"""How do many groups' results become one sentence? The clear differences first, the largest first, the others by name."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.schema import say
from dashboard.schema.result import Estimate

MOST = 3  # differences written out; the picture and the table hold the rest


def clear(one: Estimate, same: float) -> bool:
    """Whether the interval leaves out no difference."""
    return one.known and one.low is not None and one.high is not None and (one.low > same or one.high < same)


def contrast(found: Sequence[tuple[str, Estimate]], kind: str, same: float = 0.0) -> str:
    """'Black +12 points (95% interval +11 to +13), Asian ...; also clear for Other; no clear difference for Hispanic'; '' when nothing is known."""
    known = [(name, one) for name, one in found if one.known]
    loud = sorted((pair for pair in known if clear(pair[1], same)), key=lambda pair: -abs((pair[1].value or same) - same))
    quiet = [name for name, one in known if not clear(one, same)]
    parts = [say.listed([f"{name} {say.with_interval(one, kind)}" for name, one in loud[:MOST]])] if loud else []
    if loud[MOST:]:
        parts.append(f"also clear for {say.listed([name for name, _ in loud[MOST:]])}")
    if quiet:
        parts.append(f"no clear difference for {say.listed(quiet)}")
    return "; ".join(parts)


def side_by_side(found: Sequence[tuple[str, Estimate]], kind: str = "number") -> str:
    """'White 223 (217 to 229), Black 155 (150 to 160) and Other 160 (140 to 180)': every known number with its 95% interval."""
    return say.listed([f"{name} {say.compact(one, kind)}" for name, one in found if one.known])
