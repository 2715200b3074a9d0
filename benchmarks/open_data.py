"""Does a download of a released table of any size stream with flat memory? Each format through the writers of the route, in a process of its own.

Run: python benchmarks/open_data.py [--rows 10000000] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dashboard.services import open_formats
from dashboard.services.open_tables import OpenTable
from dashboard.store import open_files

COLUMNS = (
    *(("year", "string"), ("district", "string"), ("race_group", "string"), ("step", "string"), ("count", "integer")),
    *(("status", "string"), ("release", "string"), ("sample_data", "string")),
)
DISTRICTS = [f"District {number}" for number in range(400)]


def rows(many: int) -> Iterator[tuple[object, ...]]:
    """Made-up counts, one in nine withheld."""
    for number in range(many):
        count = None if number % 9 == 0 else 5 + number % 977
        status = "not shown" if count is None else "shown"
        yield (str(2000 + number % 25), DISTRICTS[number % 400], "black", "searched", count, status, "20260101-abcdef", "yes")


def table(file: Path) -> OpenTable:
    """The file as the portal knows it."""
    names, kinds = tuple(name for name, _ in COLUMNS), tuple(kind for _, kind in COLUMNS)
    about = ("large", "Large", "", "20260101-abcdef", "2026-01-01", "", "", names, kinds, names[:4], file)
    return OpenTable(*about, open_files.count(file), 0, ("", ""), "release.suppression", (), (), sample=True, licence="CC0-1.0")


def highest() -> float:
    """The most memory this process ever held, in MB."""
    line = next(line for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def stream(file: Path, kind: str) -> None:
    """Write one format away, piece by piece, as the route does."""
    one, sent, pieces, first = table(file), 0, 0, 0.0
    before, begun = highest(), time.perf_counter()
    for piece in open_formats.written(one, kind, {}):
        first = first or time.perf_counter() - begun
        sent, pieces = sent + len(piece), pieces + 1
    took = time.perf_counter() - begun
    print(
        f"{kind}: {one.count:,} rows, {sent / 1e6:,.0f} MB in {took:.1f} s, first piece after {1000 * first:.0f} ms, {pieces} pieces; "
        f"memory {before:.0f} MB before, at most {highest():.0f} MB",
        flush=True,
    )


def main() -> None:
    """Make the table, then each format apart."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stream", choices=tuple(open_formats.FORMATS))
    options = parser.parse_args()
    if options.stream:
        stream(options.folder / "large.parquet", options.stream)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        begun = time.perf_counter()
        open_files.write(Path(folder) / "large.parquet", COLUMNS, rows(options.rows))
        took, size = time.perf_counter() - begun, (Path(folder) / "large.parquet").stat().st_size / 1e6
        print(f"written: {options.rows:,} rows, {size:,.0f} MB of Parquet in {took:.1f} s; memory at most {highest():.0f} MB", flush=True)
        for kind in open_formats.FORMATS:
            subprocess.run([sys.executable, __file__, "--stream", kind, "--folder", folder], check=True)


if __name__ == "__main__":
    main()
