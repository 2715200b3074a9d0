"""The commands of an employee survey, from its launch to its close: from list and begin to close and account; imports stand beside."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli import staff_imports, staff_plans
from dashboard.cli.ask import print_table
from dashboard.cli.bring import Bar, who
from dashboard.cli.command import DONE, FAILED, command, pairs
from dashboard.cli.told import plain
from dashboard.errors import ScopeError, SourceError

if TYPE_CHECKING:
    from dashboard.schema.employee import Division
    from dashboard.services.employee.inviting import Mailed
    from dashboard.services.employee.staff_list import StaffList
    from dashboard.services.house import House


def add(commands: Any) -> None:
    """All of them, under one word."""
    sentence = "Launch, invite to, remind of and close employee surveys; each step has --home, --json and its own --help."
    example = "example:\n  python -m dashboard staff-survey list --home home/agency --json"
    how = argparse.RawDescriptionHelpFormatter
    room = commands.add_parser("staff-survey", help=sentence, description=sentence, epilog=example, formatter_class=how)
    inner = room.add_subparsers(dest="staff_command", required=True, metavar="STEP")
    command(inner, "list", listing, "List employee surveys and where they stand.", "staff-survey list --json")
    one = command(inner, "begin", begin, "Begin an employee survey from a template.", "staff-survey begin employee_pulse --title 'Spring pulse'")
    one.add_argument("template", help="employee_pulse or employee_full")
    one.add_argument("--title", default="", help="title as staff read it (default: the template's)")
    one = command(
        inner,
        "launch",
        launch,
        "Open a wave: groups and promise are fixed.",
        "staff-survey launch ID --by unit,sworn,unit*sworn --list staff.csv --preview --rate 60",
    )
    _survey(one)
    one.add_argument("--by", default="", help="groups and crossings, such as unit,shift,unit*shift (default: the usual ones)")
    one.add_argument("--name", default="", help="name of the wave (default: year and month)")
    one.add_argument("--opens", type=dt.date.fromisoformat, help="first day, YYYY-MM-DD (default: today)")
    one.add_argument("--closes", type=dt.date.fromisoformat, help="last day, YYYY-MM-DD (default: until it is closed)")
    one.add_argument("--preview", action="store_true", help="say what would be hidden and what is promised, and open nothing")
    one.add_argument("--rate", type=float, default=60.0, help="expected response in percent, for the preview (default: %(default)s)")
    _list(one, needed=False)
    _reaching(inner)
    _ending(inner)
    staff_imports.add(inner)
    staff_plans.add(inner)


def _reaching(inner: Any) -> None:
    """Invite and remind."""
    one = command(
        inner, "invite", invite, "A link that counts once for everybody on a list.", "staff-survey invite ID --list staff.csv --links links.csv"
    )
    _survey(one)
    _list(one, needed=True)
    _way(one)
    one.add_argument("--links", type=Path, metavar="FILE", help="write names and links to a new file (else they are mailed)")
    one = command(
        inner, "remind", remind, "Mail the same reminder to everybody on a list.", "staff-survey remind ID --list staff.csv --code abcde-..."
    )
    _survey(one)
    _list(one, needed=True)
    _way(one)


def _ending(inner: Any) -> None:
    """Watch, close, and what came of it."""
    one = command(inner, "progress", progress, "At least how many have answered, in tens.", "staff-survey progress ID --json")
    _survey(one)
    one = command(inner, "close", close, "Close: the results are frozen, single answers destroyed.", "staff-survey close ID --yes")
    _survey(one)
    one.add_argument("--yes", action="store_true", help="close it indeed; it cannot be taken back")
    one = command(inner, "account", account, "What is withheld of a closed wave, and why; its hash.", "staff-survey account ID --json")
    _survey(one)
    one.add_argument("--wave", default="", help="name of the wave (default: the last closed one)")
    one = command(
        inner, "withhold", withhold, "Withhold more of the last closed wave: a new release.", "staff-survey withhold ID --by sworn --reason '...'"
    )
    _survey(one)
    one.add_argument("--question", default="", help="the question (default: all)")
    one.add_argument("--by", default="", help="the way to divide (default: everywhere)")
    one.add_argument("--reason", default="", help="why")


def _survey(one: argparse.ArgumentParser) -> None:
    """Which survey."""
    one.add_argument("survey", help="the survey, as `staff-survey list` names it")


def _list(one: argparse.ArgumentParser, *, needed: bool) -> None:
    """The list of staff."""
    one.add_argument("--list", dest="people", type=Path, required=needed, metavar="FILE", help="list of staff, CSV or XLSX; it is read and not kept")
    one.add_argument("--column", action="append", default=[], metavar="WHAT=HEADING", help="name, email, unit, shift, rank, tenure, start or sworn")


def _way(one: argparse.ArgumentParser) -> None:
    """How links are made again, and where they lead."""
    one.add_argument("--code", default="", help="the code that was printed with the first invitations (or COMMON_GROUND_STAFF_CODE)")
    one.add_argument("--address", default="", help="where staff reach the server (default: COMMON_GROUND_URL)")


def _house(options: argparse.Namespace) -> House:
    """The house that is worked on."""
    from dashboard.services.house import House

    return House(options.home)


def _people(house: House, options: argparse.Namespace) -> StaffList:
    """The list, with columns as they were named."""
    from dashboard.services.employee import staff_list

    if not options.people.is_file():
        raise SourceError(f"The file '{options.people}' does not exist.", hint="Check the path.")
    given = staff_list.read(house, options.people.name, options.people.read_bytes())
    named = {role: headings[0] for role, headings in pairs(options.column).items()}
    return staff_list.with_columns(given, {**given.columns, **named}) if named else given


def _open_wave(house: House, survey_id: str) -> str:
    """The wave that takes answers."""
    from dashboard.services.employee import desk

    wave = desk.desk(house, survey_id).open_wave
    if wave is None:
        raise ScopeError("This survey is not open.", hint="Launch it first.")
    return wave.id


def _closed_wave(house: House, options: argparse.Namespace) -> str:
    """The last closed wave, or the one of that name."""
    from dashboard.services.employee import desk

    name = getattr(options, "wave", "")
    closed = [one for one in desk.desk(house, options.survey).waves if one.state == "closed" and name in {"", one.name}]
    if not closed:
        raise ScopeError("There is no closed wave of that name." if name else "No wave of this survey is closed yet.")
    return closed[-1].id


def _told(options: argparse.Namespace, data: dict[str, Any], *lines: str) -> int:
    """Data as JSON, or lines for a person."""
    print(json.dumps(data, ensure_ascii=False) if options.json else "\n".join(plain(line) for line in lines if line))
    return DONE


def listing(options: argparse.Namespace) -> int:
    """Every employee survey."""
    from dashboard.services.employee import desk

    found = desk.listing(_house(options))
    rows = [
        {
            "survey": one.survey.id,
            "title": one.survey.title,
            "state": one.state,
            "wave": one.wave.name if one.wave else "",
            "opens": str(one.wave.opens) if one.wave else "",
            "closes": str(one.wave.closes or "") if one.wave else "",
        }
        for one in found
    ]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print_table(["survey", "title", "state", "wave", "opens", "closes"], [[plain(cell) for cell in row.values()] for row in rows])
    return DONE


def begin(options: argparse.Namespace) -> int:
    """A new one."""
    from dashboard.services.employee import desk

    made = desk.begin(_house(options), options.template, options.title, who())
    return _told(options, {"survey": made.id, "title": made.title}, f"{made.title}: survey {made.id}")


def launch(options: argparse.Namespace) -> int:
    """Preview, or open."""
    from dashboard.schema import employee
    from dashboard.services.employee import desk, launching, staff_list
    from dashboard.services.forms import today

    house = _house(options)
    division = employee.division(options.by) if options.by else desk.usual(house, options.survey)
    draft = desk.desk(house, options.survey).survey.draft
    rows = staff_list.roster(house, draft, _people(house, options)) if options.people else []
    if options.preview:
        return _preview(options, house, division, rows)
    heads = staff_list.heads(draft, division, rows) if rows else None
    opens = options.opens or today(house)
    wave = launching.launch(house, options.survey, options.name, who(), opens=opens, closes=options.closes, division=division, heads=heads)
    until = f"until {wave.closes}" if wave.closes else "until it is closed"
    data = {"survey": wave.survey_id, "wave": wave.id, "name": wave.name, "opens": str(wave.opens), "closes": str(wave.closes or "")}
    return _told(
        options, data | {"by": employee.written(division)}, f"Wave {wave.name} is open from {wave.opens} {until}, by {employee.written(division)}."
    )


def _preview(options: argparse.Namespace, house: House, division: Division, rows: list[dict[str, str]]) -> int:
    """What would be hidden, and what is promised."""
    from dashboard.services.employee import launching

    said = launching.promised(house, options.survey, division)
    seen = launching.outlook(house, options.survey, division, options.rate / 100, roster=rows) if rows else []
    data = {"promise": said, "outlook": [dataclasses.asdict(one) for one in seen]}
    lines = [text for texts in next(iter(said.values())).values() for text in texts]
    lines += [f"{one.cut} {one.level}: {one.people:.0f} people, {'shown' if one.shown else 'not shown'}" for one in seen]
    return _told(options, data, *lines)


def invite(options: argparse.Namespace) -> int:
    """Links for everybody: mailed, or written to a new file that only its owner reads."""
    from dashboard.services.employee import inviting, staff_list

    house = _house(options)
    people = staff_list.people(_people(house, options))
    if options.links and options.links.exists():
        raise ScopeError(f"The file '{options.links}' is there already.", hint="Name a new file.")
    wave = _open_wave(house, options.survey)
    made = inviting.invite(house, wave, people, _address(options), who(), code=_code(options))
    data: dict[str, Any] = {"invited": len(people), "new": made.new, "code": made.code}
    lines = [f"{made.new:,} new links; {len(people) - made.new:,} people keep theirs.", f"Code of the invitations (stored nowhere): {made.code}"]
    if options.links:
        with os.fdopen(os.open(options.links, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(inviting.as_file(made))
        return _told(options, data | {"links": str(options.links)}, *lines, f"Links: {options.links}")
    print_first = None if options.json else "\n".join(plain(line) for line in lines)
    if print_first:
        print(print_first, flush=True)  # before the mails: the code is stored nowhere
    return _of_mail(options, data, inviting.send(house, wave, made, Bar()))


def remind(options: argparse.Namespace) -> int:
    """The same to everybody."""
    from dashboard.services.employee import inviting, staff_list

    house = _house(options)
    people = staff_list.people(_people(house, options))
    code = _code(options)
    done = inviting.remind(house, _open_wave(house, options.survey), people, _address(options) if code else "", who(), code=code, progress=Bar())
    return _of_mail(options, {}, done)


def _of_mail(options: argparse.Namespace, data: dict[str, Any], done: Mailed) -> int:
    """What became of mails; those that were not taken make the command fail."""
    told = {"mailed": done.sent, "refused": list(done.refused), "without_address": len(done.without)}
    lines = [f"{done.sent:,} mails were taken by the mail server.", *(f"not taken: {one}" for one in done.refused)]
    if done.without:
        lines.append(f"{len(done.without):,} people have no address.")
    _told(options, data | told, *lines)
    return FAILED if done.refused else DONE


def _code(options: argparse.Namespace) -> str:
    """The code, from the command or the environment, where other users of this machine do not see it."""
    return str(options.code or os.environ.get("COMMON_GROUND_STAFF_CODE", ""))


def _address(options: argparse.Namespace) -> str:
    """Where links lead."""
    from dashboard.access.address import public_url

    address = options.address or public_url()
    if not address:
        raise ScopeError("Say where staff reach the server.", hint="--address https://..., or COMMON_GROUND_URL.")
    return str(address)


def progress(options: argparse.Namespace) -> int:
    """At least how many."""
    from dashboard.services.employee import desk

    house = _house(options)
    said = desk.received(house, _open_wave(house, options.survey))
    return _told(options, {"received": said}, said)


def close(options: argparse.Namespace) -> int:
    """Freeze and destroy."""
    from dashboard.services.employee import account as accounts
    from dashboard.services.employee import closing

    house = _house(options)
    wave = _open_wave(house, options.survey)
    if not options.yes:
        raise ScopeError("Closing destroys all single answers and cannot be taken back.", hint="Say --yes.")
    release = closing.close(house, wave, who(), Bar())
    found = accounts.of_wave(house, wave)
    return _told(options, {"release": release, "sha256": found.releases[0].sha256}, f"Release {release}", f"SHA-256 {found.releases[0].sha256}")


def account(options: argparse.Namespace) -> int:
    """Shown, withheld, why."""
    from dashboard.services.employee import account as accounts

    house = _house(options)
    found = accounts.of_wave(house, _closed_wave(house, options))
    lines = [found.whole, found.comments]
    lines += [f"by {one.name}: {one.shown} of {one.groups} groups shown. {' '.join(one.reasons)}" for one in found.cuts]
    lines += [f"release {one.id} of {one.created}, SHA-256 {one.sha256} {one.reason}" for one in found.releases]
    return _told(options, dataclasses.asdict(found), *lines)


def withhold(options: argparse.Namespace) -> int:
    """A correction."""
    from dashboard.services.employee import closing

    house = _house(options)
    wave = _closed_wave(house, options)
    name = closing.withhold(house, wave, who(), question=options.question, cut=options.by, reason=options.reason)
    return _told(options, {"release": name}, f"Release {name} takes its place.")
