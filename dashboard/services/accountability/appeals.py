"""How many decisions on complaints were appealed, and how did the appeals end? Cases; released ones for the public, stored ones for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData, ScopeError
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.schema.scope import Audience, Scope
from dashboard.schema.words import label
from dashboard.services.accountability import stages
from dashboard.services.accountability.funnel import estimate
from dashboard.services.accountability.stages import ALL, for_staff, year_of
from dashboard.stats import rates
from dashboard.store.cases import tally_cases

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

TABLE = "complaint_appeals"
DECIDED = ("sustained", "not_sustained", "unfounded", "exonerated", "no_affidavit", "administratively_closed", "mediated_withdrawn", "other")
OUTCOMES = ("upheld", "reduced", "overturned", "withdrawn", "pending", "unknown")
# Published in classes: single outcomes are too few to be shown by year.
STOOD, CHANGED, NO_DECISION = "decision_stood", "decision_changed", "no_decision_on_the_appeal"
CLASSES = (STOOD, CHANGED, NO_DECISION)
CLASS_OF = {"upheld": STOOD, "reduced": CHANGED, "overturned": CHANGED}
WORDS: Mapping[str, str] = {
    STOOD: "Decision stood",
    CHANGED: "Decision reduced or overturned",
    NO_DECISION: "Withdrawn, pending or not recorded how it ended",
}
TOLD = 0.95  # of the decided cases must say whether they were appealed, before appeals are published: what is not recorded is not a no
NONE = "The data do not say whether decisions were appealed."
HINT = "The complaints template has columns for appeals."
Counts = Mapping[str, int | None]


def decided(house: House, scope: Scope) -> pd.DataFrame:
    """Decided cases by year, whether they were appealed, and the outcome."""
    return tally_cases(house.facts, ("year", "appealed", "appeal_outcome"), scope.narrowed(audience=Audience.STAFF).and_where("finding", *DECIDED))


def appealed(house: House) -> pd.DataFrame:
    """Appealed cases by year and published class, of the whole agency; empty where too few decided cases say whether they were appealed.

    Only these are published. A table of all decided cases beside that of all cases would give the difference away: the few that are still open.
    """
    frame = decided(house, Scope(audience=Audience.STAFF))
    told = frame[frame["appealed"].notna()]
    yes = told[told["appealed"].astype(bool)]
    if told["n"].sum() < TOLD * frame["n"].sum():
        yes = yes.head(0)
    return yes.assign(appeal=yes["appeal_outcome"].map(CLASS_OF).fillna(NO_DECISION))


def answer(house: House, scope: Scope) -> Answer:
    """Of the decided cases, how many were appealed, and how did the appeals end?"""
    if not for_staff(house, scope):
        return _released(house, year_of(scope))
    frame = decided(house, house.within(scope))
    told = frame[frame["appealed"].notna()]
    if told.empty:
        raise NotEnoughData(NONE, hint=HINT)
    yes = told[told["appealed"].astype(bool)]
    by: dict[str, int | None] = {
        str(word): int(count) for word, count in yes.fillna({"appeal_outcome": "unknown"}).groupby("appeal_outcome")["n"].sum().items()
    }
    changed = sum(by.get(word) or 0 for word in ("reduced", "overturned"))
    shown = {label(word): by[word] for word in OUTCOMES if word in by}
    whole = (int(yes["n"].sum()), int(told["n"].sum()))
    return _told(whole, (by.get("upheld", 0), changed), shown, house.provenance("complaints"), public=False)


def _released(house: House, year: str) -> Answer:
    """From the release in force: one published year, or all."""
    from dashboard.services import releases

    edition = releases.in_force(house)
    if TABLE not in {one.name for one in edition.tables}:
        raise NotEnoughData(NONE, hint=HINT)
    table = edition.table(TABLE)
    if year != ALL and year not in table.levels("year"):
        raise ScopeError(f"Nothing is published for {year}.", hint=f"Published years: {say.listed(list(table.levels('year')))}.")
    counts = {word: table.count(year=year, appeal=word) for word in CLASSES}
    shown = {WORDS[word]: counts[word] for word in CLASSES}
    cases = edition.table(stages.TABLE)
    whole = (table.count(year=year), cases.count(year=year, stage=stages.CLOSED) if year == ALL or year in cases.levels("year") else None)
    where = "all published years" if year == ALL else year
    return _told(whole, (counts[STOOD], counts[CHANGED]), shown, edition.provenance(house), public=True, where=where)


def _told(
    whole: tuple[int | None, int | None],
    ended: tuple[int | None, int | None],
    shown: Counts,
    origin: Provenance,
    *,
    public: bool,
    where: str = "",
) -> Answer:
    """The answer out of counts that may be withheld: (appealed, decided), (stood, changed), and those that are drawn."""
    (k, n), (stood, changed) = whole, ended
    share = Estimate(None, status=Status.WITHHELD, reason="Withheld: too few.") if k is None or n is None else rates.proportion(k, n)
    known = stood is not None and changed is not None and stood + changed > 0
    outcome = f", and {say.percent((changed or 0) / ((stood or 0) + (changed or 0)))} of those decided changed the outcome" if known else ""
    sentence = f"{say.with_interval(share, 'percent')} of decided cases were appealed{outcome}."
    if not share.known:
        sentence = "Too few decisions were appealed to be shown."
    subtitle = f"Cases{f', {where}' if where else ''}; {say.count(k)} of {say.count(n)} decided cases"
    bars = tuple(Bar(word, estimate(count)) for word, count in shown.items())
    rows = tuple((word, estimate(count)) for word, count in shown.items())
    return Answer(
        "rates.proportion",
        "How many decisions were appealed, and how did the appeals end?",
        sentence,
        Status.OK if share.known else Status.WITHHELD,
        (BarPlot("Appeals by how they ended", subtitle, bars, "number", "cases"),) if bars else (),
        (NumberTable("Appeals", ("How it ended", "Cases"), rows, kinds=("", "count")),),
        (),
        ("A case counts once, however many allegations it holds; by the year in which the complaint came.",),
        share,
        origin,
        public=public,
    )
