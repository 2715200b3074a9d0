"""What the records of employee surveys look like: declared cuts, sealed answers without time, order, link or person, frozen results, actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class StaffWaveRow(Base):
    """How a wave was declared before it opened: cuts and crossings, how many people each has, the promise in words; the keys in use."""

    __tablename__ = "staff_waves"

    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), primary_key=True)
    declared: Mapped[dict[str, Any]] = mapped_column(JSON)
    promise: Mapped[dict[str, Any]] = mapped_column(JSON)
    waiting_key: Mapped[str] = mapped_column(String(32))
    kept_key: Mapped[str] = mapped_column(String(32))


class StaffPendingRow(Base):
    """A sealed answer that waits for nine others."""

    __tablename__ = "staff_pending"
    __table_args__ = (Index("ix_staff_pending_wave", "wave_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StaffSealedRow(Base):
    """A sealed answer, or a sealed comment, parted from each other: random id, wave, and nothing else."""

    __tablename__ = "staff_sealed"
    __table_args__ = (Index("ix_staff_sealed_wave", "wave_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StaffReleaseRow(Base):
    """The frozen results of one wave. Written once; a correction is a new one that names what it replaces. `public`: HR shows the whole staff's."""

    __tablename__ = "staff_releases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), index=True)
    created: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    replaces: Mapped[str | None] = mapped_column(String(64))
    public: Mapped[bool] = mapped_column(Boolean, default=False)


class StaffActionRow(Base):
    """What was promised after a low result: the released number behind it, an owner, a day, what was done, which question will show it."""

    __tablename__ = "staff_actions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(60))
    cut: Mapped[str] = mapped_column(String(60), default="whole")
    cell: Mapped[str] = mapped_column(String(120), default="")
    promised: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due: Mapped[dt.date] = mapped_column(Date)
    done: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="planned")
    shown: Mapped[bool] = mapped_column(Boolean, default=False)
    who: Mapped[str] = mapped_column(String(200))
    created: Mapped[dt.datetime] = mapped_column(Moment)


class StaffActionChangeRow(Base):
    """One state of an action, as it was kept: written once, never changed. Empty content: it was taken away."""

    __tablename__ = "staff_action_changes"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    action_id: Mapped[str] = mapped_column(String(32), index=True)
    changed: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class StaffLinksRow(Base):
    """Links on their way to the session that asked for them: sealed with what only that session's browser holds, gone when fetched."""

    __tablename__ = "staff_links"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[dt.datetime] = mapped_column(Moment)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
