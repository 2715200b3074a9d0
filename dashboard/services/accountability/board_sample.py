"""The sample agency's review board: two drawings, findings that agree as planted, recommendations."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from dashboard.schema.oversight import JUDGEMENTS, Review, Sample, Step, judgement_of
from dashboard.services.accountability.appeals import DECIDED
from dashboard.services.accountability.oversight import checksum, drawn
from dashboard.store.cases import tally_cases
from dashboard.store.facts import STAFF
from dashboard.store.oversight import Oversight
from data_sources.sample import truth

if TYPE_CHECKING:
    from dashboard.services.house import House

SEEDS, SIZE, LEFT = (41, 97), 60, 12
RECOMMENDED = (
    ("Decide every complaint within 180 days", "Report each month how many complaints are open, and how many are past 180 days.", "accepted"),
    ("Look for missing recordings within a week", "Where no recording is found, ask the officer in writing within seven days.", "done"),
    ("Publish the ground of every refusal of footage", "Say for each refused request which exemption of the law it rests on.", "made"),
)
BEGUN = dt.datetime(2025, 11, 3, 18, tzinfo=dt.UTC)


def make(house: House, who: str) -> None:
    """Write it down. Nothing when there are drawings already, or too few cases."""
    store = Oversight(house.records)
    frame = tally_cases(house.facts, ("complaint_id", "finding"), STAFF.and_where("finding", *DECIDED))
    findings = {str(number): str(finding) for number, finding in frame[["complaint_id", "finding"]].itertuples(index=False)}
    if store.samples() or len(findings) < SIZE:
        return
    there = sorted(findings)
    rng = random.Random(truth.SEED)  # noqa: S311 - the same board every time
    for number, seed in enumerate(SEEDS):
        moment = BEGUN + dt.timedelta(days=28 * number)
        sample = store.draw(Sample("", seed, SIZE, len(there), checksum(there), None, None, who, moment, drawn(there, SIZE, seed)))
        judged = sample.cases if number == 0 else sample.cases[: SIZE - LEFT]
        boards = [_finding(rng, judgement_of(findings[case])) for case in judged]
        said = zip(judged, boards, strict=True)
        store.judge_all([Review(sample.id, case, board, judgement_of(findings[case]), "", who, moment) for case, board in said])
    for title, words, state in RECOMMENDED:
        name = store.recommend(title, words, who, BEGUN)
        if state != "made":
            store.step(name, Step(state, "Answer of the agency.", who, BEGUN + dt.timedelta(days=20)))


def _finding(rng: random.Random, agency: str) -> str:
    """The board's finding: the agency's own with chance BOARD_AGREES, else one of the others."""
    return agency if rng.random() < truth.BOARD_AGREES else rng.choice([word for word in JUDGEMENTS if word != agency])
