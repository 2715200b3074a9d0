"""Which counts of complaints, discipline and recordings are published? Declared before anyone looks, protected as one system each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.privacy.cells import Dimension
from dashboard.schema.words import in_order
from dashboard.services.accountability import appeals
from dashboard.services.accountability.stages import DIVISIONS, STAGES, SUMS, TABLE, stored
from dashboard.services.catalog import Declared
from dashboard.services.counts import UNRECORDED, false_of
from dashboard.store.facts import STAFF

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.services.house import House

FACTS: tuple[str, ...] = ("complaints", "bwc_requests", "camera_activations")
MOST_YEARS = 12
ALLEGED, DISCIPLINE, RECORDINGS = "complaint_allegations", "complaint_discipline", "camera_activations"
DECISIONS = ("sustained", "not_sustained", "unfounded", "exonerated", "closed_without_investigation", "open_or_unknown")
FULL = ("investigated", DECISIONS[:4])
FOUND, NOT_FOUND, NOT_LOOKED, NOT_EXPECTED = "recording_found", "no_recording_found", "not_looked", "not_expected"

# Published in four classes: single kinds of discipline are too few to be shown beside kinds of allegation.
CLASSES = ("training_or_none", "reprimand", "suspension_or_harder", "pending_other_or_not_recorded")
CLASS_OF = {
    **dict.fromkeys(("none", "training"), CLASSES[0]),
    "reprimand": CLASSES[1],
    **dict.fromkeys(("suspension", "demotion", "separation", "resigned", "charges"), CLASSES[2]),
    **dict.fromkeys(("pending", "other", "unknown", UNRECORDED), CLASSES[3]),
}


def declared(house: House) -> list[Declared]:
    """The published tables of complaints and cameras; none where there are no data."""
    found = (_cases(house), _allegations(house), _discipline(house), _appeals(house), _recordings(house))
    return [one for one in found if one is not None]


def _cases(house: House) -> Declared | None:
    """Cases by year, complainant and group, each with its stage."""
    try:
        frame = stored(house, STAFF, tuple(DIVISIONS.values()))
    except NotEnoughData:
        return None
    years = sorted(frame["year"].unique())[-MOST_YEARS:]
    frame = frame[frame["year"].isin(years)]
    dimensions = (
        Dimension("year", tuple(years)),
        Dimension("complainant", tuple(sorted(frame["complainant_type"].unique()))),
        Dimension("race_group", tuple(in_order(frame["complainant_race_group"].unique()))),
        Dimension("stage", STAGES, SUMS),
    )
    cuts = (("year", "stage"), ("complainant", "stage"), ("race_group", "stage"))
    return _made(TABLE, "Complaints by year, complainant and how far they came", dimensions, frame, (*DIVISIONS.values(), "stage"), cuts)


def decision(finding: pd.Series) -> pd.Series:
    """The decision of an allegation, in the published words."""
    told = finding.where(finding.isin(DECISIONS[:4]), "closed_without_investigation")
    return told.mask(finding.isin(("pending", "unknown")), "open_or_unknown")


def _allegations(house: House) -> Declared | None:
    """Allegations by what is alleged and how it was decided."""
    frame = house.facts.tally("complaints", ("allegation_group", "finding"), STAFF)
    if frame.empty:
        return None
    frame["decision"] = decision(frame["finding"])
    dimensions = (Dimension("allegation", tuple(sorted(frame["allegation_group"].unique()))), Dimension("decision", DECISIONS, (FULL,)))
    columns, cuts = ("allegation_group", "decision"), (("allegation", "decision"),)
    return _made(ALLEGED, "Allegations by kind and decision", dimensions, frame, columns, cuts)


def _discipline(house: House) -> Declared | None:
    """Sustained allegations by what is alleged and what discipline followed."""
    frame = house.facts.tally("complaints", ("allegation_group", "discipline"), STAFF.and_where("finding", "sustained"))
    if frame.empty:
        return None
    frame["discipline"] = frame["discipline"].map(CLASS_OF).fillna(CLASSES[-1])
    dimensions = (
        Dimension("allegation", tuple(sorted(frame["allegation_group"].unique()))),
        Dimension("discipline", CLASSES),
    )
    cuts = (("allegation", "discipline"),)
    return _made(DISCIPLINE, "Sustained allegations by kind and discipline", dimensions, frame, ("allegation_group", "discipline"), cuts)


def _appeals(house: House) -> Declared | None:
    """Appealed cases by year and how the appeal ended."""
    frame = appeals.appealed(house)
    if frame.empty:
        return None
    frame["year"] = frame["year"].astype(str)
    dimensions = (Dimension("year", tuple(sorted(frame["year"].unique())[-MOST_YEARS:])), Dimension("appeal", appeals.CLASSES))
    return _made(appeals.TABLE, "Appealed complaints by year and how the appeal ended", dimensions, frame, ("year", "appeal"), (("year", "appeal"),))


def recording(frame: pd.DataFrame) -> pd.Series:
    """What became of the expected recording of each line of a tally."""
    state = frame["recording_found"].map({True: FOUND, False: NOT_FOUND}).fillna(NOT_LOOKED)
    return state.mask(false_of(frame, "recording_expected"), NOT_EXPECTED)


def _recordings(house: House) -> Declared | None:
    """Events by year and kind, with or without a recording."""
    frame = house.facts.tally("camera_activations", ("year", "event_kind", "recording_expected", "recording_found"), STAFF)
    if frame.empty:
        return None
    frame["year"], frame["state"] = frame["year"].astype(str), recording(frame)
    dimensions = (
        Dimension("year", tuple(sorted(frame["year"].unique())[-MOST_YEARS:])),
        Dimension("event_kind", tuple(sorted(frame["event_kind"].unique()))),
        Dimension("state", (FOUND, NOT_FOUND, NOT_LOOKED, NOT_EXPECTED), (("expected", (FOUND, NOT_FOUND)),)),
    )
    columns, cuts = ("year", "event_kind", "state"), (("year", "state"), ("event_kind", "state"))
    return _made(RECORDINGS, "Body cameras: expected recordings found and not found", dimensions, frame, columns, cuts)


def _made(  # noqa: PLR0917
    name: str,
    title: str,
    dimensions: tuple[Dimension, ...],
    frame: pd.DataFrame,
    columns: tuple[str, ...],
    cuts: tuple[tuple[str, ...], ...],
) -> Declared:
    """A declared table of these counts."""
    grouped = frame.groupby(list(columns), observed=True)["n"].sum()
    keys = {(key if isinstance(key, tuple) else (key,)): int(n) for key, n in grouped.items()}
    inside = {tuple(map(str, key)): n for key, n in keys.items() if all(str(k) in d.levels for k, d in zip(key, dimensions, strict=True))}
    return Declared(name, title, dimensions, inside, cuts)
