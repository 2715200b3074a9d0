"""What a running server does of itself: memory that nothing points to is given back, though no run of a page looks for it."""

import asyncio
import gc
import weakref

from dashboard.web import upkeep


class Ring:
    """Something that only points to itself."""

    def __init__(self):
        self.me = self


async def some_rounds():
    """The upkeep of a server for a moment."""
    async with upkeep.lifespan(None):
        await asyncio.sleep(0.3)


def left_behind(monkeypatch, sweep):
    """Whether a ring is still in memory after some rounds with this time between two looks."""
    monkeypatch.setattr(upkeep, "EVERY", 0.01)
    monkeypatch.setattr(upkeep, "SWEEP", sweep)
    monkeypatch.setattr(upkeep, "_round", lambda tidy: None)
    monkeypatch.setattr(upkeep.draining, "lifespan", upkeep.asynccontextmanager(nothing))
    gc.disable()
    try:
        ring = weakref.ref(Ring())
        asyncio.run(some_rounds())
        return ring() is not None
    finally:
        gc.enable()


async def nothing(app):
    """In place of the handlers of signals."""
    yield


def test_memory_is_looked_through_now_and_then(monkeypatch):
    assert left_behind(monkeypatch, 3600.0)
    assert not left_behind(monkeypatch, 0.02)
