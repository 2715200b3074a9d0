"""What the veil of darkness answers: per group the odds in daylight against the dark, beside every other declared way to compute them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.schema.result import Estimate, Gate
from dashboard.stats.veil_cells import SetAside


@dataclass(frozen=True, slots=True)
class Variant:
    """The same comparison done another way: beta (share after dark against daylight, log odds) with its interval and standard error."""

    key: str
    label: str
    beta: Estimate
    se: float | None = None


@dataclass(frozen=True, slots=True)
class GroupVeil:
    """One group against the reference. `odds_ratio` is exp(-beta): the odds of the group in daylight against the dark.

    Above 1 is the direction expected if visible race mattered. `light`, `dark` and the reference's are window stops; shares are of all window
    stops with a known group; `crude` is the odds ratio with nothing held fixed; `beta_range` spans the headline and all variants.
    """

    group: str
    odds_ratio: Estimate
    beta: Estimate
    se: float | None
    crude: Estimate
    share_light: Estimate
    share_dark: Estimate
    light: float
    dark: float
    reference_light: float
    reference_dark: float
    variants: tuple[Variant, ...]
    beta_range: tuple[float, float] | None
    depends_on_model: bool
    gates: tuple[Gate, ...]
    left_out: float = 0.0


@dataclass(frozen=True, slots=True)
class VeilResult:
    """All groups against the reference, the gates on the data, what was set aside, and which window and sun were used (minutes of the day)."""

    reference: str
    groups: tuple[GroupVeil, ...]
    gates: tuple[Gate, ...]
    set_aside: SetAside
    window_stops: float
    unknown_stops: float
    clusters: int
    clustered_by: str
    window_minutes: tuple[int, int]
    sun: str
    notes: tuple[str, ...]
