"""Do action plans know more than the release? Two homes whose hidden groups answered differently offer, refuse and list the same, word for word."""

from __future__ import annotations

import contextlib
import io
import json

from dashboard.cli.parser import main
from dashboard.errors import ScopeError
from dashboard.services.employee import actions, closing, reading
from dashboard.services.employee.actions import Action
from dashboard.services.house import House
from tests.attacks.test_interfaces import Given, first, otherwise, visible
from tests.services.employee.staffing import BOTH, DAY, UNITS, begun, opened


def told(folder, given: Given) -> dict[str, str]:
    """Everything that plans tell of one home: what is offered for every unit and question, every refusal, the list and its history."""
    home = House(folder)
    survey = begun(home)
    wave = opened(home, survey, BOTH, heads={"whole": {"": 140.0}})
    closing.reduce(home, wave.id, given.answers, [], "Hana")
    asked = tuple(reading.results(home, survey).latest.about["questions"])
    found = {"units": json.dumps(actions.units(home, survey))}
    for unit in ("", *UNITS, "nowhere"):
        found["offered", unit] = json.dumps(actions.offered(home, survey, unit))
        for question in asked:
            try:
                actions.keep(home, Action("", survey, "", question, "A promise", "Somebody", DAY, unit=unit), "Hana")
                found["kept", unit, question] = "kept"
            except ScopeError as refused:
                found["kept", unit, question] = f"{refused.message} {refused.hint}"
    for words in (("plans",), ("plans", "offered", survey, "--unit", "communications"), ("plans", "offered", survey)):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            main(["staff-survey", *words, "--json", "--home", str(folder)])
        text = out.getvalue()
        rows = json.loads(text)
        found[words[:2]] = json.dumps(sorted(json.dumps({name: value for name, value in row.items() if name != "plan"}) for row in rows))
    return found


def test_plans_know_no_more_than_the_release(tmp_path):
    before, after, moved = told(tmp_path / "a", first()), told(tmp_path / "b", otherwise()), told(tmp_path / "c", visible())
    assert before == after
    assert before["kept", "communications", "M11"] == before["kept", "nowhere", "M11"], "a small unit and none sound the same"
    said = {unit: {text for key, text in before.items() if key[:2] == ("kept", unit)} for unit in UNITS}
    assert "kept" not in said["communications"]
    assert "kept" in said["patrol"]
    assert before != moved, "the control: where the release differs, what plans offer does"
