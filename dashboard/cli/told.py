"""What an import of survey answers says to a person at a terminal: what was recognised and removed, what would be stored, what stands in the way."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.services.surveys.bringing import SurveyImport

MOST = 40
LEFT_OUT = "drop"


def plain(value: object) -> str:
    """A text from a file as one line that cannot steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def _say(text: str, *, to_people: bool = False) -> None:
    """One line of a report; what stands in the way goes to standard error."""
    print(plain(text), file=sys.stderr if to_people else sys.stdout)


def table(one: Mapping[str, Any]) -> None:
    """One table of the file in words."""
    if one["kind"] == "figures":
        _say(f"{one['title']}: published figures of others")
        _say(f"  {one['rows_read']:,} rows read, {one.get('figures', 0):,} figures of {len(one['areas'])} areas and {len(one['measures'])} measures")
    else:
        _say(f"{one['title']}: read as {one['tool']}")
        _receipt(one["receipt"])
        for note in one["notes"]:
            _say(f"  note: {note['sentence']} ({note['count']:,})")
        if any(note["code"] == "date_order" for note in one["notes"]):
            _say("  please check: say --day-first or --month-first, so that answers get their week.")
        _mapping(one["mapping"])
        _waves(one)
    if one["state"] == "stored":
        _say(f"  stored: import {one['import_id']}" + (f", survey {one['survey_id']}; its results are frozen" if one["survey_id"] else ""))
        if one["comments"]:
            _say(f"  {one['comments']:,} comments are stored; they wait for their review")
    else:
        _say("  nothing is stored")


def _receipt(told: Mapping[str, Any]) -> None:
    """What was removed while reading; no removed value is shown, because none was kept."""
    why = "".join(f" + {count:,} set aside ({reason})" for reason, count in told["rows_dropped"].items())
    _say(
        f"  {told['rows_read']:,} rows read = {told['rows_kept']:,} kept{why}; {told['duplicates']:,} kept rows are of people who had answered before"
    )
    for heading, reason, cells in told["dropped"]:
        _say(f"  column removed: {heading} ({reason}; {cells:,} cells)")
    for what, heading, times in told["redactions"]:
        _say(f"  struck out: {what} in {heading} ({times:,})")


def _mapping(told: Mapping[str, Any]) -> None:
    """Which column is which."""
    kept = [one for one in told["columns"] if one["role"] != LEFT_OUT]
    how = f"the mapping '{told['name']}'" if told["saved"] else "a proposal, to be looked through"
    _say(f"  {len(kept)} of {len(told['columns'])} columns are used, by {how}:")
    for one in told["columns"]:
        heading = f"{one['heading'][:60]} ({one['row'][:60]})" if one["row"] else one["heading"][:80]
        on = f" on {one['scale']}" if one["scale"] else ""
        meaning = "left out" if one["role"] == LEFT_OUT else f"{one['role']} {one['question']}{on}".strip()
        _say(f"    {heading}: {meaning}")
    for note in told["notes"]:
        _say(f"  note: {note}")


def _waves(one: Mapping[str, Any]) -> None:
    """The waves, where their lines stop, and the answers that are set aside."""
    for wave in one["waves"]:
        days = f"{wave['opens']} to {wave['closes']}" if wave["dated"] else f"the file does not say when; {wave['opens']} is taken"
        _say(f"  wave {wave['name']}: {wave['answers']:,} answers to {wave['questions']} questions ({days})")
    for sentence in one["breaks"]:
        _say(f"  a line stops: {sentence}")
    if one["unknown"]:
        return
    for aside in one["set_aside"][:MOST]:
        _say(f"  answer set aside: {aside['answer']!r} in {aside['column']}: {aside['reason']} ({aside['count']:,})")
    if len(one["set_aside"]) > MOST:
        _say(f"  {len(one['set_aside']) - MOST:,} more kinds of answers are set aside; --json lists all")


def stopped(tables: Sequence[Mapping[str, Any]]) -> None:
    """Why nothing was stored, and the way on, on standard error."""
    for one in (each for each in tables if each["state"] == "stopped"):
        for unknown in one["unknown"]:
            column, answer = unknown["column"], unknown["answer"]
            _say(f"unknown answer: {answer!r} in {column}: {unknown['reason']} ({unknown['count']:,})", to_people=True)
        if one["clash"]:
            _say(f"{one['clash']} Choose another scale for this column.", to_people=True)
        if not one["waves"]:
            _say("The file holds no answers to any question. Say which columns are questions.", to_people=True)
    way = "Write the mapping with --write-mapping FILE, give each answer a code under `values` or name it under `set_aside` of its column"
    _say(f"Nothing was stored. {way}, and give it back with --mapping FILE.", to_people=True)


def entry(one: SurveyImport, title: str) -> dict[str, Any]:
    """One import as the list shows it."""
    return {
        "import_id": one.id,
        "moment": one.moment.isoformat(timespec="seconds"),
        "tool": one.tool,
        "file": one.file_name,
        "survey_id": one.survey_id,
        "title": title,
        "state": one.state,
        "who": one.who,
        "rows_read": int(one.receipt.get("rows_read", 0)),
        "rows_kept": int(one.receipt.get("rows_kept", 0)),
        "set_aside": sum(int(row[4]) for row in one.aside),
        "duplicates": int(one.receipt.get("duplicates", 0)),
        "undone_by": one.details.get("undone_by"),
        "undone": one.details.get("undone"),
    }
