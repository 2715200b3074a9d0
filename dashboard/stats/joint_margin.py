"""Do the answers match the census not only by area and by race, but by race within each area? A joint margin, used when each cell has people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dashboard.errors import NotEnoughData
from dashboard.stats.raking import LEAST, Ints, Margin

TIMES = " x "  # between the two parts of a name or a category


@dataclass(frozen=True, slots=True)
class JointMargin:
    """A known margin of two things together: `of` names them, `cells` are pairs of their categories, `shares` of the population sum to 1."""

    of: tuple[str, str]
    cells: tuple[tuple[str, str], ...]
    shares: tuple[float, ...]
    source: str = ""

    @property
    def name(self) -> str:
        """As people call it: area x race."""
        return TIMES.join(self.of)

    def margin(self) -> Margin:
        """As the raking takes it: its cells have no neighbours, so none is ever joined to another."""
        return Margin(self.name, tuple(TIMES.join(cell) for cell in self.cells), self.shares, self.source, whole=True)

    def sums(self, name: str) -> dict[str, float]:
        """Category of one of its two parts -> its share, summed over the other."""
        place, found = self.of.index(name), dict[str, float]()
        for cell, share in zip(self.cells, self.shares, strict=True):
            found[cell[place]] = found.get(cell[place], 0.0) + share
        return found

    def aligned(self, margins: Sequence[Margin]) -> list[Margin]:
        """The single margins with the shares that follow from this table, so that rounding of two tables cannot pull against each other."""
        made = []
        for one in margins:
            own = self.sums(one.name) if one.name in self.of else {}
            known = {category: own[category] for category in one.categories if category in own} | {c: s for c, s in own.items() if s > 0}
            made.append(replace(one, shares=tuple(known.get(category, 0.0) for category in one.categories)) if own else one)
        return made


def enough(joint: JointMargin, code: Ints) -> None:
    """Has every cell of the population at least 5 respondents? `code` (n,) is each one's cell, -1 where a part is unknown.

    NotEnoughData says how many cells have fewer: then the single margins are used alone, because single people would carry whole cells.
    """
    count = np.bincount(code[code >= 0], minlength=len(joint.cells))
    thin = [TIMES.join(cell) for cell, n, share in zip(joint.cells, count, joint.shares, strict=True) if share > 0 and n < LEAST]
    if thin:
        raise NotEnoughData(
            f"{joint.name} together is not used: {len(thin)} of its {len(joint.cells)} cells {'has' if len(thin) == 1 else 'have'} fewer than "
            f"{LEAST} answers, such as {thin[0]}."
        )
