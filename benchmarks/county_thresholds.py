"""What does our threshold test say of counties, beside what was published and beside full simulation (NUTS) of the same counts?

    python benchmarks/county_thresholds.py --file opp2017_county_thresholds.csv [--nuts]

The file has one row per county and group: location_variable, driver_race, num_stops, num_searches, num_hits, inferred_threshold (published) and
state, as in the supplement of Stanford Open Policing 2017, figure 4b. NUTS needs numpyro, which the dashboard does not install. Differences first.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from threshold import nuts

from dashboard.schema.result import Estimate
from dashboard.stats.threshold import ThresholdCell, fit, weighted_mean_of_published
from dashboard.stats.threshold_model import Counts

GROUPS = ("white", "black", "hispanic")


def read(path: Path) -> tuple[list[ThresholdCell], dict[str, float]]:
    """The counts of all counties, and the published levels averaged over counties by their stops."""
    cells, published = [], []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place, group = f"{row['location_variable']}, {row['state']}", row["driver_race"].split()[0].lower()
            cells.append(ThresholdCell(place, group, int(row["num_stops"]), int(row["num_searches"]), int(row["num_hits"])))
            published.append((place, group, float(row["num_stops"]), float(row["inferred_threshold"])))
    return cells, weighted_mean_of_published(published)


def said(one: Estimate) -> str:
    """Points with the interval, or the refusal."""
    if one.value is None or one.low is None or one.high is None:
        return f"not available: {one.reason}"
    return f"{100 * one.value:+.1f} ({100 * one.low:+.1f} to {100 * one.high:+.1f})"


def simulated(cells: list[ThresholdCell], places: tuple[str, ...]) -> None:
    """NUTS on the counties that entered our fit, in the same order of groups."""
    found = {(one.location, one.group): one for one in cells}
    nobody = ThresholdCell("", "", 0, 0, 0)
    parts = [[[getattr(found.get((place, group), nobody), name) for group in GROUPS] for place in places] for name in ("stops", "searches", "hits")]
    seconds, theta, worst = nuts(Counts(*(np.asarray(part, dtype=float) for part in parts)))
    print(f"NUTS, 2 chains: {seconds:.0f} s, worst r-hat of the levels {worst:.3f}")
    for place, group in enumerate(GROUPS[1:], start=1):
        low, middle, high = (100 * float(np.quantile(theta[:, place] - theta[:, 0], q)) for q in (0.025, 0.5, 0.975))
        print(f"  {group} minus white {middle:+.1f} ({low:+.1f} to {high:+.1f})")


def main() -> None:
    """Print differences under every prior scale, then levels, then NUTS."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--file", type=Path, required=True)
    wanted.add_argument("--nuts", action="store_true", help="also run NUTS (minutes)")
    given = wanted.parse_args()
    cells, published = read(given.file)
    print("published levels, by arithmetic:", ", ".join(f"{group} {100 * published[group]:.1f} %" for group in GROUPS))
    for group in GROUPS[1:]:
        print(f"  {group} minus white {100 * (published[group] - published['white']):+.1f}")
    result = fit(cells, "white")
    print(f"our refit: {result.status.value}; {len(result.locations)} counties entered; {result.sentence}")
    for one in result.left_out:
        print(f"  left out: {one[:160]}")
    for gate in result.gates:
        print(f"  gate {gate.name}: found {gate.found}, needed {gate.needed}, {'met' if gate.passed else 'NOT met'}")
    for one in result.fits:
        told = "; ".join(f"{row.group} minus white {said(row.estimate)}" for row in one.differences)
        print(f"  prior scales times {one.scale:g}: {told}; effective draws {one.effective:.0f} of {one.draws}")
    if result.headline is not None:
        print("  levels at scale 1:", "; ".join(f"{row.group} {said(row.estimate)}" for row in result.headline.levels))
    for words in result.cautions:
        print(f"  caution: {words}")
    if given.nuts:
        simulated(cells, result.locations)


if __name__ == "__main__":
    main()
