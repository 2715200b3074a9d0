"""Files that a person dropped and has not decided on: kept in the home, looked at, checked in a process of their own, stored or forgotten."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.access.roles import Permission
from dashboard.errors import SourceError
from dashboard.schema import say
from dashboard.schema.overlap import Overlap
from dashboard.schema.staging import Staged
from dashboard.schema.tables import table
from dashboard.services import imports, mappings, reissued
from dashboard.services.imports import FileLook
from dashboard.services.restricted import restricted
from data_sources import files, isolated
from data_sources.base import Context

if TYPE_CHECKING:
    from dashboard.services.house import House

Progress = Callable[[float, str], None]
EXAMPLES = 5  # example rows shown for each reason
PREVIEWS = ("race_group", "outcome")


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files of one drop, as they lie in the home."""

    folder: Path
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be stored: rows by year and by the first columns that people check, example rows of each reason for setting rows aside, and what
    the rows share with earlier imports of the source.
    """

    by: tuple[tuple[str, pd.DataFrame], ...]
    examples: tuple[tuple[str, pd.DataFrame], ...]
    overlaps: tuple[Overlap, ...] = ()


@restricted(Permission.IMPORT_DATA)
def keep(house: House, uploads: Sequence[tuple[str, bytes]]) -> Dropped:
    """Write dropped files into the home under a random folder, with harmless names."""
    folder = house.home.staging / f"drop-{secrets.token_hex(8)}"
    folder.mkdir(parents=True, mode=0o700)
    paths = []
    for number, (name, content) in enumerate(uploads):
        safe = re.sub(r"[^\w.\- ]+", "_", Path(name).name).strip(". ")[-120:] or f"file-{number}"
        path = folder / safe if not (folder / safe).exists() else folder / f"{number}-{safe}"
        path.write_bytes(content)
        paths.append(path)
    return Dropped(folder, tuple(paths))


def forget(dropped: Dropped) -> None:
    """Remove a drop."""
    shutil.rmtree(dropped.folder, ignore_errors=True)


def by_source(looks: Sequence[FileLook], chosen: dict[str, str] | None = None) -> dict[str, list[Path]]:
    """Source name -> files, from what was recognised, with the person's choice (file name -> source) over it. Unrecognised files are left out."""
    groups: dict[str, list[Path]] = {}
    for one in looks:
        name = (chosen or {}).get(one.file) or next((t.chosen.source for t in one.tables if t.chosen is not None), "")
        if name:
            groups.setdefault(name, []).append(one.path)
    return groups


def together(looks: Sequence[FileLook]) -> tuple[tuple[str, bool], ...]:
    """What is to be said of files that belong together, each with whether something that is needed is still missing."""
    said = []
    for name, paths in by_source(looks).items():
        source = imports.sources().get(name)
        if source is None or source.joint is None:
            continue
        there = [path.name for path in paths]
        needed, optional = source.joint.missing([one for path in paths for one in files.read(path)])
        if needed:
            said.append((f"{source.title}: {say.listed(list(needed))} still missing. Drop all the files at once.", True))
        else:
            without = f" Without {say.listed(list(optional))}." if optional else ""
            said.append((f"{source.title}: {say.listed(there)} belong together and are read as one import.{without}", False))
    return tuple(said)


@restricted(Permission.IMPORT_DATA)
def check(house: House, source: str, paths: Sequence[Path], progress: Progress | None = None, saved: str = "") -> Staged:
    """Read and check files of one source in a process of its own, under limits.

    `source` may be a saved mapping's; `saved` is the JSON of a mapping for files no source knows.
    """
    if not paths:
        raise SourceError("There is no file to read.", hint="Drop one first.")
    if source.startswith(imports.SAVED):
        source, saved = mappings.MAKER, mappings.named(house, source.removeprefix(imports.SAVED)).as_json()
    context = Context(settings=house.settings, site_key=house.home.site_key)
    return isolated.stage_isolated(paths, source, context, house.home.staging, imports.new_id(), saved=saved, progress=progress)


@restricted(Permission.IMPORT_DATA)
def preview(house: House, staged: Staged) -> Preview:
    """What would be stored and what would be set aside."""
    columns = table(staged.table).names
    wanted = (["year"] if "date" in columns or "year" in columns else []) + [
        name for name in (*PREVIEWS, "finding", "force_type", "group") if name in columns
    ]
    counted = tuple((name, house.facts.tally_staged(staged, (name,))) for name in wanted)
    return Preview(counted, _examples(staged), reissued.overlaps(house, staged))


def _examples(staged: Staged) -> tuple[tuple[str, pd.DataFrame], ...]:
    """A few rows of each reason."""
    if staged.quarantine is None or not staged.quarantine.exists():
        return ()
    frame = pd.read_parquet(staged.quarantine)
    found = []
    for sentence, rows in frame.groupby("sentence", sort=False):
        shown = rows.head(EXAMPLES).dropna(axis="columns", how="all").drop(columns=["reason", "sentence"], errors="ignore")
        found.append((str(sentence), shown))
    return tuple(found)


@restricted(Permission.IMPORT_DATA)
def quarantine_csv(house: House, import_id: str) -> bytes:
    """The rows that an import set aside with their reasons, as CSV; headers and cells that a spreadsheet would run are made harmless."""
    from dashboard.services.open_formats import neutral
    from dashboard.store.audit import Audit

    frame = pd.read_parquet(imports.quarantine_file(house, import_id))
    if house.visitor is not None:
        Audit(house.records).append(house.visitor.person_id, "export", f"rows set aside by import {import_id}")
    text: bytes = frame.map(neutral).rename(columns=lambda name: str(neutral(name))).to_csv(index=False).encode()
    return text
