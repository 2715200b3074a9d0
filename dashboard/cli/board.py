"""The review board on the command line: draw a sample, list the samples and what waits."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import Any

from dashboard.cli.ask import print_table
from dashboard.cli.bring import who
from dashboard.cli.command import DONE, command


def add(commands: Any) -> None:
    """The command."""
    one = command(commands, "board", board, "List the review board's samples, or draw one by lot.", "board --draw 30 --seed 4711")
    one.add_argument("--draw", type=int, metavar="CASES", help="draw so many decided cases")
    one.add_argument("--seed", type=int, help="seed of the lot; a new one where it is not given")
    one.add_argument("--from", dest="first", type=dt.date.fromisoformat, metavar="DAY", help="first day of receipt, such as 2025-01-01")
    one.add_argument("--to", dest="last", type=dt.date.fromisoformat, metavar="DAY", help="last day of receipt")


def board(options: argparse.Namespace) -> int:
    """Draw, then list."""
    from dashboard.services.accountability import oversight
    from dashboard.services.house import House

    house = House(options.home)
    if options.draw is not None:
        oversight.draw(house, options.draw, who(), seed=options.seed, first=options.first, last=options.last)
    found = oversight.samples(house)
    if options.json:
        rows = [
            {"id": s.id, "drawn": s.drawn.isoformat(), "seed": s.seed, "of_cases": s.of_cases, "cases": list(s.cases), "judged": done}
            for s, done in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    table = [[f"{s.drawn:%Y-%m-%d %H:%M}", str(s.seed), f"{s.size} of {s.of_cases}", str(done), " ".join(s.cases)] for s, done in found]
    print_table(["drawn (UTC)", "seed", "cases", "judged", "numbers"], table)
    return DONE
