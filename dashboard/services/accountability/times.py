"""How long until a decision, and until footage is released, with open cases counted for the time they have been open?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import Finding, ReleasedEstimates, release_estimates
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Curve, CurvePlot
from dashboard.schema.result import Estimate, NumberTable, Provenance, Status
from dashboard.schema.scope import Audience, Scope
from dashboard.services.accountability.stages import TABLE, for_staff
from dashboard.stats import duration
from dashboard.stats.duration import Durations
from dashboard.stats.survival import Spell
from dashboard.store.cases import tally_cases
from dashboard.store.facts import STAFF
from dashboard.store.requests import tally_requests

if TYPE_CHECKING:
    from dashboard.services.house import House

DECISION, RELEASE = "complaints.time", "cameras.release"
KINDS: Mapping[str, str] = {
    "sustained": "Sustained",
    "not_sustained": "Investigated, not sustained",
    "closed": "Closed without investigation",
    "released": "Released",
    "investigation": "Withheld: investigation",
    "privacy": "Withheld: privacy",
    "no_footage": "Withheld: no footage",
    "not_retained": "Withheld: not kept",
    "withheld": "Withheld: other ground",
    "withdrawn": "Withdrawn",
}
WORDS = {
    DECISION: ("Time to a decision", "complaints", "decided", "How long until a complaint is decided?"),
    RELEASE: ("Time to the release of footage", "requests", "decided", "Was body-camera footage released in time?"),
}
P = TypeVar("P")
STEPS = 40  # points of a published curve


def decisions(house: House, scope: Scope) -> tuple[tuple[Spell, ...], int]:
    """Complaint cases by days and outcome, and how many are decided without a known number of days."""
    frame = tally_cases(house.facts, ("days", "finding"), scope.narrowed(audience=Audience.STAFF))
    known = frame[frame["days"].notna() & (frame["days"] >= 0) & (frame["finding"] != "unknown")]
    kinds = {"pending": "", "sustained": "sustained"} | dict.fromkeys(("not_sustained", "unfounded", "exonerated"), "not_sustained")
    outcome = known["finding"].map(lambda word: kinds.get(str(word), "closed"))
    grouped = known.groupby([known["days"].astype(int), outcome], observed=True)["n"].sum()
    return tuple(Spell(float(day), str(kind), int(n)) for (day, kind), n in grouped.items()), int(frame["n"].sum() - known["n"].sum())


def requests(house: House, scope: Scope) -> tuple[tuple[Spell, ...], int]:
    """Requests for footage by days and outcome on the clock of the settings, and how many have dates that contradict each other."""
    frame = tally_requests(house.facts, house.settings.text("cameras.clock"), scope.narrowed(audience=Audience.STAFF))
    known = frame[frame["days"].notna() & (frame["days"] >= 0)]
    spells = tuple(Spell(float(row.days), str(row.outcome), int(row.n)) for row in known.itertuples())
    return spells, int(frame["n"].sum() - known["n"].sum())


ASKED = {DECISION: (decisions, duration.time_to_decision), RELEASE: (requests, duration.time_to_release)}


def computed(house: House, scope: Scope, measure: str) -> tuple[Durations, int]:
    """One of the two measures on a slice of the stored facts. NotEnoughData without any row."""
    ask, statistic = ASKED[measure]
    spells, without = ask(house, scope)
    if not spells:
        noun = WORDS[measure][1]
        if without:
            raise NotEnoughData(f"The data give no dates of decisions for {say.count(without)} {noun}.", hint="Import an export with closing dates.")
        raise NotEnoughData(f"There are no {noun} in this period and place.", hint="Import an export on the page Data sources.")
    return statistic(spells, house.settings), without


def published(house: House) -> list[ReleasedEstimates]:
    """Both curves as the public may see them, for the whole agency and all years."""
    found = []
    for measure in ASKED:
        try:
            result, without = computed(house, STAFF, measure)
        except NotEnoughData as refusal:
            found.append(release_estimates(measure, WORDS[measure][0], (), str(refusal)))
            continue
        behind = float(result.cases)
        rows = [Finding("by_target", result.by_target, behind), Finding("median", result.median, behind)]
        rows += [Finding(f"count|{name}", Estimate(float(n), n=n), n if n >= 5 else 0) for name, n in _counts(result, without).items()]
        rows += [Finding(f"outcome|{name}", one, behind) for name, one in result.outcomes]
        rows += [Finding(f"curve|all|{day:g}", one, behind) for day, one in _thinned(result.curve)]
        for name, points in result.outcome_curves:
            rows += [Finding(f"curve|{name}|{day:g}", Estimate(value), behind) for day, value in _thinned(points)]
        found.append(release_estimates(measure, WORDS[measure][0], [_safe(one) for one in rows]))
    return found


def _counts(result: Durations, without: int) -> dict[str, int]:
    """The counts beside the curve."""
    return {"cases": result.cases, "ended": result.ended, "open": result.open, "late": result.open_past_target, "without": without}


def _safe(one: Finding) -> Finding:
    """A count from 5 on may be published as a count, and so may 0; shares go without how many were still at risk."""
    if one.group.startswith("count|"):
        return Finding(one.group, one.estimate, 30.0 if one.smallest >= 5 or one.estimate.value == 0 else 0.0)
    return Finding(one.group, replace(one.estimate, n=0.0), one.smallest)


def _thinned(points: Sequence[tuple[float, P]]) -> list[tuple[float, P]]:
    """So many points of a curve at most: single cases are not to be read off it."""
    many = len(points)
    return list(points) if many <= STEPS else [points[round(step * (many - 1) / (STEPS - 1))] for step in range(STEPS)]


def to_decision(house: House, scope: Scope) -> Answer:
    """Time to a decision against the agency's target."""
    return _answer(house, scope, DECISION)


def to_release(house: House, scope: Scope) -> Answer:
    """Time to the release of footage against the law's limit."""
    return _answer(house, scope, RELEASE)


def _answer(house: House, scope: Scope, measure: str) -> Answer:
    """From the facts for staff, from the release in force for everybody else."""
    if for_staff(house, scope):
        result, without = computed(house, house.within(scope), measure)
        table = TABLE if measure == DECISION else "bwc_requests"
        return _told(measure, result, without, house.provenance(table), public=False, notes=())
    from dashboard.services import releases

    edition = releases.in_force(house)
    one = edition.test(measure)
    if not one.rows:
        raise NotEnoughData(one.sentence or "Nothing has been published of this yet.", hint="The next import publishes it.")
    result, without = _restored(house, measure, one)
    origin = edition.provenance(house)
    return _told(measure, result, without, origin, public=True, notes=("Published for the whole agency and all years; filters do not narrow it.",))


def _restored(house: House, measure: str, one: ReleasedEstimates) -> tuple[Durations, int]:
    """The published rows as the measure's result."""
    rows = dict(one.rows)
    counts = {name: rows[f"count|{name}"] for name in ("cases", "ended", "open", "late", "without")}
    n = {name: int(e.value) if e.value is not None else -1 for name, e in counts.items()}
    curves: dict[str, list[tuple[float, Estimate]]] = {}
    for key, value in one.rows:
        if key.startswith("curve|"):
            _, name, day = key.split("|")
            curves.setdefault(name, []).append((float(day), value))
    outcomes = tuple((key.split("|")[1], value) for key, value in one.rows if key.startswith("outcome|"))
    target = house.settings.number("complaints.target_days" if measure == DECISION else "cameras.release_days")
    drawn = {name: tuple((day, e.value or 0.0) for day, e in points if e.known) for name, points in curves.items() if name != "all"}
    result = Durations(
        target,
        n["cases"],
        n["ended"],
        n["open"],
        n["late"],
        rows["by_target"],
        rows["median"],
        outcomes,
        tuple(curves.get("all", ())),
        tuple(drawn.items()),
    )
    return result, n["without"]


def _count(n: int) -> str:
    """A count; one that is withheld is said to be."""
    return say.count(None if n < 0 else n)


def _told(measure: str, result: Durations, without: int, origin: Provenance, *, public: bool, notes: tuple[str, ...]) -> Answer:
    """The answer to either question."""
    title, noun, verb, question = WORDS[measure]
    curves = [Curve("Decided" if measure == DECISION else "Decided in any way", result.curve)]
    curves += [Curve(KINDS.get(name, name), tuple((d, Estimate(v)) for d, v in points), dashed=True) for name, points in result.outcome_curves]
    label = f"target: {result.target:g} days" if measure == DECISION else f"limit: {result.target:g} days"
    subtitle = f"Share of {noun} {verb}, by days; {_count(result.cases)} {noun}, {_count(result.open)} still open; 95% band"
    picture = CurvePlot(title, subtitle, tuple(curves), "days", result.target, label)
    rows: tuple[tuple[object, ...], ...] = ((f"{verb.capitalize()} within {result.target:g} days", result.by_target),)
    rows += tuple((f"of these: {KINDS.get(name, name).lower()}", one) for name, one in result.outcomes)
    first = NumberTable(f"{title}: shares by day {result.target:g}", ("", "Share"), rows, kinds=("", "percent"))
    median = "not reached" if result.median.value is None and result.median.low is not None else say.with_interval(result.median)
    second = NumberTable(
        f"{title}: days and counts",
        ("", "Number"),
        (
            ("Median days", median),
            (noun.capitalize(), _count(result.cases)),
            ("Still open", _count(result.open)),
            (f"Still open and past {result.target:g} days", _count(result.open_past_target)),
            ("Left out: no usable dates", _count(without)),
        ),
    )
    status = Status.OK if result.by_target.known else Status.UNAVAILABLE
    pictures = (picture,) if result.curve else ()
    return Answer(
        measure, question, _sentence(measure, result, median), status, pictures, (first, second), result.gates, notes, result, origin, public
    )


def _sentence(measure: str, result: Durations, median: str) -> str:
    """The share in time, the median, the backlog."""
    _, noun, verb, _ = WORDS[measure]
    share = result.by_target
    if not share.known:
        return f"No share in time can be given. {share.reason or 'Too few are published.'}"
    if measure == RELEASE:
        released = dict(result.outcomes).get("released", Estimate(0.0))
        start = f"{say.with_interval(released, 'percent')} of requests led to a release within {result.target:g} days"
    else:
        start = f"{say.with_interval(share, 'percent')} of {noun} are {verb} within {result.target:g} days"
    middle = (
        "the median is not reached"
        if median == "not reached"
        else f"half are {verb} after {median} days".replace(" (95%", " days (95%").replace(") days", ")")
    )
    if result.open_past_target < 0:
        return f"{start}; {middle}."
    late = f"{_count(result.open_past_target)} {'is' if result.open_past_target == 1 else 'are'} still open and past it"
    return f"{start}; {middle}; {late}."
