"""What the records of early intervention look like: a case per officer and pattern, its steps, commendations. Officers are pseudonyms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class OfficerCaseRow(Base):
    """One pattern that somebody took up: whose (pseudonym), of which kind, and the figures as they were then."""

    __tablename__ = "officer_cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    officer_key: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))


class OfficerStepRow(Base):
    """One step of a case. A step is never removed: taken back, it says by whom and when."""

    __tablename__ = "officer_steps"

    case_id: Mapped[str] = mapped_column(ForeignKey("officer_cases.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(20))
    choice: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[dt.date | None] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undone: Mapped[dt.datetime | None] = mapped_column(Moment)


class CommendationRow(Base):
    """Something good that was said of an officer or done by one: a commendation, an award, thanks, good feedback after a contact."""

    __tablename__ = "officer_commendations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_key: Mapped[str] = mapped_column(String(120), index=True)
    day: Mapped[dt.date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    who: Mapped[str] = mapped_column(String(200))
    created: Mapped[dt.datetime] = mapped_column(Moment)
