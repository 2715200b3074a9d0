"""What has been published, exactly as it was: a release is never changed, a correction is a new one that says what it replaces."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard.errors import ScopeError, StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import ReleaseRow


@dataclass(frozen=True, slots=True)
class Published:
    """One release: its catalog entry for readers, its bytes and their SHA-256, and the release it replaces."""

    id: str
    created: dt.datetime
    who: str
    catalog: Mapping[str, Any]
    payload: bytes
    sha256: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One release as a list names it."""

    id: str
    created: dt.datetime
    catalog: Mapping[str, Any]
    sha256: str
    replaces: str | None


class Releases:
    """The releases of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def publish(self, catalog: Mapping[str, Any], payload: bytes, who: str, replaces: str | None = None) -> Published:
        """Keep a release for ever; StoreError when it is to replace one that does not exist."""
        now = dt.datetime.now(dt.UTC)
        name = f"{now:%Y%m%d}-{secrets.token_hex(6)}"
        row = ReleaseRow(id=name, created=now, who=who, catalog=dict(catalog), payload=payload, sha256="", replaces=replaces)
        row.sha256 = hashlib.sha256(payload).hexdigest()
        with self.records.write() as session:
            if replaces and session.get(ReleaseRow, replaces) is None:
                raise StoreError(f"There is no release {replaces} to replace.")
            session.add(row)
            Audit(self.records).append_in(session, who, "release", name, {"sha256": row.sha256, "replaces": replaces or ""})
        return _published(row)

    def all(self) -> list[Published]:
        """Every release, newest first."""
        with self.records.read() as session:
            return [_published(row) for row in session.scalars(select(ReleaseRow).order_by(ReleaseRow.created.desc(), ReleaseRow.id))]

    def listing(self) -> list[Listed]:
        """Every release without its bytes, newest first."""
        columns = (ReleaseRow.id, ReleaseRow.created, ReleaseRow.catalog, ReleaseRow.sha256, ReleaseRow.replaces)
        with self.records.read() as session:
            return [Listed(*row) for row in session.execute(select(*columns).order_by(ReleaseRow.created.desc(), ReleaseRow.id))]

    def get(self, name: str) -> Published:
        """One release; ScopeError when there is none of that name, StoreError when its bytes are not what was published."""
        with self.records.read() as session:
            row = session.get(ReleaseRow, name)
        if row is None:
            raise ScopeError(f"There is no release {name}.")
        return _published(row)

    def newest(self) -> Published | None:
        """The release in force: the newest."""
        query = select(ReleaseRow).order_by(ReleaseRow.created.desc(), ReleaseRow.id).limit(1)
        with self.records.read() as session:
            row = session.scalars(query).first()
        return _published(row) if row else None


def _published(row: ReleaseRow) -> Published:
    """The release, once its checksum has been compared."""
    if hashlib.sha256(row.payload).hexdigest() != row.sha256:
        raise StoreError(f"The release {row.id} is not what was published: its checksum differs.", hint="Restore it from the backup.")
    return Published(row.id, row.created, row.who, row.catalog, row.payload, row.sha256, row.replaces)
