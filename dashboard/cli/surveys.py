"""Commands that bring answers of other survey tools in: import-survey, survey-imports, undo-survey."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli import answers_file, survey_waves, told
from dashboard.cli.ask import print_table
from dashboard.cli.bring import Bar, who
from dashboard.cli.command import DONE, FAILED, command
from dashboard.errors import MappingError, ScopeError

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.services.surveys.bringing import Brought, Look, SurveyMapping
    from dashboard.services.surveys.checking import Checked


def add(commands: Any) -> None:
    """The commands for answers of other tools."""
    one = command(
        commands,
        "import-survey",
        import_survey,
        "Import answers of another survey tool; which column is which is proposed, and the results are frozen.",
        "import-survey answers.csv --check --write-mapping mapping.json",
    )
    one.add_argument(
        "file", type=Path, help="an export of SurveyMonkey, Qualtrics, Google or Microsoft Forms, LimeSurvey, Formbricks, or any table of answers"
    )
    place = one.add_mutually_exclusive_group()
    place.add_argument("--survey", metavar="ID", help="add the answers as waves of this survey (default: a survey of its own)")
    place.add_argument("--title", help="title of the new survey (default: the file's)")
    one.add_argument("--mapping", help="a mapping's JSON file, or the name of a saved mapping (default: a saved one that fits, else a proposal)")
    one.add_argument(
        "--write-mapping", type=Path, metavar="FILE", help="write the mapping that is used to a new file, to correct it and give it back"
    )
    answers_file.add(one)
    one.add_argument("--sampling", choices=("opt_in", "probability", "census"), default="opt_in", help="who was asked (default: %(default)s)")
    one.add_argument("--staff-only", action="store_true", help="the results are for staff alone")
    one.add_argument(
        "--codes", type=Path, metavar="FILE", help="a code sheet (CSV or Excel: question, code, label) for a file whose answers are codes only"
    )
    survey_waves.add(one)
    one.add_argument("--check", action="store_true", help="say what would be stored, and store nothing")
    command(commands, "survey-imports", survey_imports, "List all imports of survey answers with their state.", "survey-imports --json")
    one = command(commands, "undo-survey", undo_survey, "Take an import of survey answers back.", "undo-survey 1f2e3d4c5b6a7988")
    one.add_argument("import_id", help="the import, as `survey-imports` lists it")


def import_survey(options: argparse.Namespace) -> int:
    """Look at a file, say what it is, check every table of it, and store them unless something stands in the way."""
    from dashboard.services.house import House
    from dashboard.services.surveys import bringing, checking, code_sheets

    house = House(options.home)
    _possible(house, options)
    bar = Bar()
    looks = bringing.look(house, options.file, order=options.order, tool=options.tool, incomplete=options.unfinished, progress=bar)
    for one in looks:
        _new(house, one)
    if options.codes:
        looks = code_sheets.applied(house, looks, options.codes)
    if options.mapping:
        mapping = _mapping(house, options.mapping)
        looks = [bringing.with_mapping(one.export, mapping) if one.export else one for one in looks]
    if options.write_mapping:
        _write(options.write_mapping, looks)
    checks = [checking.check(house, one.export, one.mapping) if one.export and one.mapping else None for one in looks]
    if wanted := survey_waves.said(options):
        if sum(one is not None for one in checks) != 1:
            raise ScopeError("The file does not hold exactly one table of answers, so its waves cannot be named here.", hint="Save the sheet apart.")
        checks = [one if one is None else survey_waves.renamed(one, wanted) for one in checks]
    ready = all(one is None or one.ready for one in checks)
    pairs = list(zip(looks, checks, strict=True))
    stored = [_store(house, one, checked, options, bar) for one, checked in pairs] if ready and not options.check else [None] * len(looks)
    tables = [_told(*one) for one in zip(looks, checks, stored, strict=True)]
    if options.json:
        print(json.dumps(tables, ensure_ascii=False))
    else:
        for each in tables:
            told.table(each)
    if not ready:
        told.stopped(tables)
    return DONE if ready else FAILED


def _possible(house: House, options: argparse.Namespace) -> None:
    """Everything that can be refused before the file is read."""
    from dashboard.services.surveys import bringing

    answers_file.possible((options.file, options.codes), options.tool, bringing.tools())
    if options.survey and options.survey not in (known := bringing.targets(house)):
        there = ", ".join(f"{name} ({title})" for name, title in known.items())
        raise ScopeError(f"There is no survey '{options.survey}'.", hint=f"There are: {there or 'none yet'}.")
    if options.write_mapping and options.write_mapping.exists():
        raise MappingError(f"The file '{options.write_mapping}' is there already.", hint="Name a new file, so that no corrected mapping is lost.")


def _new(house: House, look: Look) -> None:
    """A file that is stored already is refused before any of its tables is stored."""
    from dashboard.services.surveys import bringing

    if look.tracker is not None:
        bringing.not_twice(house, look.tracker.checksum)
    if look.export is not None:
        bringing.not_twice(house, look.export.checksum, bringing.part_of(look.export))


def _mapping(house: House, name: str) -> SurveyMapping:
    """A mapping from its JSON file, or the saved one of that name."""
    from dashboard.services.surveys import bringing, saved_mappings

    path = Path(name)
    if not path.is_file():
        return saved_mappings.named(house, name)
    return bringing.from_json(answers_file.mapping_text(path))


def _write(path: Path, looks: list[Look]) -> None:
    """The mapping as a file; of a workbook with several tables there would be several."""
    found = [one.mapping for one in looks if one.mapping is not None]
    if len(found) != 1:
        what = f"{len(found)} tables of answers" if found else "published figures, which need no mapping"
        raise MappingError(
            f"The file holds {what}, so no single mapping can be written.", hint="Save the sheet with the answers as a file of its own."
        )
    answers_file.write_mapping(path, found[0])


def _store(house: House, look: Look, checked: Checked | None, options: argparse.Namespace, bar: Bar) -> Brought | None:
    """One table of the file into the home."""
    from dashboard.services.surveys import bringing, trackers

    if look.tracker is not None:
        return trackers.store(house, look.tracker, options.title or "", who())
    if look.export is None or look.mapping is None:
        return None
    waves = survey_waves.plans(checked) if checked and survey_waves.said(options) else {}
    plan = bringing.Plan(options.survey or "", options.sampling, options.staff_only, waves)
    title = options.title or bringing.readable(look.export.title)
    return bringing.store(house, look.export, look.mapping, title, who(), plan=plan, progress=bar)


def _told(look: Look, checked: Checked | None, stored: Brought | None) -> dict[str, Any]:
    """One table of the file as data: what it is, what was removed, how it is mapped, what would be or was stored."""
    state = "stored" if stored else "checked" if checked is None or checked.ready else "stopped"
    done = {"import_id": stored.import_id, "survey_id": stored.survey_id, "comments": stored.comments} if stored else {}
    if look.tracker is not None:
        about: dict[str, Any] = {"kind": "figures", "file": look.tracker.file_name, "title": look.tracker.title, "tool": "tracker", "state": state}
        days = sorted({row.date.isoformat() for row in look.tracker.rows})
        figures = {"rows_read": look.tracker.rows_read, "figures": len(look.tracker.rows), "from": days[0], "to": days[-1]} if days else {}
        return about | figures | {"areas": list(look.tracker.areas), "measures": list(look.tracker.measures)} | done
    assert look.export is not None
    assert look.mapping is not None
    assert checked is not None
    return {
        "kind": "answers",
        "file": look.export.file_name,
        "title": look.export.title,
        "tool": look.export.tool,
        "state": state,
        "receipt": look.export.receipt.as_json(),
        "notes": [{"code": note.code, "sentence": note.sentence, "count": note.count} for note in look.export.notes],
        "mapping": {"name": look.mapping.name, "saved": look.saved, "notes": list(look.notes), "columns": _columns(look.mapping)},
        "waves": [
            {
                "name": one.name,
                "answers": one.answers,
                "questions": one.questions,
                "opens": f"{one.opens}",
                "closes": f"{one.closes}",
                "dated": one.dated,
            }
            for one in checked.waves
        ],
        "unknown": [{"column": one.column, "answer": one.label, "count": one.count, "reason": one.reason} for one in checked.unknown],
        "clash": checked.clash,
        "breaks": list(checked.breaks),
        "set_aside": [{"wave": o.wave, "column": o.column, "answer": o.answer, "reason": o.reason, "count": o.count} for o in checked.aside],
    } | done


def _columns(mapping: SurveyMapping) -> list[dict[str, str]]:
    """Which column is which, in short; the whole mapping is what --write-mapping writes."""
    return [
        {"heading": one.heading, "row": one.option, "role": one.role, "question": one.stored_as, "scale": one.scale, "reason": one.reason}
        for one in mapping.columns
    ]


def survey_imports(options: argparse.Namespace) -> int:
    """All imports of survey answers, the newest first."""
    from dashboard.services.house import House
    from dashboard.services.surveys import bringing

    house = House(options.home)
    titles = bringing.targets(house)
    rows = [told.entry(one, titles.get(one.survey_id, "")) for one in bringing.listing(house)]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    columns = ["import_id", "moment", "tool", "file", "survey_id", "title", "state", "rows_read", "rows_kept", "set_aside", "duplicates"]
    print_table([name.replace("_", " ") for name in columns], [[told.plain(row[name]) for name in columns] for row in rows])
    return DONE


def undo_survey(options: argparse.Namespace) -> int:
    """Take one import of survey answers back."""
    from dashboard.services.house import House
    from dashboard.services.surveys import bringing

    house = House(options.home)
    done = bringing.undo(house, options.import_id, who())
    row = told.entry(done, bringing.targets(house).get(done.survey_id, ""))
    if options.json:
        print(json.dumps(row, ensure_ascii=False))
    else:
        print(told.plain(f"{done.file_name} is taken back: {row['rows_kept']:,} rows left every number. Importing the file again brings them back."))
    return DONE
