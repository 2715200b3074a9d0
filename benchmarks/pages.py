"""How long does a page take on the server? Every page over a home of any size, cold (nothing kept) and warm (asked before).

    python -m dashboard sample --stops 10000000 --home /tmp/ten-million
    python benchmarks/pages.py --home /tmp/ten-million

Runs the page files as Streamlit runs them, as an analyst and as the public, under several filters. Cold forgets every kept answer first; the
process and its connections stay open, as they do on a server. Prints the slowest, the 95th percentile, by the clock and in processor time (which
other work on the machine moves less), and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PUBLIC = (("overview", {}), ("stops", {}), ("stops", {"period": "2024"}), ("stops", {"district": "Harbor"}), ("open_data", {}), ("methods", {}))
FORCE = (("use_of_force", {}), ("use_of_force", {"period": "2024"}))
COMPLAINTS = (("complaints", {}), ("complaints", {"period": "2024"}))
TESTS = (
    "Side by side",
    "Counts",
    "Benchmark test",
    "Outcome test",
    "Veil of darkness",
    "District by district",
    "Small districts",
    "Over time",
    "Stops per resident",
    "What could be seen",
)
OPEN = (*PUBLIC, *FORCE, *COMPLAINTS)
LONG = ("Comparable stops", "Look-alikes", "Sensitivity", "Threshold test")  # said to take time; asked for one by one
STAFF = (
    *FORCE,
    *COMPLAINTS,
    ("complaints", {"district": "Harbor"}),
    ("use_of_force", {"district": "Harbor"}),
    ("use_of_force", {"period": "last12"}),
    *(("disparity_workbench", {"test": test}) for test in TESTS),
    ("disparity_workbench", {"district": "Harbor"}),
    ("data_sources", {}),
)


def page_script(name: str) -> None:
    """One page inside a navigation that knows all pages."""
    import streamlit as st

    from dashboard.ui import menu

    rows = [st.Page(row.path, title=row.title, url_path=row.address or "overview", default=row.name == name) for row in menu.PAGES]
    st.navigation(rows, position="hidden").run()


Cost = tuple[float, float]  # seconds by the clock, seconds of processor time


def watched(costs: list[Cost]) -> Callable[[Any], None]:
    """Streamlit's run of a page that adds what it cost; reading back what the page sent, which only a test does, is left out."""
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    def run(runner: ScriptRunner) -> None:
        started = time.perf_counter(), time.process_time()
        ScriptRunner._run_script_thread(runner)
        costs.append((time.perf_counter() - started[0], time.process_time() - started[1]))

    return run


def asked(name: str, address: dict[str, str]) -> Cost:
    """What one run of a page costs; a page that fails ends the benchmark."""
    from streamlit.testing.v1 import AppTest
    from streamlit.testing.v1.local_script_runner import LocalScriptRunner

    costs: list[Cost] = []
    LocalScriptRunner._run_script_thread = watched(costs)  # type: ignore[method-assign, assignment]
    app = AppTest.from_function(page_script, kwargs={"name": name}, default_timeout=600)
    for word, value in address.items():
        app.query_params[word] = value
    app.run()
    if app.exception:
        sys.exit(f"{name} {address}: {app.exception}")
    return costs[-1]


def sign_in(home: str) -> None:
    """Run every page as the analyst of this home."""
    os.environ["COMMON_GROUND_HOME"] = home
    from dashboard.access import door
    from dashboard.store.people import People
    from dashboard.ui import visit

    people = People(door.records())
    person = people.named("benchmark") or people.add("Benchmark", "benchmark", ["analyst"])
    token = door.sessions().open(door.sessions().make_link(person.id))
    visit.token = lambda: token


def p95(costs: list[Cost]) -> Cost:
    """The 95th percentiles: what one run in twenty exceeds."""
    clock, processor = (sorted(values)[min(len(values) - 1, int(0.95 * len(values)))] for values in zip(*costs, strict=True))
    return clock, processor


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--home", required=True)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--long", action="store_true", help="also the tests that are said to take some seconds, once each")
    wanted.add_argument("--only", default="", help="one page alone")
    given = wanted.parse_args()
    import streamlit as st

    os.environ["COMMON_GROUND_HOME"] = given.home
    from dashboard.services import force_counts
    from dashboard.services.house import House
    from dashboard.ui import visit

    visit.token = lambda: None  # the public, until an analyst signs in
    asked("methods", {})  # imports and connections
    House(given.home).facts.engine.ready()  # as the server does at its start
    signed = False
    cold: list[Cost] = []
    warm: list[Cost] = []
    runs = [(name, address, place >= len(OPEN)) for place, (name, address) in enumerate((*OPEN, *STAFF))]
    for name, address, staff in runs:
        if given.only and name != given.only:
            continue
        if staff and not signed:
            sign_in(given.home)
            signed = True
        mine: list[Cost] = []
        for _ in range(given.rounds):
            st.cache_resource.clear()
            force_counts.kept.cache_clear()
            mine.append(asked(name, address))
        again = [asked(name, address) for _ in range(given.rounds)]
        cold, warm = cold + mine, warm + again
        (least, _), (most, _), (_, worked), (slow, _) = min(mine), max(mine), min(mine, key=lambda cost: cost[1]), max(again)
        what = next(iter(address.values()), "")
        idle = max(again, key=lambda cost: cost[1])[1]
        print(
            f"{name:22} {what:22} cold {least:6.2f} to {most:6.2f} s (processor {worked:5.2f})   warm {slow:5.2f} s (processor {idle:5.2f})",
            flush=True,
        )
    if given.long:
        for test in LONG:
            st.cache_resource.clear()
            print(f"{'disparity_workbench':22} {test:22} once {asked('disparity_workbench', {'test': test})[0]:6.2f} s", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for title, costs, goal in (("cold", cold, "1.0 at 10 million stops, 1.5 at 100 million"), ("warm", warm, "0.2")):
        clock, processor = p95(costs)
        print(f"p95 {title} {clock:.2f} s by the clock, {processor:.2f} s of processor time (goal {goal})")
    print(f"peak memory {peak:,.0f} MiB (goal 1,536)")


if __name__ == "__main__":
    main()
