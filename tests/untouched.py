"""Does a home that many tests read stay as it was? Rows of its records and its files are compared, sign-ins aside."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

# What looking as a role leaves behind: who signed in. Their lines of the audit log begin with these words, too.
SIGN_INS = frozenset({"people", "person_roles", "person_scopes", "sessions", "sign_in_links", "sign_in_tries", "known_browsers", "second_factors"})
LINES = ("sign_in", "sign_out", "denied", "person", "roles", "look_as", "link_made")
CACHES = ("rollups", "scratch", "published", "facts/_", "records.sqlite")  # made anew from the rest, or compared by rows
Rows = dict[str, tuple[int, str]]


@dataclass
class Untouched:
    """The home at this folder as it was when this was made, or when `changes` was asked last."""

    folder: Path
    rows: Rows = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kept = sqlite3.connect(f"file:{self.folder / 'records.sqlite'}?mode=ro", uri=True, check_same_thread=False)
        self._version = self._written()
        self.rows, self.files = self._tables(), self._listed()

    def close(self) -> None:
        """Let go of the records."""
        self._kept.close()

    def changes(self) -> list[str]:
        """What is not as it was, in words; the next time only what came since."""
        found = []
        files = self._listed()
        found += [f"file {name}" for name in sorted(files.keys() | self.files.keys()) if files.get(name) != self.files.get(name)]
        self.files = files
        version = self._written()
        if version != self._version:
            rows = self._tables()
            gone = (0, "")
            found += [_said(name, self.rows.get(name, gone)[0], one[0]) for name, one in rows.items() if one != self.rows.get(name, gone)]
            self.rows, self._version = rows, version
        return found

    def _written(self) -> int:
        """A number that moves when anybody else writes into the records: reading it costs nothing."""
        return int(self._kept.execute("pragma data_version").fetchone()[0])

    def _tables(self) -> Rows:
        """How many rows each table has, and a hash over them."""
        with closing(self._kept.cursor()) as at:
            names = [name for (name,) in at.execute("select name from sqlite_master where type = 'table' order by name") if name not in SIGN_INS]
            return {name: self._hashed(at, name) for name in names}

    def _hashed(self, at: sqlite3.Cursor, name: str) -> tuple[int, str]:
        """One table."""
        only = " where not (" + " or ".join(f"action like '{one}%'" for one in LINES) + ")" if name == "audit_log" else ""
        columns = "action, subject, details" if name == "audit_log" else "*"  # the chain goes on over sign-ins
        count, digest = 0, hashlib.blake2b(digest_size=16)
        for row in at.execute(f'select {columns} from "{name}"{only}'):
            count += 1
            digest.update(repr(row).encode())
        return count, digest.hexdigest()

    def _listed(self) -> dict[str, int]:
        """Every file with its size."""
        found = {}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if not name.startswith(CACHES) and path.is_file():
                found[name] = path.stat().st_size
        return found


def _said(name: str, before: int, now: int) -> str:
    """A table that is not as it was."""
    return f"table {name}: {before} rows before, {now} now" if before != now else f"table {name}: other content in its {now} rows"
