"""At the same clock time, is the share of a group among drivers stopped lower after dark, when race is harder to see?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy.estimates import MIN_BEHIND, Finding, ReleasedEstimates, release_estimates
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services.counts import UNRECORDED, staff, tally
from dashboard.services.restricted import restricted
from dashboard.stats import darkness
from dashboard.stats.darkness import GroupVeil, Place, VeilCounts, VeilEvenings, VeilResult
from dashboard.store.evenings import FIRST, HOURS, MINUTES

if TYPE_CHECKING:
    from dashboard.services.house import House
    from dashboard.store.evenings import Kept

MEASURE = "darkness.veil"
QUESTION = "At the same clock time, is the share of a group among drivers stopped lower after dark?"
DEGREES = 4  # decimals: ten metres, and no trace of the order in which coordinates were added up


Centres = Mapping[str, tuple[float, float]]  # latitude and longitude by district


def places_of(house: House, districts: Iterable[str], found: Centres | None = None) -> dict[str, Place]:
    """Where is each district? The mean of all its stops' coordinates, else the agency's own; NotEnoughData without either."""
    found = _centres(house) if found is None else found
    lat, lng = house.settings.number("agency.latitude"), house.settings.number("agency.longitude")
    if not (lat or lng) and found:
        lat, lng = (float(np.mean([centre[axis] for centre in found.values()])) for axis in (0, 1))
    if not (lat or lng):
        raise NotEnoughData("Sunset cannot be computed: the stops carry no coordinates.", hint="Set agency.latitude and agency.longitude.")
    where = {name: found.get(name, (lat, lng)) for name in districts}
    return {name: Place(name, round(lat, DEGREES), round(lng, DEGREES)) for name, (lat, lng) in where.items()}


def _centres(house: House) -> Centres:
    """The mean coordinates of each district's stops, where stops carry coordinates."""
    totals = tally(house.facts, "stops", ("district",), staff(Scope()), ("lat", "lng")).set_index("district")
    missing = tally(house.facts, "stops", ("district",), staff(Scope()).and_where("lat", "null")).set_index("district")["n"]
    located = (totals["n"] - missing.reindex(totals.index, fill_value=0)).astype(float)
    kept = totals[located > 0]
    return {str(name): (float(row["lat"] / located[name]), float(row["lng"] / located[name])) for name, row in kept.iterrows()}


def _named(words: Iterable[str | None], instead: str) -> tuple[str, ...]:
    """Words as the tables write them, with a word for what was not recorded."""
    return tuple(instead if word is None else word for word in words)


def _evenings(kept: Kept) -> VeilEvenings:
    """Evenings as they are kept beside the rows. Groups of one name (unknown, and not recorded) are joined."""
    named = _named(kept.groups, "unknown")
    groups = tuple(sorted(set(named)))
    code = np.array([groups.index(name) for name in named], np.int32)
    places = _named(kept.places, UNRECORDED)
    return VeilEvenings(kept.date, kept.place, code[kept.group], places, groups, FIRST, MINUTES, kept.blocks)


def _from_rows(house: House, evening: Scope) -> VeilCounts:
    """The same from the rows, a count for each date, minute, district and group."""
    frame = tally(house.facts, "stops", ("date", "minute", "district", "race_group"), evening)
    groups = frame["race_group"].replace(UNRECORDED, "unknown")
    return VeilCounts.of(frame["date"], frame["minute"], frame["district"], groups, frame["n"])


def counted(house: House, scope: Scope) -> tuple[VeilCounts | VeilEvenings, dict[str, Place]]:
    """The timed traffic stops of these evenings and where their districts lie: from evenings kept beside the rows, else from the rows."""
    evening = staff(scope).and_where("stop_type", "vehicular").and_where("time_known", "true").and_where("hour", *HOURS)
    kept = house.facts.evenings(evening)
    counts = _from_rows(house, evening) if kept is None else _evenings(kept)
    found = None if kept is None else dict(zip(_named(kept.centres, UNRECORDED), kept.centres.values(), strict=True))
    if not len(counts.date):
        raise NotEnoughData("No traffic stops with a known time are recorded here.", hint="The test needs the clock time of traffic stops.")
    return counts, places_of(house, counts.places, found)


def veiled(house: House, scope: Scope, *, variants: bool = True) -> VeilResult:
    """The veil of darkness on the traffic stops of this slice. NotEnoughData without timed stops of drivers."""
    counts, places = counted(house, scope)
    clock = np.zeros(1440)
    # whether clock times are rounded does not depend on who is driving
    everybody = staff(scope).narrowed(groups=()).and_where("stop_type", "vehicular").and_where("time_known", "true")
    day = tally(house.facts, "stops", ("minute",), everybody).dropna()
    clock[day["minute"].to_numpy(dtype=int)] = day["n"].to_numpy(dtype=float)
    zone = house.settings.text("import.timezone")
    return darkness.veil(counts, places, house.settings.text("groups.reference"), zone, house.settings, clock=clock, variants=variants)


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """The veil of darkness as an answer for staff, with every other way to do it beside it."""
    result = veiled(house, scope)
    reference = label(result.reference)
    start, end = (f"{minute // 60}:{minute % 60:02d}" for minute in result.window_minutes)
    picture = DotPlot(
        "Odds of being the driver stopped, in daylight against the dark",
        f"Against {reference}, at the same clock time; stops from {start} to {end}; {result.window_stops:,.0f} stops",
        tuple(Dot(label(group.group), group.odds_ratio, group.group) for group in result.groups),
        scale="log",
        reference=1.0,
        reference_label="no change with darkness",
        axis="odds ratio, daylight against dark",
    )
    known = [group for group in result.groups if group.odds_ratio.known]
    cautious = [group for group in known if group.odds_ratio.status is Status.CAUTION]
    status = Status.UNAVAILABLE if not known else Status.CAUTION if len(cautious) == len(known) else Status.OK
    careful = f" Read with caution for {say.listed([label(group.group) for group in cautious])}." if cautious and status is Status.OK else ""
    return Answer(
        MEASURE,
        QUESTION,
        sentence(known, reference) + careful,
        status,
        (picture, *_variants(known)),
        (_numbers(result), _other_ways(result)),
        (*result.gates, *(gate for group in result.groups for gate in group.gates)),
        result.notes,
        result,
        house.provenance("stops"),
    )


def sentence(known: list[GroupVeil], reference: str) -> str:
    """Per group: odds in daylight against the dark, and whether the answer depends on the model."""
    if not known:
        return "There are too few stops around dusk: each group needs 100, with 30 in daylight and 30 in the dark."
    parts, unclear = [], []
    for group in known:
        ratio = group.odds_ratio
        flat = ratio.low is not None and ratio.high is not None and ratio.low <= 1 <= ratio.high
        if flat:
            unclear.append(label(group.group))
            continue
        high = say.with_interval(ratio, "times")
        text = f"The odds that a stopped driver was {label(group.group)} and not {reference} were {high} as high in daylight"
        if group.depends_on_model:
            text += "; the direction depends on the model"
        parts.append(text + ".")
    if unclear:
        parts.append(f"No clear change with darkness for {say.listed(unclear)}; that is no exoneration.")
    return " ".join(parts)


def published(house: House) -> ReleasedEstimates:
    """The veil of darkness of the whole agency as the public may see it; a refusal is published as its sentence."""
    title = "Odds of being the driver stopped, in daylight against the dark"
    try:
        result = veiled(house, Scope(), variants=False)
    except NotEnoughData as refusal:
        return release_estimates(MEASURE, title, (), str(refusal))
    findings = [Finding(g.group, g.odds_ratio, min(g.light, g.dark, g.reference_light, g.reference_dark)) for g in result.groups]
    known = [g for g, f in zip(result.groups, findings, strict=True) if g.odds_ratio.known and f.smallest >= MIN_BEHIND]
    return release_estimates(MEASURE, title, findings, sentence(known, label(result.reference)))


def _variants(known: list[GroupVeil]) -> tuple[DotPlot, ...]:
    """The same comparison done in every other declared way."""
    dots = tuple(Dot(variant.label, _odds(variant.beta), group.group, panel=label(group.group)) for group in known for variant in group.variants)
    if not dots:
        return ()
    title, subtitle = "The same test done in other ways", "Odds ratio, daylight against dark; 95% intervals"
    return (DotPlot(title, subtitle, dots, "log", 1.0, "no change with darkness", "odds ratio"),)


def _odds(beta: Estimate) -> Estimate:
    """exp(-beta), with the interval turned round."""
    if beta.value is None or beta.low is None or beta.high is None:
        return beta
    return Estimate(float(np.exp(-beta.value)), float(np.exp(-beta.high)), float(np.exp(-beta.low)), beta.n, beta.status, beta.reason)


def _numbers(result: VeilResult) -> NumberTable:
    """Counts and shares in daylight and in the dark, crude and adjusted odds ratio."""
    columns = ("Group", "Daylight stops", "Dark stops", "Share in daylight", "Share in the dark", "Crude odds ratio", "Odds ratio")
    rows = tuple((label(g.group), g.light, g.dark, g.share_light, g.share_dark, g.crude, g.odds_ratio) for g in result.groups)
    return NumberTable("Around dusk", columns, rows, kinds=("", "", "", "percent", "percent", "times", "times"))


def _other_ways(result: VeilResult) -> NumberTable:
    """Every variant as numbers."""
    rows = tuple((label(g.group), v.label, _odds(v.beta)) for g in result.groups for v in g.variants)
    return NumberTable("Other ways to do it", ("Group", "Variant", "Odds ratio"), rows, kinds=("", "", "times"))
