"""Staff surveys of other tools on the command line: staff-survey import, imports, undo."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli import answers_file
from dashboard.cli.ask import print_table
from dashboard.cli.bring import Bar, who
from dashboard.cli.command import DONE, FAILED, command
from dashboard.cli.told import MOST, plain
from dashboard.errors import ScopeError, SourceError

if TYPE_CHECKING:
    from dashboard.services.employee.bringing import Brought, Look, Plan, Seen, SurveyImport, SurveyMapping
    from dashboard.services.house import House


def add(inner: Any) -> None:
    """The three steps."""
    one = command(
        inner,
        "import",
        bring,
        "Import another tool's staff survey: its rows become one frozen release and are not kept.",
        "staff-survey import answers.csv --by age,gender --check --write-mapping mapping.json",
    )
    one.add_argument("file", type=Path, help="an export of SurveyMonkey, Qualtrics, Google or Microsoft Forms, LimeSurvey, or any table of answers")
    place = one.add_mutually_exclusive_group()
    place.add_argument("--into", metavar="ID", default="", help="add it as a wave of this staff survey (default: a survey of its own)")
    place.add_argument("--title", default="", help="title of the new survey (default: the file's)")
    one.add_argument("--mapping", type=Path, metavar="FILE", help="a mapping that --write-mapping wrote and you corrected")
    one.add_argument("--write-mapping", type=Path, metavar="FILE", help="write the mapping that is used to a new file")
    one.add_argument("--by", help="groups and crossings, such as unit,age,unit*age (default: every group the mapping has)")
    one.add_argument("--asked", type=float, metavar="N", help="how many people were asked, for the response rate and the intervals")
    one.add_argument("--name", default="", help="name of its one wave (default: year and month)")
    one.add_argument("--opens", type=dt.date.fromisoformat, help="its first day, YYYY-MM-DD (default: by the file's dates)")
    one.add_argument("--closes", type=dt.date.fromisoformat, help="its last day, YYYY-MM-DD")
    answers_file.add(one)
    one.add_argument("--check", action="store_true", help="say what would be frozen, and freeze nothing")
    command(inner, "imports", listing, "List imported staff surveys with their receipts.", "staff-survey imports --json")
    one = command(inner, "undo", undo, "Take an imported staff survey back: its results leave every page.", "staff-survey undo 1f2e3d4c5b6a7988")
    one.add_argument("import_id", help="the import, as `staff-survey imports` lists it")


def _house(options: argparse.Namespace) -> House:
    """The house that is worked on."""
    from dashboard.services.house import House

    return House(options.home)


def bring(options: argparse.Namespace) -> int:
    """Look, map, check, and freeze unless something stands in the way."""
    from dashboard.services.employee import bringing

    house = _house(options)
    answers_file.possible((options.file,), options.tool, bringing.tools(house))
    bar = Bar()
    looks = bringing.look(house, options.file, order=options.order, tool=options.tool, incomplete=options.unfinished, progress=bar)
    if len(looks) != 1:
        raise SourceError(f"The file holds {len(looks)} tables of answers.", hint="Save the sheet with the answers as a file of its own.")
    (one,) = looks
    mapping = _mapping(house, options.mapping, one) if options.mapping else one.mapping
    if options.write_mapping:
        answers_file.write_mapping(options.write_mapping, mapping)
    plan = _plan(options, house, one, mapping)
    seen = bringing.check(house, one.export, mapping, plan)
    if not seen.checked.ready:
        _told(options, _said(one, mapping, seen, None))
        return FAILED
    if options.opens or options.closes or options.name:
        plan = bringing.dated(plan, options.opens, options.closes, seen.checked, options.name)
        seen = bringing.check(house, one.export, mapping, plan)
    done = None if options.check else bringing.store(house, one.export, mapping, options.title, who(), plan=plan, progress=bar)
    return _told(options, _said(one, mapping, seen, done))


def _plan(options: argparse.Namespace, house: House, one: Look, mapping: SurveyMapping) -> Plan:
    """How the results are divided, and where they go."""
    from dashboard.schema import employee
    from dashboard.services.employee import bringing

    if options.into and options.into not in (known := bringing.targets(house)):
        there = ", ".join(f"{name} ({title})" for name, title in known.items())
        raise ScopeError(f"There is no staff survey '{options.into}'.", hint=f"There are: {there or 'none yet'}.")
    division = bringing.usual(house, mapping) if options.by is None else employee.division(options.by)
    return bringing.Plan(options.into, division, options.asked)


def _mapping(house: House, path: Path, one: Look) -> SurveyMapping:
    """A mapping from its file, for this export."""
    from dashboard.services.employee import bringing

    return bringing.with_mapping(house, one, answers_file.mapping_text(path)).mapping


def _said(one: Look, mapping: SurveyMapping, seen: Seen, done: Brought | None) -> dict[str, Any]:
    """What it is, how it is read, what stays out, what was frozen."""
    state = "frozen" if done else "checked" if seen.checked.ready else "stopped"
    ended = {"import_id": done.import_id, "survey": done.survey_id, "releases": dict(done.waves), "comments": done.comments} if done else {}
    return {
        "file": one.export.file_name,
        "tool": one.export.tool,
        "state": state,
        "receipt": one.export.receipt.as_json(),
        "columns": [{"heading": c.heading, "row": c.option, "is": c.role, "question": c.question, "scale": c.scale} for c in mapping.columns],
        "unknown": [{"column": u.column, "answer": u.label, "count": u.count} for u in seen.checked.unknown],
        "clash": seen.checked.clash,
        "waves": [
            {"name": w.name, "answers": w.answers, "opens": f"{w.opens}", "closes": f"{w.closes}", "dated": w.dated} for w in seen.checked.waves
        ],
        "left_out": [{"column": column, "reason": reason} for column, reason in seen.left],
        "groups": {name: list(groups) for name, groups in seen.groups.items()},
        "too_near": list(seen.closed),
    } | ended


def _told(options: argparse.Namespace, said: dict[str, Any]) -> int:
    """As JSON, or in lines."""
    if options.json:
        print(json.dumps(said, ensure_ascii=False))
        return DONE
    kept = sum(one["is"] != "drop" for one in said["columns"])
    lines = [f"{said['file']}: {said['receipt']['rows_kept']:,} answers, {kept} of {len(said['columns'])} columns are used ({said['tool']})."]
    lines += [f"removed: {heading} ({reason})" for heading, reason, _ in said["receipt"]["dropped"]]
    lines += [f"stays out: {one['column']} ({one['reason']})" for one in said["left_out"]]
    lines += [f"by {name}: {', '.join(groups)}" for name, groups in said["groups"].items()]
    lines += [f"not shown, because staff were asked it shortly before or after: {one}" for one in said["too_near"]]
    if said["state"] == "stopped":
        lines += [f"'{one['answer']}' in '{one['column']}' ({one['count']:,}) is in no table" for one in said["unknown"][:MOST]]
        more = len(said["unknown"]) - MOST
        lines += [f"and {more} more"] * (more > 0) + [said["clash"]] * bool(said["clash"])
        lines.append(
            "Nothing is frozen. Write the mapping with --write-mapping, give each answer a code or list it under set_aside, and bring it back."
        )
    lines += [f"wave {name}: release {release}" for name, release in said.get("releases", {}).items()]
    if said["state"] == "frozen":
        lines.append(f"Import {said['import_id']}. Nothing of single answers is kept.")
    print("\n".join(plain(line) for line in lines))
    return DONE


def _entry(one: SurveyImport) -> dict[str, Any]:
    """One import as data; its counts are in fives."""
    return {
        "import_id": one.id,
        "moment": one.moment.isoformat(timespec="minutes"),
        "file": one.file_name,
        "tool": one.tool,
        "survey": one.survey_id,
        "state": one.state,
        "who": one.who,
        "receipt": dict(one.receipt),
        "columns": one.details.get("columns", []),
        "left_out": one.details.get("left", []),
        "no_meaning": one.details.get("no_meaning", []),
        "sha256": one.details.get("released", []),
    }


def listing(options: argparse.Namespace) -> int:
    """Every imported staff survey."""
    from dashboard.services.employee import bringing

    rows = [_entry(one) for one in bringing.listing(_house(options))]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    names = ["import_id", "moment", "file", "survey", "state", "who"]
    print_table(
        [*(name.replace("_", " ") for name in names), "rows"], [[*(plain(row[name]) for name in names), row["receipt"]["rows_kept"]] for row in rows]
    )
    return DONE


def undo(options: argparse.Namespace) -> int:
    """Take one back."""
    from dashboard.services.employee import bringing

    done = bringing.undo(_house(options), options.import_id, who())
    print(json.dumps(_entry(done), ensure_ascii=False) if options.json else plain(f"{done.file_name} is taken back: its results left every page."))
    return DONE
