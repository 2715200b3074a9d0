"""How does an export become canonical rows on disk, with every row accounted for? One streaming pass, then only what is needed."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from dashboard.errors import CommonGroundError, MappingError, SourceError
from dashboard.schema.problems import Problem
from dashboard.schema.staging import Staged
from dashboard.schema.tables import Table, table
from data_sources import settle
from data_sources.account import Account, quarantine_file
from data_sources.base import Check, Context, Source
from data_sources.batches import FILE, Batch, Spelling, ahead, batches
from data_sources.engine import Engine
from data_sources.joining import joined
from data_sources.recipe import Recipe
from data_sources.rows import NOTHING, Marked, finished
from data_sources.shifted import Shifts
from data_sources.sink import Sink
from data_sources.tables import ROW, TextTable
from data_sources.unread import EXCHANGED

Progress = Callable[[float, str], None]
READ_SHARE = 0.85  # of the whole time, spent in the streaming pass


@dataclass(slots=True)
class _Run:
    """One staging in progress: what has been read and written so far."""

    source: Source
    target: Table
    context: Context
    import_id: str
    today: dt.date
    progress: Progress
    engine: Engine
    work: Path
    rows_read: int = 0
    accepted: list[Path] = field(default_factory=list)
    refused: list[Path] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)


def stage(  # noqa: PLR0917 - the signature other rooms call
    text_tables: Sequence[TextTable],
    source: Source,
    context: Context,
    folder: Path,
    import_id: str,
    progress: Progress | None = None,
    *,
    today: dt.date | None = None,
) -> Staged:
    """Read, map and validate the tables of one export into `folder/import_id`, ready to be committed.

    Everything is written to a hidden folder first and renamed at the end: a folder named `import_id` is always complete. `today` (default: the
    clock) is the day after which dates lie in the future. Raises SourceError in one sentence when the whole export must be refused.
    """
    dropped = tuple(one.name for one in text_tables)
    text_tables = [joined(source.joint, text_tables, context)] if source.joint else _named_apart(text_tables)
    work, final = folder / f".{import_id}.part", folder / import_id
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    engine = Engine(work)
    run = _Run(source, table(source.table), context, import_id, today or dt.date.today(), progress or _silent, engine, work)
    try:
        for number, group in enumerate(_alike(text_tables, source)):
            _stream_group(run, group, number)
        staged = _finish(run, text_tables, final)
        staged = replace(staged, files=dropped) if source.joint else staged
    except BaseException:
        engine.close()
        shutil.rmtree(work, ignore_errors=True)
        raise
    engine.close()
    shutil.rmtree(work / "spill", ignore_errors=True)
    shutil.rmtree(final, ignore_errors=True)
    work.rename(final)
    return staged


def _named_apart(text_tables: Sequence[TextTable]) -> list[TextTable]:
    """The tables under names that differ: a file dropped twice is two files, or its rows would count as copies inside one."""
    seen: dict[str, int] = {}
    named = []
    for one in text_tables:
        seen[one.name] = seen.get(one.name, 0) + 1
        named.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name} ({seen[one.name]})"))
    return named


def _silent(share: float, words: str) -> None:
    """Progress that nobody watches."""


def _alike(text_tables: Sequence[TextTable], source: Source) -> list[list[TextTable]]:
    """Tables with the same header and title are read as one stream: three years of monthly files cost one query, not thirty-six."""
    groups: dict[tuple[object, ...], list[TextTable]] = {}
    for number, one in enumerate(text_tables):
        alone = source.headerless or source.shape is not None
        groups.setdefault((one.header, one.title, number if alone else 0), []).append(one)
    return list(groups.values())


def _shaped(run: _Run, one: TextTable, context: Context) -> Generator[Batch]:
    """A small table, turned or unfolded before it is mapped."""
    assert run.source.shape is not None
    shaped = run.source.shape(one.batches().read_all(), context)
    if ROW not in shaped.column_names:
        shaped = shaped.append_column(ROW, pa.array(range(1, shaped.num_rows + 1), pa.int64()))
    pieces = tuple(shaped.to_batches())
    run.rows_read += shaped.num_rows + len(one.ragged)
    if pieces:
        yield Batch(pieces, (one.name,) * len(pieces), run.rows_read, 1.0)


def _stream_group(run: _Run, group: list[TextTable], number: int) -> None:
    """One pass over tables of the same layout: text in, canonical and quarantined Parquet out."""
    context = replace(run.context, file_name=group[0].name, title=group[0].title)
    paths = [run.work / f"{part}-{number}.parquet" for part in ("accepted", "refused")]
    try:
        with Sink(paths[0]) as accepted, Sink(paths[1]) as refused:
            _compute(run, _shaped(run, group[0], context) if run.source.shape else ahead(batches(group)), context, accepted, refused)
    except CommonGroundError:
        raise
    except Exception as error:
        raise MappingError(f"The rows of '{group[0].name}' could not be converted.", hint=str(error).splitlines()[0][:300]) from error
    if not run.source.shape:
        run.rows_read += sum(one.reading.rows + len(one.ragged) for one in group)
    run.accepted.extend([paths[0]] if accepted.rows else [])
    run.refused.extend([paths[1]] if refused.rows else [])


def _marked(run: _Run, coming: Generator[Batch], context: Context) -> Generator[tuple[Batch, Marked]]:
    """Every batch as numbers of values, with the hash of each row, the rows whose cells have slid, and the recipe for the rest."""
    spelling, recipe, shifts = Spelling(), None, Shifts()
    with closing(coming):
        for batch in coming:
            text = spelling.columns(batch)
            headers = [name for name in text if name not in {ROW, FILE}]
            if recipe is None:
                coded = spelling.lexicons.keys() - spelling.wide
                recipe = Recipe(run.source, run.target, context, headers, today=run.today, coded=coded, engine=run.engine)
                _remember(run, recipe.notes.checks)
                run.questions.extend(question for question in recipe.questions if question not in run.questions)
            moved = NOTHING if run.source.shape else shifts.found(text, batch.rows)
            _remember(run, tuple(shifts.checks.values()))
            yield batch, Marked(recipe, text, recipe.hashes(text, batch.rows), moved, batch.rows)


def _compute(run: _Run, coming: Generator[Batch], context: Context, accepted: Sink, refused: Sink) -> None:
    """Every batch from text to canonical columns, split into rows that are accepted and rows that are set aside.

    Reading, hashing, computing and writing go on side by side, each with a batch of its own in hand.
    """
    for batch, marked in ahead(_marked(run, coming, context)):
        columns, kept = finished(marked, run.import_id)
        accepted.add(columns, kept.accepted)
        refused.add(columns, kept.refused)
        run.progress(READ_SHARE * batch.share, f"{run.rows_read + batch.read:,} rows read")


def _remember(run: _Run, checks: Sequence[Check]) -> None:
    """Keep the sentence of every code that may appear in the rows."""
    for check in checks:
        run.checks.setdefault(check.code, check)


def _finish(run: _Run, text_tables: Sequence[TextTable], final: Path) -> Staged:
    """Settle repeated keys and whole-column looks, write the quarantine, count everything."""
    run.progress(READ_SHARE, "Looking for repeated records")
    if not run.rows_read:
        raise SourceError("The file has a header but no rows.", where=text_tables[0].name if text_tables else "")
    outcome = settle.settle(run.engine, run.accepted, run.target, [one.name for one in text_tables])
    run.progress(0.95, "Counting")
    _remember(run, settle.CHECKS)
    account = Account(run.engine, run.checks)
    quarantine, problems, set_aside = quarantine_file(run.engine, run.refused, text_tables, account, run.work)
    _refuse_exchanged(problems, run.rows_read, run.context)
    notes = (*_file_notes(text_tables), *account.notes(outcome.files), *outcome.notes)
    accepted = account.count(outcome.files)
    run.progress(1.0, "Ready")
    return Staged(
        import_id=run.import_id,
        source=run.source.name,
        table=run.target.name,
        files=tuple(one.name for one in text_tables),
        folder=final,
        accepted=tuple(final / path.name for path in outcome.files),
        quarantine=final / quarantine.name if quarantine else None,
        rows_read=run.rows_read,
        rows_accepted=accepted,
        rows_quarantined=set_aside,
        rows_duplicate=outcome.left_out,
        notes=notes,
        problems=problems,
        questions=tuple(run.questions),
        content_hash=account.content_hash(outcome.files),
        details=outcome.details,
    )


def _refuse_exchanged(problems: Sequence[Problem], rows: int, context: Context) -> None:
    """When dates need day and month the other way round, those that can be read either way would silently become wrong days."""
    found = next((problem for problem in problems if problem.code == EXCHANGED), None)
    if found and found.count > max(2.0, context.settings.number("import.max_quarantine_share") * rows):
        raise SourceError(
            f"In {found.count:,} dates day and month stand the other way round than this format or mapping has them.",
            hint=f"So would those that can be read either way; see line {found.rows[0]}. Choose in a mapping on the Data page how dates are written.",
        )


def _file_notes(text_tables: Sequence[TextTable]) -> tuple[Problem, ...]:
    """What was noted while reading; the same note on several files is told once, with its sum."""
    found: dict[tuple[str, str], Problem] = {}
    for one in text_tables:
        empty = [Problem("empty_rows", "Empty rows were left out.", one.empty_rows, tuple(one.reading.empty))] if one.empty_rows else []
        for note in (*one.notes, *empty):
            known = found.get((note.code, note.sentence))
            found[note.code, note.sentence] = replace(note, count=note.count + (known.count if known else 0))
    return tuple(found.values())
