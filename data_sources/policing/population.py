"""Residents by area and group from ACS table B03002: Census Reporter, Census API and the old FactFinder form, unfolded to one row per group."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from data_sources.base import Check, Context, Mapped, Recognition, Source, register
from data_sources.expressions import Fields, number, whole
from data_sources.headers import fold
from data_sources.signature import signature
from data_sources.tables import ROW

GROUPS = {
    "003": "white",
    "004": "black",
    "005": "native_american",
    "006": "asian",
    "007": "pacific_islander",
    "008": "other",
    "009": "multiracial",
    "012": "hispanic",
}
LABELS = {
    "white alone": "white",
    "black or african american alone": "black",
    "american indian and alaska native alone": "native_american",
    "asian alone": "asian",
    "native hawaiian and other pacific islander alone": "pacific_islander",
    "some other race alone": "other",
    "two or more races": "multiracial",
}
LEVELS = {"010": "nation", "040": "state", "050": "county", "160": "place", "140": "tract"}
NAMES = ("area_id", "area_name", "area_level", "group", "year", "population", "margin_of_error", "source", "area_total", "groups_total")
ADDS_UP = 0.01  # groups may differ from the total of their area by so much (X17)
TOTALS = ("B03002001", "B03002_001E", "Estimate; Total:")
Columns = dict[str, tuple[str, str | None]]  # group -> header of the estimate, header of the margin


def _by_code(header: Sequence[str]) -> Columns:
    """`B03002003` with `B03002003, Error`, or `B03002_003E` with `B03002_003M`."""
    folded = {fold(name): name for name in header}
    found: Columns = {}
    for place, group in GROUPS.items():
        estimate = folded.get(f"b03002{place}") or folded.get(f"b03002{place}e")
        if estimate:
            found[group] = (estimate, folded.get(f"b03002{place}error") or folded.get(f"b03002{place}m"))
    return found


def _by_label(header: Sequence[str]) -> Columns:
    """`Estimate; Not Hispanic or Latino: - White alone` with its margin, and the total of Hispanic or Latino."""
    folded = {fold(name): name for name in header}
    found: Columns = {}
    wanted = {group: f"Not Hispanic or Latino: - {label}" for label, group in LABELS.items()} | {"hispanic": "Hispanic or Latino:"}
    for group, label in wanted.items():
        estimate = folded.get(fold(f"Estimate; {label}"))
        if estimate:
            found[group] = (estimate, folded.get(fold(f"Margin of Error; {label}")))
    return found


def year_in(context: Context) -> str | None:
    """The reference year named by the title or the file: the last year from 1990 to 2099 in it."""
    years = re.findall(r"(?<!\d)((?:19[9]|20\d)\d)(?!\d)", f"{context.title} {context.file_name}") or re.findall(
        r"acs((?:19[9]|20\d)\d)", context.file_name.lower()
    )
    return max(years) if years else None


def _level(area: str) -> str:
    """The level that a GEOID's summary code names; a bare two- or five-digit code is a state or county."""
    by_width = {2: "state", 5: "county", 7: "place", 11: "tract"}
    return LEVELS.get(area[:3], "place") if "US" in area else by_width.get(len(area), "place")


def _sum(cells: Sequence[str | None]) -> str | None:
    """What the figures add up to; None when one of them is missing, because unknown is not zero."""
    figures = [re.sub(r"[,\s]|\.0*$", "", cell or "") for cell in cells]
    return str(sum(map(int, figures))) if all(map(str.isdecimal, figures)) else None


def _unfolded(
    find: Callable[[Sequence[str]], Columns], identifiers: tuple[str, ...], names: tuple[str, ...]
) -> Callable[[pa.Table, Context], pa.Table]:
    """A shape that turns one row per area into one row per area and group, all text."""

    def shape(table: pa.Table, context: Context) -> pa.Table:
        folded = {fold(name): name for name in table.column_names}
        area = next(folded[fold(name)] for name in identifiers if fold(name) in folded)
        title = next((folded[fold(name)] for name in names if fold(name) in folded), area)
        groups, year = find(table.column_names), year_in(context)
        total = next((folded[fold(name)] for name in TOTALS if fold(name) in folded and len(groups) == len(GROUPS)), None)
        rows = []
        for record in table.to_pylist():
            place = (record[area] or "").strip()
            sums = record[total] if total else None, _sum([record[estimate] for estimate, _ in groups.values()])
            for group, (estimate, margin) in groups.items():
                error = record[margin] if margin else None
                rows.append((place, record[title], _level(place), group, year, record[estimate], error, "ACS B03002", *sums, record[ROW]))
        columns = list(zip(*rows, strict=True)) if rows else [()] * (len(NAMES) + 1)
        arrays = [pa.array(column, pa.string()) for column in columns[:-1]]
        return pa.table([*arrays, pa.array(columns[-1], pa.int64())], names=[*NAMES, ROW])

    return shape


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of an unfolded table. Total and subtotals were left out: every resident stands in one group."""
    fields = Fields(table)
    area, group, year = fields("area_id"), fields("group"), whole(fields("year"))
    columns: dict[str, ir.Value] = {
        "population_id": ibis.literal(":").join([ibis.literal("B03002"), area, group, fields("year")]),
        "area_id": area,
        "area_name": fields("area_name"),
        "area_level": fields("area_level"),
        "group": group,
        "group_scheme": ibis.literal("us"),
        "year": year,
        "population": number(fields("population")),
        "margin_of_error": number(fields("margin_of_error")),
        "universe": ibis.literal("residents"),
        "source": fields("source"),
    }
    total, together = number(fields("area_total")), number(fields("groups_total"))
    sentence = "The groups of this area do not add up to its total; its figures were not taken as a benchmark."
    x17 = Check("X17", sentence, (together - total).abs() > ADDS_UP * total, "population")
    asked = () if year_in(context) else ("The file does not name its year. Put the year into its name, for example acs2021.csv.",)
    return Mapped(columns, quarantine=(x17,), questions=asked)


def _recognises_labels(header: Sequence[str], sample: pa.Table) -> Recognition:
    """FactFinder headers in words."""
    sure = {"white", "black", "hispanic"} <= set(_by_label(header))
    return Recognition(0.95, "Its headers are those of ACS table B03002 in words.") if sure else Recognition(0.0, "")


TRAPS = (
    "Levels (nation, state, county, place) may be mixed in one file; they are kept apart and never added.",
    "Hispanic people of any race are one group; the other groups are not Hispanic.",
    "The groups of an area must add up to its total within 1 %; an area where they do not is set aside.",
    "The year comes from the file name or title.",
)
register(
    Source(
        name="acs_b03002",
        title="ACS table B03002 (Census Reporter or Census API)",
        table="population",
        publisher="U.S. Census Bureau",
        recognises=signature("geoid|GEO_ID", "B03002003|B03002_003E", "B03002012|B03002_012E"),
        map=to_canonical,
        evidence="file",
        shape=_unfolded(_by_code, ("geoid", "GEO_ID"), ("name",)),
        traps=TRAPS,
    )
)
register(
    Source(
        name="acs_factfinder",
        title="ACS table B03002 (American FactFinder)",
        table="population",
        publisher="U.S. Census Bureau",
        recognises=_recognises_labels,
        map=to_canonical,
        evidence="file",
        shape=_unfolded(_by_label, ("Id2", "Id"), ("Geography",)),
        traps=TRAPS,
    )
)
