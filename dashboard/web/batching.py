"""Many forms arrive at once: they share one commit, and each answer goes out only after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from dashboard.services.forms import Accepted, Submission

MOST = 128  # forms in one commit

Store = Callable[[Sequence[Submission]], list[Accepted]]


class Batcher:
    """One writer: while it commits, others queue, and the next commit takes them all."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.waiting: list[tuple[Submission, asyncio.Future[Accepted]]] = []
        self.worker: asyncio.Task[None] | None = None

    async def send(self, form: Submission) -> Accepted:
        """What became of this form, once it is durable. Errors of the store reach every form of the commit."""
        done: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self.waiting.append((form, done))
        if self.worker is None or self.worker.done():
            self.worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        """Commit what waits until nothing does."""
        while self.waiting:
            batch, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
            try:
                found = await run_in_threadpool(self.store, [form for form, _ in batch])
            except Exception as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for (_, done), one in zip(batch, found, strict=True):
                if not done.done():
                    done.set_result(one)


_batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, Batcher] = WeakKeyDictionary()


def batcher(store: Store) -> Batcher:
    """The writer of this server's loop."""
    loop = asyncio.get_running_loop()
    if loop not in _batchers:
        _batchers[loop] = Batcher(store)
    return _batchers[loop]
