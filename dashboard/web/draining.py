"""How does the server end? It answers what was asked and then goes; a request that never finishes does not keep it beyond ten seconds."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

PATIENCE = 7.0  # seconds for requests to finish after the signal
LAST = 2.0  # seconds more until the process ends whatever still runs: imports and records survive that at any step
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Ending:
    """Passes signals on to the server's own handlers, and sees that the first of them ends the process in time."""

    def __init__(self) -> None:
        self.before: dict[int, Any] = {one: signal.getsignal(one) for one in SIGNALS}
        self.begun = False

    def install(self) -> None:
        """Stand before the server's handlers."""
        for one in SIGNALS:
            signal.signal(one, self.handle)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """One signal: the server is told, and from the first one on the time runs."""
        if not self.begun:
            self.begun = True
            threading.Thread(target=self._watch, daemon=True).start()
        self._tell(number, frame)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        """Hand the signal to the server."""
        if callable(self.before[number]):
            self.before[number](number, frame)

    def _watch(self) -> None:
        """After the patience: the server stops waiting (as at a second Ctrl+C); after the last seconds: the process ends."""
        time.sleep(PATIENCE)
        self._tell(signal.SIGINT, None)
        time.sleep(LAST)
        os._exit(128 + signal.SIGTERM)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """From the server's start to its end. Signals reach only a main thread; elsewhere whoever runs the server ends it."""
    if threading.current_thread() is threading.main_thread():
        Ending().install()
    yield
