"""Cases of early intervention: opened, talked over, decided, followed up; every step is kept and in the audit log, also one taken back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.officer_tables import CommendationRow, OfficerCaseRow, OfficerStepRow
from dashboard.store.records import Records

OPENED, TALKED, DECIDED, FOLLOWED = "opened", "conversation", "decision", "follow_up"
ORDER = (OPENED, TALKED, DECIDED, FOLLOWED)
DECISIONS: Mapping[str, str] = {
    "none": "No action",
    "training": "Training",
    "counselling": "Counselling",
    "assignment": "Change of assignment",
    "wellness": "Wellness support",
    "referral": "Referral",
}
GOOD: Mapping[str, str] = {
    "commendation": "Commendation",
    "award": "Award",
    "thanks": "Thanks from a resident",
    "feedback": "Good feedback after a contact",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and by whom and when it was taken back, if it was."""

    number: int
    action: str
    choice: str
    text: str
    due: dt.date | None
    who: str
    moment: dt.datetime
    undone_by: str = ""
    undone: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case with all its steps. `found` holds the figures when it was opened."""

    id: str
    officer_key: str
    kind: str
    found: Mapping[str, Any]
    created: dt.datetime
    who: str
    steps: tuple[Step, ...]

    @property
    def live(self) -> tuple[Step, ...]:
        """The steps that stand."""
        return tuple(one for one in self.steps if one.undone is None)

    @property
    def state(self) -> str:
        """The last step that stands; '' where even the opening was taken back."""
        return self.live[-1].action if self.live else ""

    @property
    def next(self) -> str:
        """Which step comes next; '' when the case is closed."""
        if not self.live or self.state == FOLLOWED or (self.state == DECIDED and self.live[-1].due is None):
            return ""
        return ORDER[ORDER.index(self.state) + 1]

    @property
    def decided(self) -> Step | None:
        """The decision that stands."""
        return next((one for one in self.live if one.action == DECIDED), None)


@dataclass(frozen=True, slots=True)
class Good:
    """One commendation or good feedback."""

    id: str
    officer_key: str
    day: dt.date
    kind: str
    text: str


class OfficerCases:
    """The cases and commendations of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.audit = Audit(records)

    def all(self) -> list[Case]:
        """Every case, the newest first."""
        with self.records.read() as session:
            rows = list(session.scalars(select(OfficerCaseRow).order_by(OfficerCaseRow.created.desc(), OfficerCaseRow.id)))
            steps: dict[str, list[OfficerStepRow]] = {}
            for step in session.scalars(select(OfficerStepRow).order_by(OfficerStepRow.case_id, OfficerStepRow.number)):
                steps.setdefault(step.case_id, []).append(step)
            return [_case(row, steps.get(row.id, [])) for row in rows]

    def of(self, officer_key: str) -> list[Case]:
        """The cases of one officer."""
        return [one for one in self.all() if one.officer_key == officer_key]

    def get(self, case_id: str) -> Case:
        """One case, or StoreError."""
        found = next((one for one in self.all() if one.id == case_id), None)
        if found is None:
            raise StoreError("There is no such case.")
        return found

    def open(self, officer_key: str, kind: str, found: Mapping[str, Any], text: str, who: str) -> str:
        """Take a pattern up. StoreError when a case of this officer and kind is already under way."""
        if any(one.kind == kind and one.next for one in self.of(officer_key)):
            raise StoreError("A case on this pattern is already under way.")
        now = dt.datetime.now(dt.UTC)
        name = secrets.token_hex(8)
        with self.records.write() as session:
            session.add(OfficerCaseRow(id=name, officer_key=officer_key, kind=kind, found=dict(found), created=now, who=who))
            session.flush()
            self._add(session, name, OfficerStepRow(case_id=name, number=1, action=OPENED, text=text, who=who, moment=now))
            self.audit.append_in(session, who, "officer_case_opened", officer_key, {"case": name, "kind": kind})
        return name

    def step(self, case_id: str, action: str, who: str, *, choice: str = "", text: str = "", due: dt.date | None = None) -> None:
        """The next step. StoreError when it is not the one that comes next, or lacks what it needs."""
        case = self.get(case_id)
        if action != case.next:
            raise StoreError("This step is not the next one.", hint="Somebody else may have been quicker; look at the history.")
        if action == DECIDED and choice not in DECISIONS:
            raise StoreError("Choose what was decided.")
        if action == DECIDED and choice != "none" and due is None:
            raise StoreError("A decision needs a day on which to look again.")
        if not text.strip():
            raise StoreError("Write down what was said or decided.")
        with self.records.write() as session:
            number = len(case.steps) + 1
            row = OfficerStepRow(case_id=case_id, number=number, action=action, choice=choice, text=text.strip(), due=due, who=who)
            row.moment = dt.datetime.now(dt.UTC)
            self._add(session, case_id, row)
            self.audit.append_in(session, who, f"officer_{action}", case.officer_key, {"case": case_id, "choice": choice, "due": str(due or "")})

    @staticmethod
    def _add(session: Session, case_id: str, row: OfficerStepRow) -> None:
        """Store a step: two at once would take the same number, and one of them is refused."""
        if session.get(OfficerStepRow, (case_id, row.number)) is not None:
            raise StoreError("Somebody else just added a step.", hint="Look at the history and try again.")
        session.add(row)

    def undo(self, case_id: str, who: str) -> None:
        """Take the last step that stands back; it stays in the history."""
        case = self.get(case_id)
        if not case.live:
            raise StoreError("There is no step left to take back.")
        with self.records.write() as session:
            row = session.get(OfficerStepRow, (case_id, case.live[-1].number))
            if row is None or row.undone is not None:
                raise StoreError("This step was taken back already.")
            row.undone, row.undone_by = dt.datetime.now(dt.UTC), who
            self.audit.append_in(session, who, "officer_step_undone", case.officer_key, {"case": case_id, "step": row.action})

    def commend(self, good: Good, who: str) -> bool:
        """Keep something good; the same id again adds nothing. StoreError on an unknown kind."""
        if good.kind not in GOOD:
            raise StoreError(f"'{good.kind}' is no kind of commendation.", hint=f"The kinds are: {', '.join(GOOD)}.")
        with self.records.write() as session:
            if session.get(CommendationRow, good.id) is not None:
                return False
            session.add(
                CommendationRow(
                    id=good.id,
                    officer_key=good.officer_key,
                    day=good.day,
                    kind=good.kind,
                    text=good.text.strip()[:1000],
                    who=who,
                    created=dt.datetime.now(dt.UTC),
                )
            )
            self.audit.append_in(session, who, "officer_commended", good.officer_key, {"kind": good.kind, "day": str(good.day)})
        return True

    def commendations(self, officer_key: str) -> list[Good]:
        """What was said well of one officer, the newest first."""
        query = select(CommendationRow).where(CommendationRow.officer_key == officer_key).order_by(CommendationRow.day.desc())
        with self.records.read() as session:
            return [Good(row.id, row.officer_key, row.day, row.kind, row.text) for row in session.scalars(query)]


def _case(row: OfficerCaseRow, steps: list[OfficerStepRow]) -> Case:
    """The case as it is read."""
    told = tuple(Step(s.number, s.action, s.choice, s.text, s.due, s.who, s.moment, s.undone_by or "", s.undone) for s in steps)
    return Case(row.id, row.officer_key, row.kind, row.found, row.created, row.who, told)
