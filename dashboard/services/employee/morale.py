"""How are we doing, where, is it changing, what goes with it? Out of frozen staff results, as this visitor may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.staff_cells import WHOLE
from dashboard.schema import employee, say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, GridPlot, Picture, TrendPlot
from dashboard.schema.result import Estimate, Gate, NumberTable, Status
from dashboard.services.employee import lines, reading
from dashboard.services.employee.lines import change, cut_labels, levels, line, notes
from dashboard.services.employee.reading import Results
from dashboard.services.restricted import restricted
from dashboard.stats import compare, engagement, survey_scores

if TYPE_CHECKING:
    from dashboard.services.house import House

PARTS = {"eei": "Engagement index", "eei.intrinsic_work": "The work itself", "eei.supervisors": "Supervisors", "eei.leaders_lead": "Leadership"}
PULSE = {"M11": ("mean", "Morale in the unit"), "FEVS-Q71": ("mean", "Satisfaction with the organization"), "ENPS1": ("promoters", "Would recommend")}
SCORE, POINTS = "score from 0 to 100", "points from −100 to 100"
WINDOW = 30.0
SHOWN_ITEMS = 5


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def index(house: House) -> Answer:
    """How engaged is the staff, and did it change?"""
    found = reading.results(house, needs=("eei",))
    wave = found.latest
    whole = wave.cell("eei", "index")
    gap, since = change(found, "eei", "index")
    series = tuple(line(found, name, "index", name=title) for name, title in PARTS.items())
    rows = tuple((each.name, *(each.cell(name, "index") for name in PARTS), each.cell("people", "people").value) for each in reversed(found.waves))
    known = whole.value is not None
    sentence = (
        f"Engagement is {say.with_interval(whole)} of 100 in {wave.name}. {lines.said(gap, since)}" if known else f"Engagement is {say.value(whole)}."
    )
    return Answer(
        "employee.engagement",
        "How engaged is the staff, and did it change?",
        sentence.strip(),
        Status.OK if known else Status.WITHHELD,
        (TrendPlot("Engagement and its three parts", f"Bands are 95% intervals; {SCORE}", series, "number", SCORE, window=WINDOW),),
        (NumberTable("By survey", ("Survey", *PARTS.values(), "Answers"), rows, kinds=("", "number", "number", "number", "number", "count")),),
        (Gate("Same index version", engagement.VERSION, wave.versions.get("eei", ""), wave.versions.get("eei") == engagement.VERSION),),
        (*notes(found), *lines.begun(found, "eei"), *_alphas(found)),
        (whole, gap),
        found.provenance(),
    )


def _alphas(found: Results) -> tuple[str, ...]:
    """How well the questions of each part hang together."""
    kept = found.latest.release.extras.get("alpha", {})
    said = [f"{PARTS[f'eei.{name}'].lower()} {one['alpha']:.2f}" for name, one in kept.items()]
    return (f"Cronbach's alpha: {say.listed(said)}.",) if said else ()


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def satisfaction(house: House) -> Answer:
    """How satisfied is the staff with job, pay and organization?"""
    found = reading.results(house, needs=("satisfaction",))
    wave, whole = found.latest, found.latest.cell("satisfaction", "index")
    gap, since = change(found, "satisfaction", "index")
    dots = tuple(Dot(wave.text(item), wave.cell(item, "favourable")) for item in engagement.SATISFACTION)
    rows = tuple((wave.text(item), wave.cell(item, "favourable"), wave.cell(item, "mean")) for item in engagement.SATISFACTION)
    known = whole.value is not None
    return Answer(
        "employee.satisfaction",
        "How satisfied is the staff with job, pay and organization?",
        f"Global satisfaction is {say.with_interval(whole)} of 100 in {wave.name}. {lines.said(gap, since)}".strip() if known else "It is not shown.",
        Status.OK if known else Status.WITHHELD,
        (DotPlot(f"Favourable answers, {wave.name}", "Share in the top two of five; 95% intervals", dots, "percent"),),
        (NumberTable("Its four questions", ("Question", "Favourable", "Mean score"), rows, kinds=("", "percent", "number")),),
        (),
        notes(found),
        (whole, gap),
        found.provenance(),
    )


def pulse_labels() -> dict[str, str]:
    """What the pulse asks every time."""
    return {name: title for name, (_, title) in PULSE.items()}


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def pulse(house: House, question: str = "M11", cut: str = "unit") -> Answer:
    """Where is morale rising or falling, pulse by pulse?"""
    found = reading.results(house, needs=("M11",))
    wave = found.latest
    cut = cut if cut in cut_labels(found) else next(iter(cut_labels(found)), WHOLE)
    statistic, title = PULSE.get(question, ("mean", wave.text(question)))
    whole = wave.cell(question, statistic)
    gap, since = change(found, question, statistic)
    names = levels(wave, cut)
    moves = {level: change(found, question, statistic, cut=cut, level=level) for level in names}
    pictures = _pulse_pictures(found, question, cut)
    by_group = tuple((words, wave.cell(question, statistic, cut, level), *moves[level]) for level, words in names.items())
    by_wave = tuple((one.name, one.cell(question, statistic), one.cell("people", "people").value) for one in reversed(found.comparable(question)))
    heads = (wave.cut_name(cut).capitalize(), title, "Change", "Since")
    return Answer(
        "employee.promoters" if statistic == "promoters" else "employee.margin",
        "Where is it rising or falling?",
        _moved(title, whole, (gap, since), {names[level]: move for level, move in moves.items()}, wave.name),
        Status.OK if whole.known else Status.WITHHELD,
        pictures,
        (
            NumberTable(f"By {wave.cut_name(cut)}, {wave.name}", heads, by_group),
            NumberTable("Wave by wave, everyone", ("Wave", title, "Answers"), by_wave, kinds=("", "number", "count")),
        ),
        (),
        (*notes(found), *lines.begun(found, question)),
        (whole, gap),
        found.provenance(),
    )


def _pulse_pictures(found: Results, question: str, cut: str) -> tuple[Picture, ...]:
    """Everyone's line, and each group's."""
    statistic, title = PULSE.get(question, ("mean", found.latest.text(question)))
    everyone = (line(found, question, statistic, name="Everyone"),)
    own = TrendPlot(f"{title}, everyone", "Bands are 95% intervals", everyone, "number", _unit(statistic), window=WINDOW)
    groups = (line(found, question, statistic, cut=cut, level=level, name=words) for level, words in levels(found.latest, cut).items())
    shown = tuple(one for one in groups if any(point.estimate.known for point in one.points))
    by = TrendPlot(f"{title} by {found.latest.cut_name(cut)}", "A gap: not shown", shown, "number", _unit(statistic), window=WINDOW)
    return (own, by) if shown else (own,)


def _unit(statistic: str) -> str:
    """What the numbers of a statistic are."""
    return POINTS if statistic == "promoters" else SCORE


def _moved(title: str, whole: Estimate, change_of_all: tuple[Estimate, str], moves: dict[str, tuple[Estimate, str]], wave: str) -> str:
    """The whole, and which groups moved clearly, allowing for how many were looked at."""
    if whole.value is None:
        return f"{title} is {say.value(whole)} in {wave}."
    tested = compare.family({name: survey_scores.p_value(gap) for name, (gap, _) in moves.items()})
    clear = {one.name: moves[one.name][0].value or 0.0 for one in tested.members if one.stands_out}
    fell = [f"{name} ({value:+.0f})".replace("-", "−") for name, value in clear.items() if value < 0]
    rose = [f"{name} ({value:+.0f})" for name, value in clear.items() if value > 0]
    parts = [f"{title} is {say.with_interval(whole)} in {wave}. {lines.said(*change_of_all)}"]
    parts += [f"Clearly down: {say.listed(fell)}."] if fell else []
    parts += [f"Clearly up: {say.listed(rose)}."] if rose else []
    return " ".join(parts)


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def heat(house: House, cut: str = "unit") -> Answer:
    """Which theme stands well or badly in which group?"""
    found = reading.results(house, needs=("eei",))
    wave = found.latest
    cut = cut if cut in cut_labels(found) else next(iter(cut_labels(found)), WHOLE)
    themes = {name: words for name, words in employee.THEMES.items() if f"theme:{name}" in wave.versions}
    names = {"": "Everyone", **levels(wave, cut)}
    table = {theme: [wave.cell(f"theme:{theme}", "index", *((WHOLE, "") if level == "" else (cut, level))) for level in names] for theme in themes}
    shown = {level: [row[at] for row in table.values()] for at, level in enumerate(names)}
    kept = [level for level in names if len(names) <= 12 or any(one.known for one in shown[level])]
    cells = tuple(tuple(row[list(names).index(level)] for level in kept) for row in table.values())
    picture = GridPlot(
        f"Favourable answers by theme and {cut_labels(found).get(cut, 'group')}, {wave.name}",
        "Average share of favourable answers, 0 to 100; darker is higher",
        tuple(themes.values()),
        tuple(names[level] for level in kept),
        cells,
    )
    rows = tuple((words, *row) for words, row in zip(themes.values(), cells, strict=True))
    return Answer(
        "employee.margin",
        "Which theme stands well or badly where?",
        _lowest(themes, names, table),
        Status.OK if any(one.known for row in cells for one in row) else Status.WITHHELD,
        (picture,),
        (NumberTable("Themes by group", ("Theme", *(names[level] for level in kept)), rows),),
        (),
        notes(found),
        cells,
        found.provenance(),
    )


def _lowest(themes: dict[str, str], names: dict[str, str], table: dict[str, list[Estimate]]) -> str:
    """The lowest theme of all, and the group whose cell lies furthest below everyone's."""
    whole = {theme: row[0].value for theme, row in table.items() if row[0].value is not None}
    if not whole:
        return "No theme can be shown."
    low, high = min(whole, key=lambda one: whole[one]), max(whole, key=lambda one: whole[one])
    sentence = f"Strongest: {themes[high].lower()} ({whole[high]:.0f}); weakest: {themes[low].lower()} ({whole[low]:.0f})."
    under = [
        (one.value - whole[theme], theme, level)
        for theme, row in table.items()
        if theme in whole
        for level, one in zip(names, row, strict=True)
        if level and one.value is not None and one.high is not None and one.high < whole[theme]
    ]
    if not under:
        return sentence
    gap, theme, level = min(under)
    return f"{sentence} Furthest below everyone: {themes[theme].lower()} in {names[level]} (−{abs(gap):.0f} points)."


@restricted(Permission.SEE_EMPLOYEE_RESULTS)
def items(house: House) -> Answer:
    """Which statements do people agree with most and least?"""
    found = reading.results(house, needs=("eei",))
    wave = found.latest
    asked = [name for name, one in wave.about["questions"].items() if one["theme"] in employee.THEMES]
    favourable = {name: wave.cell(name, "favourable") for name in asked}
    known = sorted((name for name in asked if favourable[name].value is not None), key=lambda name: -(favourable[name].value or 0.0))
    if len(known) < 2 * SHOWN_ITEMS:
        raise NotEnoughData("Too few questions can be shown.", hint="They are shown from ten answers on.")
    panels = ((known[:SHOWN_ITEMS], "Strengths"), (known[-SHOWN_ITEMS:], "Concerns"))
    dots = tuple(Dot(wave.text(name), favourable[name], panel=panel) for names, panel in panels for name in names)
    order = [*(name for name in asked if favourable[name].value is None), *known]
    rows = tuple((wave.text(name), favourable[name], wave.cell(name, "mean"), change(found, name, "favourable")[0]) for name in order)
    best, worst = known[0], known[-1]
    return Answer(
        "employee.margin",
        "What are the strengths, and what the concerns?",
        f"Most favourable: “{wave.text(best)}” ({say.value(favourable[best], 'percent')}). Least: “{wave.text(worst)}” "
        f"({say.value(favourable[worst], 'percent')}).",
        Status.OK,
        (DotPlot(f"Favourable answers, {wave.name}", "Share in the top two of five boxes; 95% intervals", dots, "percent"),),
        (NumberTable("Every statement", ("Statement", "Favourable", "Mean score", "Change"), rows, kinds=("", "percent", "number", "points")),),
        (),
        notes(found),
        tuple(favourable.items()),
        found.provenance(),
    )
