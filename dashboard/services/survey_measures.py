"""The survey measures as the command line asks them: over the frozen results of the first survey of their family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.services.surveys import contact, each_question, matters, reading, trust

if TYPE_CHECKING:
    from dashboard.services.house import House


def trust_index(house: House, _scope: Scope) -> Answer:
    """Trust over all waves."""
    return trust.over_time(house)


def change(house: House, _scope: Scope) -> Answer:
    """Overall trust, and whether it moved."""
    return trust.over_time(house, "C1")


def shares(house: House, _scope: Scope) -> Answer:
    """What each question of the first community survey said."""
    names = each_question.surveys(house)
    if not names:
        raise NotEnoughData("No survey has results yet.", hint="Results appear when a wave closes, or when answers are brought in.")
    return each_question.answer(house, next(iter(names)))


def importance(house: House, _scope: Scope) -> Answer:
    """What goes with trust."""
    return matters.what_matters(house)


def procedural_justice(house: House, _scope: Scope) -> Answer:
    """How people rated the contact they had."""
    return contact.over_time(house)


def weights(house: House, _scope: Scope) -> Answer:
    """What weighting did to each wave."""
    found = reading.results(house, "community")
    raked = [wave for wave in found.waves if wave["weighting"]["kind"] == "raked"]
    if not raked:
        raise NotEnoughData("No wave has been weighted yet.", hint="Bring census margins in, and close a wave.")
    rows = tuple(
        (wave["name"], wave["n"], wave["weighting"]["deff"], wave["weighting"]["n_eff"], "; ".join(wave["weighting"]["joined"])) for wave in raked
    )
    last = raked[-1]
    said = f"In {last['name']} the design effect is {last['weighting']['deff']:.2f}: {last['n']} answers count as {last['weighting']['n_eff']:.0f}."
    table = NumberTable(
        "By wave", ("Wave", "Answers", "Design effect", "Effective answers", "Joined"), rows, kinds=("", "count", "number", "count", "")
    )
    question = "Do the people who answered stand for the people who live here?"
    return Answer("survey.raking", question, said, Status.OK, (), (table,), (), (), rows, found.provenance(), public=found.public)
