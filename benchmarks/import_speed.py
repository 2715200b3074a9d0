"""How quick is an import? A stops CSV, read, mapped, validated and staged, beside Arrow streaming the same file into Parquet.

    python benchmarks/import_speed.py --rows 10000000

Prints seconds by the clock, processor seconds and their ratios, all measured in this one run, each side in a process of its own and in turn,
with the peak memory of each. The rows are made up at random in the layout of the Stanford Open Policing standard.
"""

from __future__ import annotations

import argparse
import json
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

MADE_UP = """
COPY (
    SELECT i AS raw_row_number, DATE '2015-01-01' + CAST(random() * 3000 AS INT) AS date,
        lpad(CAST(CAST(floor(random() * 24) AS INT) AS VARCHAR), 2, '0') || ':' || lpad(CAST(CAST(floor(random() * 60) AS INT) AS VARCHAR), 2, '0')
            || ':00' AS time,
        'Street ' || CAST(CAST(random() * 5000 AS INT) AS VARCHAR) AS location, round(40 + random(), 6) AS lat, round(-73 + random(), 6) AS lng,
        'D' || CAST(CAST(random() * 9 AS INT) AS VARCHAR) AS district, CAST(16 + random() * 60 AS INT) AS subject_age,
        (['white', 'black', 'hispanic', 'asian/pacific islander', 'other'])[1 + CAST(floor(random() * 5) AS INT)] AS subject_race,
        (['male', 'female'])[1 + CAST(floor(random() * 2) AS INT)] AS subject_sex,
        md5(CAST(CAST(random() * 1500 AS INT) AS VARCHAR)) AS officer_id_hash, 'vehicular' AS type,
        CASE WHEN s < 0.05 THEN 'TRUE' ELSE 'FALSE' END AS search_conducted,
        CASE WHEN s < 0.05 THEN (CASE WHEN random() < 0.25 THEN 'TRUE' ELSE 'FALSE' END) ELSE 'NA' END AS contraband_found,
        CASE WHEN s < 0.05 THEN (['consent', 'probable cause', 'other', 'plain view'])[1 + CAST(floor(random() * 4) AS INT)] ELSE 'NA' END
            AS search_basis,
        CASE WHEN random() < 0.03 THEN 'TRUE' ELSE 'FALSE' END AS arrest_made,
        (['warning', 'citation', 'arrest'])[1 + CAST(floor(random() * 3) AS INT)] AS outcome, 'Speeding' AS reason_for_stop
    FROM (SELECT i, random() AS s FROM range({rows}) t(i))
) TO '{path}' (HEADER)
"""


def make(path: Path, rows: int) -> None:
    import duckdb

    with duckdb.connect() as engine:
        engine.execute(MADE_UP.format(rows=rows, path=path))


def peer(path: Path, folder: Path) -> int:
    """Arrow alone: the CSV streamed into Parquet, with the types Arrow finds."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    rows = 0
    with pacsv.open_csv(path) as reader, pq.ParquetWriter(folder / "peer.parquet", reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def ours(path: Path, folder: Path) -> int:
    """Recognised, read, mapped, validated, made unique and staged; every row accounted for."""
    from data_sources import files, recognise
    from data_sources.base import Context
    from data_sources.stage import stage

    tables = files.read(path)
    found = recognise.recognise(tables[0].header, tables[0].sample)[0][0]
    staged = stage(tables, found, Context(site_key=b"benchmark"), folder, "benchmark")
    assert staged.rows_read == staged.rows_accepted + staged.rows_quarantined + staged.rows_duplicate
    return staged.rows_read


SIDES: dict[str, Callable[[Path, Path], int]] = {"peer": peer, "ours": ours}


def timed(side: str, path: Path, folder: Path) -> dict[str, float]:
    """One side, in this process: rows, seconds by the clock, processor seconds, peak memory in MiB."""
    started, used = time.perf_counter(), time.process_time()
    rows = SIDES[side](path, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "seconds": time.perf_counter() - started, "processor": time.process_time() - used, "peak": peak}


def apart(side: str, path: Path, folder: Path) -> dict[str, float]:
    """One side in a fresh process, so that imports, caches and memory of the other do not count."""
    command = [sys.executable, __file__, "--side", side, "--file", str(path), "--folder", str(folder)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return dict(json.loads(answer.splitlines()[-1]))


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--rows", type=int, default=2_000_000)
    wanted.add_argument("--rounds", type=int, default=2)
    wanted.add_argument("--side", choices=sorted(SIDES))
    wanted.add_argument("--file", type=Path)
    wanted.add_argument("--folder", type=Path)
    given = wanted.parse_args()
    if given.side:
        print(json.dumps(timed(given.side, given.file, given.folder)), flush=True)
        return
    folder = Path(tempfile.mkdtemp(prefix="import_speed_"))
    try:
        path = folder / "stops.csv"
        make(path, given.rows)
        print(f"{given.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB of CSV")
        best: dict[str, dict[str, float]] = {}
        for _ in range(given.rounds):
            for side in SIDES:
                result = apart(side, path, folder)
                assert result["rows"] == given.rows
                best[side] = min(best.get(side, result), result, key=lambda one: one["seconds"])
        for side, one in best.items():
            print(f"{side}: {one['seconds']:.2f} s, {one['processor']:.2f} s of processor, peak {one['peak']:,.0f} MiB")
        print(f"ours / peer: {best['ours']['seconds'] / best['peer']['seconds']:.2f} by the clock (goal 2.5 with the commit)")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
