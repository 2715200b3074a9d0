"""How many are burned out, how worn does work leave people, and how many think of leaving? For groups only, never for a person."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.finite import correction, favourable
from dashboard.stats.intervals import Z

Floats = NDArray[np.float64]
ITEMS = ("CBI-W1", "CBI-W2", "CBI-W3", "CBI-W4", "CBI-W5", "CBI-W6", "CBI-W7")
REVERSED = ("CBI-W4",)
LEAST = 4  # of 7 answered: with fewer a person counts as not having answered
BURNED_OUT = 3  # answers 3, 4 and 5 of the single item


def work_scores(codes: Mapping[str, Floats]) -> Floats:
    """Each person's work-related burnout from 0 to 100 (n,): the mean of what was answered of 7 questions, nan under 4.

    `codes` item -> 1..5 from never (or a very low degree) to always (a very high degree), nan for none; they stand for 0, 25, 50, 75, 100.
    """
    columns = [25.0 * (codes[name] - 1) for name in ITEMS if name in codes]
    turned = [100.0 - one if name in REVERSED else one for name, one in zip([name for name in ITEMS if name in codes], columns, strict=True)]
    stack = np.vstack(turned)
    there = np.isfinite(stack)
    answered = there.sum(axis=0)
    total = np.where(there, stack, 0.0).sum(axis=0)
    return np.where(answered >= LEAST, total / np.maximum(answered, 1), np.nan)


@measure(
    "employee.burnout_work",
    title="Work-related burnout",
    question="How worn does work leave people?",
    formula="Copenhagen Burnout Inventory, work scale: seven questions on 0, 25, 50, 75, 100, the fourth reversed; a person's mean if at least 4 "
    "of 7 were answered; then the mean over people. No bands are printed.",
    minimum="10 people who answered at least 4 of 7; no role can lower it",
    assumptions=("Steps of the scale are equally far apart.", "Those who stayed silent are like those who answered."),
    criticisms=("Published cut-offs disagree, so none is used.", "The worst affected may be absent or silent."),
    source="Kristensen, Borritz, Villadsen & Christensen 2005, Work & Stress 19(3)",
    page="Seven questions on exhaustion that people put down to their work, from 0 (never) to 100 (always). It describes groups; it diagnoses "
    "nobody.",
    tables=(),
)
def work(scores: Floats, population: float | None = None) -> Estimate:
    """The mean of people's scores (0..100, nan for non-responders) with its 95 % interval over a staff of `population`."""
    valid = scores[np.isfinite(scores)]
    n = len(valid)
    if n < 2:
        return Estimate.unavailable("Fewer than two people answered.", n)
    value, half = float(valid.mean()), Z * float(valid.std(ddof=1)) / n**0.5 * correction(n, population)
    return Estimate(value, max(0.0, value - half), min(100.0, value + half), n)


@measure(
    "employee.burnout_single",
    title="Burnout, one question",
    question="How many say that they are burning out?",
    formula="Share of valid answers 3, 4 or 5 to the single item of the Physician Work Life Study; Wilson's interval with the finite-population "
    "correction.",
    minimum="10 valid answers; no role can lower it",
    assumptions=("People mean the same by burnout: the question lets each use their own definition.",),
    criticisms=("One question is coarse; it stands beside the seven of the burnout scale.",),
    source="Dolan et al. 2015, J Gen Intern Med 30(5); Rohland, Kruse & Rohrer 2004",
    page="The share of people who say that they are burning out, or worse, by their own definition.",
    tables=(),
)
def single(codes: Floats, population: float | None = None) -> Estimate:
    """The share of 3, 4 and 5 among 1..5 (n,) with nan for no answer."""
    valid = codes[np.isfinite(codes)]
    return favourable(float((valid >= BURNED_OUT).mean()) if len(valid) else 0.0, len(valid), population)


@measure(
    "employee.turnover",
    title="Intention to leave",
    question="How many consider leaving within a year?",
    formula="Share of valid answers other than 'No' to TURN1; Wilson's interval with the finite-population correction.",
    minimum="10 valid answers; no role can lower it",
    assumptions=("People answer honestly because the survey is safe to answer.",),
    criticisms=("Intention is not leaving: most who consider it stay.",),
    source="OPM FEVS 2019, question DLEAVING; Cohen, Blake & Goodman 2016",
    page="The share of people who consider leaving within a year, for whatever reason, retirement included. It says how many think of it, not who.",
    tables=(),
)
def turnover(leaving: Floats, population: float | None = None) -> Estimate:
    """The share of people who consider leaving: `leaving` 1 or 0 (n,), nan for no answer."""
    valid = leaving[np.isfinite(leaving)]
    return favourable(float(valid.mean()) if len(valid) else 0.0, len(valid), population)
