"""What a running server does of itself: memory that nothing points to is given back, though no run of a page looks for it."""

import asyncio
import gc
import sys
import threading
import weakref

import pytest

from dashboard.store.engine import Engine
from dashboard.web import upkeep


class Ring:
    """Something that only points to itself."""

    def __init__(self):
        self.me = self


async def some_rounds(done=None, *, pages=False):
    """The upkeep of a server for a moment, or until something is done."""
    async with upkeep.lifespan(None, pages=pages):
        await (asyncio.wait_for(asyncio.to_thread(done.wait), 60) if done else asyncio.sleep(0.3))


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch):
    """Rounds without work, a hundred in a second."""
    monkeypatch.setattr(upkeep, "EVERY", 0.01)
    monkeypatch.setattr(upkeep, "_round", lambda tidy: None)
    monkeypatch.setattr(upkeep.draining, "lifespan", upkeep.asynccontextmanager(nothing))


def left_behind(monkeypatch, sweep):
    """Whether a ring is still in memory after some rounds with this time between two looks."""
    monkeypatch.setattr(upkeep, "SWEEP", sweep)
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


def test_a_server_with_pages_readies_what_they_ask_and_one_without_does_not(monkeypatch, tmp_path):
    made, real = threading.Event(), Engine.ready

    def ready(engine):
        real(engine)
        made.set()

    monkeypatch.setattr(Engine, "ready", ready)
    monkeypatch.setattr(upkeep, "home", lambda: tmp_path / "home")
    asyncio.run(some_rounds())
    assert not made.is_set()
    asyncio.run(some_rounds(made, pages=True))
    assert "ibis.backends.sql.compilers" in sys.modules
