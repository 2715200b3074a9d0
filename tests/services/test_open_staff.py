"""Staff results as open tables: the numbers of the page and no others, only while HR shows them, reproducible while they may be had."""

import csv
import io

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import NotEnoughData, ScopeError
from dashboard.services import embeds, open_data, open_formats, open_packages, open_staff
from dashboard.services.employee import closing, reading, showing
from dashboard.services.house import House
from dashboard.store.staff_releases import StaffReleases

HR = Principal("hr", "Hana", ("hr",))


def rows_of(one) -> list[dict[str, str]]:
    """The rows of a table's CSV."""
    return list(csv.DictReader(io.StringIO(b"".join(open_formats.as_csv(one)).decode())))


def staff_tables(house) -> list[open_data.OpenTable]:
    """The open tables of staff results, as anybody finds them."""
    return [one for one in open_data.tables(House(house.home, visitor=ANYONE)) if one.name.startswith(open_staff.STAFF)]


@pytest.fixture
def hr(own_riverton) -> House:
    """The sample agency, asked by HR."""
    return House(own_riverton.home, visitor=HR)


def test_the_table_holds_what_the_page_shows_and_nothing_else(riverton):
    (one,) = staff_tables(riverton)
    (page,) = showing.answers(riverton)
    rows = rows_of(one)
    shown = {row["value"] for row in rows if row["statistic"] != "people"}
    on_page = [cell for table in page.tables for row in table.rows for cell in row[1:]]
    assert len(rows) == len(on_page) + 1, "and how many answered"
    assert shown == {str(cell.value) for cell in on_page if cell.value is not None}
    assert {row["cut"] for row in rows} == {"whole"}
    assert all(row["status"] == ("shown" if row["value"] else "not shown") for row in rows)
    answers = {float(row["answers"]) for row in rows if row["answers"]}
    assert all(n % 5 == 0 and n >= 10 for n in answers)


def test_no_wave_that_hr_does_not_show_is_anywhere(riverton):
    frozen = [one for name in ("riverton-annual", "riverton-pulse") for one in StaffReleases(riverton.records).of_survey(name)]
    hidden = {one.id for one in frozen if not one.public}
    assert hidden
    listed = {one.id for one in open_data.history(riverton)}
    assert not hidden & listed
    for name in sorted(hidden)[:2]:
        with pytest.raises(ScopeError, match="no release"):
            open_data.past(riverton, name)
        with pytest.raises(ScopeError):
            open_staff.past(riverton, name)
        with pytest.raises(NotEnoughData):
            showing.of_release(riverton, name)


def test_hr_shows_a_wave_and_takes_it_back(hr):
    before = len(staff_tables(hr))
    one = next(one for one in StaffReleases(hr.records).of_survey("riverton-pulse") if not one.public)
    showing.show(hr, one.wave_id, "hr", public=True)
    made = next(table for table in staff_tables(hr) if table.release == one.id)
    assert len(staff_tables(hr)) == before + 1
    assert [rows_of(table) for table in open_data.past(hr, one.id)] == [rows_of(made)]
    assert any(entry.id == one.id and entry.state == "in force" for entry in open_data.history(hr))
    assert embeds.framed(hr, made.name, "staff").answer.public
    showing.show(hr, one.wave_id, "hr", public=False)
    assert len(staff_tables(hr)) == before
    assert all(entry.id != one.id for entry in open_data.history(hr))
    with pytest.raises(ScopeError):
        open_data.past(hr, one.id)
    with pytest.raises(ScopeError):
        embeds.framed(hr, made.name, "staff")


def test_a_number_that_a_correction_withholds_can_no_more_be_had(hr):
    (old,) = staff_tables(hr)
    frozen = next(one for one in StaffReleases(hr.records).of_survey("riverton-annual") if one.public)
    question = next(row["question"] for row in rows_of(old) if row["statistic"] == "favourable")
    closing.withhold(hr, frozen.wave_id, "hr", question=question)
    (new,) = staff_tables(hr)
    assert new.release != old.release
    row = next(row for row in rows_of(new) if row["question"] == question)
    assert (row["value"], row["status"]) == ("", "not shown")
    states = {entry.id: entry.state for entry in open_data.history(hr)}
    assert (states[new.release], states[old.release]) == ("in force", "taken back")
    with pytest.raises(ScopeError, match="taken back"):
        open_data.past(hr, old.release)


def test_harvesters_find_it_with_its_dictionary(riverton):
    (one,) = staff_tables(riverton)
    about = open_data.about(one)
    assert "promoters" in about["dictionary"]["statistic"]
    assert about["words"]["eei"] == "Engagement index, 0 to 100"
    package = open_packages.frictionless(riverton, [one], "https://trust.example.gov")
    assert package["resources"][0]["path"].endswith(f"/data/releases/{one.release}/{one.name}.csv")
    assert reading.in_force(riverton)
