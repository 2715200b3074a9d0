"""Do the columns of one row contradict each other? Rules X1 to X17, as notes, repairs and reasons to set a row aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from dashboard.schema.tables import Kind, Table
from data_sources.base import Check
from data_sources.discretion import any_of

OLDEST = dt.date(1970, 1, 1)
OLDEST_COMPLAINT = dt.date(1950, 1, 1)
AGES = (10, 110)
MOST_DAYS = 36_525  # a case that was open for more than a century has a mistyped year


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say about a table: columns to replace, rows to note, rows to set aside."""

    repairs: Mapping[str, ir.Value] = field(default_factory=dict)
    notes: tuple[Check, ...] = ()
    quarantine: tuple[Check, ...] = ()

    def with_ruling(self, other: Ruling) -> Ruling:
        """Both rulings; a column is repaired once."""
        return Ruling({**self.repairs, **other.repairs}, (*self.notes, *other.notes), (*self.quarantine, *other.quarantine))


def _flag(value: ir.Value) -> ir.BooleanValue:
    """A three-state flag read as: surely yes."""
    return value.fill_null(False)


def dates(rows: ir.Table, table: Table, today: dt.date) -> Ruling:
    """A row needs its date, not before 1970 (complaints: 1950), not after today."""
    column = table.column(table.date)
    if column.kind is not Kind.DATE:
        missing = Check(f"{table.date}_missing", f"The {table.date} is missing or cannot be read.", rows[table.date].isnull(), table.date)
        return Ruling(quarantine=(missing,) if column.required else ())
    day = rows[table.date]
    oldest = OLDEST_COMPLAINT if table.name in {"complaints", "officers"} else OLDEST
    name = table.date.replace("_", " ")
    found = [
        Check(f"{table.date}_future", f"The {name} lies in the future.", day > ibis.literal(today), table.date),
        Check(f"{table.date}_too_old", f"The {name} lies before {oldest.year}.", day < ibis.literal(oldest), table.date),
    ]
    if column.required:
        found.insert(0, Check(f"{table.date}_missing", f"The {name} is missing or cannot be read.", day.isnull(), table.date))
    return Ruling(quarantine=tuple(found))


def ages(rows: ir.Table, column: str) -> Ruling:
    """Ages below 10 and above 110 are not ages; the row stays."""
    age = rows[column]
    wrong = (age < AGES[0]) | (age > AGES[1])
    note = Check("age_out_of_range", "Ages below 10 or above 110 were left empty.", wrong, column)
    return Ruling({column: ibis.ifelse(wrong, ibis.null("int32"), age)}, (note,))


def places(rows: ir.Table) -> Ruling:
    """(0, 0) is no place, and neither is anything off the globe."""
    lat, lng = rows.lat, rows.lng
    wrong = ((lat == 0) & (lng == 0)) | (lat.abs() > 90) | (lng.abs() > 180) | (lat.isnull() != lng.isnull())
    note = Check("no_such_place", "Coordinates that are 0, incomplete or off the globe were left empty.", wrong, "lat")
    none = ibis.null("float64")
    return Ruling({"lat": ibis.ifelse(wrong, none, lat), "lng": ibis.ifelse(wrong, none, lng)}, (note,))


def clocks(rows: ir.Table) -> Ruling:
    """A time is HH:MM between 00:00 and 23:59; its minute of the day follows from it."""
    time = rows.time
    hours, minutes = time.substr(0, 2).try_cast("int32"), time.substr(3, 2).try_cast("int32")
    right = (time.length() == 5) & (time.substr(2, 1) == ":") & (time < "24:00") & (minutes < 60)
    wrong = time.notnull() & ~right.fill_null(False)
    minute = ibis.ifelse(right, (hours * 60 + minutes).cast("int32"), ibis.null("int32"))
    note = Check("not_allowed_time", "Times that are not HH:MM were left empty.", wrong & minute.isnull(), "time")
    return Ruling({"time": ibis.ifelse(minute.isnull(), ibis.null("string"), time), "minute": minute}, (note,))


def searches(rows: ir.Table) -> Ruling:
    """X1 contraband needs a search or a frisk; X2 the general search flag wins over a basis; X4 arrest searches need an arrest."""
    looked = _flag(rows.searched) | _flag(rows.frisked)
    x1 = rows.contraband_found.notnull() & ~looked
    x1_real = _flag(rows.contraband_found) & ~looked
    not_searched = rows.searched.notnull() & ~_flag(rows.searched)
    x2 = not_searched & rows.search_bases.notnull()
    free = rows.arrest_made.notnull() & ~_flag(rows.arrest_made)
    x4 = ibis.ifelse(free, any_of(rows.search_bases, ("incident_to_arrest",)), False)
    types = rows.contraband_types
    none = ibis.null("string")
    repairs = {
        "contraband_found": ibis.ifelse(x1, ibis.null("boolean"), rows.contraband_found),
        "contraband_types": ibis.ifelse(types.notnull() & ~looked, none, types),
        "search_bases": ibis.ifelse(x2, none, rows.search_bases),
        "search_of": ibis.ifelse(not_searched & rows.search_of.notnull(), none, rows.search_of),
    }
    notes = (
        Check("X1", "Contraband without a search or a frisk; the finding was left empty.", x1_real, "contraband_found"),
        Check("X2", "A search basis although no search was recorded; the search flag wins.", x2, "search_bases"),
        Check("X4", "A search basis 'incident to arrest', but no arrest was recorded.", x4, "search_bases"),
    )
    return Ruling(repairs, notes)


def outcomes(rows: ir.Table) -> Ruling:
    """X5 a consensual search without a search; X6 'no action' beside another result."""
    x5 = (rows.stop_reason_group == "consensual_search") & rows.searched.notnull() & ~_flag(rows.searched)
    every = rows.outcomes_all
    x6 = ibis.ifelse(every.contains("|"), any_of(every, ("no_action",)), False)
    without = every.re_replace(r"(^|\|)no_action(\||$)", r"\1").re_replace(r"\|$", "")
    notes = (
        Check("X5", "The reason is a consensual search, but no search was recorded.", x5, "stop_reason_group"),
        Check("X6", "'No action' beside another result; the other result counts.", x6, "outcomes_all"),
    )
    return Ruling({"outcomes_all": ibis.ifelse(x6.fill_null(False), without, every)}, notes)


def durations(rows: ir.Table) -> Ruling:
    """A stop lasts between nothing and a day."""
    value = rows.duration_min
    wrong = (value < 0) | (value > 1440)
    note = Check("duration_out_of_range", "Durations below 0 or above 1,440 minutes were left empty.", wrong, "duration_min")
    return Ruling({"duration_min": ibis.ifelse(wrong, ibis.null("int32"), value)}, (note,))


def subjects(rows: ir.Table) -> Ruling:
    """X15 rows about animals or property stay, outside person counts."""
    x15 = rows.subject_kind.isin(("animal", "property", "none"))
    return Ruling(notes=(Check("X15", "Rows about animals or property; they stay out of person counts.", x15, "subject_kind"),))


def case_dates(rows: ir.Table) -> Ruling:
    """X7 occurrence, receipt and closing follow each other; X8 discipline goes with a sustained finding."""
    x7 = (rows.incident_date > rows.received_date) | (rows.received_date > rows.closed_date) | (rows.incident_date > rows.closed_date)
    x7 |= rows.closed_date.delta(rows.received_date, unit="day") > MOST_DAYS
    punished = rows.discipline.notnull() & ~rows.discipline.isin(("none", "unknown", "pending"))
    sustained = rows.finding == "sustained"
    x8 = (punished & ~sustained) | (sustained & (rows.discipline == "none"))
    notes = (
        Check("X7", "The dates contradict each other; no number of days is given.", x7, "closed_date"),
        Check("X8", "Discipline without a sustained finding, or a sustained finding without discipline.", x8, "discipline"),
    )
    return Ruling(notes=notes)


def strip_searches(rows: ir.Table) -> Ruling:
    """Items are only found in a strip search."""
    x1 = rows.items_found.notnull() & ~_flag(rows.strip_searched)
    real = _flag(rows.items_found) & ~_flag(rows.strip_searched)
    note = Check("X1", "Items found without a strip search; the finding was left empty.", real, "items_found")
    return Ruling({"items_found": ibis.ifelse(x1, ibis.null("boolean"), rows.items_found)}, (note,))


def requests(rows: ir.Table) -> Ruling:
    """X7 nothing is decided before it was asked for."""
    decided = (rows.released_date, rows.denied_date, rows.withdrawn_date)
    x7 = (decided[0] < rows.requested_date) | (decided[1] < rows.requested_date) | (decided[2] < rows.requested_date)
    return Ruling(notes=(Check("X7", "The dates contradict each other; no number of days is given.", x7, "requested_date"),))


def residents(rows: ir.Table) -> Ruling:
    """An area without a number of people is no benchmark; census files write such gaps as large negative numbers."""
    missing = rows.population.isnull() | (rows.population < 0)
    sentence = "The number of people is missing or below 0, so no rate can be computed from it."
    return Ruling(quarantine=(Check("population_missing", sentence, missing, "population"),))


RULES: Mapping[str, tuple[Callable[[ir.Table], Ruling], ...]] = {
    "stops": (clocks, lambda rows: ages(rows, "age"), places, searches, outcomes, durations),
    "arrests": (clocks, lambda rows: ages(rows, "age"), places, strip_searches),
    "use_of_force": (clocks, lambda rows: ages(rows, "age"), places, subjects),
    "complaints": (lambda rows: ages(rows, "complainant_age"), case_dates),
    "bwc_requests": (requests,),
    "camera_activations": (clocks,),
    "contacts": (clocks,),
    "population": (residents,),
}


def ruling(rows: ir.Table, table: Table, today: dt.date) -> Ruling:
    """Everything the row-by-row rules say about a table of canonical columns; `today` ends the past."""
    found = dates(rows, table, today)
    for rule in RULES.get(table.name, ()):
        found = found.with_ruling(rule(rows))
    return found
