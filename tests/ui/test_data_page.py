"""The Data page step by step: an unknown layout is mapped, saved, stored, and known the next time; nothing dropped is lost without a word."""

from pathlib import Path

import pytest

from dashboard.services import arrivals, imports, mappings
from dashboard.services.house import House
from dashboard.ui.importing import KEY, Drop
from tests.services.test_reissued import HEAD, form
from tests.ui.conftest import HEADER, ONE_ROW, words

THREE = Path(__file__).parents[1] / "fixtures" / "philadelphia_complaints"
UNKNOWN = b"When,Ethnicity,Gender,Searched\n%s/04/2023,IC1,M,Yes\n%s/04/2023,Black,F,No\n"
FIRST, SECOND = UNKNOWN % (b"03", b"04"), UNKNOWN % (b"05", b"06")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "home")


@pytest.fixture
def dropped(house, open_page):
    """A function that opens the Data page with these files just dropped."""

    def one(*files):
        app = open_page(house, "data_sources", "analyst")
        drop = arrivals.keep(house, files)
        app.session_state[KEY] = Drop(drop, imports.look(house, drop.paths))
        return app.run()

    return one


def press(app, label):
    """The page after this button."""
    app = next(button for button in app.button if button.label == label).click().run(timeout=60)
    assert not app.exception, app.exception
    return app


def test_a_known_file_is_named_checked_and_stored(dropped, house):
    app = dropped(("one.csv", f"{HEADER}\n{ONE_ROW}\n".encode()))
    app = press(app, "Read and check")
    assert "1 rows read = 1 accepted + 0 set aside + 0 duplicates" in words(app)
    app = press(app, "Store this import")
    assert "Stored 1 rows" in words(app).replace("\\", "")
    assert len(imports.listing(house)) == 1


def test_forgetting_stores_nothing(dropped, house):
    app = press(dropped(("one.csv", f"{HEADER}\n{ONE_ROW}\n".encode())), "Forget these files")
    assert imports.listing(house) == []
    assert not list(house.home.staging.glob("drop-*"))
    assert KEY not in app.session_state


def test_a_layout_that_was_mapped_is_known_the_next_time(dropped, house):
    app = dropped(("april.csv", FIRST), ("late.csv", SECOND))
    assert all("not recognised" in str(cell) for cell in app.table[0].value["Recognised as"])
    assert "no column for the date" in words(app)
    one = mappings.corrected(
        mappings.proposed(house, arrivals.keep(house, [("april.csv", FIRST)]).paths[0], "stops"),
        {"date": "When", "race_group": "Ethnicity", "sex": "Gender", "searched": "Searched"},
        name="Contacts",
        who="Ana",
        order="dmy",
    )
    mappings.keep(house, one, "Ana")
    app = press(dropped(("april.csv", FIRST), ("late.csv", SECOND)), "Read and check")
    assert "4 rows read = 4 accepted" in words(app)


def test_a_proposal_that_fits_is_saved_with_one_button_and_reads_all_its_files(dropped, house):
    files = (("april.csv", FIRST.replace(b"When", b"Stop Date")), ("late.csv", SECOND.replace(b"When", b"Stop Date")))
    app = dropped(*files)
    app = next(box for box in app.selectbox if box.label == "Dates are written").set_value("dmy").run()
    app = press(app, "Save the mapping and check the file")
    assert "4 rows read = 4 accepted" in words(app)
    (one,) = mappings.kept(house)
    assert one.dates.order == "dmy"
    app = press(app, "Store this import")
    assert house.facts.span("stops")[0].isoformat() == "2023-04-03"


def test_a_file_that_nothing_read_is_named_after_storing(dropped):
    app = dropped(("one.csv", f"{HEADER}\n{ONE_ROW}\n".encode()), ("odd.csv", b"a,b\n1,2\n"))
    app = press(press(app, "Read and check"), "Store this import")
    assert "no source read them: odd.csv" in words(app).replace("\\", "")


def test_files_that_belong_together_are_said_and_stored_as_one(dropped, house):
    found = [(path.name, path.read_bytes()) for path in sorted(THREE.iterdir())]
    app = dropped(*found)
    assert "belong together and are read as one import" in words(app).replace("\\", "")
    app = press(app, "Read and check")
    assert "7 rows read = 6 accepted + 0 set aside + 1 duplicates" in words(app)
    assert any("33% of the rows have no officer number" in table.value.to_string() for table in app.table)
    app.checkbox[0].check().run()
    press(app, "Store this import")
    (entry,) = imports.listing(house)
    assert (entry.receipt.accepted, len(entry.receipt.files)) == (6, 3)


def test_one_of_three_files_alone_says_what_is_missing(dropped):
    (path,) = THREE.glob("*disciplines.csv")
    app = dropped((path.name, path.read_bytes()))
    assert "the complaints still missing" in words(app).replace("\\", "")


def test_a_file_issued_again_is_asked_about_before_it_is_stored(dropped, house):
    first = "\n".join([HEAD, form(1, "01-06"), form(2, "02-06"), form(3, "03-06")])
    again = "\n".join([HEAD, form(1, "01-06", 31), form(3, "03-06")])
    press(press(dropped(("september.csv", first.encode())), "Read and check"), "Store this import")
    app = press(dropped(("january.csv", again.encode())), "Read and check")
    assert "1 with other values; 1 row of" in words(app).replace("\\", "")
    assert next(button for button in app.button if button.label == "Store this import").disabled
    app.radio[0].set_value("replace").run(timeout=60)
    app = press(app, "Store this import")
    assert "older rows taken out: 1" in words(app).replace("\\", "")
    assert house.facts.tally("use_of_force", ("age",)).to_dict("records") == [{"age": 30, "n": 1}, {"age": 31, "n": 1}]
