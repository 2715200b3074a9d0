"""How fast is the veil of darkness on ten million stops, beside a row-level logistic regression of statsmodels in the same run?

    python benchmarks/darkness.py --stops 10000000 --sample 200000

Generated stops (20 districts, four years, three groups against the reference, planted effects) spread over the evening hours, given as the store
keeps them (an evening of a place and group a row) and as it counts them from rows. The peer gets the same columns written out for a sample of the
window stops of one group and the reference, with the variance clustered by date: its time per row is set against ours. Prints one table.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.stats import darkness
from dashboard.stats.twilight import VeilCounts, VeilEvenings
from dashboard.stats.veil_cells import classify
from dashboard.stats.veil_model import Plan, design_of, fitted, pair_of, usable
from dashboard.stats.veil_planted import ZONE, planted_places, planted_stops

BLOCK = 16_384
PLACES, YEARS, BETAS = 20, 4, (0.0, -0.2, 0.1)


def grouped(stops: VeilCounts) -> VeilCounts:
    """What the store delivers: counts by date, exact minute, place and group."""
    day = (stops.date - stops.date.min()).astype(np.int64)
    key = ((day * 1440 + stops.minute) * PLACES + stops.place) * len(stops.groups) + stops.group
    low = key.min()
    counts = np.bincount(key - low)
    used = np.flatnonzero(counts)
    whole = used + low
    rest = whole // len(stops.groups)
    minute = rest // PLACES
    return VeilCounts(
        stops.date.min() + minute // 1440,
        (minute % 1440).astype(np.int16),
        (rest % PLACES).astype(np.int32),
        (whole % len(stops.groups)).astype(np.int32),
        counts[used].astype(float),
        stops.places,
        stops.groups,
    )


FIRST, MINUTES = 15 * 60, 8 * 60


def evenings(counts: VeilCounts) -> VeilEvenings:
    """The same as the store keeps them."""
    key = ((counts.date - counts.date.min()).astype(np.int64) * PLACES + counts.place) * len(counts.groups) + counts.group
    used, row = np.unique(key, return_inverse=True)
    wide = np.zeros((len(used), MINUTES), np.uint16)
    wide[row, counts.minute - FIRST] = counts.n.astype(np.uint16)
    rest = used // len(counts.groups)

    def blocks() -> Iterator[tuple[slice, np.ndarray]]:
        for start in range(0, len(used), BLOCK):
            here = slice(start, min(start + BLOCK, len(used)))
            yield here, wide[here]

    date = counts.date.min() + rest // PLACES
    place, group = (rest % PLACES).astype(np.int32), (used % len(counts.groups)).astype(np.int32)
    return VeilEvenings(date, place, group, counts.places, counts.groups, FIRST, MINUTES, blocks)


def row_level(stops: VeilCounts, sample: int) -> tuple[Cost, float, float, float, int]:
    """Cost, beta and standard error of statsmodels on `sample` window rows, and our beta on the same rows."""
    import statsmodels.api as sm

    rows = np.flatnonzero((stops.group == 0) | (stops.group == 2))[: 2 * sample]
    parts = (stops.date[rows], stops.minute[rows], stops.place[rows], stops.group[rows], stops.n[rows])
    # with the date as their officer every stop stays a row of its own
    days = (parts[0] - stops.date.min()).astype(np.int64)
    cells = classify(VeilCounts(*parts, stops.places, stops.groups, days), planted_places(PLACES), ZONE)
    pair, plan = pair_of(cells, 2, np.array([0])), Plan(6)
    beta = fitted(pair, plan).beta
    dense = design_of(pair.cells, usable(pair, plan), plan).dense()[cells.cell]
    clusters = np.repeat(np.arange(len(cells.starts) - 1), np.diff(cells.starts))
    outcome = cells.by_group[2]
    started = (time.perf_counter(), time.process_time())
    peer = sm.GLM(outcome, dense, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    return since(started), float(peer.params[-1]), float(peer.bse[-1]), beta, len(outcome)


Cost = tuple[float, float]  # seconds on the clock, seconds of processor time


def since(started: Cost) -> Cost:
    """Cost since a start."""
    return time.perf_counter() - started[0], time.process_time() - started[1]


def timed(counts: VeilCounts | VeilEvenings, variants: bool) -> tuple[Cost, darkness.VeilResult]:
    """Cost of one whole veil, classification included, and its result."""
    started = (time.perf_counter(), time.process_time())
    result = darkness.veil(counts, planted_places(PLACES), "white", ZONE, variants=variants)
    return since(started), result


def main() -> None:
    """Generate, time both, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stops", type=int, default=10_000_000)
    parser.add_argument("--sample", type=int, default=200_000)
    chosen = parser.parse_args()
    stops = planted_stops(chosen.stops, BETAS, 1, places=PLACES, years=YEARS)
    counts = grouped(stops)
    timed(
        VeilCounts(*(column[:5000] for column in (counts.date, counts.minute, counts.place, counts.group, counts.n)), counts.places, counts.groups),
        False,
    )
    kept = evenings(counts)
    from_rows, _ = timed(counts, False)
    plain, result = timed(kept, False)
    whole, _ = timed(kept, True)
    seconds, beta, se, ours, rows = row_level(stops, chosen.sample)
    pairs = sum(row.light + row.dark + row.reference_light + row.reference_dark for row in result.groups)
    print(f"{chosen.stops:,} evening stops in {len(counts.n):,} counts (date x minute x place x group) or {len(kept.date):,} evenings")
    print(f"{result.window_stops:,.0f} in the window")
    print(f"{'what':58} {'seconds':>9} {'processor':>10} {'processor per million rows':>27}")
    for title, (clock, processor), count in (
        ("veil, three groups, classification and intervals", plain, pairs),
        ("the same with all variants beside it", whole, pairs),
        ("the first from counts as the rows give them", from_rows, pairs),
        (f"statsmodels row by row, one group, {rows:,} rows", seconds, rows),
    ):
        print(f"{title:58} {clock:9.2f} {processor:10.2f} {processor / count * 1e6:27.3f}")
    ratios = [seconds[kind] / rows / (plain[kind] / pairs) for kind in (0, 1)]
    print(f"per row of a comparison the veil is {ratios[0]:,.0f} times faster than row-level statsmodels ({ratios[1]:,.0f} in processor time)")
    print(f"beta on the same sample: ours {ours:.6f}, statsmodels {beta:.6f} (difference {abs(ours - beta):.1e}; its standard error {se:.4f})")
    for row, truth in zip(result.groups, BETAS, strict=True):
        print(f"{row.group}: planted {truth:+.2f}, found {row.beta.value:+.4f} ({row.beta.low:+.4f} to {row.beta.high:+.4f})")


if __name__ == "__main__":
    main()
