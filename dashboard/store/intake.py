"""Take answers in: each form is stored once, durably, and moved on without its order. What was acknowledged is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.store.records import Records
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
STORED, REPLAYED, CHANGED, USED, CLOSED, NOT_INVITED = "stored", "replayed", "changed", "used", "closed", "not invited"


@dataclass(frozen=True, slots=True)
class Submission:
    """One form as it was sent. `comments` are parted from `answers`; `follow_up` is (name, phone, about); `token` a single-use invitation."""

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

    def body_hash(self) -> str:
        """Equal for equal content: `body` where the form names it (the page that sent it), else computed from all of it."""
        if self.body:
            return self.body
        body = [self.wave_id, sorted(self.answers.items()), sorted(self.comments.items()), list(self.follow_up)]
        return hashlib.sha256(json.dumps(body, ensure_ascii=False, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a form: `outcome` is one of the words above, `receipt` the number shown to the respondent."""

    outcome: str
    receipt: str = ""


class Intake:
    """The door for answers of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def accept(self, forms: Sequence[Submission]) -> list[Accepted]:
        """Store several forms in one commit. A clash with another process is settled form by form."""
        try:
            with self.records.write() as session:
                return _accept_in(session, forms)
        except IntegrityError:
            if len(forms) == 1:
                with self.records.write() as session:
                    return _accept_in(session, forms)
            return [done for form in forms for done in self.accept([form])]

    def keep_draft(self, key: str, wave_id: str, section: int, answers: Mapping[str, Any], day: dt.date) -> None:
        """Keep a half-filled form under its private link."""
        with self.records.write() as session:
            session.merge(DraftRow(key_hash=hashed(key), wave_id=wave_id, section=section, answers=dict(answers), day=day))

    def draft(self, key: str) -> tuple[str, int, dict[str, Any]] | None:
        """The half-filled form behind a private link: wave, section reached, answers; None when there is none, or it was sent."""
        with self.records.read() as session:
            row = session.get(DraftRow, hashed(key))
        return (row.wave_id, row.section, dict(row.answers)) if row else None

    def receipt(self, key: str) -> str:
        """The receipt of a form that was sent; empty when it was not."""
        with self.records.read() as session:
            row = session.get(SentRow, hashed(key))
        return row.receipt if row else ""

    def invited(self, token: str, survey_id: str) -> bool | None:
        """Whether an invitation may still be used; None for one that does not exist."""
        with self.records.read() as session:
            row = session.get(InvitationRow, hashed(token))
        return None if row is None or row.survey_id != survey_id else not row.used

    def received(self, wave_id: str) -> int:
        """How many answers of a wave are stored."""
        with self.records.read() as session:
            return sum(
                session.scalar(select(func.count()).select_from(table).where(table.wave_id == wave_id)) or 0 for table in (PendingRow, ResponseRow)
            )

    def tallies(self, wave_id: str) -> tuple[dict[str, int], dict[str, int]]:
        """Stored answers of a wave by channel and by language, those that wait included."""
        channels: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        kept = select(ResponseRow.channel, ResponseRow.language, func.count()).where(ResponseRow.wave_id == wave_id)
        with self.records.read() as session:
            for channel, language, n in session.execute(kept.group_by(ResponseRow.channel, ResponseRow.language)):
                channels[channel] += n
                languages[language] += n
            for payload in session.scalars(select(PendingRow.payload).where(PendingRow.wave_id == wave_id)):
                channels[payload["channel"]] += 1
                languages[payload["language"]] += 1
        return dict(channels), dict(languages)

    def drafts(self, wave_id: str) -> dict[int, int]:
        """How many forms were left half filled, by the section they reached."""
        query = select(DraftRow.section, func.count()).where(DraftRow.wave_id == wave_id).group_by(DraftRow.section)
        with self.records.read() as session:
            return {int(section): int(n) for section, n in session.execute(query)}

    def forget_drafts(self, before: dt.date) -> int:
        """Drop forms that nobody came back to."""
        with self.records.write() as session:
            return int(getattr(session.execute(delete(DraftRow).where(DraftRow.day < before)), "rowcount", 0))

    def flush(self, wave_id: str, *, rest: bool = False) -> int:
        """Move waiting answers on in random order: batches of ten or more, at the end of a wave also the `rest`. How many were moved."""
        with self.records.write() as session:
            rows = list(session.scalars(select(PendingRow).where(PendingRow.wave_id == wave_id)))
            if not rows or (len(rows) < BATCH and not rest):
                return 0
            secrets.SystemRandom().shuffle(rows)
            _move(session, rows)
        return len(rows)

    def waiting(self) -> list[str]:
        """Waves with enough waiting answers to be moved."""
        query = select(PendingRow.wave_id).group_by(PendingRow.wave_id).having(func.count() >= BATCH)
        with self.records.read() as session:
            return list(session.scalars(query))


def _accept_in(session: Session, forms: Sequence[Submission]) -> list[Accepted]:
    """Decide on each form and store the new ones, inside one transaction."""
    keys = {form.key: hashed(form.key) for form in forms}
    known = {row.key_hash: row for row in session.scalars(select(SentRow).where(SentRow.key_hash.in_(keys.values())))}
    wanted = {form.wave_id for form in forms}
    open_waves = set(session.scalars(select(WaveRow.id).where(WaveRow.id.in_(wanted), WaveRow.state == OPEN)))
    done, sent, pending, follow_ups = [], [], [], []
    for form in forms:
        before = known.get(keys[form.key])
        if before is not None:
            done.append(Accepted(REPLAYED if before.body_hash == form.body_hash() else CHANGED, before.receipt))
            continue
        if form.wave_id not in open_waves:
            done.append(Accepted(CLOSED))
            continue
        if form.token and not _use(session, form):
            done.append(Accepted(USED))
            continue
        row = SentRow(key_hash=keys[form.key], wave_id=form.wave_id, body_hash=form.body_hash(), receipt=secrets.token_hex(4).upper())
        known[row.key_hash] = row
        sent.append({"key_hash": row.key_hash, "wave_id": row.wave_id, "body_hash": row.body_hash, "receipt": row.receipt})
        pending.append({"id": secrets.token_hex(16), "wave_id": form.wave_id, "payload": _payload(form)})
        follow_ups += _follow_up(form)
        done.append(Accepted(STORED, row.receipt))
    for table, rows in ((SentRow, sent), (PendingRow, pending), (FollowUpRow, follow_ups)):
        if rows:
            session.execute(insert(table), rows)
    if sent:
        session.execute(delete(DraftRow).where(DraftRow.key_hash.in_([row["key_hash"] for row in sent])))
    return done


def _use(session: Session, form: Submission) -> bool:
    """Use up an invitation; of several at once exactly one succeeds."""
    query = update(InvitationRow).where(InvitationRow.token_hash == hashed(form.token), InvitationRow.survey_id == form.survey_id)
    return getattr(session.execute(query.where(InvitationRow.used.is_(False)).values(used=True)), "rowcount", 0) == 1


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


def _move(session: Session, rows: Iterable[PendingRow]) -> None:
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
        session.execute(insert(CommentRow), comments)
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
