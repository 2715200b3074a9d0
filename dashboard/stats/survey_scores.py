"""Trust, procedural justice and every scale: a score from 0 to 100 per person, its weighted mean, and whether it moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dashboard.registry import measure
from dashboard.schema.result import Estimate, Status
from dashboard.stats.intervals import Z, normal_p, wilson
from dashboard.stats.raking import kish

Floats = NDArray[np.float64]
LEAST = 30  # effective answers below which a mean is shown with caution
TRUST_ITEMS = ("C2", "C3", "C4", "C5", "C6")
TRUST_ELEMENTS: Mapping[str, tuple[str, ...]] = {"respect": ("C2",), "voice": ("C3",), "neutrality": ("C4", "C5"), "motives": ("C6",)}
CONTACT_ELEMENTS: Mapping[str, tuple[str, ...]] = {"respect": ("P1",), "voice": ("P2",), "neutrality": ("P3", "P5"), "motives": ("P6",)}
SHORT_ELEMENTS: Mapping[str, tuple[str, ...]] = {"respect": ("P1",), "voice": ("P2",), "neutrality": ("P3",)}


def rescaled(codes: Floats, points: int, *, reverse: bool = False) -> Floats:
    """Codes 1..k as 0..100; missing stays missing; a reversed item is turned first."""
    turned = points + 1 - codes if reverse else codes
    return np.asarray(100.0 * (turned - 1) / (points - 1))


def _elements_answered(items: Mapping[str, Floats], elements: Mapping[str, Sequence[str]]) -> NDArray[np.int64]:
    """How many elements each person answered (n,)."""
    found = [np.any([np.isfinite(items[name]) for name in names if name in items], axis=0) for names in elements.values()]
    return np.asarray(np.sum(found, axis=0), dtype=np.int64)


def _mean_of(columns: Sequence[Floats]) -> Floats:
    """Row means over what is there; nan where nothing is."""
    stack = np.vstack(columns)
    there = np.isfinite(stack)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, stack, 0.0).sum(axis=0) / there.sum(axis=0))


@measure(
    "survey.trust",
    title="Trust index",
    question="Do residents trust us, where and who less?",
    formula="Per person the mean of C2 to C6 (agree scales) as 0 to 100, if at least 3 of the 4 elements respect, voice, neutrality and motives were "
    "answered; then the weighted mean over people with effective n = n / deff. Index version ti-1.",
    minimum="30 effective answers for a number without caution",
    assumptions=("Steps of the agree scale are equally far apart.", "Don't know and skipped answers are like the others of the same person."),
    criticisms=("An index hides which element moved: they stand beside it.", "Stated trust is not behaviour."),
    source="OURS, elements after Tyler 2006; surveys.md ti-1",
    page="The trust index is the average of five statements about how officers treat people, from 0 to 100. The overall question (C1) stands by "
    "itself.",
    tables=(),
)
def trust_index(items: Mapping[str, Floats], weights: Floats | None = None) -> Estimate:
    """The weighted mean of ti-1 over people, from items C2..C6 as 0..100 (n,) with nan for no answer."""
    return mean(trust_scores(items), weights)


def trust_scores(items: Mapping[str, Floats]) -> Floats:
    """ti-1 per person (n,), nan where fewer than 3 of 4 elements were answered. `items` C2..C6 -> (n,) as 0..100 with nan for no answer."""
    score = _mean_of([items[name] for name in TRUST_ITEMS if name in items])
    return np.where(_elements_answered(items, TRUST_ELEMENTS) >= 3, score, np.nan)


@measure(
    "survey.procedural_justice",
    title="Procedural-justice score",
    question="How did people rate the way they were treated?",
    formula="Per person the mean of the elements respect (P1), voice (P2), neutrality (mean of P3 and P5) and motives (P6) as 0 to 100, at least "
    "three answered (pj-1); the short form has three elements and no motives (pj-short). Satisfaction and outcome are reported apart.",
    minimum="30 effective answers for a number without caution",
    assumptions=("Those who answered a contact survey are like those who did not.",),
    criticisms=("Outcome colours the memory of treatment.", "pj-1 and pj-short never stand on one line."),
    source="OURS, elements after Tyler 2006; surveys.md pj-1",
    page="Four elements of fair treatment weigh the same: respect, voice, neutrality, motives. Whether the outcome pleased is kept apart.",
    tables=(),
)
def procedural_justice(items: Mapping[str, Floats], weights: Floats | None = None, *, short: bool = False) -> Estimate:
    """The weighted mean of pj-1 (or pj-short) over people, from items P1..P6 as 0..100 (n,) with nan for no answer."""
    return mean(contact_scores(items, short=short), weights)


def contact_scores(items: Mapping[str, Floats], *, short: bool = False) -> Floats:
    """pj-1 (or pj-short) per person (n,), nan where fewer than three elements were answered."""
    elements = SHORT_ELEMENTS if short else CONTACT_ELEMENTS
    scores = [_mean_of([items[name] for name in names if name in items]) for names in elements.values() if any(name in items for name in names)]
    return np.where(_elements_answered(items, elements) >= 3, _mean_of(scores), np.nan)


def mean(values: Floats, weights: Floats | None = None, *, low: float = 0.0, high: float = 100.0) -> Estimate:
    """The weighted mean of scores between `low` and `high` with its 95 % interval (n = effective answers). nan values are left out.

    Standard error sqrt(weighted variance / n_eff) with n_eff = n / deff (Kish). Fewer than two answers: not available.
    """
    there = np.isfinite(values)
    n = int(there.sum())
    if n < 2:
        return Estimate.unavailable("Fewer than two people answered.", n)
    v = values[there]
    w = np.ones(n) if weights is None else weights[there]
    centre = float((w * v).sum() / w.sum())
    effective = n / kish(w)
    spread = float((w * (v - centre) ** 2).sum() / w.sum()) * n / (n - 1)
    half = Z * math.sqrt(spread / effective)
    found = Estimate(centre, max(low, centre - half), min(high, centre + half), effective)
    return found if effective >= LEAST else found.with_caution(f"Only {effective:.0f} effective answers.")


@measure(
    "survey.shares",
    title="How the answers fell",
    question="What did each question say?",
    formula="Share of each answer among those who gave one, weighted; Wilson interval on effective n = n / deff. Scores: answers from lowest to "
    "highest as 0 to 100. Don't know, prefer not to say and not applicable are no answers and stand apart.",
    minimum="at least as many answers as the layer needs; an answer that fewer gave is not shown, with the next smallest",
    assumptions=("Those who skipped the question are like those who answered it.",),
    criticisms=("An open link tells what those who came think.", "Scores take the steps of a scale to be equally far apart."),
    source="Wilson 1927; Kish 1965; surveys.md 3.1",
    page="Every bar is the share of those who answered the question. People who do not know or would rather not say are shown apart and are in no "
    "share. A line stops where the wording or the answers to choose from changed.",
    tables=(),
)
def share(hits: Floats, weights: Floats | None = None) -> Estimate:
    """The weighted share of people (hits 1 or 0, nan left out) with a Wilson interval on effective n."""
    there = np.isfinite(hits)
    n = int(there.sum())
    if n == 0:
        return Estimate.unavailable("Nobody answered.", 0)
    w = np.ones(n) if weights is None else weights[there]
    p = float((w * hits[there]).sum() / w.sum())
    effective = n / kish(w)
    low, high = wilson(p * effective, effective)
    found = Estimate(p, float(low), float(high), effective)
    return found if effective >= LEAST else found.with_caution(f"Only {effective:.0f} effective answers.")


@measure(
    "survey.change",
    title="Change between two waves",
    question="Did opinion move between two waves?",
    formula="Difference of the two weighted means; standard error from both waves' intervals (independent samples); 95 % interval.",
    minimum="the same question with the same answers in both waves, and both shown",
    assumptions=("The two waves are independent samples of the same population.",),
    criticisms=("If who answers has changed, opinion may seem to move when it has not.",),
    source="Newcombe 1998; Kish 1965; methods 10.5",
    page="The change allows for weighting, which makes the effective number of answers smaller than the number of people. If who answers has "
    "changed, opinion may seem to move when it has not.",
    tables=(),
)
def change(before: Estimate, after: Estimate) -> Estimate:
    """after - before with its 95 % interval, for means on 0..100; not available where either is."""
    if before.value is None or after.value is None or before.low is None or before.high is None or after.low is None or after.high is None:
        return Estimate.unavailable("One of the two waves has no number that can be shown.")
    se = math.hypot((before.high - before.low) / (2 * Z), (after.high - after.low) / (2 * Z))
    gap = after.value - before.value
    return Estimate(gap, gap - Z * se, gap + Z * se, min(before.n, after.n))


def pooled(waves: Sequence[Estimate]) -> Estimate:
    """The mean of several waves' means, each wave alike, with its 95 % interval (independent samples); not available without any."""
    known = [one for one in waves if one.value is not None and one.low is not None and one.high is not None]
    if not known:
        return Estimate.unavailable("No wave has a number that can be shown.")
    se = math.sqrt(sum(((one.high or 0.0) - (one.low or 0.0)) ** 2 for one in known)) / (2 * Z * len(known))
    value = sum(one.value or 0.0 for one in known) / len(known)
    return Estimate(value, value - Z * se, value + Z * se, sum(one.n for one in known))


def p_value(difference: Estimate) -> float | None:
    """The two-sided p of no difference, from the interval; None where there is none."""
    if difference.value is None or difference.low is None or difference.high is None or difference.high <= difference.low:
        return None
    return normal_p(difference.value * 2 * Z / (difference.high - difference.low))


def clear(difference: Estimate) -> bool:
    """Whether the interval of a difference leaves out no difference."""
    return difference.low is not None and difference.high is not None and (difference.low > 0 or difference.high < 0)


def alpha(items: Sequence[Floats]) -> Estimate:
    """Cronbach's alpha over complete cases; at least 3 items and 30 people."""
    stack = np.vstack(items)
    whole = stack[:, np.isfinite(stack).all(axis=0)]
    k, n = whole.shape
    if k < 3 or n < 30:
        return Estimate(None, n=n, status=Status.UNAVAILABLE, reason="Needs three items and 30 complete answers.")
    total = float(whole.sum(axis=0).var(ddof=1))
    if total == 0:
        return Estimate(None, n=n, status=Status.UNAVAILABLE, reason="All answers are equal.")
    return Estimate(k / (k - 1) * (1 - float(whole.var(axis=1, ddof=1).sum()) / total), n=n)
