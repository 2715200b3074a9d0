"""Staff answers from the moment they are sent until their survey closes: sealed, moved without order, opened once by the release job, destroyed.

What is sent is sealed under a key for those that wait. When ten have come together they are opened in memory, shuffled, parted into answers and
comments, sealed under the wave's key with new random ids, and the first key is destroyed: the commit in which an invitation was used no longer leads
to an answer, in no copy of the database or its log. When the wave closes its key is destroyed too.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.schema.employee import Division
from dashboard.store.originals import Originals
from dashboard.store.records import Records
from dashboard.store.sealing import Keys
from dashboard.store.staff_tables import StaffPendingRow, StaffSealedRow, StaffWaveRow
from dashboard.store.survey_tables import CommentRow, InvitationRow, SentRow, WaveRow

BATCH = 10
ROOM = {"waiting": 16384, "answers": 8192, "comment": 16384}  # bytes that every sealed thing of a kind takes
ANSWERS, COMMENT = "answers", "comment"


@dataclass(frozen=True, slots=True)
class Declared:
    """What was fixed before a wave opened: cuts, crossings, people by cut and level ('whole': ''), and the promise in words by language.

    `terms` is the promise as numbers: `least` people of a group, `comments` from which on they are shown, whether answers are to be kept (`keep`).
    """

    division: Division
    heads: Mapping[str, Mapping[str, float]]
    promise: Mapping[str, Any]
    terms: Mapping[str, int] = field(default_factory=dict)


class StaffAnswers:
    """The staff answers of one home. Only the release job calls `opened`."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.keys = Keys(records.home)

    def declare(self, session: Session, wave_id: str, declared: Declared) -> None:
        """Fix how a wave may be divided, in the transaction that opens it; its two keys are made."""
        content = {
            "cuts": list(declared.division.cuts),
            "crossings": [list(one) for one in declared.division.crossings],
            "heads": dict(declared.heads),
            "terms": dict(declared.terms),
        }
        keys = {"waiting_key": self.keys.make(), "kept_key": self.keys.make()}
        session.add(StaffWaveRow(wave_id=wave_id, declared=content, promise=dict(declared.promise), **keys))

    def declared(self, wave_id: str) -> Declared | None:
        """How a wave was declared; None for one that was not."""
        with self.records.read() as session:
            row = session.get(StaffWaveRow, wave_id)
        if row is None:
            return None
        content = row.declared
        crossings = tuple((one, other) for one, other in content["crossings"])
        return Declared(Division(tuple(content["cuts"]), crossings), content["heads"], row.promise, content.get("terms", {}))

    def hold(self, session: Session, wave_id: str, forms: Sequence[Mapping[str, Any]]) -> None:
        """Keep sent forms (answers and comments) sealed, in the transaction that uses up their invitations."""
        row = session.get(StaffWaveRow, wave_id)
        if row is None:
            raise StoreError("This survey cannot take answers: how it may be divided was never fixed.")
        made = []
        for form in forms:
            name = secrets.token_hex(16)
            sealed = self.keys.seal(row.waiting_key, name, json.dumps(form, ensure_ascii=False).encode(), ROOM["waiting"])
            made.append({"id": name, "wave_id": wave_id, "key": row.waiting_key, "sealed": sealed})
        session.execute(insert(StaffPendingRow), made)

    def flush(self, wave_id: str, *, rest: bool = False) -> int:
        """Move waiting answers on in random order: ten or more, at the end of a wave also the `rest`. How many were moved."""
        with self.records.write() as session:
            session.execute(select(WaveRow.id).where(WaveRow.id == wave_id).with_for_update())
            rows = list(session.scalars(select(StaffPendingRow).where(StaffPendingRow.wave_id == wave_id)))
            if not rows or (len(rows) < BATCH and not rest):
                return 0
            own = session.get_one(StaffWaveRow, wave_id)
            spent = {row.key for row in rows} | {own.waiting_key}
            self._move(session, own, rows)
            own.waiting_key = self.keys.make()
        for key in spent:
            self.keys.destroy(key)
        self.records.settle()
        return len(rows)

    def _move(self, session: Session, own: StaffWaveRow, rows: Sequence[StaffPendingRow]) -> None:
        """Waiting answers become sealed answers and sealed comments with new ids, in an order of chance."""
        parts: list[tuple[str, Any]] = []
        for row in rows:
            form = json.loads(self.keys.open(row.key, row.id, row.sealed))
            parts.append((ANSWERS, form["answers"]))
            parts += [(COMMENT, [question, text]) for question, text in form["comments"].items()]
        secrets.SystemRandom().shuffle(parts)
        made = []
        for kind, content in parts:
            name = secrets.token_hex(16)
            sealed = self.keys.seal(own.kept_key, name, json.dumps(content, ensure_ascii=False).encode(), ROOM[kind])
            made.append({"id": name, "wave_id": own.wave_id, "kind": kind, "sealed": sealed})
        session.execute(insert(StaffSealedRow), made)
        session.execute(delete(StaffPendingRow).where(StaffPendingRow.id.in_([row.id for row in rows])))

    def received(self, wave_id: str) -> int:
        """How many answers of a wave are stored."""
        with self.records.read() as session:
            waiting = session.scalar(select(func.count()).select_from(StaffPendingRow).where(StaffPendingRow.wave_id == wave_id)) or 0
            moved = select(func.count()).select_from(StaffSealedRow).where(StaffSealedRow.wave_id == wave_id, StaffSealedRow.kind == ANSWERS)
            return waiting + (session.scalar(moved) or 0)

    def waiting(self) -> list[str]:
        """Waves with enough waiting answers to be moved."""
        query = select(StaffPendingRow.wave_id).group_by(StaffPendingRow.wave_id).having(func.count() >= BATCH)
        with self.records.read() as session:
            return list(session.scalars(query))

    def opened(self, wave_id: str) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        """The answers and the comments of a closed wave, in memory, in an order of chance: for the release job alone."""
        with self.records.read() as session:
            wave, own = session.get(WaveRow, wave_id), session.get(StaffWaveRow, wave_id)
            rows = list(session.scalars(select(StaffSealedRow).where(StaffSealedRow.wave_id == wave_id)))
        if wave is None or own is None or wave.state != "closed":
            raise StoreError("Staff answers are opened only when their survey has closed.")
        secrets.SystemRandom().shuffle(rows)
        content = [(row.kind, json.loads(self.keys.open(own.kept_key, row.id, row.sealed))) for row in rows]
        return [one for kind, one in content if kind == ANSWERS], [(one[0], one[1]) for kind, one in content if kind == COMMENT]

    def forget(self, wave_ids: Sequence[str]) -> None:
        """Destroy what keys there still are of waves that are taken back."""
        with self.records.read() as session:
            rows = list(session.scalars(select(StaffWaveRow).where(StaffWaveRow.wave_id.in_(wave_ids))))
        for key in [key for row in rows for key in (row.waiting_key, row.kept_key) if key]:
            self.keys.destroy(key)

    def end(self, session: Session, wave_id: str, survey_id: str, comments: Sequence[Mapping[str, Any]], *, keep: bool) -> list[str]:
        """Inside the transaction that freezes the results: comments go to review, and everything that knew who was asked or answered goes.

        With `keep` the sealed answers stay; without, they go too. The keys that are returned are to be destroyed after the commit.
        """
        if comments:
            session.execute(insert(CommentRow), Originals(self.records.home).rows(comments))
        session.execute(delete(StaffSealedRow).where(StaffSealedRow.wave_id == wave_id, *(() if not keep else (StaffSealedRow.kind == COMMENT,))))
        session.execute(delete(InvitationRow).where(InvitationRow.survey_id == survey_id))
        session.execute(delete(SentRow).where(SentRow.wave_id == wave_id))
        own = session.get_one(StaffWaveRow, wave_id)
        spent, kept = own.waiting_key, own.kept_key
        session.execute(update(StaffWaveRow).where(StaffWaveRow.wave_id == wave_id).values(waiting_key="", kept_key=kept if keep else ""))
        return [key for key in (spent, "" if keep else kept) if key]
