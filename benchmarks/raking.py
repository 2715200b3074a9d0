"""How quick is the weighting, and is it right? Respondents on five margins raked by us and by ipfn in the same run.

    python benchmarks/raking.py --rows 100000

Prints seconds of each, and the largest difference of the weights, both with mean 1. Both begin with weights of 1 for every respondent, rake until no
margin is off by 1e-9, and neither trims nor joins categories. The respondents are made up at random; who answers differs from the population, and the
margins hang together, so that several passes are needed. Our usual tolerance of 0.001, with trimming, is timed as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from ipfn import ipfn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.stats.raking import Margin, rake

SIZES = (8, 6, 7, 3, 5)  # categories: district, age, race, gender, education
STRICT = 1e-9
TIED = 0.4  # of respondents, each margin follows the first one: else a single pass would do


def made(rows: int) -> tuple[dict[str, np.ndarray], list[Margin]]:
    """Answers whose shares differ from those of the population."""
    chance = np.random.default_rng(5)
    codes, margins = {}, []
    for number, size in enumerate(SIZES):
        name = f"m{number}"
        shares = chance.dirichlet(np.full(size, 8.0))
        answering = shares * chance.uniform(0.5, 1.5, size)
        drawn = chance.choice(size, rows, p=answering / answering.sum())
        codes[name] = np.where(chance.random(rows) < TIED, codes["m0"] % size, drawn) if number else drawn
        margins.append(Margin(name, tuple(map(str, range(size))), tuple(map(float, shares))))
    return codes, margins


def peer(codes: dict[str, np.ndarray], margins: list[Margin]) -> np.ndarray:
    """The weights of ipfn."""
    rows = len(codes["m0"])
    table = pd.DataFrame(codes).assign(total=1.0)
    targets = [pd.Series(np.array(one.shares) * rows, index=pd.Index(range(len(one.shares)), name=one.name)) for one in margins]
    found = ipfn.ipfn(table, targets, [[one.name] for one in margins], convergence_rate=STRICT).iteration()
    weights = found["total"].to_numpy()
    return weights / weights.mean()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    rows = options.parse_args().rows
    codes, margins = made(rows)
    timed, strict = {}, []
    for name, run in (
        ("ours, tolerance 0.001, trimmed", lambda: rake(codes, margins).weights),
        ("ours, tolerance 1e-9", lambda: strict.append(rake(codes, margins, trim=np.inf, tolerance=STRICT, join=False)) or strict[-1].weights),
        ("ipfn, convergence 1e-9", lambda: peer(codes, margins)),
    ):
        began, used = time.perf_counter(), time.process_time()
        timed[name] = run()
        print(f"{name}: {time.perf_counter() - began:.3f} s by the clock, {time.process_time() - used:.3f} s of processor")
    difference = np.abs(timed["ours, tolerance 1e-9"] - timed["ipfn, convergence 1e-9"]).max()
    passes, weights = strict[-1].passes, strict[-1].weights
    print(f"{rows} respondents, {len(margins)} margins, {passes} passes, weights {weights.min():.3f} to {weights.max():.3f}")
    print(f"largest difference of a weight: {difference:.1e}")


if __name__ == "__main__":
    main()
