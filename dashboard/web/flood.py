"""Does one source ask too often? Failures are counted in memory for a minute under a hash that nobody can trace back; no address is kept."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

SALT_LIFE = 24 * 3600.0
MOST_SOURCES = 10_000


@dataclass
class Flood:
    """At most `most` failures a source in `seconds`. One source's flood closes the door to that source alone, and never for longer."""

    most: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _salt: bytes = b""
    _salted: float = 0.0
    _failed: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _name(self, source: str) -> str:
        """The source under the salt of the day; a new salt forgets everything before."""
        now = self.clock()
        if not self._salt or now - self._salted >= SALT_LIFE:
            self._salt, self._salted = secrets.token_bytes(16), now
            self._failed.clear()
        return hashlib.sha256(self._salt + source.encode()).hexdigest()

    def _recent(self, name: str) -> deque[float]:
        """The failures that still count; older ones are dropped."""
        since, found = self.clock() - self.seconds, self._failed.get(name, deque())
        while found and found[0] <= since:
            found.popleft()
        return found

    def full(self, source: str, most: int = 0) -> bool:
        """Whether this source has to wait: at its limit, or at another `most`."""
        with self._lock:
            return len(self._recent(self._name(source))) >= (most or self.most)

    def count(self, source: str, most: int = 0) -> None:
        """One more of this source."""
        with self._lock:
            name = self._name(source)
            if len(self._failed) >= MOST_SOURCES:
                self._failed = {one: kept for one in self._failed if (kept := self._recent(one))}
            while len(self._failed) >= MOST_SOURCES:
                self._failed.pop(next(iter(self._failed)))
            lately = self._failed.setdefault(name, deque())
            self._recent(name)
            lately.append(self.clock())
            while len(lately) > (most or self.most):
                lately.popleft()


def source_of(connection: HTTPConnection) -> str:
    """Where a request comes from, as the server or its trusted proxy sees it; only ever hashed. One home's IPv6 addresses are one source."""
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((host, 64), strict=False)) if address.version == 6 else host


SIGN_INS = Flood(most=20, seconds=60.0)
FORMS = Flood(most=60, seconds=60.0)
PAGES = Flood(most=600, seconds=60.0)
ASKS = Flood(most=5, seconds=600.0)
DATA = Flood(most=240, seconds=60.0)
EMBEDS = Flood(most=240, seconds=60.0)
