"""Two stores: records in SQL, facts in Delta tables. `Store(home)` opens everything of one home when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.store.audit import Audit
    from dashboard.store.facts import Facts
    from dashboard.store.home import Home
    from dashboard.store.ledger import Ledger
    from dashboard.store.people import People
    from dashboard.store.records import Records
    from dashboard.store.releases import Releases
    from dashboard.store.saved import Saved
    from dashboard.store.sign_ins import SignIns


class Store:
    """Everything that one home holds. Making one costs nothing; each part is opened at its first use and shared by all threads."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @cached_property
    def records(self) -> Records:
        """The database of small rows."""
        from dashboard.store.records import Records

        return Records(self.home)

    @cached_property
    def facts(self) -> Facts:
        """The fact tables, read under the settings that were in force at the first use; `facts.under(settings)` reads under others."""
        from dashboard.store.facts import Facts

        return Facts(self.home, self.saved.settings())

    @cached_property
    def people(self) -> People:
        """Who may sign in, and in which roles."""
        from dashboard.store.people import People

        return People(self.records)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Sessions and one-time links."""
        from dashboard.store.sign_ins import SignIns

        return SignIns(self.records)

    @cached_property
    def saved(self) -> Saved:
        """Settings and mappings."""
        from dashboard.store.saved import Saved

        return Saved(self.records)

    @cached_property
    def releases(self) -> Releases:
        """What has been published."""
        from dashboard.store.releases import Releases

        return Releases(self.records)

    @cached_property
    def ledger(self) -> Ledger:
        """Every import."""
        from dashboard.store.ledger import Ledger

        return Ledger(self.records, self.facts)

    @cached_property
    def audit(self) -> Audit:
        """Who did what and when."""
        from dashboard.store.audit import Audit

        return Audit(self.records)

    def close(self) -> None:
        """Give connections and memory back."""
        if "records" in self.__dict__:
            self.records.close()
        if "facts" in self.__dict__:
            self.facts.engine.close()
