"""Exports whose answers are codes: what a code sheet makes of them before a person looks at the columns."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SourceError
from dashboard.services.restricted import restricted
from dashboard.services.surveys import bringing, saved_mappings
from dashboard.services.surveys.bringing import Look
from data_sources.surveys import code_sheet

if TYPE_CHECKING:
    from dashboard.services.house import House


@restricted(Permission.IMPORT_DATA)
def applied(house: House, looks: Sequence[Look], path: Path) -> list[Look]:
    """The tables of a file with labels in place of codes, and mappings for them as they are now. SourceError when no table has these codes."""
    sheet = code_sheet.read_apart(path, house.settings)
    made = []
    for one in looks:
        export = code_sheet.applied(one.export, sheet) if one.export is not None else None
        made.append(one if export is None else bringing.with_mapping(export, saved_mappings.fitting(house, export)))
    if made == list(looks):
        raise SourceError("No answer of the file is a code of this sheet.", hint="Its questions must be named as the file's columns are.")
    return made


@restricted(Permission.IMPORT_DATA)
def applied_to(house: House, looks: Sequence[Look], name: str, content: bytes) -> list[Look]:
    """The same for the bytes of a code sheet."""
    safe = re.sub(r"[^\w.\- ]+", "_", Path(name).name).strip(". ")[-120:] or "codes.csv"
    with tempfile.TemporaryDirectory(prefix="codes-", dir=house.home.staging) as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        return applied(house, looks, path)
