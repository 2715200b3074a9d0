"""Do the threshold test's 95 % intervals cover the truth in 90 to 99 of 100 simulated data sets, levels and differences separately?

Run: python benchmarks/threshold_calibration.py [--sets 50]
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.schema.result import Estimate
from dashboard.settings import Settings
from dashboard.stats.threshold import fit
from dashboard.stats.threshold_planted import Planted, plant, plant_published

GROUPS = ("white", "black", "hispanic", "asian")
LEVELS, RISK, SHARP = (0.15, 0.10, 0.08, 0.12), (0.10, 0.12, 0.15, 0.08), (1.6, 1.5, 1.5, 1.6)
HEADER = ("world", "sets", "refused", "level cover", "bias", "rmse", "difference cover", "bias", "rmse", "covers 0", "hits", "median s", "slowest")


@dataclass(frozen=True, slots=True)
class World:
    """One kind of truth, and the priors it is judged under."""

    name: str
    priors: str
    groups: int
    stops: int

    def draw(self, seed: int) -> Planted:
        """One data set."""
        r, rng = self.groups, np.random.default_rng(1000 + seed)
        if self.name == "published":
            return plant_published(r, locations=100, stops=self.stops, seed=seed)
        levels = {"varied": tuple(rng.uniform(0.03, 0.30, r)), "equal": (0.12,) * r}.get(self.name, LEVELS[:r])
        risk = (0.06, 0.10, 0.16, 0.08)[:r] if self.name == "equal" else RISK[:r]
        return plant(levels, risk, SHARP[:r], locations=100, stops=self.stops, seed=seed, shared=self.name == "equal")


WORLDS = (
    World("one truth", "estimated", 4, 400_000),
    World("varied", "estimated", 4, 400_000),
    World("equal", "estimated", 3, 400_000),
    World("sharp", "estimated", 3, 20_000_000),
    World("published", "published", 3, 1_000_000),
    World("one truth", "published", 3, 1_000_000),
)


def judged(found: Estimate, truth: float) -> tuple[float, float, float]:
    """Covered or not, error, and whether 0 is inside."""
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return float(found.low <= truth <= found.high), found.value - truth, float(found.low <= 0 <= found.high)


def row(world: World, sets: int) -> str:
    """The figures of one world."""
    settings = Settings.of({"threshold.priors": world.priors})
    groups = GROUPS[: world.groups]
    levels, gaps, seconds, pearson, refused = [], [], [], [], 0
    for seed in range(sets):
        truth = world.draw(seed)
        began = time.perf_counter()
        one = fit(truth.cells(groups), "white", settings, scales=(1.0,)).headline
        seconds.append(time.perf_counter() - began)
        if one is None or one.checks is None:
            refused += 1
            continue
        pearson.append(one.checks.pearson_hits)
        levels += [judged(one.level(group), truth.levels[i]) for i, group in enumerate(groups)]
        gaps += [judged(one.difference(group), truth.levels[i] - truth.levels[0]) for i, group in enumerate(groups) if i]
    level, gap = np.array(levels), np.array(gaps)
    parts = (
        f"{world.name} ({world.priors} priors)",
        str(sets),
        str(refused),
        *(f"{v:.4f}" for v in (level[:, 0].mean(), level[:, 1].mean(), np.sqrt((level[:, 1] ** 2).mean()))),
        *(f"{v:.4f}" for v in (gap[:, 0].mean(), gap[:, 1].mean(), np.sqrt((gap[:, 1] ** 2).mean()), gap[:, 2].mean())),
        f"{min(pearson):.2f}-{max(pearson):.2f}",
        f"{np.median(seconds):.2f}",
        f"{max(seconds):.2f}",
    )
    return " | ".join(parts)


def main() -> None:
    """Print one row per world."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--sets", type=int, default=50)
    sets = wanted.parse_args().sets
    print(" | ".join(HEADER))
    for world in WORLDS:
        print(row(world, sets), flush=True)


if __name__ == "__main__":
    main()
