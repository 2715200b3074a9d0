"""Early intervention on the command line: bring a list of commendations in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from dashboard.cli.command import DONE, command


def add(commands: Any) -> None:
    """The command."""
    sentence = "Bring in commendations of officers: a CSV with officer (badge number), day, kind and text."
    one = command(commands, "commendations", commendations, sentence, "commendations thanks.csv")
    one.add_argument("file", type=Path, help="the list")


def commendations(options: argparse.Namespace) -> int:
    """Store what is new."""
    from dashboard.services.early import good
    from dashboard.services.house import House

    new, there = good.bring(House(options.home), options.file)
    print(json.dumps({"new": new, "already_there": there}) if options.json else f"{new} stored, {there} were there already")
    return DONE
