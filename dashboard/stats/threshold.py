"""Are some groups searched on less evidence than others?

Threshold test of Simoiu, Corbett-Davies and Goel (2017), in the discriminant form of Pierson, Corbett-Davies and Goel (2018), fitted by nested
Laplace. It tells apart what hit rates mix: how risky a group's stops look and at which chance of contraband officers decide to search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dashboard.registry import measure
from dashboard.schema import say
from dashboard.schema.result import Estimate, Status
from dashboard.schema.words import in_order, label
from dashboard.settings import DEFAULTS, Settings
from dashboard.stats.threshold_gates import Entered, caution_words, enter, marked, numerical
from dashboard.stats.threshold_laplace import Problem
from dashboard.stats.threshold_prior import Prior
from dashboard.stats.threshold_result import CellCheck, GroupEstimate, PredictiveChecks, ScaleFit, ThresholdCell, ThresholdResult
from dashboard.stats.threshold_sample import DRAWS, Draws, sample

__all__ = ["CellCheck", "GroupEstimate", "PredictiveChecks", "ScaleFit", "ThresholdCell", "ThresholdResult", "fit", "weighted_mean_of_published"]


def weighted_mean_of_published(rows: Sequence[tuple[str, str, float, float]]) -> dict[str, float]:
    """What is each group's mean of published thresholds, weighted by the location's stops of all groups?

    Rows are (location, group, stops, threshold); a group's mean runs over the locations where it has a threshold. Arithmetic only, no fit.
    """
    stops: dict[str, float] = {}
    for location, _, count, _ in rows:
        stops[location] = stops.get(location, 0.0) + count
    total: dict[str, float] = {}
    weight: dict[str, float] = {}
    for location, group, _, threshold in rows:
        total[group] = total.get(group, 0.0) + stops[location] * threshold
        weight[group] = weight.get(group, 0.0) + stops[location]
    return {group: total[group] / weight[group] for group in total}


def _estimate(values: np.ndarray, weights: np.ndarray, n: float) -> Estimate:
    """Weighted median and central 95 % of the draws."""
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weights[order]) - weights[order] / 2
    low, middle, high = np.interp([0.025, 0.5, 0.975], mass, values[order])
    return Estimate(float(middle), float(low), float(high), n)


def _checks(entered: Entered, draws: Draws) -> PredictiveChecks:
    """Predicted beside observed search and hit rates, cell by cell; cells without stops are left out."""
    n, s, h = entered.counts.stops, entered.counts.searches, entered.counts.hits
    search, hit = (np.tensordot(draws.weights, part, axes=1) for part in (draws.search, draws.hit))
    seen, tried = n > 0, s > 0
    variance_s = np.maximum(n * draws.search * (1 - draws.search), 1e-12)
    variance_h = np.maximum(s * draws.hit * (1 - draws.hit), 1e-12)
    pearson_s = np.tensordot(draws.weights, (s - n * draws.search) ** 2 / variance_s, axes=1)[seen].mean()
    pearson_h = np.tensordot(draws.weights, (h - s * draws.hit) ** 2 / variance_h, axes=1)[tried].mean()
    observed_s, observed_h = s / np.maximum(n, 1), h / np.maximum(s, 1)
    rows = tuple(
        CellCheck(
            entered.locations[d],
            entered.groups[r],
            int(n[d, r]),
            int(s[d, r]),
            float(observed_s[d, r]),
            float(search[d, r]),
            float(observed_h[d, r]) if tried[d, r] else None,
            float(hit[d, r]),
        )
        for d, r in zip(*np.nonzero(seen), strict=True)
    )
    return PredictiveChecks(
        rows,
        float(np.sqrt((n * (search - observed_s) ** 2).sum() / n.sum())),
        float(np.sqrt((s * (hit - observed_h) ** 2).sum() / s.sum())),
        float(pearson_s),
        float(pearson_h),
    )


def _fitted(entered: Entered, reference: str, scale: float, seed: int, *, published: bool) -> ScaleFit:
    """The test at one prior scale: differences from the reference first, levels second."""
    d, r = entered.counts.shape
    draws = sample(Problem(entered.counts, Prior(published, scale, r, d)), (seed, round(1000 * scale)))
    gates = numerical(draws, DRAWS)
    searches = entered.counts.searches.sum(axis=0)
    everyone = [entered.groups.index(group) for group in in_order(entered.groups)]
    others = [i for i in everyone if entered.groups[i] != reference]
    if not all(gate.passed for gate in gates):
        failed = next(gate for gate in gates if not gate.passed)
        no = Estimate.unavailable(
            f"The computation did not reach a believable sample ({failed.name.lower()}: {failed.found}, needed {failed.needed}); "
            "a full simulation (NUTS) outside the page would be needed."
        )
        rows = tuple(GroupEstimate(entered.groups[i], no) for i in (*others, *everyone))
        return ScaleFit(scale, rows[: len(others)], rows[len(others) :], draws.effective, DRAWS, draws.indefinite, gates, None)
    theta = np.einsum("kdr,d->kr", draws.thresholds, entered.weights)
    base = theta[:, entered.groups.index(reference)]
    differences = tuple(GroupEstimate(entered.groups[i], _estimate(theta[:, i] - base, draws.weights, float(searches[i]))) for i in others)
    levels = tuple(GroupEstimate(entered.groups[i], _estimate(theta[:, i], draws.weights, float(searches[i]))) for i in everyone)
    return ScaleFit(scale, differences, levels, draws.effective, DRAWS, draws.indefinite, gates, _checks(entered, draws))


def _sentence(fit_: ScaleFit, reference: str, cautions: tuple[str, ...]) -> str:
    """The answer in plain words: differences only, and that they are a model's."""
    base = label(reference)
    lower, higher, same = [], [], []
    for row in fit_.differences:
        found = row.estimate
        text = f"{label(row.group)} {say.with_interval(found, 'points')}"
        if found.high is not None and found.high < 0:
            lower.append(text)
        elif found.low is not None and found.low > 0:
            higher.append(text)
        else:
            same.append(text)
    parts = []
    if lower:
        parts.append(f"on less evidence than {base}: {say.listed(lower)}")
    if higher:
        parts.append(f"on more evidence than {base}: {say.listed(higher)}")
    if same:
        parts.append(f"with no difference from {base} that the counts can show: {say.listed(same)}")
    answer = f"In the same places, the model estimates searches {'; '.join(parts)}."
    return f"{answer} Take it with caution. {' '.join(cautions)}" if cautions else answer


def _refusal(entered: Entered) -> str:
    """Which count is short, in words."""
    missing = "; ".join(f"{gate.name.lower()}: {gate.needed}, found {gate.found}" for gate in entered.gates if not gate.passed)
    return f"The threshold test cannot tell risk from threshold here ({missing})."


@measure(
    "threshold.fit",
    title="Threshold test",
    question="Are some groups searched on less evidence?",
    formula=(
        "Signals N(0,1) without and N(delta,1) with contraband; search above x; logit phi = a_r + b_d, ln delta = c_r + e_d; searches ~ Bin(stops, "
        "phi (1 - Phi(x - delta)) + (1 - phi)(1 - Phi(x))), hits ~ Bin(searches, phi (1 - Phi(x - delta)) / search); threshold tau = chance of "
        "contraband at x; theta_r = sum_d w_d tau_rd with w_d the location's share of all stops; shown as theta_r - theta_reference."
    ),
    columns=("district", "race_group", "search_conducted", "contraband_found"),
    minimum="3 groups with 100 hits each, and 5 locations (7 with 3 groups) with 1,000 stops each; never two groups.",
    reference="White drivers by default",
    assumptions=(
        "Hits are recorded faithfully.",
        "What officers see works alike for all groups except through the bar, the share who carry and how well signals tell them apart.",
        "Signals are normal with equal spread, and location effects are the same for all groups apart from the bar.",
    ),
    criticisms=(
        "Levels depend on priors and pooling; differences depend on them less.",
        "Published refits of the same counts differ by more than their stated errors.",
        "How well its intervals cover when the model is wrong is not known.",
    ),
    source="Simoiu, Corbett-Davies & Goel (2017), Annals of Applied Statistics 11; Pierson, Corbett-Davies & Goel (2018), AISTATS",
    page=(
        "This test estimates the bar for a search from how often searches happen and succeed, under a specific statistical model of suspicion. "
        "It assumes that hits are recorded faithfully and that what officers see works alike for all groups except through the bar; if not, the "
        "answer can be wrong in either direction."
    ),
    settings=("groups.reference", "outcome.searches", "threshold.priors", "threshold.scales", "threshold.min_stops", "threshold.min_hits"),
)
def fit(
    cells: Sequence[ThresholdCell],
    reference: str,
    settings: Settings = DEFAULTS,
    seed: int = 0,
    scales: tuple[float, ...] | None = None,
) -> ThresholdResult:
    """At which chance of contraband are members of each group searched, compared with the reference group?

    One cell per location and group; shares, so .05 is five points. `scales` replaces the setting `threshold.scales`. Thresholds are averaged over
    locations by their stops of all groups. Deterministic given `seed`. With `published` priors the first location of `cells` is pinned at 0, so
    their order counts; with `estimated` it does not. Refuses in words (`status` not available, `gates`); raises MeasureError on contradictory counts.
    """
    priors = settings.text("threshold.priors")
    published = priors == "published"
    entered = enter(cells, reference, settings, keep_order=published)
    if not entered.passed:
        words = _refusal(entered)
        return ThresholdResult(
            reference, priors, entered.groups, entered.locations, (), entered.gates, entered.left_out, (), Status.UNAVAILABLE, words
        )
    chosen = scales if scales is not None else settings.numbers("threshold.scales")
    raw = tuple(_fitted(entered, reference, scale, seed, published=published) for scale in chosen)
    whole, levels = caution_words(raw, entered.groups, reference, published=published)
    result = ThresholdResult(
        reference,
        priors,
        entered.groups,
        entered.locations,
        tuple(marked(one, whole, levels) for one in raw),
        entered.gates,
        entered.left_out,
        whole,
        Status.CAUTION if whole else Status.OK,
        "",
    )
    return _answered(result)


def _answered(result: ThresholdResult) -> ThresholdResult:
    """The result with its sentence; not available when the headline scale has no number."""
    best = result.headline
    if best is None or not best.levels[0].estimate.known:
        reason = best.levels[0].estimate.reason if best else "No prior scale was asked for."
        return replace(result, status=Status.UNAVAILABLE, sentence=reason)
    return replace(result, sentence=_sentence(best, result.reference, result.cautions))
