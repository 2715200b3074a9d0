"""Who is the first person of a new home? The one at this machine, who signs in through a one-time link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import AccessDenied

if TYPE_CHECKING:
    from dashboard.services.house import House

OWNER = "local"
ROLES = ("admin", "analyst", "command")


def one_time_token(house: House) -> str:
    """A token that signs the person at this machine in once; that person is made on first use, with the roles to manage, analyse and command.

    AccessDenied for anyone who asks over the network, whatever their role.
    """
    if house.visitor is not None:
        raise AccessDenied("This link is made at the machine that runs the server.", hint="There, run: python -m dashboard link")
    from dashboard.access.sessions import Sessions
    from dashboard.store.people import People

    people = People(house.records)
    person = people.named(OWNER) or people.add("The person at this machine", OWNER, ROLES, by="set-up")
    return Sessions(house.records, lambda: house.settings, house.home.sample).make_link(person.id)
