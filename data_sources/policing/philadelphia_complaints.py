"""Philadelphia: complaints against police in three files, joined by the number of the complaint."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from dashboard.schema.problems import Problem
from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, code, local_date, pseudonym, whole
from data_sources.headers import fold
from data_sources.joining import Joint, Part, rows_of
from data_sources.policing.complaint_words import FINDINGS, RACES, SEXES, district
from data_sources.signature import signature
from data_sources.tables import ROW

KEY = "complaint_id"
ALLEGATIONS = {
    **{"departmental violation": "conduct_unbecoming", "departmental violations": "conduct_unbecoming", "lack of service": "procedure_service"},
    **{"physical abuse": "force", "verbal abuse": "discourtesy", "unprofessional conduct": "conduct_unbecoming"},
    **{"harassment": "abuse_of_authority", "criminal allegation": "criminal", "civil rights complaint": "bias", "domestic": "domestic"},
    **{"sexual crime/misconduct": "criminal", "falsification": "conduct_unbecoming", "disciplinary code violation": "conduct_unbecoming"},
    **{"drugs": "criminal", "other misconduct": "other", "referred to other agency/c.a.p. investigation": "other"},
    **{"use of force internal": "force"},
}
DISCIPLINE = {"training/counseling": "training", "guilty finding": "other", "no guilty findings": "none", "pending": "pending"}
ADDED = ("allegation_place", "row_key", "date_received", "district_occurrence", "general_cap_classification")
PERSON = ("complainant_sex", "complainant_race", "complainant_age")
NO_PERSONS = ("officer_initials", "officer_id", "officer_complaint_id", "discipline_id", "row_key")

JOINED = "'No Sustained Findings' joins not sustained, unfounded and exonerated; it reads as not sustained."
NO_DISTRICT = "District numbers that are none (0, 0.09, #VALUE!) were left empty."


def join(parts: Mapping[str, pa.Table], context: Context) -> tuple[pa.Table, tuple[Problem, ...]]:
    """One row per allegation and officer, with its complaint, and with the complainant where the complaint has one."""
    names, accusations = rows_of(parts[ACCUSATIONS])
    key = fold(KEY)
    _, cases = rows_of(parts[CASES])
    known = {case[key]: case for case in cases}
    persons: dict[str, list[dict[str, str]]] = defaultdict(list)
    for person in rows_of(parts[PERSONS])[1] if PERSONS in parts else ():
        persons[person[key]].append(person)
    seen = {row[key] for row in accusations}
    alone = [case for case in cases if case[key] not in seen]
    places: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    kept: dict[str, dict[tuple[str, ...], tuple[int, int]]] = defaultdict(dict)
    own = [name for name in names if name != ROW]
    found: list[dict[str, str]] = []
    for row in [*accusations, *({**dict.fromkeys(own, ""), key: case[key], ROW: case[ROW]} for case in alone)]:
        number = row.get(fold("discipline_id")) or row[key]
        values = tuple(row[name] for name in own)
        copies = kept[number]
        if values not in copies:
            place = places[row[key], row.get(fold("officer_complaint_id"), "")]
            place["n"] += 1
            copies[values] = (len(copies) + 1, place["n"])
        copy, order = copies[values]
        case, people = known.get(row[key], {}), persons.get(row[key], [])
        one = people[0] if len(people) == 1 else {}
        added = {"allegation_place": str(order), "row_key": f"{number}#{copy}"}
        added |= {name: case.get(fold(name), "") for name in ADDED[2:]} | {name: one.get(fold(name), "") for name in PERSON}
        found.append({**row, **added})
    columns = [*own, *ADDED, *PERSON]
    arrays = [pa.array([row[name] or None for row in found], pa.string()) for name in columns]
    lines = pa.array([int(row[ROW]) for row in found], pa.int64())
    headers = [next((h for h in parts[ACCUSATIONS].column_names if fold(h) == name), name) for name in own]
    table = pa.table([*arrays, lines], names=[*headers, *ADDED, *PERSON, ROW])
    return table, _notes(accusations, alone, known, persons)


def _notes(
    accusations: list[dict[str, str]], alone: list[dict[str, str]], known: Mapping[str, object], persons: Mapping[str, list[dict[str, str]]]
) -> tuple[Problem, ...]:
    """What the join found: officers without a number, complaints without an allegation, allegations without a complaint, several complainants."""
    blank = sum(not row.get(fold("officer_id")) for row in accusations)
    share = blank / len(accusations) if accusations else 0.0
    lost = sum(row[fold(KEY)] not in known for row in accusations)
    several = sum(len(people) > 1 for people in persons.values())
    strangers = sum(len(people) for number, people in persons.items() if number not in known)
    said = (
        ("officer_blank", f"{share:.0%} of the rows have no officer number; the officer is empty there, never one and the same.", blank),
        ("no_allegation", "Complaints without an allegation are kept as one row without a finding.", len(alone)),
        ("no_complaint", "Allegations whose complaint is not in the complaints file have no date and are set aside.", lost),
        ("several_complainants", "Complaints with several complainants have no group, sex or age of one.", several),
        ("person_without_case", "Complainants whose complaint is not in the complaints file were left out.", strangers),
    )
    return tuple(Problem(name, sentence, count) for name, sentence, count in said if count)


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the joined table. Initials, officer numbers and the summaries are not kept."""
    fields = Fields(table)
    finding, allegation = fields("investigative_findings"), fields("allegations_investigated")
    area = fields("district_occurrence")
    columns: dict[str, ir.Value] = {
        "complaint_row_id": pseudonym(fields("row_key"), context, "complaint row"),
        "complaint_id": fields("complaint_id"),
        "allegation_no": whole(fields("allegation_place")),
        "officer_key": pseudonym(fields("officer_id"), context),
        "received_date": local_date(fields("date_received"), "mdy"),
        "complainant_type": ibis.literal("civilian"),
        "complainant_race_group": code(fields("complainant_race"), RACES),
        "complainant_sex": code(fields("complainant_sex"), SEXES),
        "complainant_age": whole(fields("complainant_age")),
        "officer_race_group": code(fields("po_race"), RACES),
        "officer_sex": code(fields("po_sex"), SEXES),
        "allegation_group": code(allegation.coalesce(fields("general_cap_classification")), ALLEGATIONS),
        "allegation_raw": allegation.coalesce(fields("general_cap_classification")),
        "finding": code(finding, FINDINGS),
        "discipline": code(fields("disciplinary_findings"), DISCIPLINE, default=None),
        "district": district(area),
        "investigating_body": ibis.literal("Internal Affairs"),
    }
    notes = (
        Check("joined_findings", JOINED, finding == "No Sustained Findings", "finding"),
        Check("no_such_district", NO_DISTRICT, area.notnull() & columns["district"].isnull(), "district"),
    )
    asked = ("Districts are written with and without a leading nought. Is district 02 the same as district 2?",)
    return Mapped(columns, notes=notes, drop=fields.headers(*NO_PERSONS), questions=asked)


ACCUSATIONS, CASES, PERSONS = "the disciplines (one row per allegation and officer)", "the complaints", "the complainants"
JOINT = Joint(
    (
        Part(ACCUSATIONS, signature("complaint_id|cap_number", "allegations_investigated", "investigative_findings", "disciplinary_findings")),
        Part(CASES, signature("complaint_id|cap_number", "date_received", "district_occurrence", "general_cap_classification")),
        Part(PERSONS, signature("complaint_id|cap_number", "complainant_race", "complainant_sex", "complainant_age"), required=False),
    ),
    join,
)
register(
    Source(
        name="philadelphia_complaints",
        title="Philadelphia complaints against police (three files)",
        table="complaints",
        publisher="City of Philadelphia",
        recognises=JOINT.recognises,
        map=to_canonical,
        evidence="file",
        joint=JOINT,
        traps=(
            "Three files are joined by the number of the complaint; drop them together.",
            "Officer numbers are blank on more than a third of the rows; officers are counted only where they are known.",
            "Rows repeat exactly; an exact copy counts once.",
            "Summaries hold initials with age, race and sex; they are not imported.",
            "No closing dates are published, so the time to a decision cannot be computed.",
        ),
    )
)
