"""How is each kind of allegation decided, and is like conduct disciplined alike?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, GridPlot
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.accountability import catalog
from dashboard.services.accountability.funnel import MEASURE, estimate
from dashboard.services.accountability.stages import for_staff
from dashboard.services.counts import UNRECORDED, tally
from dashboard.stats import complaints, rates
from dashboard.store.cases import HARDEST

if TYPE_CHECKING:
    from dashboard.services.house import House

ALL = "all"
KINDS: Mapping[str, str] = {
    "search_stop_arrest": "Stop, search or arrest",
    "procedure_service": "Procedure and service",
    "conduct_unbecoming": "Conduct",
}
WHOLE = "Published for the whole agency and all years; filters do not narrow it."
EASIEST_FIRST = tuple(reversed(HARDEST))
HARD = catalog.CLASSES[1:3]
NOT_SAID = "The data do not say which discipline followed a sustained allegation."
FEWEST = 10  # sustained allegations of a kind, below which a row of shares says nothing

Counts = dict[tuple[str, str], int | None]


def kind(allegation: str) -> str:
    """A kind of allegation as people read it."""
    return KINDS.get(allegation, label(allegation))


def _counts(house: House, scope: Scope, table: str) -> tuple[tuple[str, ...], tuple[str, ...], Counts, Provenance, bool]:
    """Allegation kinds, the other dimension, counts of both with their totals, the origin, whether all of it is public."""
    if not for_staff(house, scope):
        from dashboard.services import releases

        edition = releases.in_force(house)
        one = edition.table(table)
        first, second = one.dimensions
        counts: Counts = dict(one.cells)  # type: ignore[arg-type]
        origin = edition.provenance(house)
        return first.levels, second.levels, counts, origin, True
    scope = house.within(scope)
    other = "finding" if table == catalog.ALLEGED else "discipline"
    narrowed = scope if table == catalog.ALLEGED else scope.and_where("finding", "sustained")
    frame = tally(house.facts, "complaints", ("allegation_group", other), narrowed)
    if frame.empty:
        raise NotEnoughData("There are no such allegations in this slice.", hint="Import a complaints export on the page Data sources.")
    frame["second"] = catalog.decision(frame["finding"]) if table == catalog.ALLEGED else frame["discipline"]
    found: Counts = {}
    for allegation, second, n in frame[["allegation_group", "second", "n"]].itertuples(index=False):
        for key in ((allegation, second), (allegation, ALL), (ALL, second), (ALL, ALL)):
            found[key] = (found.get(key) or 0) + int(n)
    firsts, seconds = tuple(sorted(frame["allegation_group"].unique())), tuple(sorted(frame["second"].unique()))
    if table == catalog.ALLEGED:
        for first in (*firsts, ALL):
            found[first, catalog.FULL[0]] = sum(found.get((first, word)) or 0 for word in catalog.FULL[1])
    return firsts, seconds, found, house.provenance("complaints"), False


def by_allegation(house: House, scope: Scope) -> Answer:
    """Which allegations are sustained how often, under both denominators?"""
    kinds, _, counts, origin, public = _counts(house, scope, catalog.ALLEGED)
    results = {one: _outcomes(house, counts, one) for one in kinds if one != "unknown"}
    ordered = sorted(results, key=lambda one: -(counts.get((one, ALL)) or 0))
    shares = (("of all closed", "of_closed"), ("of fully investigated", "of_investigated"))
    dots = tuple(Dot(kind(one), getattr(results[one], field), panel=f"Sustained {words}") for words, field in shares for one in ordered)
    rows = tuple(
        (
            kind(one),
            estimate(counts.get((one, ALL), 0)),
            *(estimate(counts.get((one, word), 0)) for word in catalog.DECISIONS),
            results[one].of_closed,
        )
        for one in ordered
    )
    heads = ("Allegation", "All", *(label(word) for word in catalog.DECISIONS), "Sustained of closed")
    known = {one: results[one].of_investigated for one in ordered if results[one].of_investigated.known}
    picture = DotPlot("Sustained, by kind of allegation", "Share of allegations; 95% intervals; each allegation counts once", dots, "percent")
    return Answer(
        MEASURE,
        "Which allegations are sustained, and which are not?",
        _spread(known),
        Status.OK if known else Status.UNAVAILABLE,
        (picture,),
        (NumberTable("Allegations by kind and decision", heads, rows, kinds=("", *["count"] * (len(heads) - 2), "percent")),),
        (),
        ("An allegation is counted here, not a case: a case with three allegations counts three times.", *([WHOLE] if public else [])),
        results,
        origin,
        public=public,
    )


def _outcomes(house: House, counts: Counts, one: str) -> complaints.Outcomes:
    """The measure for one kind of allegation."""
    needed = {word: counts.get((one, word), 0) for word in ("sustained", catalog.FULL[0], "open_or_unknown", ALL)}
    if any(n is None for n in needed.values()):
        none = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few.")
        return complaints.Outcomes(0, 0, 0, 0, 0, none, none)
    hits, full, waiting, every = (n or 0 for n in needed.values())
    findings = {"sustained": hits, "not_sustained": full - hits, "administratively_closed": every - full - waiting, "pending": waiting}
    return complaints.outcomes(findings, house.settings)


def _spread(known: Mapping[str, Estimate]) -> str:
    """The most and the least often sustained kinds."""
    if not known:
        return "No kind of allegation has enough investigated cases to give a share."
    ranked = sorted(known, key=lambda one: -(known[one].value or 0))
    most = f"{kind(ranked[0])}: {say.with_interval(known[ranked[0]], 'percent')} of investigated allegations were sustained"
    if len(ranked) == 1:
        return f"{most}."
    return f"{most}; least often {kind(ranked[-1]).lower()}, {say.with_interval(known[ranked[-1]], 'percent')}."


def discipline(house: House, scope: Scope) -> Answer:
    """Is like conduct disciplined alike? Of the sustained allegations of each kind, the share with each discipline."""
    kinds, found, counts, origin, public = _counts(house, scope, catalog.DISCIPLINE)
    words = [word for word in dict.fromkeys((*(catalog.CLASSES if public else EASIEST_FIRST), UNRECORDED)) if word in found]
    rows = [one for one in sorted(kinds, key=lambda one: -(counts.get((one, ALL)) or 0)) if (counts.get((one, ALL)) or 0) >= FEWEST]
    if not rows:
        raise NotEnoughData(f"No kind of allegation has {FEWEST} sustained ones.", hint="Choose a longer period.")
    cells = tuple(tuple(_share(counts.get((one, word), 0), counts.get((one, ALL))) for word in words) for one in rows)
    picture = GridPlot(
        "Discipline for sustained allegations, by kind",
        "Share of the sustained allegations of each kind with each discipline, from the easiest to the hardest",
        tuple(kind(one) for one in rows),
        tuple(label(word) for word in words),
        cells,
        "share of sustained allegations",
        "percent",
    )
    table = NumberTable(
        "Sustained allegations by kind and discipline",
        ("Allegation", "Sustained", *(label(word) for word in words)),
        tuple((kind(one), estimate(counts.get((one, ALL), 0)), *(estimate(counts.get((one, word), 0)) for word in words)) for one in rows),
        kinds=("", *["count"] * (len(words) + 1)),
    )
    notes = ("Kinds of allegation differ in gravity within themselves, so equal shares are not by themselves equal treatment.",)
    sentence = _hardest(counts, words)
    return Answer(
        "rates.proportion",
        "Is like conduct disciplined alike?",
        sentence,
        Status.UNAVAILABLE if sentence == NOT_SAID else Status.OK,
        () if sentence == NOT_SAID else (picture,),
        (table,),
        (),
        (*notes, *([WHOLE] if public else [])),
        {"counts": {f"{a}|{b}": n for (a, b), n in counts.items()}},
        origin,
        public=public,
    )


def _share(k: int | None, n: int | None) -> Estimate:
    """A share of counts that may be withheld."""
    if k is None or n is None:
        return Estimate(None, status=Status.WITHHELD, reason="Withheld: too few.")
    return rates.proportion(k, n)


def _hardest(counts: Counts, words: list[str]) -> str:
    """How many sustained allegations led to more than training."""
    every = counts.get((ALL, ALL))
    hard = [counts.get((ALL, word), 0) for word in words if catalog.CLASS_OF.get(word, word) in HARD]
    open_ = [counts.get((ALL, word), 0) for word in words if catalog.CLASS_OF.get(word, word) == catalog.CLASSES[-1]]
    if not every or any(n is None for n in (*hard, *open_)):
        return "Too few are published to say how sustained allegations were disciplined."
    share, missing = sum(n or 0 for n in hard) / every, sum(n or 0 for n in open_) / every
    if missing == 1:
        return NOT_SAID
    easy = say.percent(1 - share - missing)
    said = f"Of {say.count(every)} sustained allegations, {say.percent(share)} led to a reprimand or more and {easy} to training or nothing"
    return f"{said}; for {say.percent(missing)} the discipline is pending, of another kind or not recorded." if missing else f"{said}."
