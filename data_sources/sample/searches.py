"""Who is searched, on which basis, and what is found? The planted signal-detection model, and searches that are not an officer's choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import agency, truth
from data_sources.sample.columns import sorted_set

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

# bases, chance among searches of choice, class under opp, ripa and sdut (d discretionary, n not, u unclassified)
BASES: tuple[tuple[tuple[str, ...], float, str], ...] = (
    (("consent",), 0.36, "ddd"),
    (("probable_cause",), 0.28, "dud"),
    (("odor", "probable_cause"), 0.13, "dud"),
    (("plain_view",), 0.10, "dud"),
    (("k9", "probable_cause"), 0.03, "dud"),
    (("consent", "probable_cause"), 0.04, "dud"),
    (("evidence_of_crime",), 0.06, "dud"),
    (("incident_to_arrest",), 0.0, "nnn"),
    (("incident_to_arrest", "vehicle_inventory"), 0.0, "nnn"),
    (("search_warrant",), 0.0, "nnn"),
    (("parole_probation",), 0.0, "nud"),
)
BASIS_WORDS = sorted_set([row[0] for row in BASES])
ARREST, ARREST_AND_TOW, WARRANT, PAROLE = 7, 8, 9, 10
CLASS_WORDS = ("discretionary", "non_discretionary", "unclassified")
CLASSES = np.array([["dnu".index(letter) for letter in row[2]] for row in BASES])  # (bases, rules)
NO_BASIS = np.array([0, 2, -1])
TYPES = (
    (("drugs",), 0.50),
    (("alcohol",), 0.12),
    (("weapon",), 0.12),
    (("firearm", "weapon"), 0.08),
    (("drugs", "money"), 0.06),
    (("stolen_property",), 0.06),
    (("other",), 0.06),
)
TYPE_WORDS = sorted_set([row[0] for row in TYPES])
OF_WORDS = sorted_set([("person",), ("vehicle",), ("person", "vehicle"), ("person", "property")])
FOUND_ANYWAY = 0.12  # finds in searches that are not a choice, for everyone
WEAPON_IN_FRISK = 0.03


@dataclass(frozen=True, slots=True)
class Searches:
    """Per stop: searched, basis code (-1 none), choice (an officer's own search), found, contraband type code (-1 none), what was searched (-1)."""

    searched: Marks
    basis: Ints
    choice: Marks
    found: Marks
    kind: Ints
    of: Ints

    def classes(self, rule: int) -> Ints:
        """Class code under opp (0), ripa (1) or sdut (2); -1 where there was no search or the rule gives none."""
        return np.where(self.searched, np.where(self.basis < 0, NO_BASIS[rule], CLASSES[self.basis, rule]), -1)


@lru_cache(maxsize=1)
def rules() -> tuple[Floats, Floats, Floats]:
    """Chance of contraband, discernment and the signal at which officers search; each (districts, groups)."""
    risk = np.array([[agency.risk(g, d) for g in truth.GROUPS] for d in truth.DISTRICTS])
    sight = np.array([[agency.discernment(g, d) for g in truth.GROUPS] for d in truth.DISTRICTS])
    bars = [[truth.bar(risk[i, j], sight[i, j], truth.threshold(g, d)) for j, g in enumerate(truth.GROUPS)] for i, d in enumerate(truth.DISTRICTS)]
    return risk, sight, np.array(bars)


def draw(rng: np.random.Generator, *, district: Ints, group: Ints, vehicle: Marks, arrested: Marks, frisked: Marks) -> Searches:
    """Search each stop or not. `arrested` are arrests that came before any search (warrants and the like)."""
    rows = len(district)
    risk, sight, bar = (table[district, group] for table in rules())
    carries = rng.random(rows) < risk
    choice = rng.standard_normal(rows) + sight * carries > bar
    u = rng.random(rows)
    basis = np.full(rows, -1)
    chances = np.cumsum([row[1] for row in BASES])
    basis[choice] = np.searchsorted(chances, u[choice] * chances[-1], side="right")
    basis[choice & (rng.random(rows) < truth.NO_BASIS_SHARE)] = -1
    other = np.full(rows, -1)
    v = rng.random(rows)
    other[v < 0.0012], other[v < 0.0003] = PAROLE, WARRANT
    other[arrested & (v < 0.85)] = ARREST
    other[arrested & vehicle & (v < 0.40)] = ARREST_AND_TOW
    other[choice] = -1
    searched = choice | (other >= 0)
    found = np.where(choice, carries, (other >= 0) & (u < FOUND_ANYWAY)) | (frisked & ~searched & (u < WEAPON_IN_FRISK))
    rising = np.cumsum([row[1] for row in TYPES])
    kind = np.where(found, np.minimum(np.searchsorted(rising, rng.random(rows), side="right"), len(TYPES) - 1), -1)
    kind[found & ~searched] = 2
    of = np.where(vehicle, np.searchsorted((0.25, 0.55), rng.random(rows)), np.where(rng.random(rows) < 0.8, 0, 3))
    return Searches(searched, np.where(choice, basis, other), choice, found, kind, np.where(searched, of, -1))
