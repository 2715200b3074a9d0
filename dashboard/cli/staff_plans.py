"""`python -m dashboard staff-survey plans ...`: what was promised after staff surveys, written down, changed, and what became of it."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from dashboard.cli.ask import print_table
from dashboard.cli.bring import who
from dashboard.cli.command import DONE, command
from dashboard.cli.told import plain
from dashboard.errors import ScopeError

if TYPE_CHECKING:
    from dashboard.services.employee.actions import Tracked
    from dashboard.services.house import House

STEPS = ("list", "offered", "add", "change", "history", "remove")
MONTHS = dt.timedelta(days=90)


def add(inner: Any) -> None:
    """The command."""
    one = command(
        inner,
        "plans",
        plans,
        "Action plans after staff surveys: list, offered, add, change, history, remove.",
        "staff-survey plans add SURVEY --question M11 --unit patrol --promised '...' --owner 'Patrol commander' --due 2031-01-31",
    )
    one.add_argument("step", nargs="?", choices=STEPS, default="list", help="what to do (default: %(default)s)")
    one.add_argument("id", nargs="?", default="", help="the survey, for offered and add; the plan, for change, history and remove")
    one.add_argument("--question", default="", help="the question whose result the plan answers, as `plans offered` names it")
    one.add_argument("--unit", default="", help="the unit that the plan is for, where its result is shown (default: everybody)")
    one.add_argument("--promised", help="what is promised")
    one.add_argument("--owner", help="who sees to it")
    one.add_argument("--due", type=dt.date.fromisoformat, help="until when, YYYY-MM-DD (default: in ninety days)")
    one.add_argument("--done", help="what was done, or why it was dropped")
    one.add_argument("--state", choices=("planned", "done", "dropped"), help="how it stands")
    one.add_argument("--show", action=argparse.BooleanOptionalAction, help="show promise and outcome to everybody")


def plans(options: argparse.Namespace) -> int:
    """One of the steps."""
    from dashboard.services.house import House

    if options.step != "list" and not options.id:
        raise ScopeError(f"Say which {'survey' if options.step in {'offered', 'add'} else 'plan'}.", hint="`plans` and `list` name them.")
    step = {"list": _list, "offered": _offered, "add": _add, "change": _change, "history": _history, "remove": _remove}[options.step]
    return step(House(options.home), options)


def _shown(options: argparse.Namespace, rows: list[dict[str, Any]]) -> int:
    """Rows as JSON or as a table."""
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif rows:
        print_table(list(rows[0]), [[plain(str(cell)) for cell in row.values()] for row in rows])
    else:
        print("There is none.")
    return DONE


def _row(one: Tracked) -> dict[str, Any]:
    """One plan: words, and released numbers alone."""
    from dashboard.schema import say

    numbers = {"then": say.value(one.then, "percent"), "now": say.value(one.now, "percent")}
    about = {"plan": one.action.id, "for": one.unit or "everybody", "promised": one.action.promised, "after": one.question, "owner": one.action.owner}
    return about | {"until": str(one.action.due), "state": "overdue" if one.overdue else one.action.state, "done": one.action.done} | numbers


def _list(house: House, options: argparse.Namespace) -> int:
    """Every plan."""
    from dashboard.services.employee import actions

    return _shown(options, [_row(one) for one in actions.tracked(house) if options.unit in {"", one.action.unit}])


def _offered(house: House, options: argparse.Namespace) -> int:
    """Which results a plan can answer."""
    from dashboard.services.employee import actions

    found = actions.offered(house, options.id, options.unit)
    if not options.unit and not options.json:
        print(f"Units with shown results: {', '.join(actions.units(house, options.id)) or 'none'}")
    return _shown(options, [{"question": name, "result": words} for name, words in found.items()])


def _add(house: House, options: argparse.Namespace) -> int:
    """A new one."""
    from dashboard.services.employee import actions
    from dashboard.services.forms import today

    due = options.due or today(house) + MONTHS
    made = actions.Action("", options.id, "", options.question, options.promised or "", options.owner or "", due, options.done or "")
    made = dataclasses.replace(made, state=options.state or made.state, shown=bool(options.show), unit=options.unit)
    kept = actions.keep(house, made, who())
    return _said(options, {"plan": kept.id}, f"Plan {kept.id} is kept.")


def _change(house: House, options: argparse.Namespace) -> int:
    """What is named is changed, and the rest stays."""
    from dashboard.services.employee import actions

    old = _named(house, options.id)
    given = {"promised": options.promised, "owner": options.owner, "due": options.due, "done": options.done, "state": options.state}
    changed = {name: value for name, value in (given | {"shown": options.show}).items() if value is not None}
    kept = actions.keep(house, dataclasses.replace(old.action, **changed), who())
    return _said(options, {"plan": kept.id, "changed": sorted(changed)}, f"Plan {kept.id} is kept.")


def _named(house: House, name: str) -> Tracked:
    """The plan of that id."""
    from dashboard.services.employee import actions

    found = next((one for one in actions.tracked(house) if one.action.id == name), None)
    if found is None:
        raise ScopeError(f"There is no plan '{name}'.", hint="`staff-survey plans` lists them.")
    return found


def _history(house: House, options: argparse.Namespace) -> int:
    """Who changed what, when."""
    from dashboard.services.employee import action_history

    if options.id not in action_history.plans(house):
        raise ScopeError(f"There is no plan '{options.id}'.", hint="`staff-survey plans` lists them.")
    return _shown(options, [dataclasses.asdict(one) for one in action_history.changes(house, options.id)])


def _remove(house: House, options: argparse.Namespace) -> int:
    """Take one away; its history stays."""
    from dashboard.services.employee import actions

    actions.remove(house, options.id, who())
    return _said(options, {"removed": options.id}, f"Plan {options.id} is taken away; its history stays.")


def _said(options: argparse.Namespace, data: dict[str, Any], line: str) -> int:
    """What was done."""
    print(json.dumps(data, ensure_ascii=False) if options.json else plain(line))
    return DONE
