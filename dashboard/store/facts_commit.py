"""How do staged rows get into a table, once and all at once? Keys already stored are recognised, newer versions of a row replace older ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.errors import StoreError
from dashboard.schema.problems import Problem, Receipt
from dashboard.schema.staging import Staged
from dashboard.schema.tables import Sensitivity, Table
from dashboard.store.delta import DeltaFolder, Snapshot, date_range
from dashboard.store.engine import Engine, empty_file

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEPT_PROBLEMS = 200  # problems written into a commit; each says how many rows it stands for


@dataclass(frozen=True, slots=True)
class Plan:
    """What a commit will do: files that come, files that go, and the count of rows by what becomes of them."""

    added: tuple[Path, ...]
    removed: tuple[Path, ...]
    accepted: int
    duplicates: int = 0
    replaced: int = 0
    builds_on: Mapping[str, int] = field(default_factory=dict)
    replaces: Mapping[str, int] = field(default_factory=dict)
    withdrawn: int = 0
    notes: tuple[Problem, ...] = ()


def check(engine: Engine, staged: Staged, table: Table) -> None:
    """Is the staged export what it says? StoreError when a file is missing, lacks a column, or holds other rows than it should."""
    rows = 0
    for file in staged.accepted:
        if not file.is_file():
            raise StoreError(f"The staged file {file.name} is gone.", hint="Read the export again.")
        schema = pq.read_schema(file)
        for wanted in table.schema:
            place = schema.get_field_index(wanted.name)
            if place < 0 or schema.field(place).type != wanted.type:
                found = "missing" if place < 0 else str(schema.field(place).type)
                raise StoreError(f"The staged column {wanted.name} of {table.name} should be {wanted.type} and is {found}.")
        if len({name.lower() for name in schema.names}) < len(schema.names):
            raise StoreError(f"Two columns of {file.name} differ only in upper and lower case.", hint="Read the export again.")
        rows += pq.read_metadata(file).num_rows
    if rows != staged.rows_accepted:
        raise StoreError(f"{staged.rows_accepted} rows were staged as accepted but the files hold {rows}.", hint="Read the export again.")
    if staged.accepted:
        keys = key_rows(engine, staged.accepted, table)
        wrong = keys.filter(keys[table.key].isnull() | keys["row_hash"].isnull() | ~keys["import_id"].identical_to(staged.import_id))
        if engine.arrow(wrong.agg(n=wrong.count()))["n"][0].as_py():
            raise StoreError("A staged row lacks its key, its hash or the id of its import.", hint="Read the export again.")


def raw_columns(files: Sequence[Path], table: Table) -> list[str]:
    """The columns beside the canonical ones that these files bring; of spellings that differ only in case the first one."""
    found = (name for file in dict.fromkeys(files) for name in pq.read_schema(file).names if name not in table.names)
    first: dict[str, str] = {}
    for name in found:
        first.setdefault(name.lower(), name)
    return list(first.values())


def key_rows(engine: Engine, files: Sequence[Path], table: Table) -> ir.Table:
    """Key, hash and import of the rows in these files."""
    names = (table.key, "row_hash", "import_id")
    return engine.rows(files, pa.schema([table.schema.field(name) for name in names]))


def shared(engine: Engine, table: Table, base: Snapshot, files: Sequence[Path], replace_same: bool) -> tuple[dict[str, int], dict[str, int]]:
    """How many staged rows are stored already, unchanged and changed, by the import that brought them."""
    if not base.files:
        return {}, {}
    new, old = key_rows(engine, files, table), key_rows(engine, base.files, table)
    both = new.inner_join(old, [new[table.key] == old[table.key]])
    flat = both.select(import_id=old["import_id"], same=new["row_hash"].identical_to(old["row_hash"]))
    counts = engine.arrow(flat.group_by("import_id", "same").agg(n=flat.count())).to_pylist()
    same = {row["import_id"]: row["n"] for row in counts if row["same"] and not replace_same}
    changed: dict[str, int] = {}
    for row in counts:
        if replace_same or not row["same"]:
            changed[row["import_id"]] = changed.get(row["import_id"], 0) + row["n"]
    return same, changed


def replacing(new: ir.Table, old: ir.Table, key: str, replace_same: bool) -> list[ir.BooleanValue]:
    """The condition under which a staged row replaces a stored one."""
    return [new[key] == old[key]] if replace_same else [new[key] == old[key], ~new["row_hash"].identical_to(old["row_hash"])]


def without_stored(engine: Engine, store: DeltaFolder, base: Snapshot, file: Path, *, changed_too: bool = False) -> Path | None:
    """A copy of a staged file without the rows that are stored unchanged, or `changed_too` in whatever form; None when nothing is left."""
    rows = engine.rows([file], pq.read_schema(file))
    old = key_rows(engine, base.files, store.table)
    key = store.table.key
    alike = [rows[key] == old[key]] if changed_too else [rows[key] == old[key], rows["row_hash"].identical_to(old["row_hash"])]
    return fresh(engine, store, rows.anti_join(old, alike))


def fresh(engine: Engine, store: DeltaFolder, rows: ir.Table) -> Path | None:
    """These rows as a new file in the table's folder; None when there are none."""
    target = store.folder / f"part-{secrets.token_hex(12)}.parquet"
    if engine.write(rows, target):
        return target
    target.unlink()
    return None


def link(file: Path, folder: Path) -> Path:
    """The same bytes under a new name in the table's folder; copied only across disks."""
    target = folder / f"part-{secrets.token_hex(12)}.parquet"
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)
    return target


def receipt(staged: Staged, done: Plan, started: float) -> Receipt:
    """The receipt of this commit: every row read is accounted for."""
    return Receipt(
        import_id=staged.import_id,
        source=staged.source,
        table=staged.table,
        files=staged.files,
        rows_read=staged.rows_read,
        accepted=done.accepted,
        quarantined=staged.rows_quarantined,
        duplicates=staged.rows_duplicate + done.duplicates,
        replaced=done.replaced,
        notes=(*staged.notes[:KEPT_PROBLEMS], *done.notes),
        problems=staged.problems[:KEPT_PROBLEMS],
        questions=staged.questions,
        seconds=round(time.monotonic() - started, 3),
        details=staged.details,
        withdrawn=done.withdrawn,
    )


def period(files: Sequence[Path], table: Table) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day in these files; for a table dated by year, 1 January of the first to 31 December of the last."""
    ranges = [pair for file in files if (pair := date_range(file, table.date))[0] is not None]
    if not ranges:
        return None, None
    first, last = min(low for low, _ in ranges), max(high for _, high in ranges)
    return (dt.date(first, 1, 1), dt.date(last, 12, 31)) if isinstance(first, int) else (first, last)


def checksum(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def damaged(state: Snapshot, commits: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files of a state that are gone, or whose bytes are not the ones that were committed."""
    known = {name: digest for commit in commits for name, digest in commit["sha256"].items()}
    return [file.name for file in state.files if not file.exists() or checksum(file) != known.get(file.name)]


def entry(action: str, said: Receipt, who: str, content_hash: str, done: Plan) -> dict[str, object]:
    """What the commit says of itself, enough to write the ledger again: the receipt, who, when, and which imports it leans on."""
    return {
        "action": action,
        "import_id": said.import_id,
        "who": who,
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "content_hash": content_hash,
        "builds_on": dict(done.builds_on),
        "replaces": dict(done.replaces),
        "sha256": {file.name: checksum(file) for file in done.added},
        "receipt": said.as_json(),
    }


def receipt_from(data: Mapping[str, object], **changes: object) -> Receipt:
    """The receipt that a commit holds, as an object again."""
    fields = {**data, **changes}
    for name in ("first_date", "last_date"):
        text = fields[name]
        fields[name] = dt.date.fromisoformat(text) if isinstance(text, str) else text
    for name in ("notes", "problems"):
        fields[name] = tuple(item if isinstance(item, Problem) else Problem(**{**item, "rows": tuple(item["rows"])}) for item in fields[name])  # type: ignore[attr-defined]
    fields["files"], fields["questions"] = tuple(fields["files"]), tuple(fields["questions"])  # type: ignore[arg-type]
    fields["details"] = tuple((key, text) for key, text in fields["details"])  # type: ignore[attr-defined]
    return Receipt(**fields)  # type: ignore[arg-type]


def preview(engine: Engine, store: DeltaFolder, state: Snapshot, import_id: str, n: int) -> ir.Table:
    """The first rows of one import with every column that may be shown, canonical and raw."""
    shown = [column.name for column in store.table.columns if column.sensitivity is not Sensitivity.RESTRICTED]
    raw = store.raw_columns()
    schema = pa.schema([*store.table.schema, *(pa.field(name, pa.string()) for name in raw)])
    rows = engine.rows([empty_file(store.folder.parent, store.table), *state.files], schema)
    mine = rows.filter(rows["import_id"] == import_id).order_by("source_file", "source_row").limit(n)
    return mine.select(*shown, *raw)
