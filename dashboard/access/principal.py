"""Who is asking: the visitor as the pages, routes and services know them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.roles import Permission, permissions_of
from dashboard.errors import AccessDenied
from dashboard.schema.scope import Audience

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Principal:
    """A visitor: `person_id` is empty for the public. With `looks_as` (sample mode only) that one role's permissions hold, no others."""

    person_id: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    looks_as: str = ""
    districts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def limits(self) -> tuple[str, ...]:
        """The districts whose numbers are all that this visitor may see on staff pages; empty: every district.

        A supervisor is limited; whoever also holds a role that sees the whole agency's staff pages is not.
        """
        if SUPERVISOR not in self.effective_roles:
            return ()
        others = permissions_of(role for role in self.effective_roles if role != SUPERVISOR)
        return () if Permission.SEE_WORKBENCH in others else self.districts

    @property
    def signed_in(self) -> bool:
        """Whether this is a known person."""
        return bool(self.person_id)

    @property
    def effective_roles(self) -> tuple[str, ...]:
        """The roles that count now."""
        return (self.looks_as,) if self.looks_as else self.roles

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything this visitor may see or do."""
        return permissions_of(self.effective_roles)

    @property
    def audience(self) -> Audience:
        """For whom are this visitor's numbers computed? Staff only with a staff permission; released tables otherwise."""
        if Permission.SEE_WORKBENCH in self.permissions:
            return Audience.STAFF
        return Audience.COUNCIL if Permission.SEE_COUNCIL in self.permissions else Audience.PUBLIC

    def may(self, permission: Permission | str) -> bool:
        """Whether this visitor holds the permission."""
        return Permission(permission) in self.permissions

    def require(self, permission: Permission | str) -> None:
        """Raise AccessDenied unless this visitor holds the permission; services call it before they touch restricted data."""
        if not self.may(permission):
            hint = "Ask an administrator for a role that includes it." if self.signed_in else "Sign in with a link from an administrator."
            raise AccessDenied("This part is not open to you.", hint=hint)


ANYONE = Principal()
