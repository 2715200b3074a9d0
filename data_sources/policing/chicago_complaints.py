"""Chicago complaints (Citizens Police Data Project): accused, cases and people in files of their own, joined by the complaint's number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from dashboard.schema.problems import Problem
from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, code, local_date, number, pseudonym
from data_sources.headers import fold
from data_sources.joining import Joint, Part, rows_of
from data_sources.policing.complaint_words import FINDINGS, RACES, SEXES
from data_sources.signature import signature
from data_sources.tables import ROW

ACCUSED, CASES, PEOPLE = "the accused officers", "the cases", "the complainants"
CASE = ("complaint_date", "incident_date", "closed_date", "beat", "complainant_type", "investigating_agency", "current_status")
PERSON = ("gender", "age", "race")
UNKNOWN_OFFICERS = ("unknown", "unknown unknown")
ALLEGATIONS = (
    ("force", ("force", "weapon", "taser", "firearm")),
    ("search_stop_arrest", ("search", "arrest", "illegal", "lockup", "seiz")),
    ("bias", ("racial", "bias", "ethnic", "sexual orientation")),
    ("discourtesy", ("verbal", "abuse", "discourte")),
    ("domestic", ("domestic",)),
    ("criminal", ("criminal", "bribery", "drug", "alcohol", "theft")),
    ("procedure_service", ("operation", "personnel", "service", "traffic", "report", "duty", "supervis")),
    ("conduct_unbecoming", ("conduct", "off-duty", "off duty")),
)
CATEGORY = ("complaint_category", "category", "allegation_category")


def join(parts: Mapping[str, pa.Table], context: Context) -> tuple[pa.Table, tuple[Problem, ...]]:
    """One row per accusation and category, with its case; repeated cases count once, and the complainant only where a case has one."""
    names, accused = rows_of(parts[ACCUSED])
    own = [name for name in names if name != ROW]
    key = fold("cr_id")
    cases: dict[str, dict[str, str]] = {}
    for case in rows_of(parts[CASES])[1]:
        cases.setdefault(case[key], case)
    persons: dict[str, list[dict[str, str]]] = defaultdict(list)
    for person in rows_of(parts[PEOPLE])[1] if PEOPLE in parts else ():
        persons[person[key]].append(person)
    seen: dict[tuple[str, ...], int] = {}
    kept: list[dict[str, str]] = []
    worst = {fold(name) for name in ("final_discipline", "final_penalty", "recommended_discipline", "recommended_penalty")}
    repeated = 0
    for row in accused:
        identity = tuple(row[name] for name in own if name not in worst)
        if identity in seen:  # the release of 2018 repeats an accusation for each penalty
            repeated += 1
            continue
        seen[identity] = len(kept)
        people = persons.get(row[key], [])
        one = people[0] if len(people) == 1 else {}
        case = cases.get(row[key], {})
        added = {name: case.get(fold(name), "") for name in CASE} | {f"person_{name}": one.get(fold(name), "") for name in PERSON}
        kept.append({**row, **added})
    added_names = (*CASE, *(f"person_{name}" for name in PERSON))
    columns = [*[name for name in own if name not in added_names], *added_names]
    headers = {fold(header): header for header in parts[ACCUSED].column_names}
    arrays = [pa.array([row.get(name) or None for row in kept], pa.string()) for name in columns]
    lines = pa.array([int(row[ROW]) for row in kept], pa.int64())
    table = pa.table([*arrays, lines], names=[*(headers.get(name, name) for name in columns), ROW])
    lost = sum(row[key] not in cases for row in accused)
    said = (
        ("repeated_accusation", "Accusations that are repeated for each penalty are counted once.", repeated),
        ("no_complaint", "Accusations whose case is not in the cases file have no date and are set aside.", lost),
    )
    return table, tuple(Problem(name, sentence, count) for name, sentence, count in said if count)


def allegation(written: ir.StringValue) -> ir.StringValue:
    """The group of a category, by the first word in it that is known."""
    folded = written.lower()
    cases = [(ibis.or_(*(folded.contains(part) for part in parts)), ibis.literal(word)) for word, parts in ALLEGATIONS]
    return ibis.cases((folded.isnull(), ibis.literal("unknown")), *cases, else_=ibis.literal("other"))


def discipline(written: ir.StringValue) -> tuple[ir.StringValue, ir.IntegerValue]:
    """What followed, and the days of a suspension: a code (`100.0`, `600`) or words (`005 - 5 DAY SUSPENSION`)."""
    value = number(written.re_extract(r"^\s*(\d+(?:\.\d+)?)", 1).nullif(""))
    text = written.lower()
    suspended = (value >= 1) & (value <= 30)
    word = ibis.cases(
        (text.contains("separat") | (value == 400), ibis.literal("separation")),
        (text.contains("resign") | (value == 800), ibis.literal("resigned")),
        (text.contains("reprimand") | (value == 100), ibis.literal("reprimand")),
        ((text.contains("no action") | text.contains("violation noted") | (value == 600) | (value == 0)).fill_null(False), ibis.literal("none")),
        ((suspended | (value == 200) | text.contains("suspen")).fill_null(False), ibis.literal("suspension")),
        (written.notnull(), ibis.literal("other")),
        else_=ibis.null("string"),
    )
    return word, ibis.ifelse(suspended.fill_null(False), value.cast("int32"), ibis.null("int32"))


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the joined table. Names of officers are not kept; the catch-all officer is nobody."""
    fields = Fields(table)
    officer = fields.first_filled("UID", "officer_id", "link_UID", "row_id")
    name = fields("first_name").fill_null("") + " " + fields("last_name").fill_null("")
    unknown = name.lower().strip().isin(UNKNOWN_OFFICERS)
    final, recommended = code(fields("final_finding"), FINDINGS, default=None), code(fields("recommended_finding"), FINDINGS, default=None)
    category = fields(*CATEGORY)
    word, days = discipline(fields("final_discipline", "final_penalty"))
    closed = local_date(fields("closed_date"))
    columns: dict[str, ir.Value] = {
        "complaint_id": fields("cr_id"),
        "officer_key": ibis.ifelse(unknown, ibis.null("string"), pseudonym(officer, context)),
        "incident_date": local_date(fields("incident_date")),
        "received_date": local_date(fields("complaint_date")),
        "closed_date": closed,
        "complainant_type": ibis.ifelse(fields("complainant_type").upper() == "CPD EMPLOYEE", "officer", "civilian"),
        "complainant_race_group": code(fields("person_race"), RACES),
        "complainant_sex": code(fields("person_gender"), SEXES),
        "complainant_age": number(fields("person_age")).round().cast("int32"),
        "allegation_group": allegation(category),
        "allegation_raw": category,
        "finding": ibis.coalesce(final, recommended, ibis.ifelse(closed.isnull(), "pending", "unknown")),
        "finding_stage": ibis.ifelse(final.isnull() & recommended.notnull(), "recommended", "final"),
        "discipline": word,
        "discipline_days": days,
        "investigating_body": fields("investigating_agency"),
    }
    notes = (
        Check("unknown_officer", "The officer is written as unknown; the officer is empty, never one and the same.", unknown, "officer_key"),
        Check("recommended_only", "There is no final finding; the recommended one was used.", final.isnull() & recommended.notnull(), "finding"),
    )
    asked = ("The codes NC and DIS, where they occur, are read as closed without investigation and as other. Is that right?",)
    drop = fields.headers("first_name", "last_name", "middle_initial", "suffix_name", "UID", "officer_id", "link_UID", "birth_year", "star")
    return Mapped(columns, notes=notes, drop=drop, questions=asked)


JOINT = Joint(
    (
        Part(ACCUSED, signature("cr_id", "final_finding", "recommended_finding")),
        Part(CASES, signature("cr_id", "complaint_date", "closed_date", without=("final_finding",))),
        Part(
            PEOPLE,
            signature("cr_id", "gender", "age", "race", without=("final_finding", "complaint_date"), sure=0.9),
            required=False,
            called="complainant",
        ),
    ),
    join,
)
register(
    Source(
        name="chicago_complaints",
        title="Chicago complaints (CPDP, several files)",
        table="complaints",
        publisher="Invisible Institute, Citizens Police Data Project",
        recognises=JOINT.recognises,
        map=to_canonical,
        joint=JOINT,
        traps=(
            "Accused, cases and complainants are joined by cr_id; drop them together. Victims and witnesses are not read.",
            "Releases overlap and their keys are their own: import one release at a time.",
            "An officer written as UNKNOWN stands for many; no officer is recorded there.",
            "The release of 2018 repeats an accusation for each penalty; it is counted once.",
        ),
    )
)
