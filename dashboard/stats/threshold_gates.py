"""May the threshold test be run on these counts, and may its numbers be believed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dashboard.errors import MeasureError
from dashboard.schema import say
from dashboard.schema.result import Gate
from dashboard.schema.words import label
from dashboard.settings import Settings
from dashboard.stats.intervals import UNKNOWN
from dashboard.stats.threshold_model import Counts
from dashboard.stats.threshold_result import ScaleFit, ThresholdCell
from dashboard.stats.threshold_sample import ENOUGH, Draws

MIN_GROUPS, MIN_LOCATIONS = 3, 5
MOST_INDEFINITE = 0.10
LEVEL_SHIFT = 0.05
PEARSON = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Entered:
    """What enters the fit: counts (D, R), their names, each location's share of the stops of all groups, the gates, and what was left out."""

    counts: Counts
    groups: tuple[str, ...]
    locations: tuple[str, ...]
    weights: np.ndarray
    gates: tuple[Gate, ...]
    left_out: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every gate on the whole fit passed."""
        return all(gate.passed for gate in self.gates)


def _table(cells: Sequence[ThresholdCell], *, keep_order: bool) -> tuple[list[str], list[str], np.ndarray]:
    """Locations, groups and counts (3, D, R). Locations by name, or in the order of the cells."""
    places = list(dict.fromkeys(cell.location for cell in cells))
    places = places if keep_order else sorted(places)
    groups = sorted({cell.group for cell in cells})
    counts = np.zeros((3, len(places), len(groups)))
    seen: set[tuple[str, str]] = set()
    row, column = {place: i for i, place in enumerate(places)}, {group: i for i, group in enumerate(groups)}
    for cell in cells:
        if (cell.location, cell.group) in seen:
            raise MeasureError(f"{cell.group} in {cell.location} was given twice.", hint="Give one row of counts for each location and group.")
        seen.add((cell.location, cell.group))
        counts[:, row[cell.location], column[cell.group]] = cell.stops, cell.searches, cell.hits
    return places, groups, counts


def enter(cells: Sequence[ThresholdCell], reference: str, settings: Settings, *, keep_order: bool) -> Entered:
    """Which locations and groups enter, and is that enough to tell thresholds from risk?

    Groups are ordered by their counts, not their names, so that the answer cannot depend on what a group is called.
    """
    places, groups, counts = _table(cells, keep_order=keep_order)
    least, hits = settings.number("threshold.min_stops"), settings.number("threshold.min_hits")
    large = counts[0].sum(axis=1) >= least
    within = counts[:, large]
    totals = within.sum(axis=1)
    named = [i for i, group in enumerate(groups) if group != UNKNOWN]
    chosen = [i for i in named if totals[2, i] >= max(hits, 1)]
    chosen.sort(key=lambda i: (*(-totals[:, i]), groups[i]))
    short = [f"{label(groups[i])}: {totals[2, i]:,.0f} hits, {hits:,.0f} are needed" for i in named if i not in chosen]
    left = tuple(f"{text}; the group is not estimated." for text in short)
    if UNKNOWN in groups:
        left += (f"{totals[0, groups.index(UNKNOWN)]:,.0f} stops without a recorded group count only towards the weight of their location.",)
    small = int((~large).sum())
    if small:
        left += (f"{small} of {len(places)} locations have fewer than {least:,.0f} stops and are left out.",)
    kept = tuple(groups[i] for i in chosen)
    stops = within[0].sum(axis=1)
    gates = _identifiable(kept, short, (int(large.sum()), len(places)), reference, settings)
    return Entered(
        Counts(*(part[:, chosen] for part in within)),
        kept,
        tuple(place for place, whole in zip(places, large, strict=True) if whole),
        stops / max(float(stops.sum()), 1.0),
        gates,
        left,
    )


def _identifiable(kept: tuple[str, ...], short: list[str], found: tuple[int, int], reference: str, settings: Settings) -> tuple[Gate, ...]:
    """Enough groups, enough locations, and the reference among them. With two groups the test cannot tell risk from threshold at all."""
    least, hits = settings.number("threshold.min_stops"), settings.number("threshold.min_hits")
    r = len(kept)
    needed = max(MIN_LOCATIONS, 2 * r // (r - 2) + 1) if r > 2 else MIN_LOCATIONS
    shortage = f" ({'; '.join(short)})" if short else ""
    return (
        Gate("Groups", f"at least {MIN_GROUPS} groups with {hits:,.0f} hits each; never two alone", f"{r}{shortage}", r >= MIN_GROUPS),
        Gate("Locations", f"at least {needed} locations with {least:,.0f} stops each", f"{found[0]} of {found[1]}", found[0] >= needed),
        Gate(
            "Reference", f"{label(reference)} among the groups with {hits:,.0f} hits", "present" if reference in kept else "absent", reference in kept
        ),
    )


def numerical(draws: Draws, count: int) -> tuple[Gate, ...]:
    """Did the computation describe the posterior well enough for its intervals to be believed?"""
    return (
        Gate("Effective draws", f"at least {ENOUGH:.0f} of {count}", f"{draws.effective:.0f}", draws.effective >= ENOUGH),
        Gate(
            "Draws without a true mode",
            f"at most {say.percent(MOST_INDEFINITE)}",
            say.percent(draws.indefinite),
            draws.indefinite <= MOST_INDEFINITE,
        ),
    )


def caution_words(fits: tuple[ScaleFit, ...], groups: tuple[str, ...], reference: str, *, published: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why should the reader be careful: with everything, and with levels alone?"""
    whole: list[str] = []
    levels: list[str] = []
    known = [fit for fit in fits if all(gate.passed for gate in fit.gates)]
    for fit in fits:
        if fit not in known:
            whole.append(f"At prior scale {fit.scale:g} the computation did not reach a believable sample, so the scales cannot all be compared.")
    for group in groups:
        signs = {np.sign(fit.difference(group).value or 0.0) for fit in known} if group != reference else set()
        if {-1.0, 1.0} <= signs:
            whole.append(f"The sign of the difference for {label(group)} depends on the prior scale.")
        values = [value for fit in known if (value := fit.level(group).value) is not None]
        if values and max(values) - min(values) > LEVEL_SHIFT:
            shift = 100 * (max(values) - min(values))
            whole.append(f"The level for {label(group)} moves by {shift:.0f} points with the prior scale.")
    for fit in known:
        if fit.checks and not PEARSON[0] <= fit.checks.pearson_hits <= PEARSON[1]:
            whole.append(
                f"The model does not describe these data: at prior scale {fit.scale:g} the mean squared residual of hits is "
                f"{fit.checks.pearson_hits:.1f} (expected 1)."
            )
    if published:
        levels.append(
            "The published priors hold locations nearly alike in risk; where they differ more than that, levels from them are too high "
            "or too low by more than their intervals say."
        )
    return tuple(whole), tuple(levels)


def marked(fit: ScaleFit, whole: tuple[str, ...], levels: tuple[str, ...]) -> ScaleFit:
    """The same fit, its estimates carrying their cautions."""
    differences, own = fit.differences, fit.levels
    for words in whole:
        differences = tuple(replace(row, estimate=row.estimate.with_caution(words)) for row in differences)
    for words in (*whole, *levels):
        own = tuple(replace(row, estimate=row.estimate.with_caution(words)) for row in own)
    return replace(fit, differences=differences, levels=own)
