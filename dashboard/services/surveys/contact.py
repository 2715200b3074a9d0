"""How do people rate the contact they had, by element, kind of contact and district, and who asked to be called? For staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Dot, DotPlot, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.forms import today
from dashboard.services.restricted import restricted
from dashboard.services.surveys import reading
from dashboard.services.surveys.reading import CUT_NAMES, Results
from dashboard.services.surveys.trust import UNIT, WINDOW, last_change, segments
from dashboard.stats import compare, survey_scores
from dashboard.store.answers import FOLLOW_UP_STATES, Answers, FollowUp

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = [
    "CUTS",
    "FOLLOW_UP_STATES",
    "FollowUp",
    "by_group",
    "cut_labels",
    "elements",
    "experience",
    "follow_ups",
    "funnel",
    "note",
    "over_time",
    "waiting_weeks",
]
ELEMENTS: Mapping[str, str] = {
    "P1": "Respect",
    "P2": "Voice",
    "P3": "Neutrality: explained",
    "P5": "Neutrality: the same as anyone",
    "P6": "Motives",
    "P4": "Satisfaction with treatment",
    "P8": "Time to arrive or reply",
    "P9": "First contact handled",
    "P11": "Would ask for help again",
}
CUTS = ("contact", "area", "channel")
NOTE = "Contact surveys are confidential, not anonymous; they are not a way to file a complaint and are never averaged with the community survey."
CONTACT_WORDS = {"traffic_stop": "Traffic stop", "call_for_service": "Call for service", "report_taken": "Report taken", "event": "Event"}


def index_of(found: Results) -> str:
    """Which index the survey has: the full one or the short one."""
    return "pj-1" if "pj-1" in found.latest["cells"] else "pj-short"


def cut_labels() -> dict[str, str]:
    """How contacts can be divided."""
    return {name: CUT_NAMES[name] for name in CUTS}


@restricted(Permission.SEE_POST_CONTACT)
def over_time(house: House) -> Answer:
    """The procedural-justice score period by period."""
    return experience(house)


def experience(house: House) -> Answer:
    """The procedural-justice score period by period, as far as this visitor may read it: the public has its own stricter layer."""
    found = reading.results(house, "post_contact")
    index = index_of(found)
    now, (gap, since) = found.cell(found.latest, index), last_change(found, index)
    said = f"The procedural-justice score cannot be shown for {found.latest['name']}. {now.reason}"
    if now.value is not None:
        n = say.count(found.answered(found.latest, index))
        said = f"Contacts are rated {now.value:.1f} of 100 in {found.latest['name']} ({n} answers)"
        moved = "" if gap.value is None else f"{gap.value:+.1f} points".replace("-", "\u2212") + f" since {since}"
        said += f"; no clear change: {moved}." if moved and not survey_scores.clear(gap) else f", {moved}, a clear change." if moved else "."
    line = segments(found, index, name="Procedural justice")
    satisfied = segments(found, "P4", name="Satisfaction")
    rows = tuple(
        (wave["name"], found.cell(wave, index), found.cell(wave, "P4", what="positive"), found.answered(wave, index))
        for wave in reversed(found.waves)
    )
    return Answer(
        "survey.procedural_justice",
        "How do people rate the contact they had?",
        said,
        Status.OK if now.known else now.status,
        (TrendPlot("Procedural justice and satisfaction", f"Bands are 95% intervals; {UNIT}", (*line, *satisfied), "number", UNIT, window=WINDOW),),
        (NumberTable("By period", ("Period", "Procedural justice", "Satisfied", "Answers"), rows, kinds=("", "number", "percent", "count")),),
        (),
        (NOTE, reading.note_on_sampling(found.latest)),
        (now, gap),
        found.provenance(),
        public=found.public,
    )


@restricted(Permission.SEE_POST_CONTACT)
def elements(house: House) -> Answer:
    """Every element in the last period."""
    found = reading.results(house, "post_contact")
    wave = found.latest
    cells = {name: found.cell(wave, name) for name in ELEMENTS if name in wave["cells"]}
    bars = tuple(Bar(ELEMENTS[name], one) for name, one in cells.items())
    rows = tuple((found.text(name), one, found.cell(wave, name, what="positive"), found.answered(wave, name)) for name, one in cells.items())
    known = {name: one.value for name, one in cells.items() if one.value is not None}
    said = "No element can be shown yet."
    if known:
        best, worst = max(known, key=lambda one: known[one]), min(known, key=lambda one: known[one])
        said = f"Strongest: {ELEMENTS[best].lower()} ({known[best]:.1f}); to improve: {ELEMENTS[worst].lower()} ({known[worst]:.1f})."
    return Answer(
        "survey.procedural_justice",
        "What goes well, and what should improve?",
        said,
        Status.OK if known else Status.WITHHELD,
        (BarPlot(f"Elements, {wave['name']}", f"{UNIT}, whiskers are 95% intervals", bars, "number", UNIT),),
        (NumberTable("Every question", ("Question", "Score", "Positive", "Answers"), rows, kinds=("", "number", "percent", "count")),),
        (),
        (NOTE,),
        tuple(cells.items()),
        found.provenance(),
    )


@restricted(Permission.SEE_POST_CONTACT)
def by_group(house: House, cut: str) -> Answer:
    """Which kinds of contact, districts or links are rated lower."""
    found = reading.results(house, "post_contact")
    index, wave = index_of(found), found.latest
    whole = found.cell(wave, index)
    levels = [level for level in found.levels(index, cut) if cut != "area" or not house.limits or level in house.limits]
    cells = {level: found.cell(wave, index, cut, level) for level in levels}
    apart = compare.family({name: survey_scores.p_value(survey_scores.change(whole, one)) for name, one in cells.items()})
    standing = [one.name for one in apart.members if one.stands_out]
    names = [f"{_name(one)} ({cells[one].value:.1f})" for one in standing]
    said = (
        f"Clearly different from everyone's {whole.value:.1f}: {say.listed(names)}."
        if names and whole.value is not None
        else "None stands clearly apart."
    )
    dots = tuple(Dot(_name(level), one, stands_out=level in standing) for level, one in cells.items())
    rows = tuple((_name(level), one, found.answered(wave, index, cut, level)) for level, one in cells.items())
    title = f"Procedural justice by {CUT_NAMES[cut].lower()}, {wave['name']}"
    return Answer(
        "survey.procedural_justice",
        "Which contacts are rated lower?",
        said,
        Status.OK if cells else Status.WITHHELD,
        (DotPlot(title, UNIT, dots, "number", whole.value, "everyone", UNIT),),
        (NumberTable(f"By {CUT_NAMES[cut].lower()}", (CUT_NAMES[cut], "Score", "Answers"), rows, kinds=("", "number", "count")),),
        (),
        (NOTE,),
        tuple(cells.items()),
        found.provenance(),
    )


def _name(level: str) -> str:
    """A level as people read it."""
    return CONTACT_WORDS.get(level, level.replace("_", " ").capitalize() if level.islower() else level)


@restricted(Permission.SEE_POST_CONTACT)
def funnel(house: House) -> Answer:
    """From contacts to answers: how many were asked, reached, and answered."""
    found = reading.results(house, "post_contact")
    rows = [(wave["name"], wave["invited"]) for wave in reversed(found.waves) if wave["invited"]]
    steps = ("contacts", "sent", "delivered", "opened", "answered")
    said = "Nothing is known of how many were asked."
    bars: tuple[Bar, ...] = ()
    if rows:
        name, last = rows[0]
        share = last["answered"] / last["delivered"] if last.get("delivered") else 0.0
        left_out = 1 - last["sent"] / last["contacts"] if last.get("contacts") else 0.0
        said = f"In {name} {say.percent(share)} of those reached answered; {say.percent(left_out)} of contacts were not asked."
        bars = tuple(Bar(step.capitalize(), Estimate(float(last[step]), n=last[step])) for step in steps if step in last)
    table = NumberTable(
        "By period", ("Period", *(step.capitalize() for step in steps)), tuple((name, *(counts.get(step) for step in steps)) for name, counts in rows)
    )
    picture = (BarPlot("From contact to answer", rows[0][0] if rows else "", bars, "number", "people"),) if bars else ()
    return Answer(
        "survey.procedural_justice", "Whom do we hear from?", said, Status.OK, picture, (table,), (), (NOTE,), tuple(rows), found.provenance()
    )


@restricted(Permission.SEE_POST_CONTACT)
def follow_ups(house: House) -> list[FollowUp]:
    """Who asked to be called, those not yet called first."""
    house.require_all_districts("people who asked to be called")
    order = {state: place for place, state in enumerate(FOLLOW_UP_STATES)}
    return sorted(Answers(house.records).follow_ups(), key=lambda one: (order[one.state], one.week.toordinal()))


@restricted(Permission.SEE_POST_CONTACT)
def note(house: House, name: str, state: str, text: str, who: str) -> None:
    """What was done for somebody who asked to be called."""
    house.require_all_districts("people who asked to be called")
    Answers(house.records).note_follow_up(name, state, text, who)


@restricted(Permission.SEE_POST_CONTACT)
def waiting_weeks(house: House, one: FollowUp) -> int:
    """How many weeks has somebody waited?"""
    return max(0, (today(house) - one.week).days // 7)
