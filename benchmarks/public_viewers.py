"""How quick are the public pages for fifty visitors at once, on one process? Real websocket clients, nobody signed in.

Run: python benchmarks/public_viewers.py --home HOME [--viewers 50] [--rounds 3] [--times 10]    HOME: `python -m dashboard sample --home HOME`
"""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

from benchmarks.viewers import EVERY, processor, told
from dashboard.ui import menu
from tests.serving import Running, Tab, serving

PAGES = ("overview", "trust", "stops", "use_of_force", "complaints", "outreach", "library", "open_data")


def many(running: Running, viewers: int, rounds: int) -> list[float]:
    """Visitors who each open another page every ten seconds, spread over them; seconds until the page is whole."""
    found: list[float] = []
    begun = time.perf_counter()

    def view(place: int) -> None:
        with Tab(running.address) as tab:
            for number in range(rounds):
                time.sleep(max(0.0, begun + number * EVERY + place * EVERY / viewers - time.perf_counter()))
                asked = time.perf_counter()
                tab.open(menu.BY_NAME[PAGES[(place + number) % len(PAGES)]].address)
                found.append(time.perf_counter() - asked)

    threads = [threading.Thread(target=view, args=(place,)) for place in range(viewers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(rounds * EVERY + 240)
    return found


def one_by_one(running: Running, times: int) -> None:
    """What a view of each page costs when one visitor opens it again and again: one line a page."""
    for name in PAGES:
        before, begun, found = processor(running), time.perf_counter(), []
        with Tab(running.address) as tab:
            for _ in range(times):
                tab.open(menu.BY_NAME[name].address)
                found.append(time.perf_counter() - begun)
                begun = time.perf_counter()
        told(name, found, processor(running) - before)


def main() -> None:
    """Every page once, each by itself, then many visitors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=10, help="views of each page by one visitor first")
    options = parser.parse_args()
    with serving(options.home) as running:
        for name in PAGES:
            with Tab(running.address) as tab:
                tab.open(menu.BY_NAME[name].address)
        one_by_one(running, options.times)
        before = processor(running)
        times = many(running, options.viewers, options.rounds)
        told(f"{options.viewers} visitors", times, processor(running) - before)


if __name__ == "__main__":
    main()
