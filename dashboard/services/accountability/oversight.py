"""What does a civilian review board ask: which cases wait, a sample by lot, do we agree with the agency, what became of our recommendations?"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.oversight import (
    BOARD_STATES,
    JUDGEMENTS,
    MOST_DRAWN,
    STATES,
    Recommendation,
    Review,
    Sample,
    Step,
    checked_words,
    judgement_of,
)
from dashboard.schema.picture import GridPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.accountability.appeals import DECIDED
from dashboard.services.accountability.findings import kind
from dashboard.services.restricted import restricted
from dashboard.stats import agreement
from dashboard.store.cases import tally_cases
from dashboard.store.facts import STAFF
from dashboard.store.oversight import Oversight

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "oversight.agreement"
SEE, REVIEW = Permission.SEE_OVERSIGHT, Permission.REVIEW_COMPLAINTS
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Case:
    """What the board sees of a case: no officer, no resident, no text. `allegations` are (kind, finding, how many)."""

    number: str
    received: dt.date | None
    district: str
    body: str
    days: int | None
    finding: str
    discipline: str
    footage: str
    allegations: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One drawn case without a finding of the board, and how many wait in all."""

    sample: Sample
    number: str
    left: int


def _decided(house: House, first: dt.date | None, last: dt.date | None) -> list[str]:
    """The numbers of decided cases received in a period, in a fixed order."""
    scope = STAFF.narrowed(start=first, end=last).and_where("finding", *DECIDED)
    return sorted(str(number) for number in tally_cases(house.facts, ("complaint_id",), scope)["complaint_id"])


@restricted(SEE)
def to_draw_from(house: House, first: dt.date | None = None, last: dt.date | None = None) -> int:
    """How many decided cases are there to draw from?"""
    return len(_decided(house, first, last))


@restricted(REVIEW)
def draw(house: House, size: int, who: str, *, seed: int | None = None, first: dt.date | None = None, last: dt.date | None = None) -> Sample:
    """Draw so many decided cases by lot, with this seed or a new one, and write down what is needed to draw the same ones again."""
    if first and last and first > last:
        raise ScopeError("The period ends before it begins.", hint="Exchange the two dates.")
    if not 1 <= size <= MOST_DRAWN:
        raise ScopeError(f"A sample holds 1 to {MOST_DRAWN} cases.", hint="Draw fewer, or several samples.")
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise ScopeError(f"A seed is a whole number from 0 to {LARGEST_SEED:,}.", hint="Throw dice and write the digits down.")
    there = _decided(house, first, last)
    if len(there) < size:
        raise NotEnoughData(f"There are {say.count(len(there))} decided cases to draw from, not {size}.", hint="Choose a longer period or fewer.")
    number = secrets.randbelow(1_000_000) if seed is None else seed
    now = dt.datetime.now(dt.UTC)
    cases = drawn(there, size, number)
    return Oversight(house.records).draw(Sample("", number, size, len(there), checksum(there), first, last, who, now, cases))


def drawn(cases: list[str], size: int, seed: int) -> tuple[str, ...]:
    """Which cases does this seed draw? Python's Mersenne Twister over the sorted numbers, the same on every machine."""
    return tuple(random.Random(seed).sample(sorted(cases), size))  # noqa: S311 - a lottery that must be repeatable, not a secret


def checksum(cases: list[str]) -> str:
    """A fingerprint of the cases that were drawn from."""
    return hashlib.sha256("\n".join(sorted(cases)).encode()).hexdigest()


@restricted(SEE)
def samples(house: House) -> list[tuple[Sample, int]]:
    """Every drawing, the newest first, and how many of its cases the board has judged."""
    store = Oversight(house.records)
    done = Counter(one.sample_id for one in store.reviews())
    return [(one, done[one.id]) for one in store.samples()]


@restricted(SEE)
def repeats(house: House, sample: Sample) -> bool | None:
    """Would the seed draw the same cases again? None when the cases to draw from are others now."""
    there = _decided(house, sample.first, sample.last)
    return drawn(there, sample.size, sample.seed) == sample.cases if checksum(there) == sample.checksum else None


@restricted(SEE)
def waiting(house: House) -> list[Waiting]:
    """Drawn cases without a finding of the board: the oldest sample first, in the order in which they were drawn."""
    store = Oversight(house.records)
    judged = {(one.sample_id, one.case) for one in store.reviews()}
    open_ = [(sample, case) for sample in reversed(store.samples()) for case in sample.cases if (sample.id, case) not in judged]
    return [Waiting(sample, case, len(open_)) for sample, case in open_]


@restricted(SEE)
def case(house: House, number: str) -> Case:
    """One drawn case as the board sees it. ScopeError for a case that was not drawn: the board sees no others."""
    if not any(number in sample.cases for sample in Oversight(house.records).samples()):
        raise ScopeError("This case was not drawn.", hint="The board sees the cases of its samples.")
    only = STAFF.and_where("complaint_id", number)
    columns = ("received_date", "district", "investigating_body", "days", "finding", "discipline")
    whole = tally_cases(house.facts, columns, only)
    if whole.empty:
        raise NotEnoughData("This case is no longer in the data.", hint="Its import was taken back.")
    row = whole.iloc[0]
    parts = house.facts.tally("complaints", ("allegation_group", "finding"), only)
    seen = house.facts.tally("complaints", ("bwc_recorded",), only)
    known = {str(value).lower() for value in seen["bwc_recorded"].dropna()}
    day = row["received_date"]
    return Case(
        number,
        day.date() if isinstance(day, dt.datetime) else None,
        _text(row["district"]),
        _text(row["investigating_body"]),
        int(row["days"]) if row["days"] is not None and row["days"] >= 0 else None,
        str(row["finding"]),
        _text(row["discipline"]) if isinstance(row["discipline"], str) else "none recorded",
        "yes" if "true" in known else "no" if known else say.NOT_AVAILABLE,
        tuple((kind(str(a)), label(str(f)), int(n)) for a, f, n in parts[["allegation_group", "finding", "n"]].itertuples(index=False)),
    )


def _text(value: object) -> str:
    """A word, or that it is not available."""
    if not isinstance(value, str):
        return say.NOT_AVAILABLE
    return label(value) if value.islower() else value


@restricted(REVIEW)
def judge(house: House, sample_id: str, number: str, board: str, *, note: str = "", who: str) -> None:
    """Keep the board's finding on a drawn case, beside the agency's as it is now."""
    if board not in JUDGEMENTS:
        raise ScopeError("This is not a finding of the board.", hint=f"One of: {', '.join(JUDGEMENTS.values())}.")
    agency = judgement_of(case(house, number).finding)
    text = checked_words(note, "The note") if note.strip() else ""
    Oversight(house.records).judge(Review(sample_id, number, board, agency, text, who, dt.datetime.now(dt.UTC)))


@restricted(SEE)
def agreed(house: House, scope: Scope) -> Answer:
    """How often do board and agency come to the same finding? Over every case that the board has judged."""
    reviews = [one for one in Oversight(house.records).reviews() if one.agency]
    if not reviews:
        raise NotEnoughData("The board has not judged a case yet.", hint="Draw a sample on the page Board review and judge its cases.")
    counts = Counter((one.agency, one.board) for one in reviews)
    result = agreement.agreement(counts, house.settings)
    words = [word for word in JUDGEMENTS if any(word in key for key in counts)]
    cells = tuple(tuple(Estimate(float(counts[agency, board]), n=counts[agency, board]) for board in words) for agency in words)
    names = tuple(JUDGEMENTS[word] for word in words)
    subtitle = f"Cases: the agency's finding down, the board's across; {say.count(result.pairs)} cases judged by both"
    picture = GridPlot("Findings of agency and board", subtitle, names, names, cells, "cases")
    table = NumberTable(
        "Findings of agency and board",
        ("Agency", *names),
        tuple((JUDGEMENTS[agency], *(counts[agency, board] for board in words)) for agency in words),
        kinds=("", *["count"] * len(words)),
    )
    measured = NumberTable(
        "Agreement",
        ("", "Value"),
        (("Same finding", say.with_interval(result.share, "percent")), ("Kappa (1 always, 0 by chance)", say.with_interval(result.kappa))),
    )
    harder = sum(n for (agency, board), n in counts.items() if board == "sustained" != agency)
    same = f"Board and agency came to the same finding in {say.with_interval(result.share, 'percent')} of {say.count(result.pairs)} cases"
    beyond = f"beyond chance: kappa {say.with_interval(result.kappa)}"
    sentence = f"{same}; {beyond}. The board would have sustained {say.count(harder)} that the agency did not."
    sentence = sentence if result.share.known else result.share.reason
    status = result.share.status if result.share.known else Status.UNAVAILABLE
    return Answer(
        MEASURE,
        "Do board and agency come to the same findings?",
        sentence,
        status,
        (picture,),
        (measured, table),
        result.gates,
        (),
        result,
        house.provenance("complaints"),
    )


@restricted(SEE)
def recommendations(house: House) -> list[Recommendation]:
    """Every recommendation with its history, the newest first."""
    return Oversight(house.records).recommendations()


@restricted(REVIEW)
def recommend(house: House, title: str, words: str, who: str) -> str:
    """Make a recommendation."""
    heading = checked_words(title, "The title")
    if len(heading) > 200:
        raise ScopeError("The title is longer than 200 letters.", hint="Put the rest into the text.")
    return Oversight(house.records).recommend(heading, checked_words(words, "The recommendation"), who, dt.datetime.now(dt.UTC))


@restricted(SEE)
def move(house: House, recommendation_id: str, state: str, words: str, who: str) -> None:
    """Add a step: the board may withdraw a recommendation, the agency answers it; a board does not answer for the agency."""
    if state not in STATES:
        raise ScopeError("There is no such state.", hint=f"One of: {', '.join(STATES.values())}.")
    house.require(REVIEW if state in BOARD_STATES else Permission.ANSWER_BOARD, f"board recommendation {state}")
    text = checked_words(words, "The reason")
    Oversight(house.records).step(recommendation_id, Step(state, text, who, dt.datetime.now(dt.UTC)))
