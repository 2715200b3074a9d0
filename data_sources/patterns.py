"""What only a look at a whole column shows: placeholder times, columns with one value, catch-all identifiers, download limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from dashboard.errors import SourceError
from dashboard.schema.problems import Problem
from dashboard.schema.tables import Kind, Table
from data_sources.base import Check
from data_sources.engine import Engine

PAGE_LIMITS = (1_000, 2_000, 5_000, 10_000, 32_000, 50_000)
PLACEHOLDERS = (0, 720)  # midnight and noon, in minutes
PLACEHOLDER_SHARE = 0.05
TIMES_COMMONER = 10
CONSTANT_FROM = 200
TESTED = ("searched", "frisked", "contraband_found", "arrest_made", "force_used", "bwc_recorded", "outcome", "race_group", "finding")
IDENTIFIERS = ("subject_key", "officer_key", "person_key")
FEWEST_CATCH_ALL = 30
HEAP, BESIDE = 99, (95, 98)  # an age that stands for 'not known' in some forms, and the ages to compare it with
MANY_AREAS = 200
THOUSAND = 1_000
LARGE_SHARE = 0.02  # of all figures lie between 500 and 999: many
OVER_LARGE = 0.01  # figures of 1,000 or more for each of those: almost none (in whole tables there are as many again)
CHECKS = (
    Check("X12", "Midnight or noon stands where the time is not known; the time is kept and not used as a time of day.", ibis.literal(True), "time"),
    Check("X14", "One identifier stands for many people and says who nobody is; it was left empty on these rows.", ibis.literal(True)),
)


@dataclass(frozen=True, slots=True)
class Repair:
    """Rows to change afterwards: which (`condition`), what they get (`values`), and the note they carry (`code`)."""

    code: str
    condition: Callable[[ir.Table], ir.BooleanValue]
    values: Mapping[str, ir.Value]


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything the looks found."""

    repairs: tuple[Repair, ...] = ()
    notes: tuple[Problem, ...] = ()
    details: tuple[tuple[str, str], ...] = field(default=())


def look(engine: Engine, rows: ir.Table, table: Table) -> Looks:
    """All looks that apply to this table. SourceError when a table of residents has lost its thousands."""
    if table.name == "population":
        _refuse_lost_thousands(engine, rows)
    repairs: list[Repair] = []
    notes: list[Problem] = []
    if "minute" in table.names:
        found = _placeholder_times(engine, rows)
        repairs += [found] if found else []
    repairs += _catch_alls(engine, rows, table)
    constant = _constant_columns(engine, rows, table)
    if constant:
        sentence = f"Columns with one single value can answer nothing: {', '.join(constant)}."
        notes.append(Problem("X13", sentence, len(constant), (), constant[0]))
    notes += _page_limit(engine, rows)
    notes += _heap_of_ages(engine, rows) if "age" in table.names else []
    details = (("constant_columns", "|".join(constant)),) if constant else ()
    return Looks(tuple(repairs), tuple(notes), details)


def _placeholder_times(engine: Engine, rows: ir.Table) -> Repair | None:
    """X12: midnight or noon on over 5 % of the rows, or ten times as often as the next commonest minute, means 'no time'."""
    timed = rows.filter(rows.minute.notnull())
    counts = {row["minute"]: row["n"] for row in engine.fetch(timed.group_by("minute").aggregate(n=timed.count()))}
    total = sum(counts.values())
    suspects = []
    for minute in PLACEHOLDERS:
        others = max((n for other, n in counts.items() if other not in PLACEHOLDERS), default=0)
        n = counts.get(minute, 0)
        if n >= 10 and total >= 100 and (n > PLACEHOLDER_SHARE * total or (others and n >= TIMES_COMMONER * others)):
            suspects.append(minute)
    if not suspects:
        return None
    return Repair("X12", lambda table: table.minute.isin(suspects), {"time_known": ibis.literal(False)})


def _catch_alls(engine: Engine, rows: ir.Table, table: Table) -> list[Repair]:
    """X14: an identifier with over ten times the rows of the next commonest is no identified person."""
    found = []
    for name in IDENTIFIERS:
        if name not in table.names:
            continue
        known = rows.filter(rows[name].notnull())
        counts = known.group_by(name).aggregate(n=known.count())
        top = engine.fetch(counts.order_by(ibis.desc("n")).limit(2))
        if len(top) == 2 and top[0]["n"] >= FEWEST_CATCH_ALL and top[0]["n"] > TIMES_COMMONER * top[1]["n"]:
            found.append(_without(name, str(top[0][name])))
    return found


def _without(name: str, value: str) -> Repair:
    """Rows of one catch-all identifier lose it."""
    return Repair("X14", lambda table: table[name] == value, {name: ibis.null("string")})


def _constant_columns(engine: Engine, rows: ir.Table, table: Table) -> list[str]:
    """X13: columns that a test needs variation in, with one single value over 200 rows or more."""
    names = [name for name in TESTED if name in table.names]
    if not names:
        return []
    aggregates: dict[str, ir.Value] = {}
    for name in names:
        value = rows[name].nullif("unknown") if table.column(name).kind is Kind.ENUM else rows[name]
        aggregates |= {f"{name}_n": value.count(), f"{name}_low": value.cast("string").min(), f"{name}_high": value.cast("string").max()}
    (found,) = engine.fetch(rows.aggregate(**aggregates))
    return [name for name in names if found[f"{name}_n"] >= CONSTANT_FROM and found[f"{name}_low"] == found[f"{name}_high"]]


def _heap_of_ages(engine: Engine, rows: ir.Table) -> list[Problem]:
    """Age 99 ten times as often as the ages before it says nothing of people: told, and left as it is."""
    (found,) = engine.fetch(rows.aggregate(heap=(rows.age == HEAP).sum(), beside=rows.age.between(*BESIDE).sum()))
    heap, beside = found["heap"] or 0, found["beside"] or 0
    if heap < 10 or heap <= TIMES_COMMONER * beside / (BESIDE[1] - BESIDE[0] + 1):
        return []
    return [
        Problem(
            "age_heap", f"Age 99 stands on {heap:,} rows: does it mean that the age is not known? The ages were kept as they are.", heap, (), "age"
        )
    ]


def _refuse_lost_thousands(engine: Engine, rows: ir.Table) -> None:
    """X17: over 200 areas in which almost no figure reaches 1,000 while many lie just below. Such a table adds up, and is wrong throughout."""
    people = rows.population
    large, over = people.between(THOUSAND / 2, THOUSAND - 1), people >= THOUSAND
    (found,) = engine.fetch(rows.aggregate(areas=rows.area_id.nunique(), n=(people > 0).sum(), large=large.sum(), over=over.sum()))
    if found["areas"] > MANY_AREAS and found["large"] >= LARGE_SHARE * found["n"] > 0 and found["over"] <= OVER_LARGE * found["large"]:
        raise SourceError(
            f"Almost no figure reaches 1,000 in {found['areas']:,} areas: thousands separators were probably lost.",
            hint="Load the table as its publisher gives it; figures such as 3,772 need quotation marks in a CSV file.",
        )


def _page_limit(engine: Engine, rows: ir.Table) -> list[Problem]:
    """A file with exactly as many rows as portals give out at once may be the first page only."""
    sizes = engine.fetch(rows.group_by("source_file").aggregate(n=rows.count()))
    return [
        Problem("download_limit", f"{row['n']:,} is a portal's download limit; the file may be incomplete.", row["n"])
        for row in sizes
        if row["n"] in PAGE_LIMITS
    ]
