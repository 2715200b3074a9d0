"""How long does a home take to hold a million rows of complaints? The sample agency's complaints, as often as needed under numbers of their own.

python benchmarks/complaints_home.py --home /tmp/complaints --rows 1000000
python benchmarks/pages.py --home /tmp/complaints --only complaints
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
NAME = "benchmark-complaints"


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--home", required=True)
    wanted.add_argument("--rows", type=int, default=1_000_000)
    given = wanted.parse_args()
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from dashboard.services import releases, sample
    from dashboard.services.house import House
    from dashboard.store.cases import tally_cases
    from data_sources.sample import events, generate

    if not sample.present(given.home):
        sample.make(given.home, STOPS)
    house = House(given.home)
    one = events.complaints(SEED)
    (staged,) = generate.sample(house.home.staging, stops=1, tables=["complaints"])
    file, rows = staged.folder / "million.parquet", 0
    with pq.ParquetWriter(file, one.schema, compression="zstd") as writer:
        while rows < given.rows:
            mark = pa.scalar(f"-{rows}")
            table = one
            for name in ("complaint_row_id", "complaint_id", "row_hash"):
                place = table.schema.get_field_index(name)
                table = table.set_column(place, name, pc.binary_join_element_wise(table[name], mark, ""))
            place = table.schema.get_field_index("import_id")
            writer.write_table(table.set_column(place, table.schema.field(place), pa.array([NAME] * table.num_rows)))
            rows += table.num_rows
    book = {"import_id": NAME, "rows_read": rows, "rows_accepted": rows, "accepted": (file,), "content_hash": "benchmark"}
    started = time.perf_counter()
    house.facts.commit(dataclasses.replace(staged, **book), "benchmark")
    print(f"{rows:,} rows stored and counted in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    cases = int(tally_cases(house.facts)["n"].sum())
    print(f"joined into {cases:,} cases in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    releases.publish(house, "benchmark")
    print(f"published in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
