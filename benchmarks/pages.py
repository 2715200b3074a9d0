"""How long does a page take on the server? Every page over a home of any size, cold (nothing kept) and warm (asked before).

    python -m dashboard sample --stops 10000000 --home /tmp/ten-million
    python benchmarks/pages.py --home /tmp/ten-million

Runs the page files as Streamlit runs them, as an analyst and as the public, under several filters. Cold forgets every kept answer first; the
process and its connections stay open, as they do on a server. Prints the slowest, the 95th percentile and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PUBLIC = (("overview", {}), ("stops", {}), ("stops", {"period": "2024"}), ("stops", {"district": "Harbor"}), ("open_data", {}), ("methods", {}))
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
LONG = ("Comparable stops", "Look-alikes", "Sensitivity", "Threshold test")  # said to take time; asked for one by one
STAFF = (*(("disparity_workbench", {"test": test}) for test in TESTS), ("disparity_workbench", {"district": "Harbor"}), ("data_sources", {}))


def page_script(name: str) -> None:
    """One page inside a navigation that knows all pages."""
    import streamlit as st

    from dashboard.ui import menu

    rows = [st.Page(row.path, title=row.title, url_path=row.address or "overview", default=row.name == name) for row in menu.PAGES]
    st.navigation(rows, position="hidden").run()


def asked(name: str, address: dict[str, str]) -> float:
    """Seconds of one run of a page; a page that fails ends the benchmark."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_function(page_script, kwargs={"name": name}, default_timeout=600)
    for word, value in address.items():
        app.query_params[word] = value
    started = time.perf_counter()
    app.run()
    seconds = time.perf_counter() - started
    if app.exception:
        sys.exit(f"{name} {address}: {app.exception}")
    return seconds


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


def p95(values: list[float]) -> float:
    """The 95th percentile: the value that one run in twenty exceeds."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--home", required=True)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--long", action="store_true", help="also the tests that are said to take some seconds, once each")
    given = wanted.parse_args()
    import streamlit as st

    os.environ["COMMON_GROUND_HOME"] = given.home
    from dashboard.ui import visit

    visit.token = lambda: None  # the public, until an analyst signs in
    asked("methods", {})  # imports and connections
    signed = False
    cold: list[float] = []
    warm: list[float] = []
    for name, address in (*PUBLIC, *STAFF):
        if (name, address) in STAFF and not signed:
            sign_in(given.home)
            signed = True
        mine: list[float] = []
        for _ in range(given.rounds):
            st.cache_resource.clear()
            mine.append(asked(name, address))
        again = [asked(name, address) for _ in range(given.rounds)]
        cold, warm = cold + mine, warm + again
        print(f"{name:22} {next(iter(address.values()), ''):22} cold {min(mine):6.2f} to {max(mine):6.2f} s   warm {max(again):5.2f} s", flush=True)
    if given.long:
        for test in LONG:
            st.cache_resource.clear()
            print(f"{'disparity_workbench':22} {test:22} once {asked('disparity_workbench', {'test': test}):6.2f} s", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"p95 cold {p95(cold):.2f} s (goal 1.0), p95 warm {p95(warm):.2f} s (goal 0.2), peak {peak:,.0f} MiB (goal 1,536)")


if __name__ == "__main__":
    main()
