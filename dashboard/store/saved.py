"""What people have saved: settings that differ from their defaults, and mappings for exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard.errors import StoreError
from dashboard.settings import BY_NAME, Settings, checked
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.tables import SavedMapping, SettingRow


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """A saved mapping: for which table, its JSON, who saved it and when."""

    name: str
    table: str
    payload: Mapping[str, Any]
    who: str
    moment: dt.datetime


class Saved:
    """Saved settings and mappings of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def settings(self) -> Settings:
        """The settings in force: the defaults with what people have changed. A setting that no longer exists is passed over."""
        with self.records.read() as session:
            return Settings.of({row.name: row.value for row in session.scalars(select(SettingRow)) if row.name in BY_NAME})

    def set(self, name: str, value: object, who: str, reason: str = "") -> Settings:
        """Change one setting, for a reason; SettingError when the value will not do. The settings then in force."""
        good = checked(name, value)
        with self.records.write() as session:
            plain = list(good) if isinstance(good, tuple) else good
            before = session.get(SettingRow, name)
            details = {"from": before.value if before else "default", "to": plain} | ({"reason": reason} if reason else {})
            session.merge(SettingRow(name=name, value=plain, who=who, moment=dt.datetime.now(dt.UTC)))
            Audit(self.records).append_in(session, who, "setting", name, details)
        return self.settings()

    def reset(self, name: str, who: str = "system", reason: str = "") -> Settings:
        """Put one setting back to its default."""
        with self.records.write() as session:
            row = session.get(SettingRow, name)
            if row:
                details = {"from": row.value, "to": "default"} | ({"reason": reason} if reason else {})
                Audit(self.records).append_in(session, who, "setting", name, details)
                session.delete(row)
        return self.settings()

    def keep_mapping(self, name: str, table: str, payload: Mapping[str, Any], who: str) -> None:
        """Save a mapping under a name; an older one of that name is replaced."""
        if not name.strip():
            raise StoreError("A mapping needs a name.")
        row = SavedMapping(name=name.strip(), table_name=table, payload=dict(payload), who=who, moment=dt.datetime.now(dt.UTC))
        with self.records.write() as session:
            session.merge(row)

    def mappings(self, table: str | None = None) -> list[KeptMapping]:
        """The saved mappings, by name."""
        query = select(SavedMapping).order_by(SavedMapping.name)
        if table:
            query = query.where(SavedMapping.table_name == table)
        with self.records.read() as session:
            return [KeptMapping(row.name, row.table_name, row.payload, row.who, row.moment) for row in session.scalars(query)]

    def mapping(self, name: str) -> KeptMapping:
        """The mapping of that name; StoreError names the ones there are."""
        found = {kept.name: kept for kept in self.mappings()}
        if name not in found:
            raise StoreError(f"There is no saved mapping '{name}'.", hint=f"There are: {', '.join(found) or 'none yet'}.")
        return found[name]

    def drop_mapping(self, name: str) -> None:
        """Forget a mapping."""
        with self.records.write() as session:
            row = session.get(SavedMapping, name)
            if row:
                session.delete(row)
