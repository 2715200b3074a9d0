"""How quick is an import? A stops CSV, read, mapped, validated, committed and counted, beside Arrow streaming the same file into Parquet.

    python benchmarks/import_speed.py --rows 10000000

Prints seconds by the clock, processor seconds and their ratios, all measured in this one run, each side in a process of its own and in turn,
with the peak memory of each, and how long the published tables took afterwards. The rows are made up at random in the layout of the Stanford Open
Policing standard. With `--file` a file made earlier (`--keep`) is used.
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


def peer(path: Path, folder: Path) -> dict[str, float]:
    """Arrow alone: the CSV streamed into Parquet, with the types Arrow finds."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    rows = 0
    started = time.perf_counter()
    with pacsv.open_csv(path) as reader, pq.ParquetWriter(folder / "peer.parquet", reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "seconds": time.perf_counter() - started, "processor": time.process_time(), "peak": peak}


def ours(path: Path, folder: Path) -> dict[str, float]:
    """Recognised, read, mapped, validated, made unique, committed and counted; every row accounted for. Then published."""
    from dashboard.services import imports, releases
    from dashboard.services.house import House

    house = House(folder / "home")
    started = time.perf_counter()
    (staged,) = imports.stage(house, [path])
    read = time.perf_counter()
    receipt = house.facts.commit(staged, "benchmark")
    committed = time.perf_counter()
    used, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert receipt.rows_read == receipt.accepted + receipt.quarantined + receipt.duplicates
    releases.publish(house, "benchmark")
    published = time.perf_counter() - committed
    return {
        "rows": receipt.rows_read,
        "seconds": committed - started,
        "staged": read - started,
        "published": published,
        "processor": used,
        "peak": peak,
    }


SIDES: dict[str, Callable[[Path, Path], dict[str, float]]] = {"peer": peer, "ours": ours}


def apart(side: str, path: Path, folder: Path) -> dict[str, float]:
    """One side in a fresh process, so that imports, caches and memory of the other do not count."""
    command = [sys.executable, __file__, "--side", side, "--file", str(path), "--folder", str(folder)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return dict(json.loads(answer.splitlines()[-1]))


def compared(path: Path, folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """The best round of each side, in turn."""
    best: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for side in SIDES:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            result = apart(side, path, folder)
            best[side] = min(best.get(side, result), result, key=lambda one: one["seconds"])
    assert best["peer"]["rows"] == best["ours"]["rows"]
    return best


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--rows", type=int, default=2_000_000)
    wanted.add_argument("--rounds", type=int, default=2)
    wanted.add_argument("--file", type=Path, help="a file made earlier")
    wanted.add_argument("--keep", type=Path, help="keep the made file under this name")
    wanted.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    wanted.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = wanted.parse_args()
    if given.side:
        print(json.dumps(SIDES[given.side](given.file, given.folder)), flush=True)
        return
    folder = Path(tempfile.mkdtemp(prefix="import_speed_"))
    try:
        path = given.file or given.keep or folder / "stops.csv"
        if not given.file:
            make(path, given.rows)
        best = compared(path, folder / "work", given.rounds)
        print(f"{best['peer']['rows']:,.0f} rows, {path.stat().st_size / 1e6:,.0f} MB of CSV")
        for side, one in best.items():
            print(f"{side}: {one['seconds']:.2f} s, {one['processor']:.2f} s of processor, peak {one['peak']:,.0f} MiB")
        mine, theirs = best["ours"], best["peer"]
        print(f"ours: read and checked {mine['staged']:.2f} s, committed and counted {mine['seconds'] - mine['staged']:.2f} s")
        clock, processor = (mine[name] / theirs[name] for name in ("seconds", "processor"))
        print(f"ours / peer: {clock:.2f} by the clock (goal 2.5), {processor:.2f} by processor")
        print(f"published afterwards: {mine['published']:.2f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
