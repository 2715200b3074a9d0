"""Comments that came in large numbers are read in a process of its own, so that pages stay quick; it goes on where it was stopped."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from dashboard.errors import ImportConflict
from dashboard.services.house import House
from dashboard.services.surveys import upkeep
from dashboard.services.surveys.closing import AT_ONCE

ROOT = Path(__file__).resolve().parents[2]
LATER = 300.0  # seconds until a reader that failed is tried again
LOG = logging.getLogger(__name__)


class Reader:
    """At most one reading process of this server."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def look(self, house: House) -> None:
        """Read a few comments at once; begin a process for many, and see how it ended."""
        if self._running is not None:
            ended = self._running.poll()
            if ended is None:
                return
            self._running = None
            if ended:
                LOG.error("reading comments ended with %s; it is tried again later", ended)
                self._not_before = time.monotonic() + LATER
        if time.monotonic() < self._not_before:
            return
        waiting = upkeep.to_read(house)
        if waiting > AT_ONCE:
            self._running = _begin(house.home.path)
        elif waiting:
            with suppress(ImportConflict):
                upkeep.read_on(house)

    def stop(self) -> None:
        """End the process with the server; nothing is lost, the next server goes on."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            self._running.wait()


def _begin(home: Path) -> subprocess.Popen[bytes]:
    """The command `comments`, behind everything else that runs on this machine."""
    command = [sys.executable, "-m", "dashboard", "comments", "--home", str(home)]
    behind = ["nice", "-n", "10"] if os.name == "posix" else []
    return subprocess.Popen([*behind, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
