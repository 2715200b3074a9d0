"""Are allegations joined into cases rightly: three officers and two allegations each are one case, three accusations, six allegations?"""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.schema.scope import Audience, Scope
from dashboard.schema.staging import Staged
from dashboard.schema.tables import COMPLAINTS
from dashboard.store.cases import last_day, tally_cases
from dashboard.store.facts import Facts
from dashboard.store.home import Home

DAY = dt.date(2024, 1, 1)


def row(number, case, officer, place, **more):
    base = dict.fromkeys(COMPLAINTS.names) | {
        "complaint_row_id": f"R{number}",
        "complaint_id": case,
        "officer_key": officer,
        "allegation_no": place,
        "agency_id": "A",
        "received_date": DAY,
        "finding": "unfounded",
        "finding_stage": "final",
        "status": "closed",
        "allegation_group": "force",
        "import_id": "one",
        "source_file": "f",
        "source_row": number,
        "row_hash": f"h{number}",
    }
    return base | more


@pytest.fixture
def facts(tmp_path):
    rows = [row(10 * officer + place, "C1", f"o{officer}", place, days_open=20) for officer in range(3) for place in (1, 2)]
    rows[4] |= {"finding": "sustained", "discipline": "reprimand", "days_open": 30}
    rows += [row(90, "C2", None, 1, finding="pending", status="open"), row(91, "C2", None, 2, finding="sustained", discipline="training")]
    rows += [row(92, "C3", None, 1, days_open=100, received_date=DAY)]
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=COMPLAINTS.schema), path)
    found = Facts(Home(tmp_path / "home"))
    staged = Staged("one", "t", "complaints", ("f",), tmp_path, (path,), None, len(rows), len(rows), 0, 0, content_hash="x")
    found.commit(staged, "test")
    return found


def test_cases_accusations_and_allegations_are_three_counts(facts):
    frame = tally_cases(facts, ("complaint_id", "finding", "discipline", "days"), sums=("accusations", "allegations")).set_index("complaint_id")
    assert frame.loc["C1", ["n", "accusations", "allegations"]].tolist() == [1, 3, 6]
    assert (frame.loc["C1", "finding"], frame.loc["C1", "discipline"], frame.loc["C1", "days"]) == ("sustained", "reprimand", 30)
    assert frame.loc["C2", "finding"] == "pending"  # open while one of its allegations is
    assert frame.loc["C2", "days"] == 100  # counted to the data's end
    assert last_day(facts) == DAY + dt.timedelta(days=100)


def test_cases_are_narrowed_like_rows(facts):
    scope = Scope(start=DAY + dt.timedelta(days=1), audience=Audience.STAFF)
    assert tally_cases(facts, (), scope)["n"].sum() == 0
    assert tally_cases(facts, (), Scope(audience=Audience.STAFF).and_where("finding", "pending"))["n"].sum() == 1


def test_kept_cases_follow_the_data(facts):
    assert tally_cases(facts)["n"].sum() == 3
    facts.undo("one", "test")
    assert tally_cases(facts)["n"].sum() == 0
    assert len(list((facts.home.rollups / "complaint_cases").glob("*.parquet"))) == 1
