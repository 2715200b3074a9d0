"""The annual transparency report on the command line."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from dashboard.cli.bring import who
from dashboard.cli.command import DONE, command


def add(commands: Any) -> None:
    """The command."""
    sentence = "Assemble the annual transparency report and lay it into the library as a draft."
    one = command(commands, "report", report, sentence, "report --year 2025 --effective 2026-03-01")
    one.add_argument("--year", type=int, required=True, help="the year that is reported, such as 2025")
    one.add_argument("--effective", type=dt.date.fromisoformat, metavar="DAY", help="from which day the report is in force (default: today)")
    one.add_argument("--out", type=Path, metavar="FOLDER", help="write both files into this folder instead; the library stays as it is")


def report(options: argparse.Namespace) -> int:
    """Assemble, keep, say where it lies and what is missing."""
    from dashboard.reports import annual
    from dashboard.services.house import House

    house = House(options.home)
    told: dict[str, Any]
    if options.out is not None:
        files = annual.make(house, options.year)
        places = annual.write(files, options.out)
        told = {"year": options.year, "state": "written", "files": [str(one) for one in places]}
    else:
        files, both = annual.shelve(house, options.year, options.effective or dt.datetime.now().astimezone().date(), who())
        kept = [{"document": one.document.id, "version": one.versions[0].number, "effective": f"{one.versions[0].effective}"} for one in both]
        told = {"year": options.year, "state": "draft", "files": kept}
    told["missing"] = {part.title: list(part.missing) for part in files.year.parts if part.missing}
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
        return DONE
    for one in told["files"]:
        print(one if isinstance(one, str) else f"{one['document']}, version {one['version']}, in force from {one['effective']}: a draft.")
    for title, sentences in told["missing"].items():
        for sentence in sentences:
            print(f"{title}: {sentence}")
    if options.out is None:
        print("Look at both files on the Library desk, part Annual report, and publish them there.")
    return DONE
