"""How long do Community trust, Post-contact and Voices take on the server when 100,000 people have answered? Cold (nothing kept) and warm.

    python benchmarks/trust_page.py --home /tmp/answered [--answers 100000]

Makes the home first where it is missing: sixteen closed community waves and eight of the contact survey, at least so many answers each, written,
launched, stored, closed, weighted and frozen by the project's own services, as the sample agency's are. Then runs the page files as Streamlit runs
them, as the public and as an analyst, under several choices. Cold forgets every kept answer, figure and unpacked result first; the process and its
connections stay open, as they do on a server. Prints by the clock and in processor time, which other work on the machine moves less.
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

from benchmarks.pages import Cost, asked, p95, sign_in  # noqa: E402

TRUST = ({}, {"look": "C1"}, {"look": "C4", "by": "race"}, {"by": "age"})
PUBLIC = (*(("trust", one) for one in TRUST), ("voices", {}), ("overview", {}))
STAFF = (*(("trust", one) for one in TRUST), ("post_contact", {}), ("post_contact", {"by": "area"}), ("voices", {}))
GOALS = {"cold": 1.0, "warm": 0.2}


def made(home: Path, answers: int) -> None:
    """The home, where it is missing; what it holds, and how long it took."""
    from dashboard.services.house import House
    from dashboard.services.surveys import sample
    from dashboard.store.answers import Answers
    from dashboard.store.surveys import Surveys
    from data_sources.sample import opinions

    house, begun = House(home), (time.perf_counter(), time.process_time())
    house.home.mark_sample()
    sample.make(house, "benchmark", answers / (opinions.CONTACT_QUARTERS * opinions.CONTACTS_A_QUARTER))
    took, used = time.perf_counter() - begun[0], time.process_time() - begun[1]
    for name in (sample.COMMUNITY, sample.CONTACT):
        waves = [wave for wave in Surveys(house.records).waves(name) if wave.state == "closed"]
        print(f"{name}: {sum(len(Answers(house.records).of_wave(wave.id)) for wave in waves):,} answers in {len(waves)} closed waves")
    print(f"made and frozen in {took:.0f} s ({used:.0f} s of processor)", flush=True)


def forget() -> None:
    """Nothing is kept of what was asked before."""
    import streamlit as st

    from dashboard.store import survey_releases
    from dashboard.ui import cache

    st.cache_resource.clear()
    cache.figure.cache_clear()
    survey_releases._content.cache_clear()


def views(wanted: tuple[tuple[str, dict[str, str]], ...], who: str, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """Every view, cold and warm."""
    cold: list[Cost] = []
    warm: list[Cost] = []
    for name, address in wanted:
        mine = []
        for _ in range(rounds):
            forget()
            mine.append(asked(name, address))
        again = [asked(name, address) for _ in range(rounds)]
        cold, warm = cold + mine, warm + again
        (clock, worked), (slow, used) = (tuple(sorted(values)[len(values) // 2] for values in zip(*costs, strict=True)) for costs in (mine, again))
        what = " ".join(address.values())
        print(f"{who:8} {name:14} {what:10} cold {clock:5.2f} s (processor {worked:5.2f})   warm {slow:5.2f} s (processor {used:5.2f})", flush=True)
    return cold, warm


def main() -> None:
    """Make, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.environ["COMMON_GROUND_HOME"] = str(options.home)
    made(options.home, options.answers)
    from dashboard.ui import visit

    visit.token = lambda: None  # the public, until an analyst signs in
    asked("methods", {})  # imports and connections
    asked("trust", {})
    cold, warm = views(PUBLIC, "public", options.rounds)
    sign_in(str(options.home))
    more = views(STAFF, "analyst", options.rounds)
    for kind, costs in (("cold", cold + more[0]), ("warm", warm + more[1])):
        clock, processor = p95(costs)
        print(f"p95 {kind} {clock:.2f} s by the clock, {processor:.2f} s of processor time (goal {GOALS[kind]})")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB, the making included")


if __name__ == "__main__":
    main()
