"""Run the attacks over every wave of the sample and over a staff made to be betrayed, and write down what they found, for the Methods page.

Run: python -m tests.attacks.report
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.services.employee import attacked, sample
from dashboard.services.house import House
from tests.attacks import hostile, taking, trying
from tests.attacks.exposed import of_sample
from tests.attacks.files import telling
from tests.attacks.test_interfaces import SECRET

FILES = "files"  # run by tests/attacks/test_files.py, since it needs a server


def run(house: House) -> dict[str, Any]:
    """What each attack found in the real releases, and in those of a careless house: every number is the same each time."""
    waves = [*of_sample(house), hostile.wave(hostile.answers())]
    with hostile.minimum_alone():
        shown = [hostile.wave(hostile.answers())]
    with hostile.banding_undone():
        said = [hostile.wave(hostile.answers())]
    found = []
    for attack, careless in ((trying.solving, shown), (trying.few, shown), (trying.pairs, shown), (trying.whole_numbers, said)):
        found.append(asdict(attack(waves)) | {"careless": attack(careless).found})
    given = hostile.answers()
    moved = [dict(one) | ({"U1": "support"} if place == 0 else {}) for place, one in enumerate(given)]
    found.append(asdict(trying.canary(range(12))) | {"careless": trying.strayed(given, moved, 0, "M11")[1]})
    found.append(asdict(trying.leavers(range(40))) | {"careless": trying.leavers(range(40), 0.0).found})
    return {"waves": len(waves), "attacks": found}


def files(folder: Path) -> dict[str, Any]:
    """How many files that roles can take away tell two homes apart whose staff answered otherwise, and how many careless files are found out."""
    before, after = taking.both(folder)
    tried, found = telling(before.files, after.files, (SECRET,))
    made = {("", name): content for name, content in taking.careless().items()}
    return {"name": FILES, "tried": tried, "found": len(found), "worst": None, "careless": len(telling(made, made, (SECRET,))[1])}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "home")
        sample.make(house, "attacks")
        made = {"day": dt.datetime.now(dt.UTC).date().isoformat()} | run(house)
        made["attacks"].append(files(Path(folder)))
        attacked.KEPT.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        house.records.close()
