"""Which surveys are there, in which wording, open from when to when, through which links? Launched wordings are never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.schema.questions import Definition
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.survey_tables import ChannelRow, InvitationRow, SurveyRow, SurveyVersionRow, WaveRow

CODE_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # no sign that is read as another
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey; `draft` is what its author is writing, `versions` how many wordings were launched."""

    id: str
    family: str
    title: str
    draft: Definition
    archived: bool
    versions: int


@dataclass(frozen=True, slots=True)
class Wave:
    """One round of asking. `closes` is None for one that stays open until somebody closes it."""

    id: str
    survey_id: str
    version: int
    name: str
    opens: dt.date
    closes: dt.date | None
    state: str
    sampling: str
    invited: Mapping[str, Any]

    def open_on(self, day: dt.date) -> bool:
        """Whether answers are taken on this day."""
        return self.state == OPEN and self.opens <= day and (self.closes is None or day <= self.closes)


@dataclass(frozen=True, slots=True)
class Channel:
    """One link to a survey."""

    code: str
    survey_id: str
    name: str
    kind: str
    off: bool


class Surveys:
    """The surveys of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def new(self, definition: Definition, title: str, who: str, *, name: str = "") -> Survey:
        """Begin a survey."""
        row = SurveyRow(
            id=name or secrets.token_hex(8),
            family=definition.family,
            title=title[:300],
            draft=dict(definition.as_json()),
            created=dt.datetime.now(dt.UTC),
            who=who,
            archived=False,
        )
        with self.records.write() as session:
            session.add(row)
            Audit(self.records).append_in(session, who, "survey begun", row.id, {"title": title})
        return _survey(row, 0)

    def all(self) -> list[Survey]:
        """Every survey, the newest first."""
        with self.records.read() as session:
            counts = session.execute(select(SurveyVersionRow.survey_id, func.count()).group_by(SurveyVersionRow.survey_id))
            launched = {name: int(n) for name, n in counts}
            rows = session.scalars(select(SurveyRow).order_by(SurveyRow.created.desc(), SurveyRow.id))
            return [_survey(row, launched.get(row.id, 0)) for row in rows]

    def titles(self, family: str = "") -> dict[str, str]:
        """Surveys that are not put away, of one family where one is named: id -> title, the newest first."""
        query = select(SurveyRow.id, SurveyRow.title).where(~SurveyRow.archived).order_by(SurveyRow.created.desc(), SurveyRow.id)
        if family:
            query = query.where(SurveyRow.family == family)
        with self.records.read() as session:
            return {str(name): str(title) for name, title in session.execute(query)}

    def get(self, name: str) -> Survey:
        """One survey; StoreError when there is none of that id."""
        with self.records.read() as session:
            row = _row(session, name)
            launched = session.scalar(select(func.count()).where(SurveyVersionRow.survey_id == name)) or 0
        return _survey(row, launched)

    def keep_draft(self, name: str, definition: Definition, before: Definition | None = None) -> bool:
        """Keep what its author has written so far; False, and nothing kept, when the draft is no longer `before`."""
        with self.records.write() as session:
            row = session.scalars(select(SurveyRow).where(SurveyRow.id == name).with_for_update()).one_or_none()
            if row is None:
                raise StoreError("There is no such survey.")
            if before is not None and Definition.model_validate(row.draft) != before:
                return False
            row.draft, row.family = dict(definition.as_json()), definition.family
            row.title = definition.title.get("en") or next(iter(definition.title.values()), row.title)
        return True

    def archive(self, name: str, who: str, *, archived: bool = True) -> None:
        """Put a survey out of sight, or back; nothing of it is lost."""
        with self.records.write() as session:
            if any(wave.state == OPEN for wave in session.scalars(select(WaveRow).where(WaveRow.survey_id == name))):
                raise StoreError("This survey is still open.", hint="Close it first.")
            _row(session, name).archived = archived
            Audit(self.records).append_in(session, who, "survey archived" if archived else "survey brought back", name)

    def launch(
        self,
        name: str,
        wave: str,
        who: str,
        *,
        opens: dt.date,
        closes: dt.date | None = None,
        sampling: str = "opt_in",
        wave_id: str = "",
        within: Callable[[Session, str], None] | None = None,
        asked: Definition | None = None,
    ) -> Wave:
        """Freeze the draft (or what is `asked` of it this time) as a version, unless it is the last one unchanged, and open a wave with it.

        `within(session, wave_id)` does what must hold together with the opening, or not at all.
        """
        with self.records.write() as session:
            survey = _row(session, name)
            if session.scalar(select(WaveRow.id).where(WaveRow.survey_id == name, WaveRow.state == OPEN)):
                raise StoreError("A wave of this survey is open.", hint="Close it before opening the next.")
            number = _version_in(session, survey, who, dict(asked.as_json()) if asked else survey.draft)
            row = WaveRow(
                id=wave_id or secrets.token_hex(8),
                survey_id=name,
                version=number,
                name=wave[:120],
                opens=opens,
                closes=closes,
                state=OPEN,
                sampling=sampling,
                invited={},
            )
            session.add(row)
            if within is not None:
                session.flush()
                within(session, row.id)
            Audit(self.records).append_in(session, who, "survey opened", name, {"wave": wave, "version": number})
        return _wave(row)

    def add_closed(
        self, name: str, wave: str, who: str, *, definition: Definition, opens: dt.date, closes: dt.date, sampling: str = "opt_in", wave_id: str = ""
    ) -> Wave:
        """A wave that was asked elsewhere: its wording becomes a version, what the author is writing stays. StoreError for a name twice."""
        with self.records.write() as session:
            survey = _row(session, name)
            if session.scalar(select(WaveRow.id).where(WaveRow.survey_id == name, WaveRow.name == wave[:120])):
                raise StoreError(f"This survey has a wave named '{wave}' already.", hint="Give the wave another name.")
            number = _version_of(session, name, dict(definition.as_json()), who)
            made_id = wave_id or secrets.token_hex(8)
            made = {"version": number, "name": wave[:120], "opens": opens, "closes": closes, "state": CLOSED, "sampling": sampling, "invited": {}}
            row = WaveRow(id=made_id, survey_id=survey.id, **made)
            session.add(row)
            Audit(self.records).append_in(session, who, "survey wave brought in", name, {"wave": wave, "version": number})
        return _wave(row)

    def drop_without_waves(self, name: str) -> None:
        """Forget a survey that has no wave and no link: of an import that could not be finished."""
        with self.records.write() as session:
            row = session.get(SurveyRow, name)
            used = [session.scalar(select(table.survey_id).where(table.survey_id == name)) for table in (WaveRow, ChannelRow)]
            if row is not None and not any(used):
                session.delete(row)

    def close(self, wave_id: str, who: str, day: dt.date) -> Wave:
        """End a wave; no answer is taken afterwards."""
        with self.records.write() as session:
            row = session.get(WaveRow, wave_id)
            if row is None:
                raise StoreError("There is no such wave.")
            if row.state == CLOSED:
                return _wave(row)
            row.state = CLOSED
            row.closes = min(row.closes, day) if row.closes else day
            Audit(self.records).append_in(session, who, "survey closed", row.survey_id, {"wave": row.name})
        return _wave(row)

    def version(self, survey_id: str, number: int) -> Definition:
        """A launched wording."""
        with self.records.read() as session:
            row = session.get(SurveyVersionRow, (survey_id, number))
        if row is None:
            raise StoreError("There is no such version of this survey.")
        return Definition.model_validate(row.definition)

    def waves(self, survey_id: str | None = None) -> list[Wave]:
        """The waves of a survey, or of all, from the first to the last."""
        query = select(WaveRow).order_by(WaveRow.opens, WaveRow.name, WaveRow.id)
        if survey_id is not None:
            query = query.where(WaveRow.survey_id == survey_id)
        with self.records.read() as session:
            return [_wave(row) for row in session.scalars(query)]

    def note_invited(self, wave_id: str, counts: Mapping[str, int]) -> None:
        """How many were asked, reached and opened the form: the response funnel of a wave that is sent."""
        with self.records.write() as session:
            session.execute(update(WaveRow).where(WaveRow.id == wave_id).values(invited=dict(counts)))

    def add_channel(self, survey_id: str, name: str, kind: str, code: str = "") -> Channel:
        """A link of its own for one way of asking."""
        row = ChannelRow(code=code or new_code(), survey_id=survey_id, name=name.strip()[:120] or kind, kind=kind, off=False)
        with self.records.write() as session:
            session.add(row)
        return _channel(row)

    def channels(self, survey_id: str) -> list[Channel]:
        """The links of a survey."""
        with self.records.read() as session:
            return [_channel(row) for row in session.scalars(select(ChannelRow).where(ChannelRow.survey_id == survey_id).order_by(ChannelRow.name))]

    def switch_channel(self, code: str, *, off: bool) -> None:
        """Close one link, or open it again."""
        with self.records.write() as session:
            session.execute(update(ChannelRow).where(ChannelRow.code == code).values(off=off))

    def behind(self, code: str) -> tuple[Channel, Survey, Wave | None] | None:
        """What stands behind a link: its channel, survey, and the open wave, or else the last one; None for an unknown link."""
        with self.records.read() as session:
            found = session.get(ChannelRow, code)
            if found is None:
                return None
            survey = _survey(_row(session, found.survey_id), 0)
            rows = list(session.scalars(select(WaveRow).where(WaveRow.survey_id == found.survey_id).order_by(WaveRow.opens)))
        waves = [row for row in rows if row.state == OPEN] or rows
        return _channel(found), survey, _wave(waves[-1]) if waves else None

    def invite(self, survey_id: str, count: int) -> list[str]:
        """New single-use tokens; only their hashes are kept, so they are handed out now or never."""
        tokens = [secrets.token_urlsafe(16) for _ in range(count)]
        with self.records.write() as session:
            session.add_all([InvitationRow(token_hash=hashed(token), survey_id=survey_id, used=False) for token in tokens])
        return tokens

    def admit(self, survey_id: str, tokens: Sequence[str]) -> int:
        """Let these tokens in, each once, however often it is asked; only their hashes are kept, in an order of chance. How many are new."""
        hashes = list({hashed(token) for token in tokens})
        secrets.SystemRandom().shuffle(hashes)
        with self.records.write() as session:
            there = _known_in(session, survey_id, hashes)
            session.add_all([InvitationRow(token_hash=one, survey_id=survey_id, used=False) for one in hashes if one not in there])
        return len(hashes) - len(there)

    def admitted(self, survey_id: str, tokens: Sequence[str]) -> set[str]:
        """Which of these tokens are invitations of this survey? Whether they were used is not looked at."""
        with self.records.read() as session:
            there = _known_in(session, survey_id, [hashed(token) for token in tokens])
        return {token for token in tokens if hashed(token) in there}

    def invitations(self, survey_id: str) -> tuple[int, int]:
        """How many invitations were made, and how many were used."""
        query = select(func.count(), func.coalesce(func.sum(func.cast(InvitationRow.used, WaveRow.version.type)), 0))
        with self.records.read() as session:
            made, used = session.execute(query.where(InvitationRow.survey_id == survey_id)).one()
        return int(made), int(used)


def _known_in(session: Session, survey_id: str, hashes: Sequence[str]) -> set[str]:
    """Which of these hashes are kept for a survey, asked some at a time."""
    found: set[str] = set()
    for first in range(0, len(hashes), 500):
        some = InvitationRow.token_hash.in_(hashes[first : first + 500])
        found |= set(session.scalars(select(InvitationRow.token_hash).where(InvitationRow.survey_id == survey_id, some)))
    return found


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A short code for a link, easy to type from a poster."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(7))


def texts(words: Iterable[str]) -> str:
    """Flags as one stored text."""
    return ",".join(sorted(set(words)))


def _row(session: Session, name: str) -> SurveyRow:
    """The survey's row; StoreError when there is none."""
    row = session.get(SurveyRow, name)
    if row is None:
        raise StoreError("There is no such survey.")
    return row


def _version_in(session: Session, survey: SurveyRow, who: str, asked: dict[str, Any]) -> int:
    """The number of the version that asks this: the last one if it is unchanged, else a new one."""
    last = session.scalars(select(SurveyVersionRow).where(SurveyVersionRow.survey_id == survey.id).order_by(SurveyVersionRow.number.desc())).first()
    if last is not None and last.definition == asked:
        return last.number
    number = last.number + 1 if last is not None else 1
    session.add(SurveyVersionRow(survey_id=survey.id, number=number, definition=asked, launched=dt.datetime.now(dt.UTC), who=who))
    return number


def _version_of(session: Session, survey_id: str, definition: dict[str, Any], who: str) -> int:
    """The number of the version with this wording: one that is there, else a new one."""
    rows = list(session.scalars(select(SurveyVersionRow).where(SurveyVersionRow.survey_id == survey_id)))
    same = next((row.number for row in rows if row.definition == definition), None)
    if same is not None:
        return same
    number = max((row.number for row in rows), default=0) + 1
    session.add(SurveyVersionRow(survey_id=survey_id, number=number, definition=definition, launched=dt.datetime.now(dt.UTC), who=who))
    return number


def _survey(row: SurveyRow, versions: int) -> Survey:
    """A survey as it is handed on."""
    return Survey(row.id, row.family, row.title, Definition.model_validate(row.draft), row.archived, versions)


def _wave(row: WaveRow) -> Wave:
    """A wave as it is handed on."""
    return Wave(row.id, row.survey_id, row.version, row.name, row.opens, row.closes, row.state, row.sampling, dict(row.invited))


def _channel(row: ChannelRow) -> Channel:
    """A link as it is handed on."""
    return Channel(row.code, row.survey_id, row.name, row.kind, row.off)
