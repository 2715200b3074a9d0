"""What has the review board drawn, judged and recommended? Each change is a line in the audit log, in the same transaction."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from dashboard.errors import StoreError
from dashboard.schema.oversight import Recommendation, Review, Sample, Step
from dashboard.store.audit import Audit
from dashboard.store.oversight_tables import BoardCaseRow, BoardRecommendationRow, BoardSampleRow, BoardStepRow
from dashboard.store.records import Records


class Oversight:
    """The board's records of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def samples(self) -> list[Sample]:
        """Every drawing with its cases, the newest first."""
        with self.records.read() as session:
            rows = session.scalars(select(BoardSampleRow).order_by(BoardSampleRow.drawn.desc(), BoardSampleRow.id)).all()
            cases = session.scalars(select(BoardCaseRow).order_by(BoardCaseRow.place)).all()
            found: dict[str, list[str]] = {}
            for case in cases:
                found.setdefault(case.sample_id, []).append(case.case_number)
            return [Sample(r.id, r.seed, r.size, r.of_cases, r.checksum, r.first, r.last, r.who, r.drawn, tuple(found.get(r.id, ()))) for r in rows]

    def draw(self, sample: Sample) -> Sample:
        """Keep a drawing."""
        kept = replace(sample, id=secrets.token_hex(8))
        with self.records.write() as session:
            names = ("id", "seed", "size", "of_cases", "checksum", "first", "last", "who", "drawn")
            session.add(BoardSampleRow(**{name: getattr(kept, name) for name in names}))
            session.flush()
            session.add_all(BoardCaseRow(sample_id=kept.id, place=place, case_number=case) for place, case in enumerate(kept.cases))
            about = {"seed": kept.seed, "size": kept.size, "of_cases": kept.of_cases, "checksum": kept.checksum}
            Audit(self.records).append_in(session, kept.who, "board sample", kept.id, about)
        return kept

    def reviews(self) -> list[Review]:
        """Every finding of the board, the newest first."""
        query = select(BoardCaseRow).where(BoardCaseRow.judged.is_not(None)).order_by(BoardCaseRow.judged.desc(), BoardCaseRow.place)
        with self.records.read() as session:
            return [
                Review(r.sample_id, r.case_number, r.board, r.agency, r.note, r.who, r.judged) for r in session.scalars(query) if r.judged is not None
            ]

    def judge(self, review: Review) -> None:
        """Keep the board's finding on a case of a sample in place of an earlier one. StoreError when the case was not drawn."""
        self.judge_all([review])

    def judge_all(self, reviews: Sequence[Review]) -> None:
        """Keep findings, all or none."""
        with self.records.write() as session:
            for one in reviews:
                query = select(BoardCaseRow).where(BoardCaseRow.sample_id == one.sample_id, BoardCaseRow.case_number == one.case)
                row = session.scalars(query).first()
                if row is None:
                    raise StoreError("This case is not in the sample.", hint="Draw a sample that holds it.")
                before = row.board
                row.board, row.agency, row.note, row.who, row.judged = one.board, one.agency, one.note, one.who, one.moment
                about = {"sample": one.sample_id, "board": one.board, "agency": one.agency, "before": before}
                Audit(self.records).append_in(session, one.who, "board finding", one.case, about)

    def recommendations(self) -> list[Recommendation]:
        """Every recommendation with its steps, the newest first."""
        with self.records.read() as session:
            steps: dict[str, list[Step]] = {}
            for row in session.scalars(select(BoardStepRow).order_by(BoardStepRow.number)):
                steps.setdefault(row.recommendation_id, []).append(Step(row.state, row.words, row.who, row.moment))
            query = select(BoardRecommendationRow).order_by(BoardRecommendationRow.made.desc(), BoardRecommendationRow.id)
            return [Recommendation(r.id, r.title, r.words, tuple(steps[r.id])) for r in session.scalars(query)]

    def recommend(self, title: str, words: str, who: str, moment: dt.datetime) -> str:
        """Keep a new recommendation; its id."""
        name = secrets.token_hex(8)
        with self.records.write() as session:
            session.add(BoardRecommendationRow(id=name, title=title, words=words, made=moment))
            session.flush()
            session.add(BoardStepRow(recommendation_id=name, number=1, state="made", words="", who=who, moment=moment))
            Audit(self.records).append_in(session, who, "board recommendation", name, {"title": title})
        return name

    def step(self, recommendation_id: str, step: Step) -> None:
        """Add a state to a recommendation. StoreError when there is none of that id."""
        with self.records.write() as session:
            query = select(BoardStepRow.number).where(BoardStepRow.recommendation_id == recommendation_id)
            numbers = session.scalars(query).all()
            if not numbers:
                raise StoreError("There is no such recommendation.")
            row = BoardStepRow(recommendation_id=recommendation_id, number=max(numbers) + 1, state=step.state, words=step.words, who=step.who)
            row.moment = step.moment
            session.add(row)
            Audit(self.records).append_in(session, step.who, "board recommendation step", recommendation_id, {"state": step.state})
