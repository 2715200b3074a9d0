"""Any registered measure, asked by name: over the stored facts where it needs them, or over numbers that are given."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

import dashboard.privacy.release
import dashboard.stats
import dashboard.text.measures  # noqa: F401
from dashboard.access.roles import Permission
from dashboard.errors import MeasureError
from dashboard.registry import Measure
from dashboard.registry import measures as registered
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services.restricted import restricted
from dashboard.settings import BY_NAME

if TYPE_CHECKING:
    from dashboard.services.house import House

# measure -> the service module whose `answer(house, scope)` (or the function after the colon) asks it of the stored facts
ASKED_OF_FACTS: Mapping[str, str] = {
    "benchmark.compare": "benchmark",
    "outcome.hit_rates": "outcome",
    "threshold.fit": "threshold",
    "darkness.veil": "darkness",
    "adjusted.model": "adjusted",
    "adjusted.matched": "matched",
    "adjusted.sensitivity": "sensitivity",
    "adjusted.risk": "risk",
    "rates.proportion": "decisions:proportion",
    "rates.difference": "decisions:difference",
    "rates.risk_ratio": "decisions:risk_ratio",
    "rates.odds_ratio": "decisions:odds_ratio",
    "rates.rate_ratio": "decisions:rate_ratio",
    "rates.rate": "stop_rates",
    "compare.family": "family",
    "compare.shrink": "family_shrunk",
    "compare.power": "power",
    "complaints.outcomes": "accountability.funnel",
    "complaints.time": "accountability.times:to_decision",
    "cameras.release": "accountability.times:to_release",
    "oversight.agreement": "accountability.oversight:agreed",
    "cameras.active": "accountability.cameras:active",
    "trend.periods": "trends",
    "trend.season": "season",
    "trend.interrupted": "force_policies",
    "trend.controlled": "force_beside",
    "force.rates": "force_rates",
    "force.severity": "force_severity",
    "force.peers": "force_peers",
    "release.suppression": "published",
    "peers.review": "early.asked:review",
    "peers.rules": "early.asked:rules",
    "peers.change": "early.asked:change",
    "peers.shares": "early.finds",
    "together.ranks": "beside",
    "outreach.share": "outreach.reach",
    "outreach.before_after": "outreach.beside",
    "survey.trust": "survey_measures:trust_index",
    "survey.change": "survey_measures:change",
    "survey.shares": "survey_measures:shares",
    "survey.importance": "survey_measures:importance",
    "survey.procedural_justice": "survey_measures:procedural_justice",
    "survey.raking": "survey_measures:weights",
    "text.redaction": "text_quality:redaction",
    "text.themes": "surveys.voices:asked",
    "text.tone": "surveys.voices_tone:asked",
    "text.keyness": "surveys.voices_words:asked",
    "employee.engagement": "employee.asked:engagement",
    "employee.satisfaction": "employee.asked:satisfaction",
    "employee.margin": "employee.asked:margin",
    "employee.promoters": "employee.asked:promoters",
    "employee.drivers": "employee.asked:drivers",
    "employee.turnover": "employee.asked:turnover",
    "employee.burnout_work": "employee.asked:burnout_work",
    "employee.burnout_single": "employee.asked:burnout_single",
}


def all_measures() -> Mapping[str, Measure]:
    """Every measure of the house."""
    return registered()


def named(name: str) -> Measure:
    """The measure of that name; MeasureError lists the names there are."""
    found = registered()
    if name not in found:
        raise MeasureError(f"There is no measure '{name}'.", hint=f"The measures are: {', '.join(found)}.")
    return found[name]


@restricted(Permission.SEE_WORKBENCH)
def run(house: House, name: str, scope: Scope, numbers: Mapping[str, float] | None = None) -> Answer:
    """One measure on one slice, or on given numbers (a measure of plain counts, such as rates.proportion with k and n)."""
    one = named(name)
    if name in ASKED_OF_FACTS and not numbers:
        module, _, function = ASKED_OF_FACTS[name].partition(":")
        service = importlib.import_module(f"dashboard.services.{module}")
        answer: Answer = getattr(service, function or "answer")(house, scope)
        return answer
    return _of_numbers(house, one, numbers or {})


def _of_numbers(house: House, one: Measure, numbers: Mapping[str, float]) -> Answer:
    """A measure computed from numbers alone."""
    parameters = inspect.signature(one.function).parameters
    plain = [name for name, p in parameters.items() if name != "settings" and p.default is inspect.Parameter.empty]
    unknown = set(numbers) - set(parameters)
    if unknown or set(plain) - set(numbers):
        example = " ".join(f"--input {name}=..." for name in plain)
        raise MeasureError(f"{one.name} is computed from numbers.", hint=f"Give them: {example}")
    settings = {"settings": house.settings} if "settings" in parameters else {}
    result = one.function(**numbers, **settings)
    estimate = result if isinstance(result, Estimate) else getattr(result, "estimate", None)
    written = say.with_interval(estimate) if isinstance(estimate, Estimate) else "See the whole result with --json."
    status = estimate.status if isinstance(estimate, Estimate) else Status.OK
    given = ", ".join(f"{name} = {value:g}" for name, value in numbers.items())
    table = NumberTable(one.title, ("Given", "Result"), ((given, written),))
    return Answer(one.name, one.question, f"{one.title}: {written}.", status, (), (table,), (), (one.page,), result)


def written(house: House) -> list[Measure]:
    """Every measure, for the Methods page."""
    return list(registered().values())


def settings_written(house: House) -> list[tuple[str, str, str, bool]]:
    """Every setting as (name, value in force, sentence, changed), for the Methods page."""
    changed = dict(house.settings.changed)
    return [(name, str(house.settings[name]), one.sentence, name in changed) for name, one in BY_NAME.items()]
