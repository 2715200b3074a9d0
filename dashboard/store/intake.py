"""Take answers in: each form is stored once, durably, and moved on without its order. What was acknowledged is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.originals import Originals
from dashboard.store.records import Records
from dashboard.store.staff_answers import StaffAnswers
from dashboard.store.survey_counts import LINK, add_counts
from dashboard.store.survey_tables import (
    CommentRow,
    DraftRow,
    FollowUpRow,
    InvitationRow,
    PendingRow,
    ResponseRow,
    SentRow,
    WaveRow,
)
from dashboard.store.surveys import OPEN, hashed

BATCH = 10  # answers that are moved together at least, shuffled
PORTION = 200  # at most in one transaction
STORED, REPLAYED, CHANGED, USED, CLOSED, NOT_INVITED = "stored", "replayed", "changed", "used", "closed", "not invited"


@dataclass(frozen=True, slots=True)
class Submission:
    """One form as it was sent. `comments` are parted from `answers`; `follow_up` is (name, phone, about); `token` a single-use invitation.

    `channel` goes with the answer; `link`, which of several links of that channel, is only counted. `body` is what the sending page held. Of `staff`
    only answers and comments are kept, sealed.
    """

    key: str
    wave_id: str
    survey_id: str
    channel: str
    language: str
    week: dt.date
    answers: Mapping[str, Any]
    comments: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    follow_up: tuple[str, str, str] = ("", "", "")
    token: str = ""
    body: str = ""
    link: str = ""
    invited_only: bool = False
    staff: bool = False

    def body_hash(self) -> str:
        """Equal for equal content under one key: of `body` where the form names it, else of all of it."""
        if self.body:
            return sealed(self.key, self.body)
        body = [self.wave_id, sorted(self.answers.items()), sorted(self.comments.items()), list(self.follow_up)]
        return sealed(self.key, json.dumps(body, ensure_ascii=False, default=str))


def sealed(key: str, body: str) -> str:
    """A fingerprint that only who holds the form's key can compute: from the database alone nobody can try answers out against it."""
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a form: `outcome` is one of the words above, `receipt` the number shown to the respondent."""

    outcome: str
    receipt: str = ""


class Intake:
    """The door for answers of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.originals = Originals(records.home)

    def accept(self, forms: Sequence[Submission]) -> list[Accepted]:
        """Store several forms in one commit. A clash with another process is settled form by form."""
        try:
            with self.records.write() as session:
                return self._accept_in(session, forms)
        except IntegrityError:
            if len(forms) == 1:
                with self.records.write() as session:
                    return self._accept_in(session, forms)
            return [done for form in forms for done in self.accept([form])]

    def _accept_in(self, session: Session, forms: Sequence[Submission]) -> list[Accepted]:
        """Decide on each form and store the new ones; those of staff are sealed."""
        done, new = _decided(session, forms)
        plain = [one for one in new if not one[0].staff]
        if plain:
            _store(session, plain)
        of_staff: dict[str, list[Submission]] = {}
        for form, _ in new:
            if form.staff:
                of_staff.setdefault(form.wave_id, []).append(form)
        for wave_id, own in sorted(of_staff.items()):
            StaffAnswers(self.records).hold(session, wave_id, [{"answers": dict(one.answers), "comments": dict(one.comments)} for one in own])
        if new:
            session.execute(insert(SentRow), [_sent(row) for _, row in new])
        return done

    def receipt(self, key: str) -> str:
        """The receipt of a form that was sent; empty when it was not."""
        return self.sent(key, "")[0]

    def sent(self, key: str, body: str) -> tuple[str, bool]:
        """The receipt of a form that was sent, and whether it held this body; an empty receipt when it was not sent."""
        with self.records.read() as session:
            row = session.get(SentRow, hashed(key))
        return (row.receipt, row.body_hash == sealed(key, body)) if row else ("", False)

    def invited(self, token: str, survey_id: str) -> bool | None:
        """Whether an invitation may still be used; None for one that does not exist."""
        with self.records.read() as session:
            row = session.get(InvitationRow, hashed(token))
        return None if row is None or row.survey_id != survey_id else not row.used

    def flush(self, wave_id: str, *, rest: bool = False) -> int:
        """Move waiting answers on: ten or more at a time, at the end of a wave also the `rest`. How many were moved.

        Their ids are drawn by chance, so each portion is a draw from all that wait; portions are small, so that nobody who sends has to wait long.
        """
        moved = 0
        while True:
            with self.records.write() as session:
                here = select(PendingRow).where(PendingRow.wave_id == wave_id).order_by(PendingRow.id)
                rows = list(session.scalars(here.limit(PORTION).with_for_update()))
                if not rows or (len(rows) < BATCH and not rest):
                    return moved
                secrets.SystemRandom().shuffle(rows)
                _move(session, rows, self.originals)
            moved += len(rows)

    def waiting(self) -> list[str]:
        """Waves with enough waiting answers to be moved."""
        query = select(PendingRow.wave_id).group_by(PendingRow.wave_id).having(func.count() >= BATCH)
        with self.records.read() as session:
            return list(session.scalars(query))


def _decided(session: Session, forms: Sequence[Submission]) -> tuple[list[Accepted], list[tuple[Submission, SentRow]]]:
    """What becomes of each form, and the new ones, inside one transaction. A wave cannot be closed in between."""
    keys = {form.key: hashed(form.key) for form in forms}
    known = {row.key_hash: row for row in session.scalars(select(SentRow).where(SentRow.key_hash.in_(keys.values())))}
    wanted = select(WaveRow.id).where(WaveRow.id.in_({form.wave_id for form in forms}), WaveRow.state == OPEN)
    open_waves = set(session.scalars(wanted.with_for_update(read=True)))
    done: list[Accepted] = []
    new: list[tuple[Submission, SentRow]] = []
    for form in forms:
        before = known.get(keys[form.key])
        if before is not None:
            done.append(Accepted(REPLAYED if before.body_hash == form.body_hash() else CHANGED, before.receipt))
            continue
        refused = CLOSED if form.wave_id not in open_waves else _turned_away(session, form)
        if refused:
            done.append(Accepted(refused))
            continue
        row = SentRow(key_hash=keys[form.key], wave_id=form.wave_id, body_hash=form.body_hash(), receipt=secrets.token_hex(4).upper())
        known[row.key_hash] = row
        new.append((form, row))
        done.append(Accepted(STORED, row.receipt))
    return done, new


def _sent(row: SentRow) -> dict[str, str]:
    """What is kept of the key of a form that was stored."""
    return {"key_hash": row.key_hash, "wave_id": row.wave_id, "body_hash": row.body_hash, "receipt": row.receipt}


def _store(session: Session, new: Sequence[tuple[Submission, SentRow]]) -> None:
    """Write accepted forms: the answer apart from the key, the link only counted."""
    pending = [{"id": secrets.token_hex(16), "wave_id": form.wave_id, "payload": _payload(form)} for form, _ in new]
    follow_ups = [wish for form, _ in new for wish in _follow_up(form)]
    for table, rows in ((PendingRow, pending), (FollowUpRow, follow_ups)):
        if rows:
            session.execute(insert(table), rows)
    session.execute(delete(DraftRow).where(DraftRow.key_hash.in_([row.key_hash for _, row in new])))
    links: dict[str, Counter[str]] = {}
    for form, _ in new:
        if form.link:
            links.setdefault(form.wave_id, Counter())[form.link] += 1
    for wave_id in sorted(links):
        add_counts(session, wave_id, LINK, links[wave_id])


def _turned_away(session: Session, form: Submission) -> str:
    """Why an invitation does not let this form in; empty when it does, and is used up by it. Of several at once exactly one gets in."""
    if not form.token:
        return NOT_INVITED if form.invited_only else ""
    here = (InvitationRow.token_hash == hashed(form.token), InvitationRow.survey_id == form.survey_id)
    query = update(InvitationRow).where(*here, InvitationRow.used.is_(False)).values(used=True)
    if getattr(session.execute(query), "rowcount", 0) == 1:
        return ""
    if session.scalar(select(InvitationRow.used).where(*here)):
        return USED
    return NOT_INVITED if form.invited_only else ""


def _payload(form: Submission) -> dict[str, Any]:
    """What is kept of a form until it is moved on."""
    return {
        "channel": form.channel,
        "language": form.language,
        "week": form.week.isoformat(),
        "flags": ",".join(form.flags),
        "answers": dict(form.answers),
        "comments": dict(form.comments),
    }


def _follow_up(form: Submission) -> list[dict[str, Any]]:
    """The wish to be called, apart from the answers."""
    name, phone, about = form.follow_up
    if not phone:
        return []
    row = {"id": secrets.token_hex(16), "survey_id": form.survey_id, "name": name[:200], "phone": phone[:60], "about": about[:400], "week": form.week}
    return [row | {"state": "new", "note": "", "who": ""}]


def _move(session: Session, rows: Iterable[PendingRow], originals: Originals) -> None:
    """Waiting answers become responses and comments with new random ids."""
    responses, comments, gone = [], [], []
    for row in rows:
        kept = row.payload
        area = str(kept["answers"].get("C19", ""))
        responses.append(
            {
                "id": secrets.token_hex(16),
                "wave_id": row.wave_id,
                "import_id": None,
                "channel": kept["channel"],
                "language": kept["language"],
                "week": dt.date.fromisoformat(kept["week"]),
                "flags": kept["flags"],
                "weight": None,
                "answers": kept["answers"],
            }
        )
        comments += [new_comment(row.wave_id, question, text, area) for question, text in kept["comments"].items()]
        gone.append(row.id)
    session.execute(insert(ResponseRow), responses)
    if comments:
        secrets.SystemRandom().shuffle(comments)
        session.execute(insert(CommentRow), originals.rows(comments))
    session.execute(delete(PendingRow).where(PendingRow.id.in_(gone)))


def new_comment(wave_id: str, question: str, text: str, area: str, import_id: str | None = None) -> dict[str, Any]:
    """A comment that nobody has read yet."""
    return {
        "id": secrets.token_hex(16),
        "wave_id": wave_id,
        "import_id": import_id,
        "question": question,
        "area": area if area not in {"prefer_not", "dont_know"} else "",
        "original": text,
        "redacted": None,
        "language": "",
        "tone": None,
        "themes": "",
        "marks": "",
        "state": "waiting",
        "reviewed_by": "",
    }
