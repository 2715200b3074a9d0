"""What the records of a review board look like. Cases are named by the agency's own number; no officer, no resident, no text of a case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class BoardSampleRow(Base):
    """One drawing of cases."""

    __tablename__ = "board_samples"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seed: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    of_cases: Mapped[int] = mapped_column(Integer)
    checksum: Mapped[str] = mapped_column(String(64))
    first: Mapped[dt.date | None] = mapped_column(Date)
    last: Mapped[dt.date | None] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(200))
    drawn: Mapped[dt.datetime] = mapped_column(Moment)


class BoardCaseRow(Base):
    """One case of a drawing, with the board's finding once there is one."""

    __tablename__ = "board_cases"

    sample_id: Mapped[str] = mapped_column(ForeignKey("board_samples.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_number: Mapped[str] = mapped_column(String(120), index=True)
    board: Mapped[str] = mapped_column(String(20), default="")
    agency: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    who: Mapped[str] = mapped_column(String(200), default="")
    judged: Mapped[dt.datetime | None] = mapped_column(Moment)


class BoardRecommendationRow(Base):
    """One recommendation."""

    __tablename__ = "board_recommendations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
    made: Mapped[dt.datetime] = mapped_column(Moment)


class BoardStepRow(Base):
    """One state of a recommendation. Steps are added, never changed."""

    __tablename__ = "board_steps"

    recommendation_id: Mapped[str] = mapped_column(ForeignKey("board_recommendations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text, default="")
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)
