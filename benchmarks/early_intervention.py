"""How long does the comparison of officers take? 35,000 officers over ten years, month by month, with postings and events.

    python benchmarks/early_intervention.py --officers 35000 --years 10

Prints seconds of each step, and the largest memory; officers, postings and events are made up at random.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import datetime as dt

import numpy as np
import pandas as pd

from dashboard.services.early import events
from dashboard.services.early.events import Window
from dashboard.services.early.work import HALF_YEAR, _days, _joined, _officers
from dashboard.settings import Settings
from dashboard.stats import peers, peers_expected, peers_rules

DISTRICTS, SHIFTS, UNITS = 77, ("day", "evening", "night"), ("patrol", "tactical", "traffic", "investigations")


def made(officers: int, years: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, Window]:
    """Two postings each, and about six events per officer and ten years; one in a hundred officers at three times the others."""
    rng = np.random.default_rng(seed)
    when = Window(dt.date(2026 - years, 1, 1), dt.date(2025, 12, 31))
    start, days = np.datetime64(when.start), 365 * years
    change = rng.integers(60, days - 60, officers)
    who = np.repeat(np.arange(officers), 2)
    begins = np.column_stack([np.zeros(officers, int), change]).ravel()
    ends = np.column_stack([change - 1, np.full(officers, days * 2)]).ravel()
    posts = pd.DataFrame(
        {
            "officer": np.char.add("o", np.char.zfill(who.astype(str), 6)),
            "unit": np.array(UNITS)[rng.choice(4, officers * 2, p=[0.7, 0.1, 0.1, 0.1])],
            "district": np.char.add("D", rng.integers(0, DISTRICTS, officers * 2).astype(str)),
            "shift": np.array(SHIFTS)[rng.integers(0, 3, officers * 2)],
            "begins": pd.to_datetime(start + begins.astype("timedelta64[D]")),
            "ends": pd.to_datetime(start + ends.astype("timedelta64[D]")),
        }
    )
    theta = rng.gamma(11, 1 / 11, officers)
    theta[: officers // 100] = 3
    counts = rng.poisson(0.6 * years * theta)
    owner = np.repeat(np.arange(officers), counts)
    happened = pd.DataFrame(
        {
            "officer": np.char.add("o", np.char.zfill(owner.astype(str), 6)),
            "event": np.arange(len(owner)).astype(str),
            "date": pd.to_datetime(start + rng.integers(0, days, len(owner)).astype("timedelta64[D]")),
            "district": "x",
            "shift": "x",
        }
    )
    happened["month"] = events.month_of(happened["date"])
    return posts, happened, when


def main() -> None:
    """Time the steps."""
    options = argparse.ArgumentParser()
    options.add_argument("--officers", type=int, default=35_000)
    options.add_argument("--years", type=int, default=10)
    given = options.parse_args()
    posts, happened, when = made(given.officers, given.years, 1)
    print(f"{given.officers:,} officers, {len(posts):,} postings, {len(happened):,} events, {given.years} years")
    began = last = time.perf_counter()
    cpu = time.process_time()

    def told(what: str) -> None:
        nonlocal last
        now = time.perf_counter()
        print(f"  {what}: {now - last:.1f} s")
        last = now

    placed = events.posted(happened, posts)
    days = _days(posts, when)
    told(f"postings joined, {len(days):,} months of work")
    found = _officers(_joined(days, placed), placed, (0, 0), "days", days.groupby("officer")["exposure"].sum() >= HALF_YEAR)
    told("added up")
    expected = peers_expected.expected(found.work)
    told("expected counts")
    reviewed = peers.review(found.names, expected, enough=list(found.enough), settings=Settings.of({"peers.window_months": 120}))
    told("shrinkage, intervals, ranks")
    peers_rules.rules(reviewed, {})
    peers_rules.funnel(reviewed)
    told("other rules and the funnel")
    print(f"  all: {last - began:.1f} s by the clock, {time.process_time() - cpu:.1f} s of processor")
    print(f"  memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB; {reviewed.sentence}")


if __name__ == "__main__":
    main()
