"""The review queue: a person reads each comment beside its redaction, releases it, keeps it back, mends the redaction, or takes it back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema.questions import EMPLOYEE
from dashboard.services.restricted import restricted
from dashboard.services.surveys import asked, authors, standing
from dashboard.services.surveys.comments import UNTIL_JUDGED, read_one
from dashboard.store.comments import KEPT_BACK, RELEASED, InReview
from dashboard.store.originals import BACK, LOST
from dashboard.store.surveys import CLOSED, Surveys
from dashboard.text import themes
from dashboard.text.themes import Discovered

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = [
    "BACK",
    "JUDGEMENTS",
    "KEPT_BACK",
    "LONGEST",
    "LOST",
    "RELEASED",
    "InReview",
    "discovered",
    "following",
    "judge",
    "take_back",
    "theme_label",
    "waiting",
]
JUDGEMENTS = (RELEASED, KEPT_BACK)
LONGEST = 10_000
LOOKED_AT = 8  # waves


def _others(house: House) -> tuple[str, ...]:
    """Families of surveys whose comments this visitor does not read: what staff write is read by HR alone."""
    return () if authors.runs_staff(house) else (EMPLOYEE,)


@restricted(Permission.MANAGE_SURVEYS)
def following(house: House, theme: str = "", passed: Sequence[str] = ()) -> InReview | None:
    """The next comment that waits, of one theme or of any, beside the question as it was asked; `passed` were set aside for now.

    The only service that hands an original out.
    """
    found = next(iter(standing.comments(house).waiting(theme, passed, but=_others(house))), None)
    return found and dataclasses.replace(found, question=asked.wording(house, found.survey_id, found.version, found.question))


@restricted(Permission.MANAGE_SURVEYS)
def waiting(house: House) -> dict[str, tuple[str, int]]:
    """Theme -> its label and how many comments wait, the most first."""
    labels = themes.labels("en")
    counts = standing.comments(house).waiting_by_theme(but=_others(house))
    named = sorted(((name, n) for name, n in counts.items() if name), key=lambda one: (-one[1], one[0]))
    return {name: (labels.get(name, name), n) for name, n in named}


@restricted(Permission.MANAGE_SURVEYS)
def judge(house: House, comment_id: str, judgement: str, who: str, corrected: str | None = None) -> None:
    """Release a comment, or keep it back; `corrected` is the redacted text as the reviewer mended it. It acts at once, and is in the audit log."""
    if judgement not in JUDGEMENTS:
        raise ScopeError("Choose to release this comment or to keep it back.")
    text = None if corrected is None else corrected.strip()
    if text is not None and not text:
        raise ScopeError("Nothing would be left of this comment.", hint="Keep it back instead.")
    if text is not None and len(text) > LONGEST:
        raise ScopeError(f"A comment holds at most {LONGEST:,} letters.")
    purge = house.settings.text("text.keep_original") == UNTIL_JUDGED
    standing.comments(house).judge([comment_id], judgement, who, corrected=text, purge=purge)


@restricted(Permission.MANAGE_SURVEYS)
def take_back(house: House, comment_id: str, who: str) -> None:
    """A judged comment waits again, at once. Where its original is still there, the redaction is made anew; else it stays as it was."""
    store = standing.comments(house)
    found = store.take_back(comment_id, who)
    if found.original:
        store.keep_read([read_one(found.id, found.original, standing.roster_of(house))], anew=True)


@restricted(Permission.MANAGE_SURVEYS)
def discovered(house: House) -> Discovered:
    """Which groups of words occur together in the comments of the last waves? For those who keep the codebook; trends never rest on it."""
    waves = [wave for wave in Surveys(house.records).waves() if wave.state == CLOSED]
    texts = [one.text for one in standing.comments(house).of_waves([wave.id for wave in waves[-LOOKED_AT:]]) if one.language == "en"]
    setting = house.settings.number
    return themes.discover(texts, int(setting("themes.count")), int(setting("themes.min_comments")))


def theme_label(theme: str) -> str:
    """A theme as people read it."""
    return themes.labels("en").get(theme, theme)
