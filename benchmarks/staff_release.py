"""How long does the release of a large staff's survey take, audit included? 2,000 people, 60 questions, 6 cuts, 3 crossings; goal under 60 s.

Run: python benchmarks/staff_release.py [--people 2000]
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from typing import Any

import numpy as np

from dashboard.schema import bank
from dashboard.schema.employee import Division, cuts
from dashboard.schema.questions import Definition, Option
from dashboard.services.employee import release

LEVELS = {"unit": 16, "shift": 4, "rank": 5, "tenure": 5, "sworn": 2, "site": 8}
CROSSINGS = (("unit", "tenure"), ("unit", "shift"), ("shift", "rank"))
QUESTIONS = 60


def survey() -> Definition:
    """The annual survey, with cuts of the benchmark's own sizes, and its scales asked again until there are sixty."""
    made = bank.template("employee_full")
    known = cuts(made)
    pattern = next(iter(known.values()))
    own = []
    for name, levels in LEVELS.items():
        options = tuple(Option(code=f"{name}{place}", label={"en": f"{name} {place}", "es": f"{name} {place}"}) for place in range(levels))
        own.append(pattern.model_copy(update={"id": f"cut-{name}", "concept": f"cut_{name}", "options": options}))
    asked = [one for one in made.questions() if not one.concept.startswith("cut_") and one.kind == "scale"]
    more = [one.model_copy(update={"id": f"more-{place}", "concept": "team"}) for place, one in enumerate(asked[: max(0, QUESTIONS - len(asked))])]
    others = [one for one in made.questions() if not one.concept.startswith("cut_") and one.kind not in {"scale", "note"}]
    section = made.sections[0].model_copy(update={"questions": (*own, *asked, *more, *others), "rotation": ()})
    return made.model_copy(update={"sections": (section,)})


def answers(definition: Definition, people: int, seed: int = 1) -> list[dict[str, Any]]:
    """What everybody answers: groups that hang together, one in fifty questions skipped."""
    rng = np.random.default_rng(seed)
    unit = rng.choice(LEVELS["unit"], people, p=np.arange(LEVELS["unit"], 0, -1) / sum(range(LEVELS["unit"] + 1)))
    codes = {name: rng.integers(0, levels, people) for name, levels in LEVELS.items()} | {"unit": unit, "sworn": (unit > 12).astype(int)}
    mood = rng.normal(0, 1, people)
    found: list[dict[str, Any]] = [{f"cut-{name}": f"{name}{column[at]}" for name, column in codes.items()} for at in range(people)]
    for one in definition.questions():
        if one.concept.startswith("cut_") or one.kind not in {"scale", "ten"}:
            continue
        values = np.clip(np.rint(3.4 + 0.6 * mood + rng.normal(0, 0.9, people)), 1, 5 if one.kind == "scale" else 10)
        for at in np.flatnonzero(rng.random(people) > 0.02):
            found[at][one.id] = int(values[at])
    return found


def main() -> None:
    """One release, timed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    people = parser.parse_args().people
    definition = survey()
    given = answers(definition, people)
    told: list[str] = []
    clock, processor = time.perf_counter(), time.process_time()
    wave = release.Wave({"k": 10}, definition, Division(tuple(LEVELS), CROSSINGS))
    made = release.compute(given, wave, lambda _share, words: told.append(words))
    took, used = time.perf_counter() - clock, time.process_time() - processor
    scales = sum(one.kind == "scale" for one in definition.questions())
    print(f"{people} people, {scales} scale questions, {len(LEVELS)} cuts, {len(CROSSINGS)} crossings, load {os.getloadavg()[0]:.1f}")
    print(f"{took:.1f} s by the clock, {used:.1f} s of processor, {len(told)} steps of progress")
    print(f"{made.audit}; {sum(row[-1] == 'not_shown' for row in made.rows)} of {len(made.rows)} numbers not shown")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
