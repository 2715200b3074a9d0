"""Chicago tactical response reports (TRR): reports, actions, subjects and officers in files of their own, joined by the report's number."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, clock, code, contains_any, flag, local_date, pseudonym, whole, words_set
from data_sources.joining import Joint, Part
from data_sources.policing import chicago_reports as reports
from data_sources.policing.chicago_reports import ACTIONS, OFFICERS, REPORTS, SUBJECTS
from data_sources.policing.force_words import RACES, SEXES, force_type, injury
from data_sources.signature import signature

AGENCY = "Chicago Police Department"
GROUPS = {
    **RACES,
    **dict.fromkeys(("wht", "white-non hispanic"), "white"),
    **dict.fromkeys(("blk", "black-non hispanic"), "black"),
    **dict.fromkeys(("wwh", "wbh", "s"), "hispanic"),
    "api": "asian_pacific_islander",
    **dict.fromkeys(("native american/alaskan native", "amer indian / alaskan native"), "native_american"),
}
# What the form calls a technique and no pattern can know. A gun among the responses is a gun that was fired; pointing one is not on the form.
OWN = {
    **dict.fromkeys(("firearm", "semi-auto pistol", "revolver", "rifle", "shotgun", "handgun"), "firearm_discharge"),
    **dict.fromkeys(("less lethal shotgun",), "impact_projectile"),
    **dict.fromkeys(("control instrument", "armbar"), "control_hold"),
    "canine": "other",
}
RESISTED = {
    "passive": ("passive", "did not follow", "dead weight", "verbal direction"),
    "active": ("active", "pulled away", "stiffen", "evad"),
    "aggressive": ("assault", "battery", "attack", "imminent threat", "assailant"),
    "deadly": ("deadly", "death or great bodily", "weapon", "firearm", "knife"),
    "fled": ("fled", "flight"),
}
NOT_ARMED = ("attack without weapon", "without weapon")
STATES = {**dict.fromkeys(("approved", "final"), "final"), **dict.fromkeys(("preliminary", "submitted"), "pending"), "rejected": "rejected"}
NEVER_KEPT = (
    *("trr_officer", "trr_subject", "birth_year", "block", "direction", "street", "street_no", "street_name", "address", "cr_no_obtained"),
    *("subject_cb_no", "subject_ir_no", "subject_no", "sr_no", "se_no", "last_name", "first_name", "middle_initial", "star", "UID", "uid"),
)
PERSONAL = ("subject_cb_no", "armed", "alleged_injury")
NOT_THE_EVENT = "The report names no event; it counts as an event of its own."
NOTHING_DONE = "The report lists no action of the officer; it is kept, its technique is unknown."


def _numbered(cell: ir.StringValue) -> ir.StringValue:
    """A number that was written as a decimal (`1132.0`), as it was."""
    return cell.re_replace(r"\.0$", "")


def _resistance(said: ir.StringValue) -> ir.StringValue:
    """What the subject did, from all subject actions and kinds of resistance of the report."""
    armless = said.lower()
    for words in NOT_ARMED:
        armless = armless.replace(words, "attack")
    return words_set({word: contains_any(armless, *parts) for word, parts in RESISTED.items()})


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the rows that the join made: one for each of the officer's actions that a report lists."""
    fields = Fields(table)
    stamp, written = fields("trr_date", "date", "trr_datetime", "incident_datetime", "incidentdatetime"), fields("member_action")
    day = local_date(stamp)
    beat = _numbered(fields("beat")).lpad(4, "0").nullif("0000")
    event = _numbered(fields("rd_no").coalesce(fields("event_no")))
    mitigation = flag(fields("mitigation")).fill_null(False)
    born = whole(fields("birth_year"))
    age = whole(fields("subject_age")).coalesce((day.year() - born).cast("int32"))
    hurt = flag(fields("subject_injured"))
    alleged = flag(fields("subject_alleged_injury")).fill_null(False)
    group = code(fields("subject_race"), GROUPS)
    columns: dict[str, ir.Value] = {
        "force_row_id": fields("row_key"),
        "incident_id": event.coalesce("report " + fields("trr_id")),
        "agency_id": ibis.literal(AGENCY),
        "subject_key": pseudonym(fields("trr_subject"), context, "subject"),
        "officer_key": pseudonym(fields("trr_officer"), context),
        "application_no": whole(fields("place")),
        "source_grain": ibis.literal("officer_subject"),
        "date": day,
        "time": clock(_numbered(fields("trr_time", "time")).coalesce(ibis.ifelse(stamp.contains(":"), stamp, ibis.null("string")))),
        "district": ibis.ifelse(beat.re_search(r"^\d{4}$"), beat.substr(0, 2).re_replace("^0", ""), ibis.null("string")),
        "beat": beat,
        "subject_kind": ibis.literal("person"),
        "race_group": group,
        "race_group_doj": group,
        "race_source": ibis.literal("officer_perceived"),
        "sex": code(fields("subject_gender"), SEXES),
        "age": age,
        "force_type": ibis.ifelse(mitigation, ibis.literal("presence_verbal"), force_type(written, OWN)),
        "force_type_raw": written,
        "resistance": _resistance(fields("resistance_said")),
        "subject_armed": flag(fields("subject_armed")),
        "subject_hospitalised": flag(fields("subject_hospitalized")),
        "deescalation_tried": flag(fields("mitigation_tried")),
        "subject_injury": ibis.ifelse(alleged & ~hurt.fill_null(False), ibis.literal("complaint"), injury(hurt)),
        "officer_injury": injury(flag(fields("officer_injured"))),
        "record_status": code(fields("trr_status"), STATES),
    }
    notes = (
        Check("no_event_number", NOT_THE_EVENT, event.isnull(), "incident_id"),
        Check("no_action", NOTHING_DONE, written.isnull(), "force_type"),
    )
    asked = (
        "One report is one officer and one person; reports with the same rd_no are taken as one event. Is that right?",
        "'Firearm' among the responses is read as a shot fired. 'Canine' does not say whether the dog bit and is read as other. Is that right?",
    )
    return Mapped(columns, notes=notes, drop=fields.headers(*NEVER_KEPT), questions=asked)


JOINT = Joint(
    (
        Part(REPORTS, signature("trr_id", "indoor_or_outdoor", without=("person", "action"))),
        Part(ACTIONS, signature("trr_id", "person", "action")),
        Part(SUBJECTS, signature("trr_id", "race", "gender", any_of=PERSONAL, without=("indoor_or_outdoor", "appointed_date"))),
        Part(OFFICERS, signature("trr_id", "appointed_date", without=("indoor_or_outdoor", "person", "status", "status_date")), required=False),
    ),
    reports.join,
)
register(
    Source(
        name="chicago_force",
        title="Chicago tactical response reports (TRR, several files)",
        table="use_of_force",
        publisher="Invisible Institute, Citizens Police Data Project",
        recognises=JOINT.recognises,
        map=to_canonical,
        joint=JOINT,
        traps=(
            "Reports, actions, subjects and officers are joined by trr_id; drop them together. Weapons, charges and statuses are not read.",
            "One report is one officer and one person: an event (rd_no) has several reports.",
            "Releases overlap and number the reports anew (70400, later 2018-01413): import one release at a time.",
            "A subject number in 50 or more events is a hashed blank and no person.",
            "Actions of both sides stand in one file: only the officer's count, and presence, commands and force mitigation are no force.",
            "Names, birth years and numbers of officers are not kept; the officer is a keyed pseudonym.",
        ),
    )
)
