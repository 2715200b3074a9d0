"""The audit log on the command line: search it, or check that it is whole."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dashboard.cli.ask import print_table
from dashboard.cli.command import DONE, FAILED, command


def add(commands: Any) -> None:
    """The command."""
    one = command(commands, "audit", audit, "Search the audit log, or check that no line was changed or removed.", "audit --verify --json")
    one.add_argument("--verify", action="store_true", help="check every line; exit code 1 when the log is not whole")
    one.add_argument("--anchor", default="", metavar="NUMBER:CODE", help="with --verify: the head that was kept elsewhere")
    one.add_argument("--words", default="", help="words anywhere in a line, or in a person's name")
    one.add_argument("--action", default="", help="one kind of line, such as sign_in_failed")
    one.add_argument("--limit", type=int, default=50, help="so many lines, the newest first (default: %(default)s)")


def audit(options: argparse.Namespace) -> int:
    """Search or verify."""
    from dashboard.services import audit_log
    from dashboard.services.house import House

    house = House(options.home)
    if options.verify:
        return _verify(house, options)
    found = audit_log.search(house, audit_log.Search(options.words, action=options.action, limit=options.limit)).lines
    if options.json:
        rows = [
            {"number": o.number, "when": o.moment.isoformat(), "who": o.who, "what": o.what, "subject": o.subject, "details": o.details}
            for o in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        rows_of_text = [[str(o.number), f"{o.moment:%Y-%m-%d %H:%M:%S}", o.who, o.what, o.subject, o.details] for o in found]
        print_table(["line", "when (UTC)", "who", "what", "of whom or which", "details"], rows_of_text)
    return DONE


def _verify(house: Any, options: argparse.Namespace) -> int:
    """Check every line, and print the head."""
    from dashboard.services import audit_log

    verdict, head = audit_log.verify(house, options.anchor), audit_log.head(house)
    if options.json:
        found = {"whole": verdict.whole, "lines": verdict.lines, "first_bad": verdict.first_bad, "reason": verdict.reason}
        print(json.dumps(found | {"head": f"{head.number}:{head.mac}"}))
    else:
        print(f"{verdict.lines} lines, whole" if verdict.whole else f"NOT WHOLE: {verdict.reason}")
        print(f"head {head.number}:{head.mac}")
    return DONE if verdict.whole else FAILED
