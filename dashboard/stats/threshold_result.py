"""What does the threshold test hand over? Counts in, and per prior scale: differences first, levels second, and what the checks said."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.schema.result import Estimate, Gate, Status


@dataclass(frozen=True, slots=True)
class ThresholdCell:
    """Counts of one group in one location: stops, the searches among them and the hits among those."""

    location: str
    group: str
    stops: int
    searches: int
    hits: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.searches <= self.stops:
            raise MeasureError(
                f"The counts of {self.group} in {self.location} contradict themselves: "
                f"{self.stops:,} stops, {self.searches:,} searches, {self.hits:,} hits.",
                hint="Every hit must be a search and every search a stop.",
            )


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """One group's threshold, or its difference from the reference, as a share (.05 is five points)."""

    group: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class CellCheck:
    """One cell, observed and predicted: the share of stops searched, and the share of searches with a hit (None without searches)."""

    location: str
    group: str
    stops: int
    searches: int
    searched: float
    searched_predicted: float
    found: float | None
    found_predicted: float


@dataclass(frozen=True, slots=True)
class PredictiveChecks:
    """How well do the draws describe the counts? Root mean squared errors are weighted by stops and by searches.

    `pearson_hits` and `pearson_searches` are mean squared Pearson residuals averaged over the draws: near 1 when the model describes the data.
    """

    cells: tuple[CellCheck, ...]
    search_error: float
    hit_error: float
    pearson_searches: float
    pearson_hits: float


@dataclass(frozen=True, slots=True)
class ScaleFit:
    """The fit with all prior scales multiplied by `scale`. Estimates are not available where `gates` (numerical) did not pass."""

    scale: float
    differences: tuple[GroupEstimate, ...]
    levels: tuple[GroupEstimate, ...]
    effective: float
    draws: int
    indefinite: float
    gates: tuple[Gate, ...]
    checks: PredictiveChecks | None

    def difference(self, group: str) -> Estimate:
        """The group's threshold minus the reference's."""
        return _named(self.differences, group)

    def level(self, group: str) -> Estimate:
        """The group's own threshold."""
        return _named(self.levels, group)


@dataclass(frozen=True, slots=True)
class ThresholdResult:
    """The threshold test over all prior scales. `fits` is empty when the identifiability gates refuse; `headline` is the fit at the scale nearest 1.

    `groups` and `locations` are those that entered; `left_out` says in words what did not.
    """

    reference: str
    priors: str
    groups: tuple[str, ...]
    locations: tuple[str, ...]
    fits: tuple[ScaleFit, ...]
    gates: tuple[Gate, ...]
    left_out: tuple[str, ...]
    cautions: tuple[str, ...]
    status: Status
    sentence: str

    @property
    def headline(self) -> ScaleFit | None:
        """The fit at the prior scale nearest 1, with its cautions."""
        return min(self.fits, key=lambda fit: abs(fit.scale - 1.0)) if self.fits else None


def _named(rows: tuple[GroupEstimate, ...], group: str) -> Estimate:
    for row in rows:
        if row.group == group:
            return row.estimate
    return Estimate.unavailable(f"{group} did not enter the threshold test.")
