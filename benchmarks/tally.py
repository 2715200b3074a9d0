"""How quick are counts? A group-by through the store beside raw DuckDB on the same files, and the pages' questions with and without rollups.

    python benchmarks/tally.py --rows 20000000

Prints seconds and ratios, all measured in this one run. Rows are made up at random; `--keep FOLDER` keeps the home for the next
run with the same number of rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.settings import DEFAULTS
from dashboard.store.evenings import HOURS
from dashboard.store.facts import STAFF, Facts
from dashboard.store.home import Home
from dashboard.store.tally import question

SCHEMA = table("stops").schema
CHUNK, FILE = 1_000_000, 5_000_000
FIRST, DAYS = dt.date(2018, 1, 1), 1461
REASONS = ("moving", "equipment", "non_moving", "reasonable_suspicion", "call", "other", "unknown")


def words(rng: np.random.Generator, count: int, choices: Sequence[str | None], shares: Sequence[float] | None = None) -> pa.Array:
    """Random words with these shares."""
    return pa.array(choices, pa.string()).take(pa.array(rng.choice(len(choices), count, p=shares), pa.int32()))


def made(first: int, count: int) -> pa.Table:
    """Random stops with the columns that pages ask for; the rest empty."""
    rng = np.random.default_rng(first)
    key = pc.binary_join_element_wise("S", pa.array(np.arange(first, first + count)).cast(pa.string()), "")
    searched = rng.random(count) < 0.06
    frisked = rng.random(count) < 0.04
    kind = words(rng, count, ("discretionary", "non_discretionary", "other"), (0.5, 0.35, 0.15))
    nothing = pa.nulls(count, pa.string())
    mask = pa.array(searched)
    officer = rng.integers(0, 2000, count)
    filled = {
        "stop_person_id": key,
        "stop_id": key,
        "agency_id": words(rng, count, ("riverton",)),
        "date": pa.array((np.datetime64(FIRST) + rng.integers(0, DAYS, count)).astype("datetime64[D]")),
        "minute": pa.array(np.clip(rng.normal(960, 300, count), 0, 1439).astype(np.int32)),
        "time_known": pa.array(rng.random(count) < 0.99),
        "stop_type": words(rng, count, ("vehicular", "pedestrian"), (0.9, 0.1)),
        "district": pa.array([f"D{number:02}" for number in range(20)]).take(pa.array(officer % 20)),
        "race_group": words(rng, count, ("white", "black", "hispanic", "asian", "other", "unknown"), (0.5, 0.22, 0.2, 0.04, 0.03, 0.01)),
        "sex": words(rng, count, ("male", "female"), (0.66, 0.34)),
        "age_band": words(rng, count, table("stops").column("age_band").allowed[:6]),
        "stop_reason_group": words(rng, count, REASONS, (0.5, 0.2, 0.1, 0.08, 0.06, 0.04, 0.02)),
        "searched": mask,
        "frisked": pa.array(frisked),
        "search_class_opp": pc.if_else(mask, kind, nothing),
        "search_class_ripa": pc.if_else(mask, kind, nothing),
        "search_class_sdut": pc.if_else(mask, kind, nothing),
        "contraband_found": pa.array(rng.random(count) < 0.25, mask=~searched),
        "outcome": words(rng, count, ("arrest", "citation", "warning", "no_action"), (0.04, 0.5, 0.4, 0.06)),
        "arrest_made": pa.array(rng.random(count) < 0.04),
        "officer_key": pa.array([f"officer-{number:04}" for number in range(2000)]).take(pa.array(officer)),
        "import_id": words(rng, count, (f"bench-{first // FILE}",)),
        "source_file": words(rng, count, ("made.csv",)),
        "source_row": pa.array(np.arange(1, count + 1, dtype=np.int32)),
        "row_hash": pc.binary_join_element_wise("h", key, ""),
    }
    filled["race_group_doj"] = filled["race_group"]
    known = [filled.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA]
    return pa.table([column.cast(field.type) for column, field in zip(known, SCHEMA, strict=True)], schema=SCHEMA)


def fill(facts: Facts, rows: int, copies: int) -> None:
    """Import the rows in files of five million, as an agency with a long history would; prints the time of each commit.

    With `copies` each file is named that many times in its import: the rows are then alike, which counting does not see.
    """
    for first in range(0, rows // copies, FILE):
        count = min(FILE, rows // copies - first)
        import_id = f"bench-{first // FILE}"
        folder = facts.home.staging / import_id
        folder.mkdir(exist_ok=True)
        file = folder / "rows.parquet"
        with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
            for start in range(first, first + count, CHUNK):
                writer.write_table(made(start, min(CHUNK, first + count - start)))
        staged = Staged(import_id, "bench", "stops", ("made.csv",), folder, (file,) * copies, None, count * copies, count * copies, 0, 0)
        began = time.perf_counter()
        facts.commit(staged, "bench")
        print(f"  committed {(first + count) * copies:>11,} rows, the last {count * copies:,} in {time.perf_counter() - began:5.1f} s", flush=True)


def seconds(action: Callable[[], object], times: int = 3) -> float:
    """The median time of a few runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def beside_raw(facts: Facts) -> None:
    """The same group-by through the store, reading rows, and as raw SQL over the same files with the same memory and threads."""
    files = [str(file) for file in facts.snapshot("stops").files]
    raw = duckdb.connect(config={"threads": 2, "memory_limit": "1024MB"})
    sql = (
        "select district, race_group, strftime(date, '%Y-%m') as month, count(*) as n, count(*) filter (searched) as searched "
        "from read_parquet(?) group by all order by all"
    )
    asked = question(table("stops"), ("district", "race_group", "month"), STAFF, ("searched",), DEFAULTS)
    ours_frame = facts.engine.frame(facts.asked(asked, from_rows=True))
    raw_frame = raw.execute(sql, [files]).fetch_df()
    assert len(ours_frame) == len(raw_frame)
    assert (ours_frame["n"].to_numpy() == raw_frame["n"].to_numpy()).all()
    ours = seconds(lambda: facts.engine.frame(facts.asked(asked, from_rows=True)), 5)
    theirs = seconds(lambda: raw.execute(sql, [files]).fetch_df(), 5)
    raw.close()
    print(f"\ngroup-by district x group x month with a sum, from rows: store {ours:.3f} s, raw DuckDB {theirs:.3f} s, ratio {ours / theirs:.2f}")


PERIOD = Scope(dt.date(2020, 1, 1), dt.date(2020, 12, 31), audience=Audience.STAFF)
QUESTIONS: tuple[tuple[str, tuple[str, ...], Scope, tuple[str, ...]], ...] = (
    ("overview: months by group", ("month", "race_group"), STAFF, ("searched", "arrest_made")),
    ("rates of one year by group", ("race_group",), PERIOD, ("searched", "frisked", "arrest_made")),
    ("outcome test: district by group", ("district", "race_group", "search_class", "contraband_found"), Scope.of({"searched": ("true",)}), ()),
    ("threshold test: district by group", ("district", "race_group"), STAFF, ("searched", "contraband_found")),
    ("adjusted: reason, hour band, officer", ("officer_key", "district", "race_group", "time_band", "stop_reason_group"), PERIOD, ("searched",)),
    ("clock times of traffic stops", ("minute",), Scope.of({"stop_type": ("vehicular",), "time_known": ("true",)}), ()),
    ("residents among drivers", ("race_group",), Scope.of({"stop_type": ("vehicular",), "resident": ("resident",)}), ()),
    ("two weeks in a district", ("date", "race_group"), Scope(dt.date(2020, 3, 3), dt.date(2020, 3, 16), ("D07",), audience=Audience.STAFF), ()),
    ("hours of the week by group", ("weekday", "hour", "race_group"), STAFF, ()),
    ("reasons by group", ("stop_reason_group", "race_group"), STAFF, ("searched",)),
    ("ages and sexes by group", ("age_band", "sex", "race_group"), STAFF, ("searched",)),
)


def evenings_of(facts: Facts) -> int:
    """Read every kept evening once; how many stops they hold."""
    found = facts.evenings(Scope.of({"stop_type": ("vehicular",), "time_known": ("true",), "hour": HOURS}))
    return sum(int(counts.sum(dtype="int64")) for _, counts in found.blocks()) if found else 0


def pages(home: Home, engine: Callable[[], Facts]) -> None:
    """Each page's question: cold in a fresh engine, warm, and from the rows."""
    print(f"\n{'question':40} {'rows out':>9} {'cold s':>8} {'warm s':>8} {'rows s':>8}  from")
    for title, by, scope, sums in QUESTIONS:
        facts = engine()
        asked = question(table("stops"), by, scope, sums, facts.settings)
        began = time.perf_counter()
        answer = facts.tally("stops", by, scope, sums)
        cold = time.perf_counter() - began
        warm = seconds(lambda facts=facts, by=by, scope=scope, sums=sums: facts.tally("stops", by, scope, sums))
        plain = seconds(lambda facts=facts, asked=asked: facts.engine.frame(facts.asked(asked, from_rows=True)), 1)
        used = facts.shelf("stops").usable(asked, facts.snapshot("stops"))
        print(f"{title:40} {len(answer):>9,} {cold:8.3f} {warm:8.3f} {plain:8.3f}  {used[0].name if used else 'rows'}", flush=True)
        facts.engine.close()
    facts = engine()
    began = time.perf_counter()
    held = evenings_of(facts)
    print(
        f"evenings: {held:,} timed traffic stops by day, minute, place and group read in {time.perf_counter() - began:.3f} s"
        if held
        else "evenings: none"
    )
    facts.engine.close()
    for file in sorted(home.rollups.glob("stops/*.parquet")):
        print(f"  rollup {file.name.split('-')[0]:10} {pq.read_metadata(file).num_rows:>12,} cells {file.stat().st_size / 2**20:8.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--copies", type=int, default=1, help="make only this part of the rows and commit each file so many times")
    parser.add_argument("--keep", type=Path, help="keep the home in this folder")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="tally-"))
    home = Home(folder / f"home-{options.rows}")
    facts = Facts(home)
    if int(facts.tally("stops")["n"][0]) != options.rows:
        fill(facts, options.rows, options.copies)
    facts.engine.close()
    try:
        beside_raw(Facts(home))
        pages(home, lambda: Facts(home))
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    if sys.platform != "win32":
        import resource

        print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
