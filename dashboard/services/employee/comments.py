"""What staff wrote, as HR judges and reads it: redacted by the machine, looked at by a person, in an order of chance. No original is handed out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.services.employee import launching
from dashboard.services.restricted import restricted
from dashboard.services.surveys import asked, standing
from dashboard.services.surveys.comments import UNTIL_JUDGED
from dashboard.store.comments import KEPT_BACK, RELEASED
from dashboard.store.surveys import Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

LONGEST, ALL = 10_000, 100_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that waits for a person: id, redacted text, how many wait with it, in which wave and beside which question it was written."""

    id: str
    text: str
    left: int
    wave: str
    question: str


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def following(house: House, survey_id: str, passed: Sequence[str] = ()) -> Waiting | None:
    """The next comment of an employee survey that waits, in an order of chance; `passed` were set aside for now."""
    found = standing.comments(house).waiting("", passed, ALL, wave_ids=_waves(house, survey_id)) if _waves(house, survey_id) else []
    if not found:
        return None
    first = found[0]
    return Waiting(first.id, first.redacted, len(found), first.wave, asked.wording(house, survey_id, first.version, first.question))


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def judge(house: House, survey_id: str, comment_id: str, text: str, who: str, *, release: bool) -> None:
    """Release a comment with this text, or keep it back. ScopeError for a comment of another survey."""
    waiting = {one.id: one for one in standing.comments(house).waiting("", (), ALL, wave_ids=_waves(house, survey_id) or ("",))}
    if comment_id not in waiting:
        raise ScopeError("This comment does not wait here: somebody has judged it, or it is of another survey.")
    if release and not text.strip():
        raise ScopeError("Nothing would be left of this comment.", hint="Keep it back instead.")
    if len(text) > LONGEST:
        raise ScopeError(f"A comment holds at most {LONGEST:,} letters.")
    corrected = text.strip() if release and text.strip() != waiting[comment_id].redacted else None
    purge = house.settings.text("text.keep_original") == UNTIL_JUDGED
    standing.comments(house).judge([comment_id], RELEASED if release else KEPT_BACK, who, corrected=corrected, purge=purge)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def released(house: House, survey_id: str, wave_id: str) -> list[str]:
    """The released comments of a wave, in a new order of chance each time, with nothing else of who wrote them."""
    if wave_id not in _waves(house, survey_id):
        raise ScopeError("This is not a closed wave of this survey.")
    texts = [one.text for one in standing.comments(house).released([wave_id])]
    secrets.SystemRandom().shuffle(texts)
    return texts


def _waves(house: House, survey_id: str) -> tuple[str, ...]:
    """The closed waves of an employee survey."""
    launching.of_staff(house, survey_id)
    return tuple(one.id for one in Surveys(house.records).waves(survey_id) if one.state == "closed")
