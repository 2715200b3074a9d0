"""Commands that ask: tally, measures, measure."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from dashboard.cli.command import DONE, REFUSED, command, pairs
from dashboard.errors import MeasureError
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.as_json import plain
from dashboard.schema.result import Estimate, Status
from dashboard.schema.scope import Audience, Scope


def add(commands: Any) -> None:
    """The asking commands."""
    one = command(commands, "tally", tally, "Count rows of a table by columns.", "tally stops --by race_group,year --sum searched --json")
    one.add_argument("table", help="stops, arrests, use_of_force, complaints, officers, bwc_requests, contacts or population")
    one.add_argument("--by", default="", help="columns to group by, joined by commas; also month, quarter, year, weekday, hour")
    one.add_argument("--sum", default="", help="columns to add up, joined by commas")
    _slice(one)
    command(commands, "measures", measures, "List every measure with the question it answers.", "measures --json")
    one = command(
        commands,
        "measure",
        measure,
        "Compute one measure, whole: intervals, n, gates, provenance.",
        "measure outcome.hit_rates --where district=North --json",
    )
    one.add_argument("name", help="name of the measure, as `measures` lists it")
    one.add_argument("--input", action="append", default=[], metavar="NAME=NUMBER", help="a number for a measure that is computed from numbers alone")
    _slice(one)


def _slice(one: argparse.ArgumentParser) -> None:
    """--where and --set."""
    one.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE", help="keep matching rows; from= and to= are dates; may be repeated"
    )
    one.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="answer under a changed setting, without storing it")


def _house(options: argparse.Namespace) -> Any:
    """The house that is asked, under the settings that were given."""
    from dashboard.services.house import House

    house = House(options.home)
    changes = {name: ",".join(values) for name, values in pairs(options.set).items()}
    return house.with_settings(changes) if changes else house


def _names(text: str) -> tuple[str, ...]:
    """Names joined by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def tally(options: argparse.Namespace) -> int:
    """Counts by columns: a JSON list of objects, or a table."""
    scope = Scope.of(pairs(options.where), Audience.STAFF)
    frame = _house(options).facts.tally(options.table, by=_names(options.by), scope=scope, sums=_names(options.sum))
    rows = [{name: _cell(value) for name, value in row.items()} for row in frame.to_dict("records")]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, allow_nan=False))
    else:
        print_table(list(frame.columns), [[_text(row[name]) for name in frame.columns] for row in rows])
    return DONE


def _cell(value: Any) -> Any:
    """One cell as JSON data: whole numbers without '.0', dates as ISO days, missing as null."""
    if value is None:
        return None
    if hasattr(value, "date") and hasattr(value, "isoformat"):
        return value.date().isoformat()
    data = plain(value)
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return None if str(data) in {"NaT", "<NA>", "nan"} else data


def _text(value: Any) -> str:
    """One cell for people."""
    return "not recorded" if value is None else f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def print_table(columns: list[str], rows: list[list[str]]) -> None:
    """Columns padded to their widest cell; numbers to the right."""
    widths = [max(len(column), *(len(row[i]) for row in rows), 0) if rows else len(column) for i, column in enumerate(columns)]
    right = [bool(rows) and all(row[i].replace(",", "").replace(".", "").lstrip("-").isdigit() for row in rows) for i in range(len(columns))]

    def line(cells: list[str]) -> str:
        parts = [cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in zip(cells, widths, right, strict=True)]
        return "  ".join(parts).rstrip()

    print(line(columns))
    for row in rows:
        print(line(row))


def measures(options: argparse.Namespace) -> int:
    """Every registered measure."""
    from dashboard.services.measures import all_measures

    found = [
        {"name": m.name, "title": m.title, "question": m.question, "minimum": m.minimum, "source": m.source, "settings": list(m.settings)}
        for m in all_measures().values()
    ]
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print_table(["name", "question"], [[str(m["name"]), str(m["question"])] for m in found])
    return DONE


def measure(options: argparse.Namespace) -> int:
    """One measure on one slice."""
    from dashboard.services.measures import run

    numbers: dict[str, float] = {}
    for name, values in pairs(options.input).items():
        try:
            numbers[name] = float(values[0])
        except ValueError as error:
            raise MeasureError(f"'{values[0]}' is not a number for {name}.") from error
    answer = run(_house(options), options.name, Scope.of(pairs(options.where), Audience.STAFF), numbers)
    if options.json:
        print(json.dumps(plain(answer), ensure_ascii=False, allow_nan=False))
    else:
        _print_answer(answer)
    return REFUSED if answer.status is Status.UNAVAILABLE else DONE


def _print_answer(answer: Answer) -> None:
    """Sentence, tables, gates, notes and where the number comes from."""
    print(f"{answer.question}\n\n{answer.sentence}\n")
    for table in answer.tables:
        print(table.title)
        print_table(list(table.columns), [[_shown(cell, table.kind(i)) for i, cell in enumerate(row)] for row in table.rows])
        print()
    for gate in answer.gates:
        print(f"{'passed' if gate.passed else 'NOT MET'}: {gate.name}: needs {gate.needed}, found {gate.found}")
    for note in answer.notes:
        print(f"note: {note}")
    if answer.provenance.sample:
        print("Sample data.", file=sys.stderr)


def _shown(cell: object, kind: str = "number") -> str:
    """A cell of a numbers table for people."""
    if isinstance(cell, Estimate):
        return say.with_interval(cell, kind)
    if isinstance(cell, float):
        return say.WRITERS[kind](cell)
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
