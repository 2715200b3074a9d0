"""From a filled form to what is stored: answers and comments apart, the wish to be called apart, and what makes a form doubtful."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from dashboard.schema.answering import counted
from dashboard.services.forms import Submission, week_of
from dashboard.web.survey_view import RECOVERY, Visit

FAST = 1.0  # seconds a question: who is quicker did not read
BURST, WINDOW = 30, 300.0  # so many forms through one link in so many seconds are marked, in memory; nothing is refused


class Bursts:
    """How many forms came through one link lately? Kept in memory only."""

    def __init__(self) -> None:
        self._lately: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def count(self, code: str) -> bool:
        """Count one more, and say whether it belongs to a burst."""
        now = time.monotonic()
        with self._lock:
            lately = self._lately[code]
            while lately and lately[0] < now - WINDOW:
                lately.popleft()
            lately.append(now)
            return len(lately) >= BURST


BURSTS = Bursts()


def body_of(visit: Visit) -> str:
    """What the page that is sent holds, as one short text: equal for the same form sent twice."""
    return hashlib.sha256(json.dumps([visit.page, sorted(visit.typed.items())], ensure_ascii=False, default=list).encode()).hexdigest()


def submission(visit: Visit, merged: Mapping[str, Any], seconds: float, *, trapped: bool) -> Submission:
    """What is stored of a form. Doubtful forms are stored too, and marked: `fast`, `trap` (a field that people do not see was filled), `burst`."""
    form = visit.form
    given = counted(form.definition, merged)
    written = {name for one in form.definition.questions() for name in one.written_ids()}
    answers = {name: value for name, value in given.items() if name not in written}
    comments = {name: str(value) for name, value in given.items() if name in written}
    if form.of_staff:
        return _of_staff(visit, answers, comments)
    marks = {"fast": seconds < FAST * max(1, len(answers)), "trap": trapped, "burst": not form.kiosk and BURSTS.count(form.code)}
    wishes = any(answers.get(one.id) == "yes" for one in form.definition.questions() if one.concept == RECOVERY)
    follow = (str(merged.get("follow_name", "")), str(merged.get("follow_phone", "")), "") if wishes else ("", "", "")
    return Submission(
        visit.key,
        form.wave_id,
        form.survey_id,
        form.channel,
        visit.language,
        week_of(form.day),
        answers,
        comments,
        tuple(name for name, on in marks.items() if on),
        follow,
        visit.token,
        body_of(visit),
        form.code,
        form.definition.invited_only,
    )


def _of_staff(visit: Visit, answers: Mapping[str, Any], comments: Mapping[str, str]) -> Submission:
    """Of staff nothing goes along with the answers: no way they came, no language, no pace, no week."""
    form = visit.form
    return Submission(
        visit.key,
        form.wave_id,
        form.survey_id,
        "",
        "",
        form.opens or form.day,
        answers,
        comments,
        token=visit.token,
        body=body_of(visit),
        invited_only=True,
        staff=True,
    )
