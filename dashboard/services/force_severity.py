"""When force is used, how severe is it, and is it alike for all groups?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.schema.scope import Scope
from dashboard.schema.words import label
from dashboard.services import force_catalog as catalog
from dashboard.services.counts import UNRECORDED, known_groups, staff
from dashboard.services.force import LEVEL_WORDS
from dashboard.services.force_counts import Counts, Numbers, estimate, numbers, slice_words
from dashboard.services.restricted import restricted
from dashboard.stats import force, rates
from dashboard.stats.force import Severity

if TYPE_CHECKING:
    from dashboard.services.house import House

MEASURE = "force.severity"


def levels(house: House, scope: Scope) -> Answer:
    """The whole distribution over levels, for everyone by year and for each group; the share at level 3 or 4 with its interval."""
    found = numbers(house, scope.narrowed(groups=()), catalog.PEOPLE)
    table = found.table(catalog.PEOPLE)
    groups = known_groups(table.levels("race_group"))
    counts = {group: {level: table.count(race_group=group, level=level) for level in (*catalog.LEVELS, catalog.HIGHER)} for group in groups}
    everyone = {level: table.count(level=level) for level in (*catalog.LEVELS, catalog.HIGHER)}
    if not any(everyone[level] for level in catalog.LEVELS if level != UNRECORDED):
        raise NotEnoughData("No level of force is recorded.", hint="Map the column that holds the level or the type of force.")
    least = int(house.settings.number("release.min_denominator")) if found.public else 1
    shares = {group: at_least_two(own, least) for group, own in counts.items()}
    whole = at_least_two(everyone, least)
    dots = tuple(Dot(label(group), share, group, stands_out=False) for group, share in shares.items())
    subtitle = f"Share of people on whom level 2 or higher was used, of those with a level, {_slice(found)}; 95% intervals"
    rows = tuple((label(g), *(estimate(counts[g][level]) for level in catalog.LEVELS), shares[g]) for g in groups)
    columns = ("Group", *(LEVEL_WORDS[level] for level in catalog.LEVELS), "Level 2 or higher")
    kinds = ("", *("count" for _ in catalog.LEVELS), "percent")
    deadly = everyone["4"]
    told = f"{say.with_interval(whole, 'percent')} of people met level 2 or higher" if whole.known else "The levels are not shown"
    return Answer(
        MEASURE,
        "When force is used, how severe is it?",
        f"{told}; {say.count(deadly) if deadly is not None else 'a number not shown'} met level 4, deadly force.",
        Status.OK,
        (DotPlot("How severe, by group", subtitle, dots, "percent", whole.value, "everyone", "people at level 2 or higher"),),
        (NumberTable("People by group and highest level", columns, rows, kinds=kinds), _by_year(table)),
        (),
        ("The highest level used on a person counts. Where the agency publishes no level, it follows from the technique.",),
        shares,
        found.provenance,
        public=found.public,
    )


def at_least_two(counts: dict[str, int | None], least: int) -> Estimate:
    """The share at level 2 or higher of those with a level."""
    low, high = counts["1"], counts[catalog.HIGHER]
    if low is None or high is None:
        return estimate(None)
    if low + high < least:
        return estimate(None) if least > 1 else Estimate.unavailable("Nobody with a level.")
    return rates.proportion(high, low + high)


def _slice(found: Numbers) -> str:
    """Groups and levels are published over all years."""
    return "all years" if found.public else slice_words(found)


def _by_year(table: Counts) -> NumberTable:
    """Levels by year."""
    years = table.levels("year")
    rows = tuple((year, *(estimate(table.count(year=year, level=level)) for level in catalog.LEVELS)) for year in years)
    kinds = ("", *("count" for _ in catalog.LEVELS))
    return NumberTable("People by year and highest level", ("Year", *(LEVEL_WORDS[level] for level in catalog.LEVELS)), rows, kinds=kinds)


@restricted(Permission.SEE_WORKBENCH)
def answer(house: House, scope: Scope) -> Answer:
    """Every group's distribution against the reference, with the chance of a higher level, for staff."""
    patterns, unlevelled = house.facts.patterns(staff(scope.narrowed(groups=())), catalog.COUNTED)
    if not patterns and not unlevelled:
        raise NotEnoughData("There is no use of force in this place and period.", hint="Import use-of-force reports.")
    reference = house.settings.text("groups.reference")
    found = force.severity(patterns, reference, unlevelled=unlevelled, settings=house.settings)
    dots = tuple(Dot(label(one.group), one.higher, one.group) for one in found.groups if one.higher is not None and one.higher.known)
    picture = DotPlot(
        "Who meets more severe force",
        f"Chance that a person of the group met a higher level than a {label(reference)} person, equal levels counting half; 95% intervals",
        dots,
        "percent",
        0.5,
        "alike",
        f"higher than {label(reference)} people",
    )
    rows = tuple((label(one.group), one.subjects, *one.levels.values(), *one.at_least.values(), one.higher or "") for one in found.groups)
    columns = ("Group", "People", "Level 1", "Level 2", "Level 3", "Level 4", "2 or more", "3 or more", "4", "Chance of higher")
    kinds = ("", *("count" for _ in range(5)), *("percent" for _ in range(4)))
    return Answer(
        MEASURE,
        "When force is used, how severe is it, and is it alike for all groups?",
        _sentence(found),
        found.status,
        (picture,) if dots else (),
        (NumberTable("People by group and highest level", columns, rows, kinds=kinds),),
        found.gates,
        (f"{say.count(unlevelled)} people have no level and are left out.",) if unlevelled else (),
        found,
        house.provenance("use_of_force"),
    )


def _sentence(found: Severity) -> str:
    """Who clearly meets more or less severe force."""
    known = [one for one in found.groups if one.higher is not None and one.higher.known]
    clear = [one for one in known if one.higher and ((one.higher.low or 0) > 0.5 or (one.higher.high or 1) < 0.5)]
    if clear:
        told = [f"{label(one.group)} {say.with_interval(one.higher, 'percent')}" for one in clear if one.higher]
        return f"Chance of a higher level than a {label(found.reference)} person (50% is alike): {say.listed(told)}."
    return f"No group clearly meets more severe force than {label(found.reference)} people." if known else "Too few people to compare levels."
