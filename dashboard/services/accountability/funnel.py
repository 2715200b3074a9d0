"""How many complaints were received, investigated, decided and followed by discipline, under both denominators?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Picture
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import in_order, label
from dashboard.services.accountability import stages
from dashboard.services.accountability.stages import ALL, CLOSED, INVESTIGATED, LABELS, STAGES, SUSTAINED, WITH, Counted
from dashboard.stats import complaints, survival

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "complaints.outcomes"
STEPS = ((ALL, "Received"), (CLOSED, "Decided"), (INVESTIGATED, "Fully investigated"), (SUSTAINED, "Sustained"), (WITH, "Discipline recorded"))
WHO = {"civilian": "Residents", "officer": "Officers", "anonymous": "Anonymous", "agency": "The agency itself", "unknown": "Not recorded"}
NOT_POOLED = "Complaints by officers are decided otherwise than those of residents, so the two stand apart."


def estimate(count: int | None) -> Estimate:
    """A count as a bar; a withheld one is not shown."""
    return Estimate(None, status=Status.WITHHELD, reason="Withheld: too few cases.") if count is None else Estimate(float(count), n=count)


def _step(found: Counted, stage: str) -> Estimate:
    """A step of the way; where sustained cases carry no discipline at all, it is not recorded rather than none."""
    if stage == WITH and found.count(WITH) == 0 and found.count(SUSTAINED) != 0:
        return Estimate.unavailable("The data record no discipline.")
    return estimate(found.count(stage))


def answer(house: House, scope: Scope) -> Answer:
    """From receipt to discipline, and the sustained share under both denominators."""
    found = stages.counted(house, scope)
    known = found.findings()
    result = complaints.outcomes(known or {}, house.settings)
    bars = tuple(Bar(words, _step(found, stage)) for stage, words in STEPS)
    picture = BarPlot("From complaint to discipline", f"Cases; {found.where}", bars, "number", "cases")
    rows = tuple((LABELS[stage], estimate(found.count(stage))) for stage in STAGES)
    table = NumberTable(
        f"How complaints ended, {found.where}",
        ("Stage", "Cases"),
        (*rows, ("All received", estimate(found.count(ALL)))),
        kinds=("", "count"),
        notes=("A case counts once, as its gravest finding; it is open while one of its allegations is.",),
    )
    shares = NumberTable(
        "Sustained, under both denominators",
        ("Sustained of", "Cases", "Share sustained"),
        (("all closed cases", result.closed, result.of_closed), ("fully investigated cases", result.investigated, result.of_investigated)),
        kinds=("", "count", "percent"),
    )
    status = Status.OK if result.of_closed.known else Status.UNAVAILABLE
    return Answer(
        MEASURE,
        "How many complaints are there, and how are they decided?",
        _sentence(result, known is not None),
        status,
        (picture,),
        (table, shares),
        result.gates,
        (NOT_POOLED,),
        result,
        found.provenance,
        public=found.public,
    )


def _sentence(result: complaints.Outcomes, complete: bool) -> str:
    """How many, how many decided, both shares."""
    if not complete:
        return "Too few complaints are published to say how they were decided."
    rest = f"{say.count(result.open)} {'is' if result.open == 1 else 'are'} not"
    start = f"{say.count(result.cases)} complaints were received; {say.count(result.closed)} are decided and {rest}"
    if not result.of_closed.known:
        return f"{start}. {result.of_closed.reason}"
    closed = f"{say.with_interval(result.of_closed, 'percent')} of all closed cases were sustained"
    if not result.of_investigated.known:
        return f"{start}; {closed}. {result.of_investigated.reason}"
    return f"{start}; {closed}, and {say.with_interval(result.of_investigated, 'percent')} of those fully investigated."


def by_complainant(house: House, scope: Scope) -> Answer:
    """Who complained, and how their cases were decided: residents and officers never pooled."""
    return _divided(house, scope, "complainant", "Who complained, and how were their cases decided?", "civilian")


def by_group(house: House, scope: Scope) -> Answer:
    """Are complaints of each group of residents decided alike?"""
    return _divided(house, scope, "race_group", "Are complaints of each group decided alike?", house.settings.text("groups.reference"))


def _name(division: str, level: str) -> str:
    """A level as people read it."""
    return WHO.get(level, label(level)) if division == "complainant" else label(level)


def _divided(house: House, scope: Scope, division: str, question: str, reference: str) -> Answer:
    """Both shares for each level of a division, and how far each lies from the reference."""
    found = stages.counted(house, scope, division)
    levels = in_order(found.levels) if division == "race_group" else sorted(found.levels, key=lambda one: list(WHO).index(one) if one in WHO else 99)
    results = {level: _outcomes(house, found, level) for level in levels}
    shares = (("of all closed", "of_closed"), ("of fully investigated", "of_investigated"))
    dots = tuple(
        Dot(_name(division, level), getattr(one, field), level if division == "race_group" else "", panel=f"Sustained {words}")
        for words, field in shares
        for level, one in results.items()
    )
    base = results.get(reference)
    gaps = {
        level: survival.difference(one.of_investigated, base.of_investigated)
        for level, one in results.items()
        if base is not None and level != reference
    }
    rows = tuple(
        (_name(division, level), estimate(found.count(ALL, level)), estimate(found.count(CLOSED, level)), one.of_closed, one.of_investigated)
        for level, one in results.items()
    )
    columns = ("Who", "Received", "Closed", "Sustained of closed", "Sustained of investigated")
    known = any(one.of_closed.known for one in results.values())
    picture: Picture = DotPlot(
        question.removesuffix("?"), f"Share of cases sustained; 95% intervals; {found.where}", dots, "percent", axis="share sustained"
    )
    return Answer(
        MEASURE,
        question,
        _compared(division, results, gaps, reference),
        Status.OK if known else Status.UNAVAILABLE,
        (picture,),
        (NumberTable(f"{question.removesuffix('?')}: {found.where}", columns, rows, kinds=("", "count", "count", "percent", "percent")),),
        (),
        (NOT_POOLED,) if division == "complainant" else (),
        results,
        found.provenance,
        public=found.public,
    )


def _outcomes(house: House, found: Counted, level: str) -> complaints.Outcomes:
    """The measure for one level; withheld counts give withheld shares."""
    known = found.findings(level)
    if known is not None:
        return complaints.outcomes(known, house.settings)
    none = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few cases.")
    return complaints.Outcomes(0, 0, 0, 0, 0, none, none)


def _compared(division: str, results: dict[str, complaints.Outcomes], gaps: dict[str, Estimate], reference: str) -> str:
    """The reference's share, and who differs clearly."""
    base = results.get(reference)
    name = f"{_name(division, reference)} complainants" if division == "race_group" else "residents"
    if base is None or not base.of_investigated.known:
        return f"Too few complaints of {name} were investigated to compare with."
    start = f"Of the investigated complaints of {name}, {say.with_interval(base.of_investigated, 'percent')} were sustained"
    clear = [(level, gap) for level, gap in gaps.items() if gap.known and ((gap.low or 0) > 0 or (gap.high or 0) < 0)]
    if not clear:
        return f"{start}; no other group with enough cases differs clearly."
    told = [
        f"{_name(division, level)} {say.percent(results[level].of_investigated.value or 0)} ({say.with_interval(gap, 'points')})"
        for level, gap in clear
    ]
    return f"{start}; {say.listed(told)}."
