"""What an attacker has: everything of a wave that anybody may read, and who is in which group. What he wants: one person's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.privacy import employee_release
from dashboard.privacy.employee_release import NOT_SHOWN, StaffRelease
from dashboard.schema.employee import Division
from dashboard.schema.questions import Definition
from dashboard.services.employee import columns
from dashboard.services.employee.columns import Columns
from dashboard.services.employee.sample import DIVISIONS, SURVEYS
from dashboard.services.house import House
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.surveys import Surveys
from data_sources.sample import staff

Bools = NDArray[np.bool_]
WHOLE, ALIKE = "whole", "alike"


@dataclass(frozen=True)
class Exposed:
    """One wave: what was released of it, ever, and (for judging the attack alone) what everybody answered."""

    name: str
    releases: tuple[StaffRelease, ...]
    table: Columns
    heads: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def questions(self) -> list[str]:
        """The variables that were released, indices aside."""
        return [name for name in self.table.variables if any(row[0] == name and row[-1] != NOT_SHOWN for one in self.releases for row in one.rows)]

    def rows(self, question: str) -> Iterator[dict[str, Any]]:
        """Every row with a number of a question, of every release of this wave."""
        for one in self.releases:
            for row in one.rows:
                if row[0] == question and row[-1] != NOT_SHOWN:
                    yield dict(zip(employee_release.HEADS, row, strict=True))

    def members(self, question: str, cut: str, level: str) -> Bools:
        """Who of those who answered the question is in a cell (n answered,). The worst case: the attacker knows that of everybody."""
        answered = self.table.variables[question].answered
        if cut == WHOLE:
            return np.ones(int(answered.sum()), dtype=bool)
        own = next(one for one in self.table.cuts if one.name == cut)
        return np.asarray((own.codes == own.levels.index(level))[answered])

    def cells(self, question: str) -> list[Bools]:
        """The members of every cell of which a number was released."""
        places = {(row["cut"], row["cell"]) for row in self.rows(question) if row["status"] != ALIKE}
        return [self.members(question, *place) for place in sorted(places)]


def of_sample(house: House) -> list[Exposed]:
    """Every wave ever released in the sample home."""
    surveys, releases = Surveys(house.records), StaffReleases(house.records)
    found, heads = [], staff.heads(staff.everybody())
    for wave in staff.waves():
        name = SURVEYS[wave.kind][0]
        stored = next(one for one in surveys.waves(name) if one.name == wave.name)
        ever = tuple(employee_release.restore(one.content, one.sha256) for one in releases.of_wave(stored.id))
        table = columns.of(wave.answers, surveys.version(name, stored.version), DIVISIONS[wave.kind])
        found.append(Exposed(f"{wave.kind} {wave.name}", ever, table, heads))
    return found


def of_answers(name: str, answers: Sequence[Mapping[str, Any]], definition: Definition, division: Division, *releases: StaffRelease) -> Exposed:
    """A wave made for an attack."""
    return Exposed(name, releases, columns.of(answers, definition, division))
