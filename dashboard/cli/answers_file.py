"""What the commands for other tools' answers have in common, of residents and of staff: how a file is read, and its mapping as a file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import MappingError, SourceError

if TYPE_CHECKING:
    from dashboard.services.surveys.bringing import SurveyMapping


def add(one: argparse.ArgumentParser) -> None:
    """What only a person knows of a file."""
    order = one.add_mutually_exclusive_group()
    order.add_argument("--day-first", dest="order", action="store_const", const="dmy", default="", help="3/4 is 3 April")
    order.add_argument("--month-first", dest="order", action="store_const", const="mdy", help="3/4 is 4 March")
    one.add_argument("--tool", help="the tool that wrote the file, when it should not be recognised by itself")
    one.add_argument("--unfinished", action="store_true", help="take unfinished answers too")


def possible(files: Iterable[Path | None], tool: str | None, tools: Iterable[str]) -> None:
    """Refuse files that are not there and tools that nobody knows."""
    for path in files:
        if path is not None and not path.is_file():
            raise SourceError(f"The file '{path}' does not exist.", hint="Check the path.")
    if tool and tool not in (known := list(tools)):
        raise SourceError(f"No survey tool is named '{tool}'.", hint=f"There are: {', '.join(known)}.")


def mapping_text(path: Path) -> str:
    """A mapping's file as text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping '{path}' cannot be read.", hint="Give a JSON file that --write-mapping wrote.") from error


def write_mapping(path: Path, mapping: SurveyMapping) -> None:
    """The mapping as a new file that only its owner reads: it holds answers as people wrote them."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(mapping.as_json() + "\n")
    except FileExistsError as error:
        raise MappingError(f"The file '{path}' is there already.", hint="Name a new file, so that no corrected mapping is lost.") from error
    except OSError as error:
        raise MappingError(f"The mapping could not be written to '{path}'.", hint="Name a file in a folder that is there.") from error
