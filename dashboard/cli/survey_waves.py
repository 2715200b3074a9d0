"""How are the waves of a file called, and when were they asked? What a person says on the command line, in place of what the file says."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.errors import ScopeError

if TYPE_CHECKING:
    from dashboard.services.surveys.bringing import WavePlan
    from dashboard.services.surveys.checking import Checked, CheckedWave

FLAGS = {"name": "--wave", "opens": "--from", "closes": "--until"}


def add(one: argparse.ArgumentParser) -> None:
    """The three options."""
    many = "of a file with several waves say of which, and repeat it: 2023={}"
    one.add_argument("--wave", dest="name", action="append", default=[], metavar="NAME", help=f"what the wave is called; {many.format('Spring')}")
    one.add_argument("--from", dest="opens", action="append", default=[], metavar="DAY", help=f"its first day; {many.format('2023-03-01')}")
    one.add_argument("--until", dest="closes", action="append", default=[], metavar="DAY", help=f"its last day; {many.format('2023-05-31')}")


def said(options: argparse.Namespace) -> dict[str, list[str]]:
    """What was said, by what it is about; empty when nothing was."""
    return {about: getattr(options, about) for about in FLAGS if getattr(options, about)}


def renamed(checked: Checked, wanted: Mapping[str, Sequence[str]]) -> Checked:
    """The check with its waves as a person wants them. ScopeError for a wave that the file does not have, a day that is none, or names twice."""
    waves = {one.key: one for one in checked.waves}
    for about, texts in wanted.items():
        for text in texts:
            key, value = _part(text, waves, FLAGS[about])
            read: Callable[[str], Any] = str.strip if about == "name" else _day
            waves[key] = replace(waves[key], **({about: read(value)} | ({} if about == "name" else {"dated": True})))
    for one in waves.values():
        if one.closes < one.opens:
            raise ScopeError(f"The last day of {one.name} ({one.closes}) lies before its first ({one.opens}).", hint="Give --from and --until.")
    names = [one.name for one in waves.values()]
    if len(set(names)) < len(names) or not all(names):
        raise ScopeError("Every wave needs a name of its own.", hint="Give --wave once for each, such as --wave 2023=Spring.")
    return replace(checked, waves=tuple(waves.values()))


def plans(checked: Checked) -> dict[str, WavePlan]:
    """The waves as they are to be stored."""
    from dashboard.services.surveys.bringing import WavePlan

    return {one.key: WavePlan(one.name, one.opens, one.closes) for one in checked.waves}


def _part(text: str, waves: Mapping[str, CheckedWave], flag: str) -> tuple[str, str]:
    """Of which wave something is said, and what. Of a file with one wave it need not be named."""
    key, equals, value = text.partition("=")
    if equals and key in waves:
        return key, value
    if len(waves) == 1:
        return next(iter(waves)), text
    there = ", ".join(waves)
    raise ScopeError(f"{flag} {text}: say of which wave.", hint=f"The file has {there}: for example {flag} {next(iter(waves), 'WAVE')}={text}.")


def _day(text: str) -> dt.date:
    """A day as year-month-day."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise ScopeError(f"'{text}' is no day.", hint="Write it as year-month-day, such as 2026-03-31.") from None
