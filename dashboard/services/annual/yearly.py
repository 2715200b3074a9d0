"""What did people say in one year, and is that another answer than the year before? The year's mean of frozen waves, as on the Overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services.beside import TRUST, in_year
from dashboard.services.surveys import contact, reading
from dashboard.services.surveys.reading import Results
from dashboard.stats import survey_scores

if TYPE_CHECKING:
    from dashboard.services.house import House

EVERYONE = "Everyone"
MEAN = "A year's score is the mean of that year's waves, each wave alike, never across a change of the question."


def trust(house: House, scope: Scope) -> Answer:
    """Trust in one year, for everybody and by area, beside the year before. NotEnoughData for a year without a wave."""
    found = reading.results(house, "community")
    return _answer(found, TRUST, scope, "survey.trust", ("Did residents trust us?", "Trust"))


def contacts(house: House, scope: Scope) -> Answer:
    """How people rated the contact they had in one year, beside the year before. NotEnoughData for a year without a wave."""
    found = reading.results(house, "post_contact")
    return _answer(found, contact.index_of(found), scope, "survey.procedural_justice", ("How did people rate the contact they had?", "Contacts"))


def _answer(found: Results, measure: str, scope: Scope, registered: str, words: tuple[str, str]) -> Answer:
    """The year's scores with their changes; `words` are the question and what is scored."""
    year = scope.start.year if scope.start else int(str(found.latest["opens"])[:4])
    waves = [wave for wave in found.waves if str(wave["opens"])[:4] == str(year)]
    if not any(measure in wave["cells"] for wave in waves):
        raise NotEnoughData(f"No survey that asked about this was closed in {year}.")
    levels = [("whole", "", EVERYONE), *(("area", level, level) for level in found.levels(measure, "area"))]
    scores = {name: tuple(in_year(found, measure, str(when), cut, level) for when in (year - 1, year)) for cut, level, name in levels}
    rows = tuple((name, before, now, survey_scores.change(before, now)) for name, (before, now) in scores.items())
    heads = ("Area" if len(rows) > 1 else "Who", str(year - 1), str(year), "Change")
    notes = (MEAN, *dict.fromkeys(reading.note_on_sampling(wave) for wave in waves[-1:]), *dict.fromkeys(found.broken(measure).values()))
    return Answer(
        registered,
        words[0],
        _sentence(words[1], year, rows[0]),
        rows[0][2].status if not rows[0][2].known else Status.OK,
        _picture(words[1], year, rows),
        (NumberTable(f"{words[1]} by year, 0 to 100", heads, rows, kinds=("", "number", "number", "number")),),
        (),
        notes,
        rows,
        found.provenance(),
        public=found.public,
    )


def _sentence(what: str, year: int, whole: tuple[str, Estimate, Estimate, Estimate]) -> str:
    """The year's score and whether it moved."""
    _, before, now, change = whole
    verb = "are rated" if what == "Contacts" else "is"
    if now.value is None:
        return f"{what} of {year}: {say.value(now)}. {now.reason}".strip()
    around = f" (95% interval {now.low:.1f} to {now.high:.1f})" if now.low is not None and now.high is not None else ""
    start = f"{what} {verb} {now.value:.1f} of 100 in {year}{around}"
    if change.value is None or change.low is None or change.high is None:
        return f"{start}; {year - 1} cannot be compared."
    spread = f"{_signed(change.value)} points (95% interval {_signed(change.low)} to {_signed(change.high)})"
    if not survey_scores.clear(change):
        return f"{start}; no clear change from {before.value or 0.0:.1f} in {year - 1}: {spread}."
    return f"{start}, {spread} from {before.value or 0.0:.1f} in {year - 1}."


def _signed(value: float) -> str:
    """+1.2 or −1.2."""
    return f"{value:+.1f}".replace("-", "−")


def _picture(what: str, year: int, rows: tuple[tuple[str, Estimate, Estimate, Estimate], ...]) -> tuple[DotPlot, ...]:
    """The year's scores by area, everybody as the line they are read against."""
    whole = rows[0][2]
    dots = tuple(Dot(name, now, stands_out=_apart(now, whole)) for name, _, now, _ in rows)
    if not any(one.estimate.known for one in dots):
        return ()
    line = whole.value if len(rows) > 1 else None
    return (
        DotPlot(f"{what} in {year}", "Score from 0 to 100; 95% intervals", dots, "number", line, "everyone" if line is not None else "", "score"),
    )


def _apart(one: Estimate, whole: Estimate) -> bool:
    """Whether an area's interval leaves out everybody's score."""
    return one.low is not None and one.high is not None and whole.value is not None and not one.low <= whole.value <= one.high
