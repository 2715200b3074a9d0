"""A home with stops of one year and nothing else."""

from __future__ import annotations

import pytest

from dashboard.services import imports
from dashboard.services.house import House

HEADER = "raw_row_number,date,time,location,subject_race,subject_sex,type,search_conducted,contraband_found,outcome,district"
ROWS = [
    f"{n},2024-{n % 12 + 1:02d}-0{n % 9 + 1},1{n % 10}:00,Main,{'white' if n % 2 else 'black'},male,vehicular,"
    f"{'TRUE' if n % 5 == 0 else 'FALSE'},{'TRUE' if n % 10 == 0 else 'FALSE' if n % 5 == 0 else 'NA'},warning,{'N' if n % 3 else 'S'}"
    for n in range(300)
]


@pytest.fixture(scope="module")
def stops_only(tmp_path_factory):
    """A home with stops of one year and nothing else."""
    folder = tmp_path_factory.mktemp("stops")
    (folder / "stops.csv").write_text("\n".join([HEADER, *ROWS]) + "\n")
    house = House(folder / "home")
    imports.bring(house, [folder / "stops.csv"], "test")
    return house
