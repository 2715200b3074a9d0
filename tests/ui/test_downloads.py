"""Files that leave a page: released numbers only, because the engine's own download link works for everybody who has it."""

import re
from pathlib import Path

import pytest

from dashboard.ui import menu

# file -> why its download may be fetched by anybody who holds the link
MAPPING = "names of columns and words of answers, no row"
EXAMPLE = "an example without data"
ALLOWED = {
    "frame.py": "answers over released tables",
    "mapping.py": MAPPING,
    "bringing.py": MAPPING,
    "survey_imports.py": MAPPING,
    "census.py": EXAMPLE,
    "policies.py": EXAMPLE,
    "outreach_desk.py": EXAMPLE,
}


def test_only_these_files_use_the_engines_download_link():
    used = {file.name for folder in ("dashboard", "pages") for file in (menu.ROOT / folder).rglob("*.py") if "download_button" in file.read_text()}
    assert used == set(ALLOWED)


def test_numbers_leave_only_when_their_answer_is_public():
    text = Path(menu.ROOT / "dashboard/ui/frame.py").read_text(encoding="utf-8")
    body = text[text.index("def take_away") :]
    assert re.search(r"not found\.public:\n\s+return", body[: body.index("st.download_button")])


@pytest.mark.parametrize(("name", "role", "some"), [("stops", "", True), ("stops", "analyst", True), ("disparity_workbench", "analyst", False)])
def test_released_numbers_are_offered_and_staff_numbers_are_not(riverton, open_page, name, role, some):
    app = open_page(riverton, name, role)
    assert not app.exception
    assert bool(app.get("download_button")) is some
