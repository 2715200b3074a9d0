"""The command that reads comments."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dashboard.cli.command import DONE, command
from dashboard.schema import say

WHO = "command line"
WAIT = 5.0  # seconds


def add(commands: Any) -> None:
    """The reading command."""
    command(commands, "comments", comments, "Read new survey comments: redact, language, tone, themes.", "comments --home home/agency --json")


def comments(options: argparse.Namespace) -> int:
    """Read what is unread and say how all comments stand."""
    from dashboard.services.house import House
    from dashboard.services.surveys import upkeep

    done = upkeep.read_on(House(options.home), WHO, WAIT)
    found = done.counts
    stands = {"waiting": found.waiting, "released": found.released, "kept_back": found.kept_back, "in_open_surveys": found.coming}
    if options.json:
        print(json.dumps({"read": done.read, "read_again": done.again, **stands}))
        return DONE
    again = f", {say.count(done.again)} again under a new codebook or roster" if done.again else ""
    print(f"{say.count(done.read)} comments were read{again}.")
    print(f"{say.count(found.waiting)} wait for review, {say.count(found.released)} are released, {say.count(found.kept_back)} kept back.")
    if found.coming:
        print(f"{say.count(found.coming)} belong to surveys that are still open and are read when those close.")
    return DONE
