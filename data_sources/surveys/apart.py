"""Can a hostile export hurt the server? No: it is read in a process of its own, under limits, and only answers without identities come back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.settings import DEFAULTS, Settings
from data_sources.isolated import DEFAULT, Limits, Progress, Work, run
from data_sources.surveys.base import Asked, Column, DropReceipt, SurveyExport, Tracker, TrackerRow

READ = "data_sources.surveys.apart:read_here"


def read_apart(
    path: Path,
    asked: Asked | None = None,
    tool: str | None = None,
    *,
    progress: Progress | None = None,
    limits: Limits = DEFAULT,
    room: Path | None = None,
) -> list[SurveyExport | Tracker]:
    """The same as `recognise.read`, in a separate process. A refusal is raised as it was; a crash or a limit becomes a SourceError in one sentence.

    The answers cross over as Arrow files in a folder that only this user may open and that is gone afterwards; what says who answered has been
    dropped before they are written, unless it was asked for. The folder lies in `room`, or in the system's place for such.
    """
    asked = asked or Asked()
    with tempfile.TemporaryDirectory(prefix="survey_", dir=room) as folder:
        work: dict[str, Any] = {
            "path": str(path.resolve()),
            "folder": folder,
            "tool": tool,
            "settings": dict(asked.settings.changed),
            "asked": {"anonymous": asked.anonymous, "incomplete": asked.incomplete, "order": asked.order},
            "search": [],
        }
        told = run(READ, work, progress=progress, limits=limits, name=path.name)
        return [_tracker(one) if one["kind"] == "tracker" else _export(one, Path(folder)) for one in told]


def read_here(work: Work, progress: Progress) -> list[dict[str, Any]]:
    """The work itself, inside the process: answers as Arrow files, all else as plain JSON values."""
    from data_sources.surveys.recognise import read

    progress(0.05, "Reading the export.")
    settings = Settings.of(work["settings"]) if work["settings"] else DEFAULTS
    found = read(
        Path(work["path"]), settings, work["tool"], work["asked"]["anonymous"], incomplete=work["asked"]["incomplete"], order=work["asked"]["order"]
    )
    return [_plain(one, number, Path(work["folder"])) for number, one in enumerate(found)]


def _plain(one: SurveyExport | Tracker, number: int, folder: Path) -> dict[str, Any]:
    """One survey as JSON values; its answers go into a file beside."""
    same = {"title": one.title, "file_name": one.file_name, "checksum": one.checksum, "notes": [dataclasses.asdict(note) for note in one.notes]}
    if isinstance(one, Tracker):
        rows = [[row.area, row.date.isoformat(), row.measure, row.value, row.base] for row in one.rows]
        return {**same, "kind": "tracker", "rows": rows, "scale": one.scale, "overall": one.overall, "rows_read": one.rows_read}
    name = f"{number}.arrow"
    with pa.OSFile(str(folder / name), "wb") as sink, pa.ipc.new_file(sink, one.answers.schema) as writer:
        writer.write_table(one.answers)
    columns = [dataclasses.asdict(column) for column in one.columns]
    return {**same, "kind": "survey", "tool": one.tool, "answers": name, "columns": columns, "receipt": one.receipt.as_json()}


def _notes(plain: Mapping[str, Any]) -> tuple[Problem, ...]:
    return tuple(Problem(**{**note, "rows": tuple(note["rows"])}) for note in plain["notes"])


def _tracker(plain: Mapping[str, Any]) -> Tracker:
    """A tracker from its plain values."""
    rows = tuple(TrackerRow(area, dt.date.fromisoformat(day), measure, value, base) for area, day, measure, value, base in plain["rows"])
    return Tracker(plain["title"], plain["file_name"], rows, plain["scale"], plain["overall"], plain["rows_read"], _notes(plain), plain["checksum"])


def _export(plain: Mapping[str, Any], folder: Path) -> SurveyExport:
    """An export from its plain values and the file of its answers, which must lie in the folder given."""
    name = str(plain["answers"])
    if not name.removesuffix(".arrow").isdigit():
        raise SourceError("Reading the file crashed and was stopped.", where=str(plain["file_name"]))
    with pa.OSFile(str(folder / name), "rb") as source:  # read, not mapped: the folder goes away
        answers = pa.ipc.open_file(source).read_all()
    columns = tuple(Column(**{**column, "labels": tuple(column["labels"])}) for column in plain["columns"])
    told = plain["receipt"]
    receipt = DropReceipt(
        tuple((heading, reason, int(count)) for heading, reason, count in told["dropped"]),
        tuple((kind, column, int(count)) for kind, column, count in told["redactions"]),
        **{key: told[key] for key in ("rows_dropped", "rows_read", "rows_kept", "duplicates", "checksum")},
    )
    return SurveyExport(plain["tool"], plain["title"], plain["file_name"], columns, answers, receipt, _notes(plain), plain["checksum"])
