"""Whatever kills an import, its rows are all there or none are, and running it again completes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.schema.staging import Staged
from dashboard.store.facts import Facts
from dashboard.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
BEFORE = {f"k{number}": f"h1-{number}" for number in range(60)}
AFTER = {**BEFORE, **{f"k{number}": f"h2-{number}" for number in range(50, 80)}}


def stored(home: Path) -> dict[str, str]:
    """Key and hash of every stored row; fails when a key is stored twice."""
    parts = [pq.read_table(file, columns=["stop_person_id", "row_hash"]) for file in Facts(Home(home)).snapshot("stops").files]
    rows = pa.concat_tables(parts, promote_options="permissive").to_pydict()
    assert len(set(rows["stop_person_id"])) == len(rows["stop_person_id"])
    return dict(zip(rows["stop_person_id"], rows["row_hash"], strict=True))


def run(tmp_path: Path, staged: Staged, steps: list[int]) -> dict[int, tuple[str, Path]]:
    """How each run ended and its home, by the step at which it was to be killed."""
    homes = {step: tmp_path / f"killed-{step}" for step in steps}
    for home in homes.values():
        shutil.copytree(tmp_path / "home", home)
    (tmp_path / "staged.json").write_text(json.dumps(asdict(staged), default=str))
    pairs = [f"{step}={home}" for step, home in homes.items()]
    command = [sys.executable, str(Path(__file__).with_name("killed_import.py")), str(tmp_path / "staged.json"), *pairs]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    ends = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    return {step: (ends[str(step)], home) for step, home in homes.items()}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork; the same commit path is tested without it")
def test_killed_at_any_step_an_import_is_whole_or_absent(tmp_path: Path, stage: Callable[..., Staged], rows_of: Callable[..., pa.Table]) -> None:
    facts = Facts(Home(tmp_path / "home"), rollup_from=0)
    facts.commit(stage("one", rows_of(60), files=2), "ann")
    staged = stage("two", rows_of(30, first=50, seed=2))
    found = run(tmp_path, staged, [1, 90, 200, 250, 254, 280, 290, 300, 306, 340, 1100, 100_000])
    states = []
    for step, (end, home) in sorted(found.items()):
        assert end == ("killed" if step < 100_000 else "ended 0"), f"step {step}: {end}"
        states.append(stored(home))
        assert states[-1] in (BEFORE, AFTER), f"step {step} left something in between"
        if step in (254, 306, 1100):
            again = Facts(Home(home), engine=facts.engine)
            receipt = again.commit(staged, "ann")
            assert (receipt.accepted, receipt.replaced) == (30, 10)
            assert stored(home) == AFTER
            assert again.sweep("stops") == 0
            assert again.tally("stops", ("month",))["n"].sum() == len(AFTER)
    turning = states.index(AFTER)
    assert 0 < turning < len(states) - 1, "the steps lie on both sides of the commit"
    assert all(state == AFTER for state in states[turning:])
