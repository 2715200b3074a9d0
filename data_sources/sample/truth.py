"""Which truths are planted in the sample agency, so that a test can say whether a measure finds them?

Riverton is invented. Its records are drawn from the rules below and from nothing else; every number a page shows about it can be checked against
them. Groups follow the hispanic_first rule. White is the reference.

1. Who is at risk. In each district the drivers on the road (`commuting_drivers` of the population table) are resident drivers, less those who leave
   to work, plus those who come in. Stops fall on them in proportion, with ONE exception: in the districts `STOPPED_MORE_DISTRICTS` the group
   `STOPPED_MORE_GROUP` is stopped `STOPPED_MORE` times as often as its share of these drivers. The extra stops are added; nobody else's fall.
   Residents are a poorer benchmark by construction: car ownership and commuting differ by group, so `residents` gives ratios off 1 where nothing
   is unequal. `not_at_fault_drivers` is a small random sample of the drivers at risk.
2. Darkness. In vehicle stops the odds of `DARKNESS_GROUP` against every other group change by the factor exp(`DARKNESS_BETA`) when it is dark, in
   all districts; in twilight the effect grows in step with the sun's depth between sunset and civil dusk. The group's total stays what 1 says: the
   effect moves its stops from dark hours into daylight. So a benchmark cut to daytime hours shows this group a little above its share, truly.
   The clock changes the mix of drivers (`CLOCK`), in the same way in all seasons and districts; that is the confounder the veil test must remove.
3. Searches. Every person stopped carries something with chance `risk`; officers see a signal, N(0, 1) or, if something is there,
   N(`discernment`, 1); they search when the chance of a find given the signal is at least the threshold. The threshold is `THRESHOLD` for everyone,
   except that for `LOW_BAR_GROUP` it is `LOW_THRESHOLD` in `LOW_BAR_DISTRICTS`. Risk and discernment have district effects (agency.py).
   Infra-marginality: officers read `MISLEADING_GROUP` less well (lower discernment), so its searches find less although its threshold is equal
   everywhere: the hit rate alone points at this group wrongly, the threshold test should not. Asian and multiracial drivers carry less often, so
   that their finds stay under 100 in a sample of the usual size and the threshold test must leave them out.
4. Nothing else. Time, reason, sex, age, frisk, citation, duration, camera, call response, arrest and force given what was found, complaint findings:
   the same for all groups. What follows from 3 (more finds, hence more arrests and force where a group is searched more) does follow. Officers
   differ in how many stops they make, how often they cite (`OFFICER_CITATION_SD`, log odds) and how often they use force or are complained about
   (complaints: gamma with shape `OFFICER_COMPLAINT_SHAPE`; force: see 6), never by group. Stops fall by `YEARLY_CHANGE` a year, with one yearly wave.
   Complaints: a case takes log-normal days to a decision (`DECISION_MEDIAN`, `DECISION_SPREAD`); those received from `BACKLOG_FROM` on take
   `BACKLOG_FACTOR` times as long: a backlog that the mean of closed cases hides. `APPEALED` of decided cases are appealed. A recording is found for
   `RECORDED` of the events of each kind where one is expected, less in `CAMERA_DISTRICT` by `CAMERA_DISTRICT_FACTOR`.
5. Policy. From `POLICY_DATE` officers used the technique `POLICY_FORCE` in `POLICY_KEPT` of the applications in which they would have used it
   before; the others became a control hold, and `POLICY_UNTOUCHED` stayed as it was. `BANNED` was banned on `BAN_DATE`: a few uses before,
   none since. The forms of `SILENT_SHARE` of
   incidents do not say whether de-escalation was tried, at random.
6. Officers and force. Ratios of ordinary officers are gamma with shape `OFFICER_FORCE_SHAPE` to the power `OFFICER_FORCE_POWER`, scaled to mean 1 (a
   standard deviation of about .3). The two officers `FORCE_OUTLIERS` use force `FORCE_OUTLIER_RATIO` times as often as that. In the evenings of
   `FORCE_BUSY_DISTRICT` arrests away from stops meet force `FORCE_BUSY_RATIO` times as often, whoever makes them: the five officers `FORCE_UNLUCKY`,
   posted there throughout, are ordinary (ratio 1, stops and arrests at `FORCE_UNLUCKY_PACE`), and a fixed threshold flags them.
7. Blemishes. `UNKNOWN_SHARE` of stops have no group recorded, `BLANK_TIME_SHARE` no time, `MIDNIGHT_SHARE` a 00:00 that is not a time, and
   `NO_BASIS_SHARE` of searches no basis: all by pure chance. `SMALL_DISTRICT` has a few hundred stops in all.

The functions at the end give the search and hit rates that follow. Model: Pierson, Corbett-Davies & Goel 2018 (discriminant form).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

AGENCY = "RIVERTON"
NAME = "Riverton"
ZONE = "America/New_York"
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2025, 12, 31)
STOPS, SEED, OFFICERS = 120_000, 20260101, 240

GROUPS = ("white", "black", "hispanic", "asian", "native_american", "multiracial", "other")
REFERENCE = "white"
DISTRICTS = ("Northgate", "Old Town", "Eastfield", "Harbor", "Southside", "Westbrook", "University", "Mill Island")
SMALL_DISTRICT = "Mill Island"

STOPPED_MORE_GROUP = "hispanic"
STOPPED_MORE_DISTRICTS = ("Eastfield", "University")
STOPPED_MORE = 1.6

DARKNESS_GROUP = "black"
DARKNESS_BETA = -0.30
# Log odds of a group over the day: amplitude and the hour at which the wave rises through zero.
CLOCK: Mapping[str, tuple[float, float]] = {"black": (0.20, 15.0), "hispanic": (0.15, 3.0), "asian": (0.15, 6.0)}

THRESHOLD = 0.12
LOW_BAR_GROUP = "black"
LOW_BAR_DISTRICTS = ("Northgate", "Old Town", "Harbor", "Westbrook")
LOW_THRESHOLD = 0.05
MISLEADING_GROUP = "hispanic"
RISK: Mapping[str, float] = dict.fromkeys(GROUPS, 0.05) | {"asian": 0.02, "multiracial": 0.03}
DISCERNMENT: Mapping[str, float] = dict.fromkeys(GROUPS, 1.3) | {"hispanic": 1.1}

POLICY_DATE, POLICY_FORCE, POLICY_KEPT = dt.date(2024, 7, 1), "takedown", 0.35
POLICY_UNTOUCHED = "handcuff"
BAN_DATE, BANNED, BANNED_SHARE = dt.date(2023, 4, 1), "neck_restraint", 0.05
SILENT_SHARE = 0.12

UNKNOWN_SHARE, BLANK_TIME_SHARE, MIDNIGHT_SHARE, NO_BASIS_SHARE = 0.015, 0.006, 0.009, 0.012
OFFICER_CITATION_SD, OFFICER_FORCE_SHAPE, OFFICER_COMPLAINT_SHAPE = 0.35, 2.0, 1.5
OFFICER_FORCE_POWER = 0.4
FORCE_OUTLIERS, FORCE_OUTLIER_RATIO = (106, 147), 5.0  # places in the list of officers
FORCE_BUSY_DISTRICT, FORCE_BUSY_RATIO = "Northgate", 5.0
FORCE_UNLUCKY, FORCE_UNLUCKY_PACE = (8, 56, 104, 128, 152), 1.5
YEARLY_CHANGE = -0.04

DECISION_MEDIAN, DECISION_SPREAD = 90.0, 0.6  # days, and the standard deviation of their logarithm
BACKLOG_FROM, BACKLOG_FACTOR = dt.date(2025, 1, 1), 2.5
APPEALED = 0.12
RECORDED: Mapping[str, float] = {"call": 0.93, "stop": 0.96, "arrest": 0.91, "force": 0.84}
BOARD_AGREES = 0.8  # the review board comes to the agency's finding with this chance, else to another one
CAMERA_DISTRICT, CAMERA_DISTRICT_FACTOR = "Southside", 0.85


def logit(share: float) -> float:
    """The log odds of a share between 0 and 1."""
    return math.log(share / (1 - share))


def above(signal: float) -> float:
    """Which share of a standard normal lies above this?"""
    return 0.5 * math.erfc(signal / math.sqrt(2))


def threshold(group: str, district: str) -> float:
    """At which chance of a find do officers search this group here?"""
    return LOW_THRESHOLD if group == LOW_BAR_GROUP and district in LOW_BAR_DISTRICTS else THRESHOLD


def stopped_ratio(group: str, district: str) -> float:
    """How many times its share among drivers at risk is the group stopped here?"""
    return STOPPED_MORE if group == STOPPED_MORE_GROUP and district in STOPPED_MORE_DISTRICTS else 1.0


def bar(risk: float, discernment: float, tau: float) -> float:
    """The signal above which officers search, given risk, discernment and the threshold tau."""
    return (logit(tau) - logit(risk)) / discernment + discernment / 2


def search_and_hit(risk: float, discernment: float, tau: float) -> tuple[float, float]:
    """Which share of stops is searched at the officer's choice, and which share of those searches finds something?"""
    x = bar(risk, discernment, tau)
    found = risk * above(x - discernment)
    searched = found + (1 - risk) * above(x)
    return searched, found / searched
