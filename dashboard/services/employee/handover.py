"""Links that work once each, on their way to the person who asked for them: in this process's memory for some minutes, and nowhere else."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.services.restricted import restricted

if TYPE_CHECKING:
    from dashboard.services.house import House

LIFE, MOST = 600.0, 20  # seconds, and files


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One file that waits, and for whom."""

    content: bytes
    person: str
    until: float


_files: dict[str, _Waiting] = {}
_lock = threading.Lock()


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def lay_down(house: House, content: bytes) -> str:
    """Keep a file for the one who asks now; the name by which it is fetched."""
    name, now = secrets.token_urlsafe(24), time.monotonic()
    with _lock:
        for old in [one for one, waiting in _files.items() if waiting.until < now] + list(_files)[: max(0, len(_files) - MOST + 1)]:
            _files.pop(old, None)
        _files[name] = _Waiting(content, house.visitor.person_id if house.visitor else "", now + LIFE)
    return name


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def fetch(house: House, name: str) -> bytes:
    """The file, for the one who asked for it, within ten minutes; ScopeError afterwards and for everybody else."""
    with _lock:
        found = _files.get(name)
    if found is None or found.until < time.monotonic() or found.person != (house.visitor.person_id if house.visitor else ""):
        raise ScopeError("This file is gone: it is kept for ten minutes, in memory alone.", hint="Make it again from the same list and code.")
    return found.content
