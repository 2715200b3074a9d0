"""Who is the first person of a new home? The one at this machine, who comes in through a one-time link and sets a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.account import OWNER
from dashboard.errors import AccessDenied

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.people import Member, People

ROLES = ("admin", "analyst", "command")


def way_in(house: House) -> str:
    """The address, from the first slash on, of a link that works once for the person at this machine.

    That person is made on first use, with the roles to manage, analyse and command. While they have no password the link asks for one; over
    sample data, and once they have one, it signs them in. AccessDenied for anyone who asks over the network, whatever their role.
    """
    if house.visitor is not None:
        raise AccessDenied("This link is made at the machine that runs the server.", hint="There, run: python -m dashboard link")
    from dashboard.access.sessions import Sessions
    from dashboard.store.passwords import Passwords
    from dashboard.store.people import People
    from dashboard.store.sign_ins import SIGN_IN, WELCOME

    person = _owner(People(house.records))
    first = not house.home.sample and Passwords(house.records).of(person.id) is None
    sessions = Sessions(house.records, lambda: house.settings, house.home.sample)
    token = sessions.make_link(person.id, purpose=WELCOME if first else SIGN_IN)
    return f"/{'welcome' if first else 'sign-in'}/{token}"


def _owner(people: People) -> Member:
    """The person at this machine: under the name they began with, else the first active administrator, else made now."""
    named = people.named(OWNER)
    if named and not named.disabled:
        return named
    admins = [one for one in people.all() if "admin" in one.roles and not one.disabled]
    if admins:
        return min(admins, key=lambda one: (one.created, one.id))
    return people.add("The person at this machine", OWNER if named is None else f"{OWNER}-2", ROLES, by="set-up")
