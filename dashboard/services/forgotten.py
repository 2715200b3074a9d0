"""I forgot my password: who asks gets a link by mail, if there is such a person with an address. The asker learns nothing either way."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from dashboard.access.sessions import Sessions, utc_now
from dashboard.errors import CommonGroundError
from dashboard.services import mail
from dashboard.services.people import letter
from dashboard.store.audit import Audit
from dashboard.store.people import Member, People, folded
from dashboard.store.sign_ins import WELCOME
from dashboard.store.tries import Key, Rule, Tries

if TYPE_CHECKING:
    from dashboard.services.house import House

LOG = logging.getLogger(__name__)
LIFE = dt.timedelta(hours=1)
MAILS = Rule(free=2, longest=dt.timedelta(minutes=15), quiet=dt.timedelta(hours=2))


def offered() -> bool:
    """Whether this server can send such a mail at all."""
    return mail.ready()


def send(house: House, typed: str, base: str) -> None:
    """Mail a link to the person of this sign-in name or address, a few times an hour at most. Never raises: the answer is the same for all."""
    try:
        person = _person(house, typed)
        if person is None or Tries(house.records).begin([Key("mail", person.id, MAILS)], utc_now()) is not None:
            return
        sessions = Sessions(house.records, lambda: house.settings, house.home.sample)
        link = f"{base}/welcome/{sessions.make_link(person.id, LIFE, WELCOME)}"
        Audit(house.records).append(person.id, "link_mailed", person.id)
        mail.send(person.email, "A new password for Common Ground", letter(house.name, person, link, "one hour"))
    except CommonGroundError as error:
        LOG.error("a link for a forgotten password was not mailed", exc_info=error)


def _person(house: House, typed: str) -> Member | None:
    """The one active person with an address who goes by this; nobody when two share the address."""
    wanted = folded(typed)
    fits = [one for one in People(house.records).all() if wanted in {one.sign_in_name, folded(one.email)} and not one.disabled and one.email]
    return fits[0] if wanted and len(fits) == 1 else None
