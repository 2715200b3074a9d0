"""Every file that a real role can take away: two homes whose staff answered otherwise, and whose releases are equal, must hand out the same bytes.
So nothing that is not in the release, such as a hidden cell, is in a file's text, its particulars or its moments.
"""

from __future__ import annotations

import json

import pytest

from dashboard.services.employee import attacked, closing, showing
from dashboard.ui.frame import as_csv
from tests.attacks import taking
from tests.attacks.files import inside, telling
from tests.attacks.taking import Taken
from tests.attacks.test_interfaces import SECRET, visible
from tests.services.employee.staffing import Officer, opened, sent, tokens


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Taken, Taken]:
    """What two homes handed out whose staff answered otherwise."""
    return taking.both(tmp_path_factory.mktemp("files"))


def test_the_releases_are_equal_and_there_are_files_to_look_at(both):
    before, after = both
    assert before.rows == after.rows
    kinds = {content[:4] for content in before.files.values()}
    assert {b"%PDF", b"PAR1", b"\x89PNG"} <= kinds
    assert any(name.startswith("page our-people: Download") for role, name in before.files if role == "")
    (poster,) = (content for (role, name), content in before.files.items() if role == "hr" and name.endswith("sheet.pdf"))
    assert "Scan" in dict(inside(poster))["text"]


def test_every_file_is_the_same_byte_for_byte_and_holds_no_hidden_word(both):
    before, after = both
    assert telling(before.files, after.files, (SECRET,))[1] == []


def test_the_looking_finds_what_careless_files_hide():
    given = {("", name): content for name, content in taking.careless().items()}
    assert len(telling(given, given, (SECRET,))[1]) == len(given)


def test_the_control_where_an_answer_is_shown_the_file_of_it_differs(empty, both):
    wave = opened(empty, heads={"whole": {"": float(taking.INVITED)}})
    for number, (answers, token) in enumerate(zip(visible().answers, tokens(empty, wave, taking.ANSWERED), strict=True)):
        assert sent(empty, wave, Officer(number, "", "", answers), token).outcome == "stored"
    closing.close(empty, wave.id, "Hana")
    showing.show(empty, wave.id, "Hana", public=True)
    (answer,) = showing.answers(empty)
    ours = set(as_csv(answer).splitlines()[1:])
    file = next(content for (role, name), content in both[0].files.items() if role == "" and name.startswith("page our-people: Download"))
    theirs = set(file.decode().splitlines()[1:])
    assert len(ours & theirs) > 3
    assert any("Morale in the unit" in line for line in ours - theirs)


def test_the_methods_page_says_how_many_files_were_looked_at(both):
    kept = {one["name"]: one for one in json.loads(attacked.KEPT.read_text(encoding="utf-8"))["attacks"]}
    looked_at, found = telling(both[0].files, both[1].files, (SECRET,))
    assert (kept["files"]["tried"], kept["files"]["found"]) == (looked_at, len(found)), "run: python -m tests.attacks.report"
    assert kept["files"]["careless"] == len(taking.careless())
