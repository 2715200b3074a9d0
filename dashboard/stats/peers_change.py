"""Did an officer's pattern change, beyond what a high count does by itself?"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.errors import MeasureError
from dashboard.registry import measure
from dashboard.schema.result import Estimate
from dashboard.stats.intervals import TAIL, checked_counts


@dataclass(frozen=True, slots=True)
class Change:
    """What to expect afterwards without any action (`predicted`, with its 95 % range), what was expected of peers, and what was observed.

    `naive` is the earlier count carried on, as if it would not fall by itself. `as_few` is the chance of as few or fewer without any action.
    `verdict` is 'fell', 'within', 'rose' or 'too early'.
    """

    predicted: Estimate
    naive: float
    observed: int
    as_few: float
    verdict: str
    sentence: str


@measure(
    "peers.change",
    title="Change after a review",
    question="Did the pattern change against what regression to the mean predicts?",
    formula="O' ~ NB(size a + O, p = (a + E)/(a + E + E')); predicted mean E'(a + O)/(a + E); fell or rose when the observed count lies outside the "
    "central 95 %",
    minimum="an expected count of 1 among peers in the time since",
    assumptions=("Without any action the officer's ratio stays what it was, and peers' work is comparable in both periods.",),
    criticisms=("One officer before and after cannot show that an action caused a change.", "A changed assignment changes reporting, too."),
    source="Galton 1886, J. Anthropol. Inst. 15, 246-263; Morris 1983, JASA 78, 47-55",
    page=(
        "A high count mostly falls by itself, so the count since is compared with what would be expected without any action. "
        "Only a count outside that range is called a change, and even that does not show what caused it."
    ),
    tables=("use_of_force", "complaints", "officers"),
    columns=("officer_key", "date"),
)
def change(observed: float, expected: float, shape: float, later_observed: float, later_expected: float) -> Change:
    """Is the later count what was to be expected anyway? Counts and peers' expectations of both periods, and the `shape` of ordinary differences.

    MeasureError for negative counts, or an expectation or shape that is not positive.
    """
    from scipy.stats import nbinom

    checked_counts(observed=observed, later_observed=later_observed, later_expected=later_expected)
    if not (expected > 0 and shape > 0):
        raise MeasureError("A change needs an earlier expectation and a shape above 0.")
    ratio = (shape + observed) / (shape + expected)
    naive = later_expected * observed / expected
    if later_expected < 1:
        none = Estimate.unavailable("Peers would have had less than one event since; it is too early to tell.")
        return Change(none, naive, int(later_observed), 1.0, "too early", "It is too early to tell: peers would have had less than one since.")
    law = nbinom(shape + observed, (shape + expected) / (shape + expected + later_expected))
    low, high = float(law.ppf(TAIL)), float(law.ppf(1 - TAIL))
    predicted = Estimate(later_expected * ratio, low, high, later_observed)
    verdict = "fell" if later_observed < low else "rose" if later_observed > high else "within"
    meaning = {
        "fell": "Fewer than would be expected without any action.",
        "rose": "More than would be expected.",
        "within": "That is within what would be expected without any action.",
    }[verdict]
    said = f"{later_observed:.0f} since, where {later_expected * ratio:.1f} ({low:.0f} to {high:.0f}) would be expected without any action. {meaning}"
    return Change(predicted, naive, int(later_observed), float(law.cdf(later_observed)), verdict, said)
