"""Is this installation sound? Every check in one sentence, with what mends it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import CommonGroundError
from dashboard.schema.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]
LEAST_FREE_GB = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and how to mend it if it failed."""

    name: str
    passed: bool
    found: str
    mend: str = ""


def examine(home: str) -> list[Finding]:
    """Every check of the installation and of this home. Never raises: a check that cannot run has failed and says why."""
    checks: tuple[Callable[[str], Finding], ...] = (_python, _packages, _zones, _disk, _folder, _records, _facts, _audit, _release)
    found = []
    for check in checks:
        try:
            found.append(check(home))
        except (CommonGroundError, OSError) as error:
            found.append(Finding(check.__name__.strip("_"), False, str(error)))
    return found


def _python(_home: str) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), version, "Python 3.11 or newer is needed.")


def _packages(_home: str) -> Finding:
    """Are the pinned packages installed in their pinned versions?"""
    wrong = []
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        pinned = re.match(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)", line)
        if not pinned:
            continue
        try:
            installed = importlib.metadata.version(pinned[1])
        except importlib.metadata.PackageNotFoundError:
            installed = "missing"
        if installed != pinned[2]:
            wrong.append(f"{pinned[1]} {installed} (needs {pinned[2]})")
    return Finding("packages", not wrong, "; ".join(wrong) or "as pinned", "Run: python3 start.py")


def _zones(_home: str) -> Finding:
    from zoneinfo import available_timezones

    return Finding("time zones", "Europe/London" in available_timezones(), f"{len(available_timezones())} known", "Install the tzdata package.")


def _disk(home: str) -> Finding:
    place = Path(home).expanduser()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    return Finding("disk", free >= LEAST_FREE_GB, f"{free:.1f} GB free", f"Imports need at least {LEAST_FREE_GB:g} GB.")


def _folder(home: str) -> Finding:
    """Can the home be written to, and is its key private?"""
    from dashboard.store.home import Home

    one = Home(home)
    with tempfile.TemporaryFile(dir=one.path):
        pass
    key = one.path / "site.key"
    private = os.name == "nt" or not key.exists() or key.stat().st_mode & 0o077 == 0
    return Finding("home", private, str(one.path), f"Make the key private: chmod 600 {key}")


def _records(home: str) -> Finding:
    from dashboard.services.house import House
    from dashboard.store.people import People

    people = len(People(House(home).records).all())
    return Finding("records", True, f"open, {people} people")


def _facts(home: str) -> Finding:
    """Can every table be read?"""
    from dashboard.services.house import House

    facts = House(home).facts
    counts = {name: int(facts.tally(name)["n"].sum()) for name in TABLES if facts.version(name) >= 0}
    return Finding("facts", True, ", ".join(f"{name} {n:,}" for name, n in counts.items()) or "no imports yet")


def _audit(home: str) -> Finding:
    """Is the audit log unbroken?"""
    from dashboard.services.house import House
    from dashboard.store.audit import Audit

    verdict = Audit(House(home).records).verify()
    found = f"{verdict.lines} lines, unbroken" if verdict.whole else f"line {verdict.first_bad}: {verdict.reason}"
    return Finding("audit log", verdict.whole, found, "A line was changed or removed; compare with a backup.")


def _release(home: str) -> Finding:
    """Does what the public sees belong to the data that are stored?"""
    from dashboard.services import releases
    from dashboard.services.house import House
    from dashboard.store.releases import Releases

    house = House(home)
    newest = Releases(house.records).newest()
    if newest is None:
        return Finding("published tables", house.facts.version("stops") < 0, "none yet", "Import stops, or undo and import again.")
    current = newest.catalog.get("state") == releases.state(house)
    return Finding("published tables", current, f"release {newest.id}", "Data or settings changed since; the next import renews it.")
