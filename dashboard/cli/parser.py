"""Which command was typed, with which options? Runs it, and turns every expected trouble into one sentence and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dashboard.cli import annual, ask, audit, board, bring, care, officers, staff, surveys, words
from dashboard.cli.command import DONE, FAILED, REFUSED, USAGE
from dashboard.errors import CommonGroundError, NotEnoughData


def build() -> argparse.ArgumentParser:
    """The parser with every command."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Common Ground on the command line.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for room in (bring, surveys, staff, ask, care, words, audit, board, officers, annual):
        room.add(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an expected trouble is one sentence on standard error, never a traceback."""
    try:
        options = build().parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int) else USAGE
    try:
        return int(options.run(options))
    except NotEnoughData as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except CommonGroundError as error:
        print(error, file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return DONE
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return FAILED
