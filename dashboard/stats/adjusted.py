"""What difference between groups remains among comparable stops?

A binomial (or Poisson) model on cells with errors clustered by officer; the answer is the average difference in points over the group's own stops
(a standardisation: Lane & Nelder 1982), then the ratio of averages, and the odds ratio last. Clustered variance after Liang & Zeger (1986).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.errors import MeasureError, NotEnoughData
from dashboard.registry import measure
from dashboard.schema.result import Gate
from dashboard.schema.words import in_order
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.adjusted_cells import AdjustedCells, Covariate, regrouped, varying
from dashboard.stats.adjusted_fit import ControlSet, clusters_of, control, refused_set, settled
from dashboard.stats.cells_glm import Family
from dashboard.stats.intervals import UNKNOWN, UNKNOWN_LIMIT

__all__ = ["AdjustedCells", "AdjustedResult", "ControlSet", "Covariate", "GroupAdjusted", "model"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALL_OTHERS = "all_others"
CONTROL_SETS = ("unadjusted", "place and time", "full")


@dataclass(frozen=True, slots=True)
class GroupAdjusted:
    """One group: its own n and k, the control sets side by side, and whether the sign of the difference flips between them."""

    group: str
    n: float
    k: float
    controls: tuple[ControlSet, ...]
    flips: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class AdjustedResult:
    """All groups against the reference, how errors were clustered, the gates, and which categories were collapsed."""

    reference: str
    groups: tuple[GroupAdjusted, ...]
    gates: tuple[Gate, ...]
    clustered_by: str
    clusters: int
    phi: float | None
    missing_officer_share: float
    collapsed: tuple[str, ...]
    notes: tuple[str, ...]


def _one(
    cells: AdjustedCells, family: Family, settings: Settings, cluster: Ints | None
) -> tuple[dict[str, list[ControlSet]], tuple[Gate, ...], float | None]:
    """Every group (code 1 and up) against code 0 under the three control sets; the gates of each; phi of the full model."""
    sets: dict[str, list[ControlSet]] = {name: [] for name in cells.groups[1:]}
    gates: list[Gate] = []
    phi: float | None = None
    wanted = ((), tuple(name for name in cells.covariates if name in cells.place_time), tuple(cells.covariates))
    for title, names in zip(CONTROL_SETS, wanted, strict=True):
        reason = "No place or time was given to compare within." if title == "place and time" and not names else ""
        try:
            if reason:
                raise NotEnoughData(reason)
            found, events, separation = settled(cells, names, cluster, family, settings)
        except NotEnoughData as error:
            gates.append(Gate(f"Model: {title}", "a model that these counts can carry", str(error), False))
            for rows in sets.values():
                rows.append(refused_set(title, names, str(error), 0.0))
            continue
        phi = found.phi if cluster is None else None
        gates += [replace(gate, name=f"{gate.name}: {title}") for gate in (events, separation)]
        for code, name in enumerate(cells.groups[1:], start=1):
            at = found.design.width - len(cells.groups) + code
            if found.fit.kept[at]:
                sets[name].append(control(found, code, title, names, family))
            else:
                sets[name].append(refused_set(title, names, "The group cannot be told apart from the covariates.", 0.0))
    return sets, tuple(gates), phi


def _against_rest(cells: AdjustedCells, name: str) -> AdjustedCells:
    """One group (code 1) against all others together (code 0)."""
    return replace(cells, group=(cells.group == cells.groups.index(name)).astype(np.int64), groups=(ALL_OTHERS, name))


def _sentence(controls: tuple[ControlSet, ...]) -> tuple[bool, str]:
    """Does the sign flip between control sets? And the sentence that says so."""
    known = [(each.name, each.difference.value) for each in controls if each.difference.value is not None]
    if len({np.sign(value) for _, value in known if value}) < 2:
        return False, ""
    told = ", ".join(f"{name} {100 * value:+.1f} points" for name, value in known)
    return True, f"The sign depends on what is held fixed: {told}."


def _cautions(group: str, n: float, reference_n: float, settings: Settings, shares: tuple[float, float]) -> tuple[str, ...]:
    """Reasons to read a group's numbers with care."""
    least = settings.number("rates.min_n")
    unknown, officer = shares
    told = []
    if min(n, reference_n) < least:
        told.append(f"Fewer than {least:g} stops of {group if n < least else 'the reference'}.")
    if unknown > UNKNOWN_LIMIT:
        told.append(f"The group is unknown for {unknown:.0%} of the stops.")
    if officer > UNKNOWN_LIMIT:
        told.append(f"The officer is unknown for {officer:.0%} of the stops; each of these stands for itself, so the interval may be too narrow.")
    return tuple(told)


def _marked(given: ControlSet, cautions: tuple[str, ...]) -> ControlSet:
    """The same control set with its cautions on every estimate."""
    for caution in cautions:
        difference, ratio, odds = (each.with_caution(caution) for each in (given.difference, given.ratio, given.odds_ratio))
        given = replace(given, difference=difference, ratio=ratio, odds_ratio=odds)
    return given


def _usable_groups(cells: AdjustedCells, family: Family) -> tuple[list[str], dict[str, str]]:
    """Which known groups can be in a model, and why the others cannot (every stop ended alike)."""
    fine, refused = [], {}
    for name in in_order(name for name in cells.groups if name != UNKNOWN):
        own = cells.group == cells.groups.index(name)
        n, k = float(cells.n[own].sum()), float(cells.k[own].sum())
        if n <= 0:
            continue
        if k <= 0 or (family == "binomial" and k >= n):
            refused[name] = f"Every one of the {n:,.0f} stops ended alike, so no model can be fitted; the counts are {k:,.0f} of {n:,.0f}."
        else:
            fine.append(name)
    return fine, refused


@measure(
    "adjusted.model",
    title="Adjusted disparity",
    question="What difference between groups remains among stops that are alike in place, time, reason and the other listed respects?",
    formula=(
        "binomial (or Poisson) model on cells, logit p = group + covariates; average over the group's own stops of p(x, group) - p(x, reference), "
        "delta method with variance clustered by officer; then the ratio of averages and the odds ratio; unadjusted, place and time, full."
    ),
    columns=("race_group", "district", "time", "date", "stop_reason", "officer"),
    minimum="10 events for each coefficient; 40 officers for clustered intervals, else dates, else dispersion; categories under 20 stops joined.",
    reference="White by default",
    assumptions=(
        "The listed covariates make stops comparable.",
        "Their effects add up on the log-odds scale.",
        "Stops of different officers are independent.",
    ),
    criticisms=(
        "Covariates that police themselves decided (the reason for a stop) can carry the disparity and hide it.",
        "What officers saw and nobody recorded is not adjusted for.",
        "It starts from the stop: if the stops are unequal, comparisons inside them can be too small or have the wrong sign.",
    ),
    source="Liang & Zeger (1986), Biometrika 73; Lane & Nelder (1982), Biometrics 38; Knox, Lowe & Mummolo (2020), APSR 114",
    page=(
        "The comparison is among stops alike in the listed respects. Adjusting for what police themselves decided can hide a disparity, and "
        "leaving out what officers saw can create one."
    ),
    settings=("groups.reference", "adjusted.min_clusters", "adjusted.events_per_term", "rates.min_n"),
)
def model(cells: AdjustedCells, reference: str, settings: Settings = DEFAULTS, *, family: Family = "binomial") -> AdjustedResult:
    """How many points apart are the groups among comparable stops? Differences are shares (0.05 = 5 points), by group and control set.

    `reference` is a group or "all_others". With family "poisson" n is exposure (residents) and the odds ratio is a rate ratio; officers then do not
    cluster, because exposure has no officer. Raises MeasureError on contradictory counts, NotEnoughData without usable stops of the reference.
    """
    _check(cells, family)
    kept = cells.rows(cells.n > 0)
    fine, refused = _usable_groups(kept, family)
    if reference != ALL_OTHERS and reference not in fine:
        why = refused.get(reference, f"Groups here: {', '.join(kept.groups)}.")
        raise NotEnoughData(f"No usable stops of the reference group '{reference}'.", hint=why)
    others = [name for name in fine if name != reference]
    if not others:
        raise NotEnoughData("There is no second group to compare with.", hint="At least two groups with differing outcomes are needed.")
    by, _, clusters = clusters_of(kept, settings, family)
    together = regrouped(kept, reference if reference in fine else others[0], others if reference in fine else others[1:])
    together, told = varying(together, tuple(together.covariates), family == "binomial")
    parts = [together] if reference != ALL_OTHERS else [_against_rest(together, name) for name in others]
    sets: dict[str, list[ControlSet]] = {}
    gates: tuple[Gate, ...] = (_cluster_gate(kept, by, clusters, settings, family),)
    phi: float | None = None
    for part in parts:
        codes = part.officer if by == "officer" else part.date if by == "date" else None
        found, more, phi = _one(part, family, settings, codes)
        sets.update(found)
        gates += tuple(replace(gate, name=f"{gate.name} ({part.groups[1]})") for gate in more) if len(parts) > 1 else more
    rows = _rows(kept, sets, refused, reference, settings)
    missing = _missing_officers(kept)
    notes = _notes(by, clusters, phi, missing, kept.officer is not None)
    return AdjustedResult(reference, rows, gates, by, clusters, phi, missing, told, notes)


def _check(cells: AdjustedCells, family: Family) -> None:
    """Refuse counts that contradict themselves."""
    over = cells.k > cells.n
    if family == "binomial" and np.any(over):
        raise MeasureError(f"{int(over.sum())} rows hold more outcomes than stops.", hint="Events over residents need the Poisson model.")


def _missing_officers(cells: AdjustedCells) -> float:
    """Share of stops whose officer is not recorded."""
    if cells.officer is None or cells.n.sum() <= 0:
        return 1.0
    return float(cells.n[cells.officer < 0].sum() / cells.n.sum())


def _cluster_gate(cells: AdjustedCells, by: str, clusters: int, settings: Settings, family: Family) -> Gate:
    """Enough officers for clustered errors, or what was used instead."""
    least = settings.number("adjusted.min_clusters")
    known = 0 if cells.officer is None else len(np.unique(cells.officer[cells.officer >= 0]))
    instead = {"officer": "", "date": f"; clustered by {clusters} dates instead", "phi": "; inflated by the dispersion between cells instead"}[by]
    reason = " (not used: exposure has no officer)" if family == "poisson" else ""
    return Gate("Officers", f"{least:g} for officer-clustered intervals", f"{known}{reason}{instead}", by == "officer")


def _rows(
    cells: AdjustedCells, sets: dict[str, list[ControlSet]], refused: dict[str, str], reference: str, settings: Settings
) -> tuple[GroupAdjusted, ...]:
    """One row per group in the fixed order, groups without a model with their reason."""
    total = float(cells.n.sum())
    by_name = {name: cells.group == number for number, name in enumerate(cells.groups)}
    counts = {name: (float(cells.n[own].sum()), float(cells.k[own].sum())) for name, own in by_name.items()}
    unknown = counts.get(UNKNOWN, (0.0, 0.0))[0] / total
    shares = (unknown, _missing_officers(cells) if cells.officer is not None else 0.0)
    rows = []
    for name in in_order([*sets, *(group for group in refused if group != reference)]):
        n, k = counts[name]
        reference_n = total - n if reference == ALL_OTHERS else counts[reference][0]
        warn = _cautions(name, n, reference_n, settings, shares)
        given = sets.get(name) or [refused_set(title, (), refused.get(name, ""), n) for title in CONTROL_SETS]
        controls = tuple(_marked(each, warn) for each in given)
        flips, sentence = _sentence(controls)
        rows.append(GroupAdjusted(name, n, k, controls, flips, sentence))
    return tuple(rows)


def _notes(by: str, clusters: int, phi: float | None, missing: float, officers: bool) -> tuple[str, ...]:
    """How the intervals were made, in words."""
    if by == "phi":
        return (f"No officer or date key was long enough: intervals are inflated by the dispersion between cells (phi = {phi or 1.0:.2f}).",)
    told = [f"Intervals allow for stops of the same {by} going together ({clusters} {by}s)."]
    if by == "officer" and officers and missing:
        told.append(f"The officer is not recorded for {missing:.1%} of the stops; each of these counts as a cluster of its own.")
    return tuple(told)
