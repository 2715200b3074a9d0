"""A small town that was asked: a home with closed waves of given comments, read, counted and frozen as the house does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from dashboard.schema import bank
from dashboard.services.house import House
from dashboard.services.surveys import closing
from dashboard.store import intake
from dashboard.store.answers import Answers
from dashboard.store.surveys import Surveys

AREAS = ("North", "South", "East")
WHO = "Ada"
SPEEDING, RUDE, PLAIN = "Please stop the speeding on our block.", "The officer was rude to us.", "Nothing much to say about our block today."
Said = tuple[str, str]  # text, area


def town(folder: Path) -> House:
    """An empty home with a community survey that nobody has answered."""
    house = House(folder / "home")
    Surveys(house.records).new(bank.template("community", AREAS), "Residents", WHO, name="s")
    return house


def wave(house: House, opens: dt.date, said: Sequence[Said], *, close: bool = True) -> str:
    """One wave of comments; its id."""
    made = Surveys(house.records).launch("s", f"{opens:%Y-%m}", WHO, opens=opens, closes=opens + dt.timedelta(days=20))
    Answers(house.records).add_comments([intake.new_comment(made.id, "C18", text, area) for text, area in said])
    if close:
        shut(house, made.id)
    return made.id


def shut(house: House, wave_id: str) -> None:
    """Close a wave, and do what follows."""
    Surveys(house.records).close(wave_id, WHO, dt.date(2030, 1, 1))
    closing.finish(house, "s", WHO)


def many(text: str, count: int, area: str = "North") -> list[Said]:
    """A comment that many wrote, each a little differently."""
    return [(f"{text} {'So it is.' if place % 2 else ''}{' Really.' * (place // 2)}".strip(), area) for place in range(count)]
