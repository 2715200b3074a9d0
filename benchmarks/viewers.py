"""How quick is the Morale page for one person, and for twenty who look at it at once, on one process? Real websocket clients.

Run: python benchmarks/viewers.py --home HOME [--viewers 20] [--rounds 5]    HOME: `python -m dashboard sample --home HOME`
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from pathlib import Path

import numpy as np

from dashboard.ui import menu
from tests.serving import Running, Tab, serving

LOOKS = ("M11", "FEVS-Q71", "ENPS1")
EVERY = 10.0  # seconds between two interactions of one viewer
TICKS = os.sysconf("SC_CLK_TCK")


def processor(running: Running) -> float:
    """Seconds of processor that the server has used."""
    fields = Path(f"/proc/{running.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def one(running: Running, token: str, times: int) -> list[float]:
    """One viewer who looks at one question after the other: seconds of each run of the page, the first left out."""
    page, found = menu.BY_NAME["morale"].address, []
    with Tab(running.address, token) as tab:
        for number in range(times + 1):
            begun = time.perf_counter()
            seen = tab.open(page, f"look={LOOKS[number % len(LOOKS)]}")
            found.append(time.perf_counter() - begun)
            assert "plotly_chart" in seen.kinds, seen.text[:500]
    return found[1:]


def many(running: Running, tokens: list[str], rounds: int) -> list[float]:
    """Viewers who each do something every ten seconds, spread over them."""
    page, found, begun = menu.BY_NAME["morale"].address, [], time.perf_counter()

    def view(place: int) -> None:
        with Tab(running.address, tokens[place]) as tab:
            tab.open(page)
            for number in range(rounds):
                time.sleep(max(0.0, begun + (number + 1) * EVERY + place * EVERY / len(tokens) - time.perf_counter()))
                asked = time.perf_counter()
                tab.open(page, f"look={LOOKS[(number + place) % len(LOOKS)]}")
                found.append(time.perf_counter() - asked)

    threads = [threading.Thread(target=view, args=(place,)) for place in range(len(tokens))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(rounds * EVERY + 120)
    return found


def told(name: str, times: list[float], used: float) -> None:
    """One line."""
    p50, p95 = np.percentile(times, [50, 95])
    load = os.getloadavg()[0]
    print(f"{name}: {len(times)} runs, p50 {p50:.2f} s, p95 {p95:.2f} s, processor {used / len(times):.3f} s a run, load {load:.1f}", flush=True)


def main() -> None:
    """One viewer, then many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with serving(options.home) as running:
        token = running.token("hr")
        one(running, token, 2)
        before = processor(running)
        told("one viewer", one(running, token, 30), processor(running) - before)
        tokens = [running.token("hr") for _ in range(options.viewers)]
        before = processor(running)
        told(f"{options.viewers} viewers", many(running, tokens, options.rounds), processor(running) - before)


if __name__ == "__main__":
    main()
