"""At the same incident, who used more force than the colleagues who were there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate, Gate, Status

if TYPE_CHECKING:
    from scipy import sparse

LEAST_INCIDENTS = 5
MOST_VARIANCE = 0.3
TOP = 0.05
SURE = 0.8
DRAWS = 4_000
SPREAD = (0.05, 2.0)  # where the standard deviation of officers is looked for
FEWEST = 20  # officers that are compared at all


@dataclass(frozen=True, slots=True)
class PeerResult:
    """One officer: `above` is the log odds of the higher level when they differ from a colleague, `incidents` how many told something,
    `in_top` the chance of a place among the highest 5 %, None where a gate was not met.
    """

    officer: str
    incidents: int
    above: Estimate
    in_top: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class ForcePeers:
    """All officers who were at an incident where levels differed. `spread` is the estimated standard deviation between officers."""

    officers: tuple[PeerResult, ...]
    spread: float | None
    informative: int
    expected_false: float
    gates: tuple[Gate, ...]
    status: Status


@measure(
    "force.peers",
    title="Officers at the same incident",
    question="At the same incident, who used more force than the colleagues there?",
    formula="P(i above j | they differ) = expit(b_i - b_j), b ~ N(0, s^2), s by Laplace's marginal likelihood; P(rank in top 5%) from 4,000 draws",
    minimum="5 incidents where levels differed, posterior variance below .3, officers connected by shared incidents",
    assumptions=("Officers at one incident faced the same event.", "Who stands where at the scene is not a habit of the officer."),
    criticisms=("Being first on scene or holding the less-lethal weapon also explains differences.", "Officers who work alone are never compared."),
    source="Idea: Ridgeway 2016 and 2020, conditional ordinal model; Bradley & Terry 1952, Biometrika 39, 324-345 (this form: OURS)",
    page="Compares officers who faced the same event. Being first on scene or holding the less-lethal weapon also explains differences.",
    tables=("use_of_force",),
    columns=("incident_id", "officer_key", "force_level"),
)
def force_peers(incidents: Sequence[Mapping[str, int]], *, seed: int = 1) -> ForcePeers:
    """Whose level tends to be above that of colleagues at the same incidents?

    `incidents` map officers to their highest level; those with one officer, or with one level for all, change nothing. Raises MeasureError on a
    level outside 0 to 4. Restricted: it is about single officers.
    """
    pairs: dict[tuple[str, str], float] = {}
    telling: dict[str, int] = {}
    informative = 0
    for one in incidents:
        if any(not 0 <= level <= 4 for level in one.values()):
            raise MeasureError("A level of force lies outside 0 to 4.")
        if len(set(one.values())) < 2:
            continue
        informative += 1
        for officer in one:
            telling[officer] = telling.get(officer, 0) + 1
        compared = [(a, b) for a in one for b in one if one[a] > one[b]]
        for pair in compared:
            pairs[pair] = pairs.get(pair, 0.0) + (len(one) - 1) / len(compared) if len(one) > 2 else pairs.get(pair, 0.0) + 1.0
    names = sorted(telling)
    gates = (Gate("officers compared", f"{FEWEST}", f"{len(names)}", len(names) >= FEWEST),)
    if not gates[0].passed:
        return ForcePeers((), None, informative, 0.0, gates, Status.UNAVAILABLE)
    design, weight = _design(pairs, names)
    spread = _spread(design, weight)
    mode, covariance = _posterior(design, weight, spread)
    joined = _component(pairs, names)
    top = _top(mode, covariance, seed)
    found = []
    for place, officer in enumerate(names):
        variance = float(covariance[place, place])
        half = 1.959964 * variance**0.5
        above = Estimate(float(mode[place]), float(mode[place] - half), float(mode[place] + half), telling[officer])
        passed = telling[officer] >= LEAST_INCIDENTS and variance < MOST_VARIANCE and officer in joined
        found.append(PeerResult(officer, telling[officer], above, float(top[place]) if passed else None, bool(passed and top[place] > SURE)))
    false = sum(1 - one.in_top for one in found if one.flagged and one.in_top is not None)
    return ForcePeers(tuple(found), spread, informative, float(false), gates, Status.OK)


def _design(pairs: Mapping[tuple[str, str], float], names: Sequence[str]) -> tuple[sparse.csr_matrix, np.ndarray]:
    """One row per pair: +1 for the officer with the higher level, -1 for the other; and how often the pair was met."""
    from scipy import sparse

    places = {name: place for place, name in enumerate(names)}
    rows = np.repeat(np.arange(len(pairs)), 2)
    columns = np.array([places[name] for pair in pairs for name in pair])
    signs = np.tile([1.0, -1.0], len(pairs))
    return sparse.csr_matrix((signs, (rows, columns)), shape=(len(pairs), len(names))), np.array(list(pairs.values()))


def _posterior(design: sparse.csr_matrix, weight: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance (Laplace) of the officers' effects for this spread."""
    from scipy import sparse

    b = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(design @ b)))
        gradient = design.T @ (weight * (1 - p)) - b / spread**2
        information = (design.T @ sparse.diags(weight * p * (1 - p)) @ design).toarray() + np.eye(len(b)) / spread**2
        step = np.linalg.solve(information, gradient)
        b = b + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return b, np.linalg.inv(information)


def _spread(design: sparse.csr_matrix, weight: np.ndarray) -> float:
    """The standard deviation between officers that makes the comparisons most likely (Laplace's approximation)."""
    from scipy import optimize

    def unlikely(log_spread: float) -> float:
        spread = float(np.exp(log_spread))
        b, covariance = _posterior(design, weight, spread)
        fit = float((weight * np.logaddexp(0, -(design @ b))).sum()) + float((b**2).sum()) / (2 * spread**2)
        return fit + len(b) * log_spread - 0.5 * float(np.linalg.slogdet(covariance)[1])

    found = optimize.minimize_scalar(unlikely, bounds=tuple(np.log(SPREAD)), method="bounded", options={"xatol": 0.02})
    return float(np.exp(found.x))


def _component(pairs: Mapping[tuple[str, str], float], names: Sequence[str]) -> set[str]:
    """The largest set of officers connected by shared incidents."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    places = {name: place for place, name in enumerate(names)}
    ends = np.array([[places[a], places[b]] for a, b in pairs])
    graph = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    _, label = connected_components(graph, directed=False)
    largest = int(np.bincount(label).argmax())
    return {name for name, own in zip(names, label, strict=True) if own == largest}


def _top(mode: np.ndarray, covariance: np.ndarray, seed: int) -> np.ndarray:
    """The chance of each officer's rank lying among the highest 5 %, from draws of all officers together."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(covariance + 1e-9 * np.eye(len(mode)))
    places = max(1, round(TOP * len(mode)))
    hits = np.zeros(len(mode))
    for _ in range(DRAWS // 500):
        drawn = mode + rng.standard_normal((500, len(mode))) @ root.T
        least = np.partition(drawn, -places, axis=1)[:, -places]
        hits += (drawn >= least[:, None]).sum(axis=0)
    return np.asarray(hits / DRAWS)
