"""What is withheld of a closed wave, and why, as HR may know it: out of the frozen release alone, so that it tells nothing that is withheld.

Of a group that is not shown it is not said whether it is too small itself or held back for another: that would tell of a group of two or three
whether anybody in it answered at all. Before a launch the outlook says both, because it rests on the list of staff, not on answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy import banding, employee_release
from dashboard.privacy.employee_release import ALIKE, NOT_SHOWN
from dashboard.privacy.staff_cells import WHOLE
from dashboard.services.employee.columns import PEOPLE
from dashboard.services.restricted import restricted
from dashboard.store.staff_releases import Frozen, StaffReleases

if TYPE_CHECKING:
    from dashboard.services.house import House

FEW = "Groups with fewer than {k} answers, and groups held back so that a smaller one cannot be worked out. Which is which is not said."
LEVERAGE = "All of it in {n} of the questions, because with everything else that is shown somebody's answer would be more than half fixed."
EDGES = "Shares that are only said to be at least 90% or at most 10%: {n}."
SAME = "Groups of which only the answer is said that at least 90% gave: {n}."
LESS = "In {n} of {all} questions fewer groups than by numbers of people: too few answered those, or nearly all alike."
CORRECTED = "Withheld by a correction."


@dataclass(frozen=True, slots=True)
class CutAccount:
    """One way to divide: its name, how many of its groups are shown by numbers of people, and the reasons in words."""

    cut: str
    name: str
    shown: int
    groups: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One release of a wave: the one in force first."""

    id: str
    created: str
    sha256: str
    replaces: str
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """What a wave's release shows and withholds: everything together, cut by cut, comments, the audit's figures, its releases."""

    wave: str
    whole: str
    cuts: tuple[CutAccount, ...]
    comments: str
    audit: Mapping[str, Any]
    releases: tuple[ReleaseLine, ...]
    questions: Mapping[str, str]


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def of_wave(house: House, wave_id: str) -> Account:
    """What is shown and withheld of a closed wave, and why? NotEnoughData before it is closed; ReleaseRefused when it is not what was frozen."""
    found = StaffReleases(house.records).of_wave(wave_id)
    if not found:
        raise NotEnoughData("This wave has no results yet.", hint="They are computed and frozen when it is closed.")
    made = employee_release.restore(found[0].content, found[0].sha256)
    k = int(made.about["k"])
    names = {name: str(one["text"]) for name, one in made.about["cuts"].items()}
    for one, other in made.about["crossings"]:
        names[f"{one}*{other}"] = f"{names[other]} within {names[one]}"
    whole = any(row[2] == WHOLE and row[-1] != NOT_SHOWN for row in made.rows)
    return Account(
        str(made.about["name"]),
        "Results for everybody together are shown." if whole else f"Nothing is shown: fewer than {k} people answered.",
        tuple(_cut(cut, name, made.rows, made.extras, k) for cut, name in names.items()),
        _comments(str(made.about.get("comments", NOT_SHOWN))),
        made.audit,
        tuple(_line(one) for one in found),
        {name: str(one["text"]) for name, one in made.about["questions"].items()},
    )


def _cut(cut: str, name: str, rows: tuple[tuple[Any, ...], ...], extras: Mapping[str, Any], k: int) -> CutAccount:
    """One way to divide."""
    own = [row for row in rows if row[2] == cut]
    groups = {row[3] for row in own}
    shown = {row[3] for row in own if row[0] == PEOPLE and row[-1] != NOT_SHOWN}
    asked = {row[0] for row in own if row[0] != PEOPLE}
    fewer = {name for name in asked if len({row[3] for row in own if row[0] == name and row[-1] != NOT_SHOWN}) < len(shown)}
    dropped = [name for name, cuts in extras.get("dropped", {}).items() if {cut, *cut.split("*")} & set(cuts)]
    edges = sum(row[-1] in {banding.AT_LEAST, banding.AT_MOST} for row in own)
    same = len({(row[0], row[3]) for row in own if row[-1] == ALIKE})
    said = {
        FEW.format(k=k): len(shown) < len(groups),
        LEVERAGE.format(n=len(dropped)): bool(dropped),
        LESS.format(n=len(fewer), all=len(asked)): bool(fewer),
        EDGES.format(n=edges): bool(edges),
        SAME.format(n=same): bool(same),
    }
    return CutAccount(cut, name, len(shown), len(groups), tuple(text for text, on in said.items() if on))


def _comments(state: str) -> str:
    """What became of comments."""
    if state == NOT_SHOWN:
        return "Comments are not shown: too few people wrote, or nobody was asked to."
    return "Enough people wrote: each comment waits for a person who takes names out."


def _line(one: Frozen) -> ReleaseLine:
    """One release, and what it corrected."""
    corrected = one.content["about"].get("corrected", [])
    reason = str(corrected[-1].get("reason", "")) if corrected else ""
    return ReleaseLine(one.id, one.created.date().isoformat(), one.sha256, one.replaces or "", reason or (CORRECTED if corrected else ""))
