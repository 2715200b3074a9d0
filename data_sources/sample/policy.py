"""The changes of policy in Riverton: the technique that officers were told to use less, the one that was banned, and forms that stay silent."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from data_sources.sample import light, truth

POLICY_STREAM = 41
Ints = NDArray[np.int64]
# date, title, what changed, force type, whether it bans it, link, force that it does not touch
CHANGES: tuple[tuple[dt.date, str, str, str, bool, str, str], ...] = (
    (truth.BAN_DATE, "Neck restraints banned", "Neck restraints and chokeholds are no longer allowed", truth.BANNED, True, "", ""),
    (
        truth.POLICY_DATE,
        "Takedowns only against active resistance",
        "Officers first talk and use holds; a takedown needs active resistance",
        truth.POLICY_FORCE,
        False,
        "",
        truth.POLICY_UNTOUCHED,
    ),
)


def followed(seed: int, day: Ints, kind: Ints, names: tuple[str, ...]) -> Ints:
    """The technique of each application as the policies of its day allow it. `day` counts from the first day, `kind` is a place in `names`."""
    rng = np.random.default_rng([seed, POLICY_STREAM])
    draw = rng.random((2, len(kind)))
    dates = light.days()[0] + day
    hold, less, banned = (names.index(name) for name in ("control_hold", truth.POLICY_FORCE, truth.BANNED))
    given_up = (kind == less) & (dates >= np.datetime64(truth.POLICY_DATE)) & (draw[0] >= truth.POLICY_KEPT)
    found = np.where(given_up, hold, kind)
    still_allowed = (found == hold) & (dates < np.datetime64(truth.BAN_DATE)) & (draw[1] < truth.BANNED_SHARE)
    return np.where(still_allowed, banned, found)


def silent(seed: int, incidents: int) -> NDArray[np.bool_]:
    """Which incidents' forms do not say whether de-escalation was tried?"""
    return np.asarray(np.random.default_rng([seed, POLICY_STREAM, 1]).random(incidents) < truth.SILENT_SHARE)
