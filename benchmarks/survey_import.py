"""How quick is the import of a survey? Answers of a web survey, recognised, read, freed of identities and recoded, beside pandas.read_csv alone.

    python benchmarks/survey_import.py --rows 100000 --questions 60
    python benchmarks/survey_import.py --rows 100000 --questions 60 --whole

Prints seconds by the clock, processor seconds and their ratio, measured in this one run, each side in a process of its own and in turn, with the
peak memory of each. The answers are made up at random in the layout of Google Forms: 45 questions on two scales, 5 where several could be chosen,
2 of numbers, 4 about the person, 4 comments.

`--whole` goes the way of a person on the page instead, in a home of its own: look, check, store with the freezing of results, and apart from
that what the server does afterwards in a process of its own: read the comments, and count them.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree", "Don't know", "")
SAFE = ("Very unsafe", "Unsafe", "Neither safe nor unsafe", "Safe", "Very safe", "Prefer not to say", "")
CHOICES = ("Burglary", "Speeding, noise and traffic", "Drugs", "Fraud", "Young people")
WORDS = ("officers", "came", "quick", "kind", "nobody", "called", "street", "night", "parking", "school", "the", "near", "and", "my", "bad", "who")
ABOUT = (
    ("18-24", "25-34", "35-44", "45-54", "55-64", "65 or older"),
    ("Woman", "Man", "Other"),
    ("White", "Black", "Asian", "Hispanic"),
    ("North", "South"),
)


def make(path: Path, rows: int, questions: int) -> None:
    chance = random.Random(7)
    scaled = questions - 15
    head = ["Timestamp", "Email Address", *(f"Statement {n}" for n in range(scaled)), *(f"Which {n}" for n in range(5)), "Years", "Calls"]
    head += ["Your age", "Your gender", "Your race", "District", *(f"Comment {n}" for n in range(4))]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        for row in range(rows):
            answers = [chance.choice(AGREE if n % 2 else SAFE) for n in range(scaled)]
            several = [", ".join(one for one in CHOICES if chance.random() < 0.4) for _ in range(5)]
            numbers = [chance.randrange(60), chance.randrange(9)]
            person = [chance.choice(words) for words in ABOUT]
            texts = [
                " ".join(chance.choices(WORDS, k=12)) + (f" call 555-{row % 900 + 100}-1234" if n == 0 and row % 50 == 0 else "") for n in range(4)
            ]
            stamp = f"{row % 12 + 1}/{row % 28 + 1}/2026 {row % 24}:{row % 60:02d}:00"
            writer.writerow([stamp, f"p{row}@example.org", *answers, *several, *numbers, *person, *texts])


def peer(path: Path) -> int:
    """Pandas alone: the same file into a frame of text."""
    import pandas as pd

    return len(pd.read_csv(path, dtype=str, keep_default_na=False))


def ours(path: Path) -> int:
    """Recognised, read, identities dropped with a receipt, every answer recoded."""
    from dashboard.schema.survey_mapping import SurveyMapping
    from data_sources.surveys import recognise
    from data_sources.surveys.base import SurveyExport
    from data_sources.surveys.propose import propose
    from data_sources.surveys.recode import recode

    started = time.perf_counter()
    (export,) = recognise.read(path)
    read = time.perf_counter()
    assert isinstance(export, SurveyExport)
    mapping = propose(export)
    mapping = SurveyMapping.model_validate_json(mapping.as_json())
    answers = recode(export, mapping)
    print(f"  read {read - started:.2f} s, recoded {time.perf_counter() - read:.2f} s", file=sys.stderr)
    assert export.receipt.redactions
    assert len(answers) == export.receipt.rows_kept
    return export.receipt.rows_read


def whole(folder: Path, path: Path) -> None:
    """The whole import, step by step: seconds by the clock and of processor, of this process and the one that reads the file."""
    from dashboard.access.principal import Principal
    from dashboard.services.house import House
    from dashboard.services.surveys import bringing, checking, closing, comments, results, upkeep

    house = House(folder / "home")
    house.records.upgrade()
    person = House(house.home, visitor=Principal("a", "Ada", ("analyst", "admin")))
    froze: list[float] = []
    freeze = results.renew

    def frozen(*given: str) -> None:
        started = time.process_time()
        freeze(*given)  # type: ignore[arg-type]
        froze.append(time.process_time() - started)

    closing.results.renew = frozen
    clocks = [(time.perf_counter(), _processor())]

    def step(name: str, told: str = "") -> None:
        clocks.append((time.perf_counter(), _processor()))
        (before, used), (now, spent) = clocks[-2:]
        print(f"{name:34s} {now - before:7.2f} s by the clock, {spent - used:7.2f} s of processor{told}", flush=True)

    (look,) = bringing.look(person, path)
    assert look.export is not None
    assert look.mapping is not None
    step("look: read, identities dropped")
    assert checking.check(person, look.export, look.mapping).ready
    step("check: recoded")
    done = bringing.store(person, look.export, look.mapping, "Benchmark", "Ada")
    step("store: recoded, stored, frozen", f" (of that freezing {froze[0]:.2f})")
    (start, used), (now, spent) = clocks[0], clocks[-1]
    print(f"{'the import until its receipt':34s} {now - start:7.2f} s by the clock, {spent - used:7.2f} s of processor (goal: 30 s)", flush=True)
    assert comments.counts(house).unread == done.comments
    read = comments.read(house).read
    step(f"afterwards: {read:,} comments read")
    upkeep.read_on(house)
    step("afterwards: comments counted, frozen")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def _processor() -> float:
    """Seconds of processor of this process and of those it waited for."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


SIDES: dict[str, Callable[[Path], int]] = {"peer": peer, "ours": ours}


def timed(side: str, path: Path) -> dict[str, float]:
    """One side, in this process: rows, seconds by the clock, processor seconds, peak memory in MiB."""
    started, used = time.perf_counter(), time.process_time()
    rows = SIDES[side](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "seconds": time.perf_counter() - started, "processor": time.process_time() - used, "peak": peak}


def apart(side: str, path: Path) -> dict[str, float]:
    """One side in a fresh process, so that imports, caches and memory of the other do not count."""
    command = [sys.executable, __file__, "--side", side, "--file", str(path)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return dict(json.loads(answer.splitlines()[-1]))


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--rows", type=int, default=100_000)
    wanted.add_argument("--questions", type=int, default=60)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--whole", action="store_true")
    wanted.add_argument("--side", choices=sorted(SIDES))
    wanted.add_argument("--file", type=Path)
    given = wanted.parse_args()
    if given.side:
        print(json.dumps(timed(given.side, given.file)), flush=True)
        return
    folder = Path(tempfile.mkdtemp(prefix="survey_import_"))
    try:
        path = folder / "answers.csv"
        make(path, given.rows, given.questions)
        print(f"{given.rows:,} answers x {given.questions} questions, {path.stat().st_size / 1e6:,.0f} MB of CSV")
        if given.whole:
            whole(folder, path)
            return
        best: dict[str, dict[str, float]] = {}
        for _ in range(given.rounds):
            for side in SIDES:
                result = apart(side, path)
                assert result["rows"] == given.rows
                best[side] = min(best.get(side, result), result, key=lambda one: one["seconds"])
        for side, one in best.items():
            print(f"{side}: {one['seconds']:.2f} s, {one['processor']:.2f} s of processor, peak {one['peak']:,.0f} MiB")
        print(f"ours / peer: {best['ours']['seconds'] / best['peer']['seconds']:.2f} by the clock (goal: read and recoded in under 30 s)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
