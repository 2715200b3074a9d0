"""The sample agency in a home of its own: every table generated, committed like any import, and published."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.errors import StoreError
from dashboard.services import releases
from dashboard.services.accountability import board_sample
from dashboard.services.employee import sample as staff
from dashboard.services.house import House
from dashboard.services.library import sample as library
from dashboard.services.outreach import sample as outreach
from dashboard.services.surveys import sample as surveys

if TYPE_CHECKING:
    from dashboard.schema.problems import Receipt

Progress = Callable[[float, str], None]
WHO = "sample agency"


def present(home: Path | str) -> bool:
    """Whether this home already holds the whole sample agency."""
    house = House(home)
    return house.home.sample and house.facts.version("stops") >= 0 and _published(house)


def _published(house: House) -> bool:
    """Whether its tables were published, the last step of making it."""
    from dashboard.store.releases import Releases

    return Releases(house.records).newest() is not None


def make(home: Path | str, stops: int = 120_000, progress: Progress | None = None) -> list[Receipt]:
    """Generate the sample agency into this home. StoreError when the home holds real data; made anew steps are skipped when made before."""
    from data_sources.sample import generate

    house = House(home)
    if os.environ.get("COMMON_GROUND_RECORDS"):
        hint = "Unset COMMON_GROUND_RECORDS; the sample agency keeps its own records."
        raise StoreError("The sample agency is not made over records elsewhere, which may be a real agency's.", hint=hint)
    if not house.home.sample and house.facts.tables():
        raise StoreError("This home holds real data, so the sample agency is not made in it.", hint="Choose an empty folder with --home.")
    house.home.mark_sample()
    _settings(house)
    _boundaries(house)
    say = progress or (lambda _share, _words: None)
    say(0.05, "Inventing four years of Riverton")
    receipts = []
    made = generate.sample(house.home.staging, stops=stops)
    for number, staged in enumerate(made):
        say(0.4 + 0.4 * number / len(made), f"Storing {staged.table}")
        receipts.append(house.facts.commit(staged, WHO))
    _policies(house)
    say(0.8, "Asking the residents")
    surveys.make(house, WHO)
    say(0.87, "Asking the staff")
    staff.make(house, WHO)
    outreach.make(house, WHO)
    board_sample.make(house, WHO)
    library.make(house, WHO)
    say(0.9, "Protecting and publishing the tables")
    releases.publish(house, WHO)
    _ledger(house)
    say(1.0, "The sample agency is ready")
    return receipts


def _settings(house: House) -> None:
    """The sample agency's own name, area and zone."""
    from dashboard.store.saved import Saved
    from data_sources.sample import agency

    saved = Saved(house.records)
    for name, value in {**agency.SETTINGS, "agency.name": f"{agency.SETTINGS['agency.name']} Police Department"}.items():
        if house.settings[name] != value:
            saved.set(name, value, WHO)


def _policies(house: House) -> None:
    """Its changes of policy."""
    from dashboard.store.policies import Policies
    from data_sources.sample import policy

    Policies(house.records).add(policy.CHANGES, WHO)


def _boundaries(house: House) -> None:
    """The shapes of its districts."""
    from dashboard.store import boundaries
    from data_sources.sample import shapes

    boundaries.keep(house.home, shapes.districts())


def _ledger(house: House) -> None:
    """The ledger, written from the facts."""
    from dashboard.store.ledger import Ledger

    Ledger(house.records, house.facts).rebuild()


def as_csv(path: Path, stops: int) -> int:
    """The sample stops as one CSV in the Stanford layout; returns how many rows."""
    import tempfile

    from data_sources.sample import export, generate

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = generate.sample(Path(folder), stops=stops, tables=("stops",))
        return export.write_csv(made[0].accepted, path)
