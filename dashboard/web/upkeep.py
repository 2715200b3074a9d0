"""What the server does of itself while it runs: waiting answers move on, old forms and ended waves are seen to, memory is given back."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.concurrency import run_in_threadpool

from dashboard.access.door import home
from dashboard.errors import CommonGroundError
from dashboard.services.house import House
from dashboard.services.surveys import upkeep
from dashboard.web import draining
from dashboard.web.reader import Reader

EVERY = 2.0  # seconds between moves of waiting answers
TIDY = 600.0  # seconds between looks at what has become old or ended
SWEEP = 60.0  # seconds between looks through all memory; Streamlit would look after every run of a page (runner.postScriptGC)
READER = Reader()
LOG = logging.getLogger(__name__)


def _round(*, tidy: bool) -> None:
    """One round; what goes wrong is told to the log, and tried again in the next."""
    try:
        house = House(home())
        upkeep.move_on(house)
        READER.look(house)
        if tidy:
            upkeep.tidy(house)
    except CommonGroundError as error:
        LOG.error("the upkeep of surveys could not be done", exc_info=error)


def _ready() -> None:
    """Load what the first question of staff would otherwise wait for."""
    try:
        House(home()).facts.engine.ready()
    except CommonGroundError as error:
        LOG.error("the engine that counts could not be made ready", exc_info=error)


async def _keep_up(*, pages: bool) -> None:
    """Round after round until the server ends; where there are pages, what they ask is made ready first."""
    tidied, swept = -TIDY, time.monotonic()
    if pages:
        await asyncio.sleep(EVERY)
        await run_in_threadpool(_ready)
    while True:
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        tidy, sweep = now - tidied >= TIDY, now - swept >= SWEEP
        tidied, swept = now if tidy else tidied, now if sweep else swept
        await run_in_threadpool(_round, tidy=tidy)
        if sweep:
            await run_in_threadpool(gc.collect)


@asynccontextmanager
async def lifespan(app: object, *, pages: bool = False) -> AsyncIterator[None]:
    """From the server's start to its end, with its upkeep beside it."""
    async with draining.lifespan(app):
        task = asyncio.create_task(_keep_up(pages=pages))
        try:
            yield
        finally:
            task.cancel()
            READER.stop()
            with suppress(asyncio.CancelledError):
                await task
