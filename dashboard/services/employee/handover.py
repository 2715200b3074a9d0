"""Links that work once each, on their way to the person who asked for them: sealed for their session, for some minutes, fetched once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.services.restricted import restricted
from dashboard.store.staff_links import StaffLinks

if TYPE_CHECKING:
    from dashboard.services.house import House

LIFE = dt.timedelta(minutes=10)
GONE = "This file is gone: it is kept for ten minutes, sealed, and handed out once, to the session that made it."
AGAIN = "Make it again from the same list and code: everybody keeps the link they have."


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def lay_down(house: House, content: bytes, session: str) -> str:
    """Keep a file for the session with this token; the name by which it is fetched. Only that session's browser can make it readable again."""
    return StaffLinks(house.records, house.home.site_key).lay(content, session, dt.datetime.now(dt.UTC) + LIFE)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def fetch(house: House, name: str, session: str) -> bytes:
    """The file, once, for the session that made it, within ten minutes and from whichever process; ScopeError otherwise."""
    found = StaffLinks(house.records, house.home.site_key).take(name, session)
    if found is None:
        raise ScopeError(GONE, hint=AGAIN)
    return found
