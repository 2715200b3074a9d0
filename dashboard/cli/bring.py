"""Commands that bring data in: import, undo, imports, sources, sample."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli.ask import print_table
from dashboard.cli.command import DONE, command, pairs
from dashboard.schema.overlap import CHOICES, UPDATE, Overlap
from dashboard.schema.problems import Receipt

if TYPE_CHECKING:
    from dashboard.schema.staging import Staged
    from dashboard.services.house import House


def add(commands: Any) -> None:
    """The commands that bring data in."""
    one = command(commands, "import", import_files, "Import exports; the source is recognised by its header.", "import 2024-*.csv --json")
    one.add_argument(
        "files",
        nargs="+",
        type=Path,
        help="CSV, TSV, XLSX, XLS, CSV.GZ, Parquet or ZIP files; those of one source, or that belong together, become one import",
    )
    one.add_argument("--source", help="name of the source, when it should not be recognised by itself")
    one.add_argument("--mapping", help="name of a saved mapping, or a mapping's JSON file")
    one.add_argument(
        "--overlap",
        choices=CHOICES,
        default=UPDATE,
        help=(
            "rows that an earlier file of the source brought: replace (stored rows become what the new file says, missing ones are taken out), "
            "update (changed rows take their new values, missing ones stay) or add (stored rows stay as they are) (default: %(default)s)"
        ),
    )
    one.add_argument("--plan", action="store_true", help="read and check, say what would be stored and what earlier imports share; store nothing")
    one.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="read the files under a changed setting")
    one = command(commands, "undo", undo, "Take an import back.", "undo 1f2e3d4c5b6a7988")
    one.add_argument("import_id", help="the import, as `imports` lists it")
    command(commands, "imports", imports, "List all imports with their state.", "imports --json")
    one = command(commands, "boundaries", boundaries, "Keep a GeoJSON file of districts as the map.", "boundaries districts.geojson")
    one.add_argument("file", type=Path, help="GeoJSON file of areas with longitude and latitude")
    command(commands, "sources", sources, "List the sources that are recognised.", "sources --json")
    one = command(commands, "sample", sample, "Make the sample agency in a home.", "sample --home home/sample --stops 120000")
    one.add_argument("--stops", type=int, default=120_000, help="how many stops to make (default: %(default)s)")
    one.add_argument("--csv", type=Path, help="write the stops as one CSV in the Stanford layout instead, for trying an import")


def who() -> str:
    """The name under which this machine's user acts."""
    try:
        return f"command line ({getpass.getuser()})"
    except (OSError, KeyError):
        return "command line"


class Bar:
    """Progress on standard error when a person watches."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def __call__(self, share: float, words: str) -> None:
        """Move it."""
        if self.shown:
            print(f"\r{share:4.0%} {words[:60]:60}", end="" if share < 1 else "\n", file=sys.stderr, flush=True)


def import_files(options: argparse.Namespace) -> int:
    """Stage and commit files; print the receipts."""
    from dashboard.services import imports as service
    from dashboard.services import mappings
    from dashboard.services.house import House

    house = House(options.home)
    if options.set:
        house = house.with_settings({name: ",".join(values) for name, values in pairs(options.set).items()})
    source = service.source_named(options.source) if options.source else None
    if options.mapping:
        source = mappings.source_from(house, options.mapping)
    if options.plan:
        return _plan(house, service.staged_all(house, options.files, source, Bar()), as_json=options.json)
    receipts = service.bring(house, options.files, who(), source, Bar(), options.overlap)
    _print_receipts(receipts, as_json=options.json)
    return DONE


def _plan(house: House, every: Sequence[Staged], *, as_json: bool) -> int:
    """What would be stored, and what it shares with earlier imports; nothing is kept."""
    from dashboard.services import imports as service
    from dashboard.services import reissued

    told = []
    for staged in every:
        found = reissued.overlaps(house, staged)
        told.append((staged, found))
        service.discard(house, staged)
    if as_json:
        print(json.dumps([_planned(staged, found) for staged, found in told], ensure_ascii=False))
        return DONE
    for staged, found in told:
        print(f"{staged.source} into {staged.table}: nothing is stored yet")
        counts = f"{staged.rows_accepted:,} ready, {staged.rows_quarantined:,} set aside, {staged.rows_duplicate:,} copies"
        print(f"  {staged.rows_read:,} rows read: {counts}")
        for sentence in reissued.sentences(found):
            print(f"  {sentence}")
        for name, (words, does) in reissued.choices(found).items() if reissued.asks(found) else ():
            print(f"  --overlap {name}: {words}. {does}")
    return DONE


def _planned(staged: Staged, found: tuple[Overlap, ...]) -> dict[str, object]:
    """One staged import and its overlaps, ready for JSON."""
    counts = {"rows_read": staged.rows_read, "ready": staged.rows_accepted, "set_aside": staged.rows_quarantined, "duplicates": staged.rows_duplicate}
    shared = [{**asdict(one), "first": one.first and f"{one.first}", "last": one.last and f"{one.last}", "asks": one.asks} for one in found]
    return {"source": staged.source, "table": staged.table, "files": list(staged.files), **counts, "overlaps": shared}


def _print_receipts(receipts: list[Receipt], *, as_json: bool) -> None:
    """Receipts as a JSON list, or in words."""
    if as_json:
        print(json.dumps([receipt.as_json() for receipt in receipts], ensure_ascii=False))
        return
    for receipt in receipts:
        print(f"{receipt.source} into {receipt.table}: import {receipt.import_id}")
        print(
            f"  {receipt.rows_read:,} rows read = {receipt.accepted:,} accepted ({receipt.replaced:,} of them replaced an older version)"
            f" + {receipt.quarantined:,} set aside + {receipt.duplicates:,} duplicates"
        )
        if receipt.withdrawn:
            print(f"  {receipt.withdrawn:,} older rows that the new file no longer has were taken out")
        for kind, found in (("set aside", receipt.problems), ("note", receipt.notes)):
            for problem in found:
                print(f"  {kind}: {problem.sentence} ({problem.count:,})")
        for question in receipt.questions:
            print(f"  please check: {question}")


def undo(options: argparse.Namespace) -> int:
    """Take one import back."""
    from dashboard.services import imports as service
    from dashboard.services.house import House

    _print_receipts([service.undo(House(options.home), options.import_id, who())], as_json=options.json)
    return DONE


def imports(options: argparse.Namespace) -> int:
    """All imports, newest first."""
    from dashboard.services import imports as service
    from dashboard.services.house import House

    entries = service.listing(House(options.home))
    if options.json:
        rows = [
            {**e.receipt.as_json(), "who": e.who, "when": e.moment.isoformat(), "undone_by": e.undone_by, "undone": e.undone and e.undone.isoformat()}
            for e in entries
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    columns = ["import", "when", "source", "table", "state", "rows read", "accepted", "set aside", "duplicates"]
    print_table(
        columns,
        [
            [
                r.import_id,
                f"{e.moment:%Y-%m-%d %H:%M}",
                r.source,
                r.table,
                r.state,
                f"{r.rows_read}",
                f"{r.accepted}",
                f"{r.quarantined}",
                f"{r.duplicates}",
            ]
            for e in entries
            for r in (e.receipt,)
        ],
    )
    return DONE


def boundaries(options: argparse.Namespace) -> int:
    """A boundary file in."""
    from dashboard.errors import SourceError
    from dashboard.services import boundaries as service
    from dashboard.services.house import House

    if not options.file.is_file():
        raise SourceError(f"The file '{options.file}' does not exist.", hint="Check the path.")
    found = service.take(House(options.home), options.file, who())
    if options.json:
        print(json.dumps({"districts": sorted(found.shapes), "without_shape": list(found.unmatched), "spare": list(found.spare)}, ensure_ascii=False))
    else:
        print(f"{len(found.shapes)} districts have a shape; without one: {', '.join(found.unmatched) or 'none'}")
    return DONE


def sources(options: argparse.Namespace) -> int:
    """All sources."""
    from dashboard.services.imports import sources as known

    found = [{"name": s.name, "title": s.title, "table": s.table, "publisher": s.publisher, "checked_on": s.evidence} for s in known().values()]
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_table(["name", "table", "title"], [[s["name"], s["table"], s["title"]] for s in found])
    return DONE


def sample(options: argparse.Namespace) -> int:
    """Make the sample agency."""
    from dashboard.services import sample as service

    if options.csv:
        rows = service.as_csv(options.csv, options.stops)
        print(json.dumps({"file": str(options.csv), "rows": rows}) if options.json else f"{rows:,} stops written to {options.csv}")
        return DONE
    receipts = service.make(options.home, options.stops, Bar())
    _print_receipts(receipts, as_json=options.json)
    return DONE
