"""The frozen results of surveys: written once, checked when read, replaced by name."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from dashboard.errors import StoreError
from dashboard.store.audit import Audit
from dashboard.store.records import Records
from dashboard.store.survey_tables import SurveyReleaseRow


@dataclass(frozen=True, slots=True)
class SurveyRelease:
    """The results of one survey for one layer: 'staff' or 'public'."""

    id: str
    survey_id: str
    layer: str
    created: dt.datetime
    content: Mapping[str, Any]
    replaces: str | None


class SurveyReleases:
    """The frozen results of one home."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def publish(self, survey_id: str, layers: Mapping[str, Mapping[str, Any]], who: str) -> list[str]:
        """Freeze all layers of a survey together; each replaces the one before it. Their ids."""
        now, made = dt.datetime.now(dt.UTC), []
        with self.records.write() as session:
            for layer, content in layers.items():
                payload = zlib.compress(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())
                before = session.scalars(_newest(survey_id, layer)).first()
                row = SurveyReleaseRow(
                    id=f"{now:%Y%m%d}-{secrets.token_hex(6)}",
                    survey_id=survey_id,
                    layer=layer,
                    created=now,
                    who=who,
                    payload=payload,
                    sha256=hashlib.sha256(payload).hexdigest(),
                    replaces=before.id if before else None,
                )
                session.add(row)
                Audit(self.records).append_in(session, who, "survey release", row.id, {"survey": survey_id, "layer": layer, "sha256": row.sha256})
                made.append(row.id)
        return made

    def newest(self, survey_id: str, layer: str) -> SurveyRelease | None:
        """The results in force; StoreError when they are not what was frozen."""
        with self.records.read() as session:
            row = session.scalars(_newest(survey_id, layer)).first()
        if row is None:
            return None
        return SurveyRelease(row.id, row.survey_id, row.layer, row.created, _content(row.id, row.payload, row.sha256), row.replaces)

    def history(self, layer: str) -> list[tuple[str, str, dt.datetime, str | None]]:
        """Every frozen result of a layer without its content, newest first: id, survey, when, what it replaces."""
        columns = (SurveyReleaseRow.id, SurveyReleaseRow.survey_id, SurveyReleaseRow.created, SurveyReleaseRow.replaces)
        query = select(*columns).where(SurveyReleaseRow.layer == layer).order_by(SurveyReleaseRow.created.desc(), SurveyReleaseRow.id)
        with self.records.read() as session:
            return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]

    def get(self, name: str, layer: str) -> SurveyRelease | None:
        """One frozen result of a layer by its id."""
        with self.records.read() as session:
            row = session.get(SurveyReleaseRow, name)
        if row is None or row.layer != layer:
            return None
        return SurveyRelease(row.id, row.survey_id, row.layer, row.created, _content(row.id, row.payload, row.sha256), row.replaces)

    def versions(self) -> str:
        """Which results are in force, as one text: part of what a cached page rests on."""
        with self.records.read() as session:
            rows = session.execute(select(SurveyReleaseRow.id).order_by(SurveyReleaseRow.created.desc(), SurveyReleaseRow.id).limit(1))
            return next((str(row[0]) for row in rows), "")


@lru_cache(maxsize=16)
def _content(name: str, payload: bytes, sha256: str) -> Mapping[str, Any]:
    """What was frozen, once its checksum has been compared; kept, because it never changes."""
    if hashlib.sha256(payload).hexdigest() != sha256:
        raise StoreError(f"The results {name} are not what was frozen: their checksum differs.", hint="Restore them from the backup.")
    found: Mapping[str, Any] = json.loads(zlib.decompress(payload))
    return found


def _newest(survey_id: str, layer: str) -> Any:
    """The query for the results in force."""
    query = select(SurveyReleaseRow).where(SurveyReleaseRow.survey_id == survey_id, SurveyReleaseRow.layer == layer)
    return query.order_by(SurveyReleaseRow.created.desc(), SurveyReleaseRow.id).limit(1)
