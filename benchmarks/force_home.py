"""How long does a home take to hold a million incidents of force? The sample agency with as many incidents as are asked for.

python benchmarks/force_home.py --home /tmp/million --incidents 1000000
python benchmarks/pages.py --home /tmp/million --only use_of_force
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

STOPS = 30_000
SEED = 20260101


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--home", required=True)
    wanted.add_argument("--incidents", type=int, default=1_000_000)
    given = wanted.parse_args()
    import numpy as np
    import pyarrow.parquet as pq

    from dashboard.services import releases, sample
    from dashboard.services.house import House
    from data_sources.sample import events, generate

    if not sample.present(given.home):
        sample.make(given.home, STOPS)
    house = House(given.home)
    rng = np.random.default_rng(SEED)
    elsewhere = events.away_from_stops(SEED, events.OTHER_ARRESTS)
    drawn = np.sort(rng.integers(0, len(elsewhere["day"]), given.incidents))
    rows = {name: values[drawn] for name, values in elsewhere.items()}
    order = np.argsort(rows["day"], kind="stable")
    started = time.perf_counter()
    table = events.force({name: values[order] for name, values in rows.items()}, SEED + 1)
    print(f"{table.num_rows:,} rows of {given.incidents:,} incidents made in {time.perf_counter() - started:.1f} s")
    (staged,) = generate.sample(house.home.staging, stops=1, tables=["use_of_force"])
    file = staged.folder / "million.parquet"
    pq.write_table(table, file, compression="zstd")
    book = {"import_id": "benchmark-force", "rows_read": table.num_rows, "rows_accepted": table.num_rows}
    staged = dataclasses.replace(staged, **book, accepted=(file,), content_hash="benchmark")
    where = table.schema.get_field_index("import_id")
    pq.write_table(table.set_column(where, "import_id", [["benchmark-force"] * table.num_rows]), file, compression="zstd")
    started = time.perf_counter()
    house.facts.commit(staged, "benchmark")
    print(f"stored, counted by incident, person and officer in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    releases.publish(house, "benchmark")
    print(f"published in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
