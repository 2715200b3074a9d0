"""The frozen results of employee surveys: written once with their hash, checked when read, replaced by name, never changed."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.staff_tables import StaffReleaseRow


@dataclass(frozen=True, slots=True)
class Frozen:
    """One stored release: its content and the hash it was frozen with. `public`: HR shows the whole staff's numbers to everybody."""

    id: str
    survey_id: str
    wave_id: str
    created: dt.datetime
    sha256: str
    content: Mapping[str, Any]
    replaces: str | None
    public: bool


class StaffReleases:
    """The frozen staff results of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def freeze(self, session: Session, survey_id: str, wave_id: str, content: Mapping[str, Any], *, sha256: str, who: str) -> str:
        """Write a release inside the caller's transaction; it replaces the one before it of the same wave, if there is one. Its id."""
        before = session.scalars(_newest(wave_id)).first()
        row = StaffReleaseRow(
            id=f"staff-{secrets.token_hex(8)}",
            survey_id=survey_id,
            wave_id=wave_id,
            created=dt.datetime.now(dt.UTC),
            who=who,
            payload=zlib.compress(json.dumps(content, sort_keys=True).encode()),
            sha256=sha256,
            replaces=before.id if before else None,
            public=bool(before and before.public),
        )
        session.add(row)
        details = {"wave": wave_id, "sha256": sha256} | ({"replaces": row.replaces} if row.replaces else {})
        Audit(self.records).append_in(session, who, "staff release", row.id, details)
        return row.id

    def of_survey(self, survey_id: str) -> list[Frozen]:
        """The release in force of each wave, in the order in which they were frozen first."""
        with self.records.read() as session:
            rows = list(session.scalars(select(StaffReleaseRow).where(StaffReleaseRow.survey_id == survey_id).order_by(StaffReleaseRow.created)))
        replaced = {row.replaces for row in rows}
        return [_frozen(row) for row in rows if row.id not in replaced]

    def of_wave(self, wave_id: str) -> list[Frozen]:
        """Every release of a wave, the newest first: what is in force, and what it replaced."""
        with self.records.read() as session:
            return [_frozen(row) for row in session.scalars(_newest(wave_id))]

    def named(self, release_id: str) -> Frozen | None:
        """The release of that id."""
        with self.records.read() as session:
            row = session.get(StaffReleaseRow, release_id)
            return _frozen(row) if row is not None else None

    def versions(self) -> str:
        """Which results are in force, as one text: part of what a cached page rests on."""
        with self.records.read() as session:
            query = select(StaffReleaseRow.id, StaffReleaseRow.public).order_by(StaffReleaseRow.created.desc(), StaffReleaseRow.id)
            return " ".join(f"{name}{'+' if public else ''}" for name, public in session.execute(query.limit(50)))

    def show_public(self, release_id: str, who: str, *, public: bool) -> None:
        """Show the whole staff's numbers of a release to everybody, or no longer."""
        with self.records.write() as session:
            row = session.get(StaffReleaseRow, release_id)
            if row is None:
                raise StoreError("There is no such release of staff results.")
            row.public = public
            Audit(self.records).append_in(session, who, "staff results shown" if public else "staff results taken back", release_id)


def _frozen(row: StaffReleaseRow) -> Frozen:
    """A release as it is handed on."""
    return Frozen(row.id, row.survey_id, row.wave_id, row.created, row.sha256, _content(row.payload), row.replaces, row.public)


@lru_cache(maxsize=64)
def _content(payload: bytes) -> Mapping[str, Any]:
    """What was frozen; kept, because it never changes."""
    found: Mapping[str, Any] = json.loads(zlib.decompress(payload))
    return found


def _newest(wave_id: str) -> Any:
    """The query for the releases of a wave, the one in force first."""
    return select(StaffReleaseRow).where(StaffReleaseRow.wave_id == wave_id).order_by(StaffReleaseRow.created.desc(), StaffReleaseRow.id)
