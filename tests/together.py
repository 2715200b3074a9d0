"""Many threads that begin at the same moment, for tests of what happens at once."""

from __future__ import annotations

import threading
from collections.abc import Callable


def at_once(work: Callable[[int], object], many: int) -> list[BaseException]:
    """Do it in so many threads that begin together; what went wrong."""
    trouble: list[BaseException] = []
    ready = threading.Barrier(many)

    def one(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as error:
            trouble.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return trouble
