"""What the tests of the employee survey share: an agency of known people, a pulse that is open, answers sent as the form sends them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dashboard.schema.employee import Division
from dashboard.services import forms
from dashboard.services.employee import launching
from dashboard.services.forms import Accepted, Submission
from dashboard.services.house import House
from dashboard.services.surveys import authoring, sharing
from dashboard.store.surveys import Surveys, Wave

DAY = dt.date(2026, 1, 5)
UNITS = ("patrol", "investigations", "special", "community", "communications", "support")
SIZES = (40, 22, 14, 12, 4, 28)  # communications is too small to be shown
BOTH = Division(("unit", "sworn"), (("unit", "sworn"),))


@dataclass(frozen=True)
class Officer:
    """One member of staff, as the tests know them and the program must not."""

    number: int
    unit: str
    sworn: str
    answers: dict[str, Any] = field(default_factory=dict)


def staff(seed: int = 1, sizes: Sequence[int] = SIZES) -> list[Officer]:
    """Everybody, with what they would answer to a pulse."""
    rng = np.random.default_rng(seed)
    people = []
    for unit, size in zip(UNITS, sizes, strict=True):
        for _ in range(size):
            sworn = "civilian" if unit in {"communications", "support"} else "sworn"
            mood = float(rng.normal(0, 1))
            answers = {name: int(np.clip(round(3.2 + 0.8 * mood + rng.normal(0, 0.9)), 1, 5)) for name in ("M11", "FEVS-Q71", "M3", "M2")}
            answers["ENPS1"] = int(np.clip(round(6 + 2 * mood + rng.normal(0, 2)), 0, 10))
            people.append(Officer(len(people), unit, sworn, answers | {"U1": unit, "U5": sworn}))
    return people


def begun(house: House, template: str = "employee_pulse") -> str:
    """A pulse as a draft."""
    return authoring.begin(house, template, "Pulse", "Hana").id


def opened(house: House, survey: str = "", division: Division = BOTH, opens: dt.date = DAY, **more: Any) -> Wave:
    """A pulse that is open."""
    return launching.launch(house, survey or begun(house), f"{opens:%Y-%m}", "Hana", opens=opens, closes=None, division=division, **more)


def tokens(house: House, wave: Wave, many: int) -> list[str]:
    """Invitations, as they are handed on once."""
    rows = sharing.invite(house, wave.survey_id, [[f"person {number}"] for number in range(many)], "https://here")
    return [row[-1].rpartition("t=")[2] for row in rows]


def sent(house: House, wave: Wave, one: Officer, token: str, *, comments: dict[str, str] | None = None, key: str = "") -> Accepted:
    """One form as it is sent by the form."""
    form = Submission(
        key or f"key-{one.number}-{token}",
        wave.id,
        wave.survey_id,
        "",
        "",
        wave.opens,
        one.answers,
        comments or {},
        token=token,
        invited_only=True,
        staff=True,
    )
    return forms.accept(house, [form])[0]


def answered(house: House, wave: Wave, people: Sequence[Officer], comments: Sequence[str] = ()) -> None:
    """Everybody answers; the first ones write."""
    for one, token in zip(people, tokens(house, wave, len(people)), strict=True):
        place = people.index(one)
        assert sent(house, wave, one, token, comments={"M12": comments[place]} if place < len(comments) else {}).outcome == "stored"


def fresh(house: House) -> Surveys:
    """The surveys as they are stored."""
    return Surveys(house.records)
