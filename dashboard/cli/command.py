"""What every command shares: --home, --json, --help with an example, and the exit codes.

0 done, 1 could not be done (one sentence on standard error), 2 the command was typed wrongly, 3 the data cannot answer (an honest refusal).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

from dashboard.errors import CommonGroundError

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3
Run = Callable[[argparse.Namespace], int]


def default_home() -> str:
    """The home that is used when none is named: the environment's, else the folder `home/agency`."""
    return os.environ.get("COMMON_GROUND_HOME") or "home/agency"


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Run, sentence: str, example: str, *, prints_data: bool = True
) -> argparse.ArgumentParser:
    """Add one command with the options that all share."""
    one = commands.add_parser(
        name,
        help=sentence,
        description=sentence,
        epilog=f"example:\n  python -m dashboard {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("--home", default=default_home(), help="folder with the agency's data (default: %(default)s)")
    if prints_data:
        one.add_argument("--json", action="store_true", help="print data as JSON")
    one.set_defaults(run=run)
    return one


def pairs(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`column=value` texts as a mapping; a column named twice, or values joined by commas, means any of them."""
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise CommonGroundError(f"'{text}' is not of the form name=value.")
        found[name.strip()] = (*found.get(name.strip(), ()), *(part.strip() for part in value.split(",")))
    return found
