"""What the records of surveys look like. An answer has no time below its week, no order, no address and no tie to whoever was invited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.tables import Base, Moment


class SurveyRow(Base):
    """A survey under one title over all its waves; `draft` is what its author is writing."""

    __tablename__ = "surveys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    family: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(300))
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))
    archived: Mapped[bool] = mapped_column(Boolean, default=False)


class SurveyVersionRow(Base):
    """A launched wording, never changed afterwards."""

    __tablename__ = "survey_versions"

    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    launched: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))


class WaveRow(Base):
    """One round of asking: which version, from when to when, `state` open or closed, how people came to be asked (`sampling`)."""

    __tablename__ = "survey_waves"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(120))
    opens: Mapped[dt.date] = mapped_column(Date)
    closes: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20))
    sampling: Mapped[str] = mapped_column(String(20), default="opt_in")
    invited: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ChannelRow(Base):
    """One way to reach the form, with a link of its own: `code` is the last part of /s/{code}."""

    __tablename__ = "survey_channels"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    off: Mapped[bool] = mapped_column(Boolean, default=False)


class InvitationRow(Base):
    """A link that may be used once: the hash of its token, and that it was used; not when, not with which answer."""

    __tablename__ = "survey_invitations"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    used: Mapped[bool] = mapped_column(Boolean, default=False)


class DraftRow(Base):
    """Answers on their way: kept under the hash of a private link until they are sent or forgotten."""

    __tablename__ = "survey_drafts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), index=True)
    section: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    day: Mapped[dt.date] = mapped_column(Date)


class SentRow(Base):
    """A form that was sent: the hash of its key and of what it held, so that sending twice stores once. No tie to the answer."""

    __tablename__ = "survey_sent"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), index=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(String(20))


class PendingRow(Base):
    """A stored answer that waits for nine others, so that it can be moved without its order."""

    __tablename__ = "survey_pending"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class CountRow(Base):
    """A count that stays when its rows are gone: `link`, answers that came through one link; `left`, forms never sent by the section they reached."""

    __tablename__ = "survey_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"), primary_key=True)
    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class ResponseRow(Base):
    """One respondent's answers, whether given here or imported: random id, wave, channel, language, week at most, what makes it doubtful."""

    __tablename__ = "survey_responses"
    __table_args__ = (Index("ix_survey_responses_wave", "wave_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"))
    import_id: Mapped[str | None] = mapped_column(String(32), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(12))
    week: Mapped[dt.date | None] = mapped_column(Date)
    flags: Mapped[str] = mapped_column(String(80), default="")
    weight: Mapped[float | None] = mapped_column(Float)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)


class CommentRow(Base):
    """One written comment, parted from the other answers: where and when as coarsely as it is reported, its redacted text, who released it.

    `original` is sealed under the key that `original_key` names; without one it is as it was written, until upkeep seals it. `read_under` names the
    rules and the roster that its redaction was made with: under others it is shown to nobody until it is read again.
    """

    __tablename__ = "survey_comments"
    __table_args__ = (
        Index("ix_survey_comments_wave", "wave_id"),
        Index("ix_survey_comments_state", "state", "wave_id"),  # few of many are released
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[str] = mapped_column(ForeignKey("survey_waves.id", ondelete="CASCADE"))
    import_id: Mapped[str | None] = mapped_column(String(32), index=True)
    question: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(120), default="")
    original: Mapped[str] = mapped_column(Text)
    original_key: Mapped[str] = mapped_column(String(32), default="", server_default="")
    redacted: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12), default="")
    tone: Mapped[float | None] = mapped_column(Float)
    themes: Mapped[str] = mapped_column(String(400), default="")
    marks: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    reviewed_by: Mapped[str] = mapped_column(String(200), default="")
    read_under: Mapped[str] = mapped_column(String(60), default="")


class FollowUpRow(Base):
    """Somebody asked to be called: kept apart from the answers, and from complaints."""

    __tablename__ = "survey_follow_ups"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(400), default="")
    week: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), default="new")
    note: Mapped[str] = mapped_column(Text, default="")
    who: Mapped[str] = mapped_column(String(200), default="")


class SurveyImportRow(Base):
    """One file of another tool: what it was, what was dropped from it, which waves its answers went into, and whether it was undone."""

    __tablename__ = "survey_imports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[str] = mapped_column(String(32), index=True)
    tool: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(300))
    checksum: Mapped[str] = mapped_column(String(128), index=True)
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(200))
    moment: Mapped[dt.datetime] = mapped_column(Moment)


class TrackerRow(Base):
    """One published number of an aggregate tracker: a benchmark line."""

    __tablename__ = "survey_trackers"

    import_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    tracker: Mapped[str] = mapped_column(String(200), index=True)
    area: Mapped[str] = mapped_column(String(120))
    period: Mapped[dt.date] = mapped_column(Date)
    measure: Mapped[str] = mapped_column(String(300))
    value: Mapped[float | None] = mapped_column(Float)


class SurveyReleaseRow(Base):
    """The frozen results of one survey's closed waves for one layer, staff or public. Written once; a correction replaces it by name."""

    __tablename__ = "survey_releases"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    layer: Mapped[str] = mapped_column(String(12))
    created: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(200))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    replaces: Mapped[str | None] = mapped_column(String(64))
