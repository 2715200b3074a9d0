"""What attacks on staff results were tried, and what did they find? As their last run wrote it down (`python -m tests.attacks.report`)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable, Provenance, Status

if TYPE_CHECKING:
    from dashboard.services.house import House

LIMIT = 0.5  # of leverage, as the release job allows
KEPT = Path(__file__).with_name("attacked.json")
TRIED = {
    "solving": ("Solve for one person's answer from all cells together", "people and questions"),
    "few": ("Compute the sum over one to nine people from all cells together", "groups of people"),
    "pairs": ("Take sums of cells from one another until one to nine people are left", "pairs of sums"),
    "whole_numbers": ("Go through every way of answering that fits what is said of a small cell", "cells"),
    "canary": ("Change one person's answer and look for numbers that move elsewhere", "numbers compared"),
    "leavers": ("Take two waves from each other when one person has left, and guess that person's answer", "people who left"),
    "files": ("Look into every file that can be taken away for more than the release: tables, PDF, pictures", "files and roles"),
}


def attacked(house: House) -> Answer:
    """What was tried against the employee survey's released numbers."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    rows = tuple(_row(one) for one in kept["attacks"])
    found = sum(one["found"] for one in kept["attacks"])
    worst = next(one["worst"] for one in kept["attacks"] if one["worst"] is not None)
    day = dt.date.fromisoformat(kept["day"])
    return Answer(
        "release.suppression",
        "Could somebody work out what one employee answered?",
        f"{len(rows)} attacks on {kept['waves']} released staff surveys found {'nothing' if not found else say.count(found)}; no answer is fixed to "
        f"more than {worst:.2f} of what would give it away, where {LIMIT} is allowed.",
        Status.OK if not found else Status.CAUTION,
        (),
        (
            NumberTable(
                "What was tried", ("Attack", "Tried", "Of", "Found", "Found in a careless release"), rows, (), ("", "count", "", "count", "count")
            ),
        ),
        (),
        (
            f"Run on {day.day} {day:%B %Y} over the sample agency's surveys and a staff made to be betrayed. The attacker knows everybody's unit, "
            "shift and years of service, who answered, and every sum to the last digit.",
            "The last column shows that an attack can succeed: there every group of ten is shown, or exact means stand beside shares that are only "
            "said to be beyond 90%, or one person's answer is counted in another unit; or files carry a hidden word in their text or particulars; "
            "or somebody leaves a unit in "
            "which nobody else changed a single answer between two waves. That last one no rounding can prevent: it fails "
            "where one in twenty of those who stay answers otherwise.",
            "The program's own tests also try to match two hundred stored answers to their senders with a stolen copy of the database and its keys.",
            "Not attacked: somebody with control of the server while answers come in, who could read them as they arrive.",
        ),
        kept,
        Provenance(sample=house.home.sample),
        public=True,
    )


def _row(one: dict[str, object]) -> tuple[object, ...]:
    """One attack as a line."""
    name, of = TRIED[str(one["name"])]
    return name, one["tried"], of, one["found"], one["careless"]
