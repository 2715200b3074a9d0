"""How often is force used, how severe is it, on whom, and was de-escalation tried? The Use of force page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, Event, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import force_catalog as catalog
from dashboard.services.counts import UNRECORDED, known_groups, staff
from dashboard.services.force_counts import Counts, Numbers, coarse, estimate, numbers, slice_words
from dashboard.services.policies import listing
from dashboard.stats import rates

if TYPE_CHECKING:
    from dashboard.services.house import House

LEVEL_WORDS = {"1": "Level 1 (lowest)", "2": "Level 2", "3": "Level 3", "4": "Level 4 (deadly)", UNRECORDED: "No level recorded"}
INJURY_WORDS = {"complaint": "Complaint of pain", "injured": "Injured", "serious": "Seriously injured", "fatal": "Killed", UNRECORDED: "Not recorded"}
TECHNIQUE_WORDS = {
    "presence_verbal": "Presence or commands",
    "ced_use": "Taser or other conducted energy device, used",
    "ced_display": "Conducted energy device, shown",
    "firearm_display": "Firearm drawn or shown",
    "firearm_point": "Firearm pointed at a person",
    "firearm_discharge": "Firearm discharged",
    "chemical": "Pepper spray or other chemical",
    "canine_bite": "Dog bite",
    "canine_no_bite": "Dog used, no bite",
    "impact_projectile": "Impact projectile",
    "impact_weapon": "Baton or other impact weapon",
    "vehicle": "Vehicle used as force",
    "neck_restraint": "Neck restraint or chokehold",
    "strike": "Strike, punch or kick",
    "other": "Another technique",
    "unknown": "Technique not recorded",
}


def technique_word(name: str) -> str:
    """A technique as people read it."""
    return TECHNIQUE_WORDS.get(name, label(name))


def over_time(house: House, scope: Scope) -> Answer:
    """Incidents by quarter, with the policy dates; the change between the last two whole years, or the year of the slice and the one before."""
    asked = numbers(house, scope, catalog.INCIDENTS)
    found, until = asked if scope.audience == "staff" else numbers(house, scope.narrowed(start=None, end=None), catalog.INCIDENTS), asked.year
    table = found.table(catalog.INCIDENTS)
    quarters = table.levels("quarter")
    counts = {quarter: table.count(quarter=quarter) for quarter in quarters}
    last = house.facts.span("use_of_force")[1]
    open_ = {f"{last.year}-Q{(last.month + 2) // 3}"} if last and (last.month % 3 or last.day < 15) else set()
    yearly = coarse(house)
    steps = {year: table.count(quarter=year) for year in sorted({q[:4] for q in quarters})} if yearly else counts
    points = tuple(Point(step, estimate(n), step in open_) for step, n in steps.items())
    events = tuple(Event(f"{one.date.year}" if yearly else f"{one.date.year}-Q{(one.date.month + 2) // 3}", one.title) for one in listing(house))
    years = [year for year in sorted({q[:4] for q in quarters}) if table.has(quarter=year) and len([q for q in quarters if q[:4] == year]) == 4]
    years = [year for year in years if f"{year}-Q4" not in open_]
    whole = {year: table.count(quarter=year) for year in years}
    total = table.count()
    rows = tuple((year, estimate(n)) for year, n in whole.items())
    picture = TrendPlot(
        "Incidents with force",
        f"Number of incidents by {'year' if yearly else 'quarter'}, {slice_words(found)}; {say.count(total)} incidents",
        (Series("Incidents", "", points),),
        "number",
        "incidents",
        events,
    )
    return _answer(
        found,
        "trend.periods",
        "How often is force used, and is it changing?",
        _change({year: n for year, n in whole.items() if until == "all" or year <= until}, total),
        (picture,),
        (
            NumberTable("Incidents by year", ("Year", "Incidents"), rows, kinds=("", "count")),
            NumberTable("Incidents by quarter", ("Quarter", "Incidents"), tuple((q, estimate(n)) for q, n in counts.items()), kinds=("", "count")),
        ),
        (
            *_grain(house, found),
            *(("Of some reports only the year is known, so nothing finer is drawn.",) if yearly else ()),
        ),
        counts,
    )


def _change(whole: dict[str, int | None], total: int | None) -> str:
    """The last whole year against the one before."""
    known = [(year, n) for year, n in whole.items() if n]
    if len(known) < 2:
        return f"{say.count(total)} incidents with force are recorded."
    (before, old), (year, new) = known[-2:]
    ratio = rates.rate_ratio(new, 1.0, old, 1.0)
    value, low, high = ratio.value or 1.0, ratio.low or 0.0, ratio.high or 0.0
    inside = f"(95% interval {low:.2f} to {high:.2f} times)"
    if low <= 1 <= high:
        return f"{say.count(new)} incidents with force in {year}, no clear change from {say.count(old)} in {before} {inside}."
    change = f"{say.percent(abs(value - 1))} {'more' if value > 1 else 'fewer'}"
    return f"{say.count(new)} incidents with force in {year}, {change} than in {before} {inside}."


def _grain(house: House, found: Numbers) -> tuple[str, ...]:
    """What one row of the reports was, and so what can be counted; how many records are not counted because they are pending or were rejected."""
    if found.public:
        return (
            "An incident counts once, however many officers, people or techniques its reports name.",
            "Records that are pending or were rejected in review are not counted.",
        )
    frame = house.facts.units("incidents", ("source_grain", "record_status"), catalog.of_people(staff(found.scope)))
    grains = [str(grain).replace("_", " and ") for grain in frame["source_grain"].dropna().unique()]
    said = f"An incident counts once. One row of the reports is one {say.listed(grains) or 'event'}; incidents are told apart by their number."
    out = frame[~frame["record_status"].isin(catalog.COUNTED)].groupby("record_status", dropna=False)["n"].sum()
    told = say.listed([f"{say.count(n)} {status}" for status, n in out.items()])
    return (said, f"Incidents not counted, by the state of their record: {told}.") if len(out) else (said,)


def techniques(house: House, scope: Scope) -> Answer:
    """In how many incidents each technique was used."""
    found = numbers(house, scope, catalog.TECHNIQUE, catalog.INCIDENTS)
    whole = found.table(catalog.INCIDENTS)
    when = {} if found.year == "all" else {"quarter": found.year}
    total = whole.count(**when) if whole.has(**when) else None
    used: list[tuple[str, int | None]] = []
    for name, table in found.tables.items():
        if name.startswith(catalog.TECHNIQUE) and table.has(use=catalog.USED, **when):
            used.append((name.removeprefix(catalog.TECHNIQUE), table.count(use=catalog.USED, **when)))
    if not used:
        raise NotEnoughData("No technique is recorded for this period.", hint="The reports name no technique that can be shown.")
    used.sort(key=lambda pair: -(pair[1] if pair[1] is not None else -1))
    shares = [(name, n, rates.proportion(n, total) if n is not None and total else estimate(n)) for name, n in used]
    top = [(name, share) for name, n, share in shares if share.known and name not in {"unknown", "presence_verbal"}][:3]
    told = say.listed([f"{technique_word(name).lower()} ({say.percent(share.value or 0)})" for name, share in top])
    bars = tuple(Bar(technique_word(name), share) for name, _, share in shares)
    rows = tuple((technique_word(name), estimate(n), share if n is not None else "not shown") for name, n, share in shares)
    subtitle = f"Share of {say.count(total)} incidents, {slice_words(found)}; one incident may have several, so shares do not add to 100%"
    return _answer(
        found,
        "rates.proportion",
        "Which force is used?",
        f"Most often: {told} of incidents." if told else "Too few incidents to show a technique.",
        (BarPlot("Techniques", subtitle, bars, "percent", "incidents with the technique"),),
        (NumberTable("Incidents by technique", ("Technique", "Incidents", "Share of incidents"), rows, kinds=("", "count", "percent")),),
        ("Bars overlap: an incident with two techniques stands in both.", "Presence and commands alone are listed where reported and are not force."),
        tuple(used),
    )


def deescalation(house: House, scope: Scope) -> Answer:
    """In how many incidents de-escalation was tried before force, with how many reports do not say."""
    found = numbers(house, scope, catalog.INCIDENTS)
    table = found.table(catalog.INCIDENTS)
    when = {} if found.year == "all" else {"quarter": found.year}
    tried, not_tried, missing = (
        table.count(deescalation=word, **when) if table.has(deescalation=word, **when) else None
        for word in (catalog.TRIED, catalog.NOT_TRIED, UNRECORDED)
    )
    if not tried and not not_tried:
        raise NotEnoughData(
            "The reports do not say whether de-escalation was tried, so no share can be given.",
            hint="A form that does not ask is not a form that says no.",
        )
    total = table.count(**when)
    known = tried + not_tried if tried is not None and not_tried is not None else None
    share = rates.proportion(tried, known) if tried is not None and known else estimate(None)
    missing_share = (
        f"{say.percent(missing / total)} of the reports do not say" if missing is not None and total else "how many do not say is not shown"
    )
    rows = tuple((word, estimate(n)) for word, n in (("Tried", tried), ("Not tried", not_tried), ("Not recorded", missing)))
    quarters = [q for q in table.levels("quarter") if found.year in {"all", q[:4]}]
    points = tuple(Point(q, _tried(table, q)) for q in quarters)
    picture = TrendPlot(
        "De-escalation tried before force",
        f"Share of incidents whose report says yes or no, by quarter, {slice_words(found)}; 95% intervals",
        (Series("Tried", "", points),),
        "percent",
        "incidents with de-escalation tried",
    )
    told = (
        f"De-escalation was tried in {say.with_interval(share, 'percent')} of incidents whose report says"
        if share.known
        else "The share is not shown"
    )
    return _answer(
        found,
        "rates.proportion",
        "Was de-escalation tried before force?",
        f"{told}; {missing_share}.",
        (picture,),
        (NumberTable(f"De-escalation, {slice_words(found)}", ("De-escalation", "Incidents"), rows, kinds=("", "count")),),
        ("What officers report themselves; nobody has checked it against footage.", "A report that does not say is counted apart, never as no."),
        share,
    )


def _tried(table: Counts, quarter: str) -> Estimate:
    """The share of one quarter."""
    tried, not_tried = (table.count(quarter=quarter, deescalation=word) for word in (catalog.TRIED, catalog.NOT_TRIED))
    if tried is None or not_tried is None:
        return estimate(None)
    return rates.proportion(tried, tried + not_tried) if tried + not_tried else Estimate.unavailable("No report says.")


def reasons(house: House, scope: Scope) -> Answer:
    """Why force was used, as the reports name it."""
    found = numbers(house, scope, catalog.INCIDENTS)
    table = found.table(catalog.INCIDENTS)
    counts = {reason: table.count(reason=reason) for reason in table.levels("reason")}
    if not any(n for reason, n in counts.items() if reason != UNRECORDED):
        raise NotEnoughData("The reports name no reason.", hint="Map the column that holds it when the file is imported.")
    shown = sorted(counts.items(), key=lambda pair: (pair[0] in {catalog.OTHER, UNRECORDED}, -(pair[1] or 0)))
    bars = tuple(Bar(_capital(reason), estimate(n)) for reason, n in shown if n != 0)
    first, most = shown[0]
    total = table.count()
    told = f"{first} is the reason named most often: {say.count(most)} of {say.count(total)} incidents"
    return _answer(
        found,
        "rates.proportion",
        "Why was force used?",
        f"{told}." if most is not None else "Too few incidents to show a reason.",
        (BarPlot("Reasons", f"Number of incidents, {'all years' if found.public else slice_words(found)}", bars, "number", "incidents"),),
        (NumberTable("Incidents by reason", ("Reason", "Incidents"), tuple((_capital(r), estimate(n)) for r, n in shown), kinds=("", "count")),),
        ("In the words of the reports; an incident with several reports counts with one of its reasons.",),
        counts,
    )


def _capital(text: str) -> str:
    """A word with a capital letter."""
    return text[:1].upper() + text[1:]


def injuries(house: House, scope: Scope) -> Answer:
    """How many of the people on whom force was used were hurt, by group."""
    found = numbers(house, scope, catalog.PEOPLE)
    table = found.table(catalog.PEOPLE)
    groups = known_groups(table.levels("race_group"))
    shares: dict[str, Estimate] = {}
    least = int(house.settings.number("release.min_denominator"))
    for group in groups:
        hurt, none = (table.count(race_group=group, injury=word) for word in ("hurt", "none"))
        if hurt is None or none is None or (found.public and hurt + none < least):
            shares[group] = estimate(None)
        elif hurt + none:
            shares[group] = rates.proportion(hurt, hurt + none)
    totals = {word: table.count(injury=word) if table.has(injury=word) else None for word in (*catalog.HURT, "none", UNRECORDED, "hurt")}
    if not any(totals[word] for word in ("hurt", "none")):
        raise NotEnoughData("The reports do not say who was hurt.", hint="Map the column that holds it when the file is imported.")
    hurt, none = totals["hurt"], totals["none"]
    share = rates.proportion(hurt, hurt + none) if hurt is not None and none is not None and hurt + none else estimate(None)
    dots = tuple(Dot(label(group), one, group, stands_out=False) for group, one in shares.items())
    rows = tuple((INJURY_WORDS.get(word, "Not hurt"), estimate(n)) for word, n in totals.items() if word != "hurt")
    by_group = tuple((label(g), estimate(table.count(race_group=g, injury="hurt")), one) for g, one in shares.items())
    told = (
        f"{say.with_interval(share, 'percent')} of the people on whom force was used were hurt or complained of pain" if share.known else "Not shown"
    )
    return _answer(
        found,
        "rates.proportion",
        "How many people were hurt?",
        f"{told}.",
        (
            DotPlot(
                "People hurt",
                f"Share of people with a report on injury, {_people_slice(found)}; 95% intervals",
                dots,
                "percent",
                share.value,
                "everyone",
                "people hurt",
            ),
        ),
        (
            NumberTable("People by worst injury", ("Injury", "People"), rows, kinds=("", "count")),
            NumberTable("People hurt by group", ("Group", "People hurt", "Share"), by_group, kinds=("", "count", "percent")),
        ),
        ("Where a report says only that somebody was injured, it is counted as injured, not said how badly.",),
        share,
    )


def _people_slice(found: Numbers) -> str:
    """The slice of tables that are published over all years."""
    return "all years" if found.public else slice_words(found)


def _answer(  # noqa: PLR0917
    found: Numbers,
    measure: str,
    question: str,
    sentence: str,
    pictures: tuple[BarPlot | DotPlot | TrendPlot, ...],
    tables: tuple[NumberTable, ...],
    notes: tuple[str, ...],
    result: object,
) -> Answer:
    """An answer over these numbers."""
    return Answer(measure, question, sentence, Status.OK, pictures, tables, (), notes, result, found.provenance, public=found.public)
