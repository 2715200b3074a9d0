"""One agency's house: its two stores and the settings in force, opened once and handed to every question."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import AccessDenied
from dashboard.schema.result import Provenance
from dashboard.schema.scope import Audience, Scope
from dashboard.settings import BY_NAME, Settings, Value
from dashboard.store.home import Home

if TYPE_CHECKING:
    from dashboard.access.principal import Principal
    from dashboard.access.roles import Permission
    from dashboard.store.facts import Facts
    from dashboard.store.records import Records


class House:
    """Where the answers come from: `home` on disk, `facts`, `records`, and the `settings` in force.

    Two houses over the same home may differ in settings (`with_settings`), so that a sensitivity question needs no change of the stored ones.
    `visitor` is who asks over the network: pages and routes always name one. None is the person at the machine, who holds the files anyway.
    """

    def __init__(self, home: Home | Path | str, settings: Settings | None = None, visitor: Principal | None = None) -> None:
        self.home = home if isinstance(home, Home) else Home(home)
        self.visitor = visitor
        self._given = settings

    def require(self, permission: Permission, what: str = "") -> None:
        """Raise AccessDenied unless the one who asks holds the permission; the try of a signed-in person is written into the audit log."""
        if self.visitor is None or self.visitor.may(permission):
            return
        self._deny(what or f"permission {permission}")
        self.visitor.require(permission)

    @property
    def limits(self) -> tuple[str, ...]:
        """The districts that a limited supervisor may see on staff pages; empty: every district."""
        return self.visitor.limits if self.visitor else ()

    def within(self, scope: Scope) -> Scope:
        """This slice as far as the visitor may see it: a limited supervisor's staff numbers are those of the own districts.

        AccessDenied, and written down, when only other districts were asked for. What is released to everybody is not narrowed.
        """
        if not self.limits or scope.audience is not Audience.STAFF:
            return scope
        kept = tuple(one for one in scope.districts if one in self.limits) if scope.districts else self.limits
        if not kept:
            self._deny(f"district {', '.join(scope.districts)}")
            raise AccessDenied("These districts are not open to you.", hint=f"Yours: {', '.join(self.limits)}.")
        return scope.narrowed(districts=kept)

    def require_all_districts(self, what: str) -> None:
        """Raise AccessDenied for a limited supervisor: this cannot be divided by district."""
        if self.limits:
            self._deny(what)
            raise AccessDenied("This cannot be shown by district, and you are limited to yours.", hint="Ask somebody who sees the whole agency.")

    def _deny(self, what: str) -> None:
        """Write the try of a signed-in person down."""
        if self.visitor is not None and self.visitor.signed_in:
            from dashboard.store.audit import Audit

            Audit(self.records).append(self.visitor.person_id, "denied", what)

    @property
    def records(self) -> Records:
        """People, sessions, ledger, releases, audit; brought to the newest shape on first use."""
        return _records(self.home.path, self.home.records_url)

    @functools.cached_property
    def settings(self) -> Settings:
        """The settings in force: those given, else the stored ones, read once per house (a page run opens its own)."""
        if self._given is not None:
            return self._given
        from dashboard.store.saved import Saved

        return Saved(self.records).settings()

    @property
    def facts(self) -> Facts:
        """The canonical tables, read under the settings in force."""
        return _facts(self.home.path, self.settings)

    def with_settings(self, changes: Mapping[str, object]) -> House:
        """The same house under changed settings."""
        return House(self.home, self.settings.with_changes(changes), self.visitor)

    @property
    def name(self) -> str:
        """The agency's name."""
        return self.settings.text("agency.name")

    def version(self, *tables: str) -> str:
        """Which state of the data is this? Changes with every import and undo; part of every cache key and of every number's provenance."""
        return " ".join(f"{table}:{self.facts.version(table)}" for table in tables)

    def provenance(self, *tables: str, release: str = "") -> Provenance:
        """Where a number over these tables comes from."""
        imports = tuple(dict.fromkeys(name for table in tables for name in self.live_imports(table)))
        return Provenance(self.version(*tables), imports, release, self.shown_settings(), self.home.sample)

    def live_imports(self, table: str) -> list[str]:
        """Imports of a table that were not undone, oldest first."""
        live: dict[str, None] = {}
        for entry in self.facts.entries(table):
            if entry["action"] == "import":
                live[str(entry["import_id"])] = None
            else:
                live.pop(str(entry["import_id"]), None)
        return list(live)

    def shown_settings(self) -> tuple[tuple[str, str], ...]:
        """Settings that are printed beside numbers, because they can change a conclusion, and every changed one."""
        changed = dict(self.settings.changed)
        return tuple((name, _written(self.settings[name])) for name, one in BY_NAME.items() if one.shown or (name in changed and not one.quiet))


def _written(value: Value) -> str:
    """A setting's value as text."""
    return ", ".join(f"{part:g}" for part in value) if isinstance(value, tuple) else str(value)


@functools.lru_cache(maxsize=4)
def _records(path: Path, _url: str) -> Records:
    """One set of connections per home."""
    from dashboard.store.records import Records

    records = Records(Home(path))
    records.upgrade()
    return records


@functools.lru_cache(maxsize=4)
def _engine_of(path: Path) -> Facts:
    """One reader per home, so that snapshots and the engine stay warm."""
    from dashboard.store.facts import Facts

    return Facts(Home(path))


@functools.lru_cache(maxsize=16)
def _facts(path: Path, settings: Settings) -> Facts:
    """The home's reader under these settings; the engine is shared."""
    return _engine_of(path).under(settings)
