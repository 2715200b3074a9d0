"""What the records of outreach look like: events, and what was promised at them. No names of residents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class OutreachEventRow(Base):
    """One event; a `removed` one stays, so that the removal can be taken back."""

    __tablename__ = "outreach_events"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[dt.date] = mapped_column(Date, index=True)
    starts: Mapped[str] = mapped_column(String(5), default="")
    ends: Mapped[str] = mapped_column(String(5), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    district: Mapped[str] = mapped_column(String(120), default="")
    languages: Mapped[str] = mapped_column(String(120), default="")
    partners: Mapped[str] = mapped_column(String(300), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12))
    staff: Mapped[int | None] = mapped_column(Integer)
    attendance: Mapped[int | None] = mapped_column(Integer)
    cost: Mapped[float | None] = mapped_column(Float)
    groups: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    feedback: Mapped[str] = mapped_column(String(40), default="")
    removed: Mapped[bool] = mapped_column(Boolean, default=False)
    who: Mapped[str] = mapped_column(String(200))
    changed: Mapped[dt.datetime] = mapped_column(Moment)


class OutreachPromiseRow(Base):
    """Something promised at an event."""

    __tablename__ = "outreach_promises"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    due: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    done: Mapped[str] = mapped_column(Text, default="")
    settled: Mapped[dt.date | None] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(200))
    changed: Mapped[dt.datetime] = mapped_column(Moment)
