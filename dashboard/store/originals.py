"""Comments as they were written, sealed: what lies in the records, their backups and copies is unreadable without the file of a key.

Keys lie in a folder of their own and each sealed text names its own: a key that was lost and comes back opens what it sealed, whatever was sealed
under another meanwhile.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update

from dashboard.errors import StoreError
from dashboard.store.home import Home
from dashboard.store.records import Records
from dashboard.store.sealing import Keys
from dashboard.store.survey_tables import CommentRow

ROOM = 256  # bytes; a sealed text takes a multiple, so that its size tells little
AT_ONCE = 500
LOST = "The original of this comment is sealed, and the key it was sealed under is not here."
BACK = "Put the key's file back into the folder comment-keys of the agency's home."


class Originals:
    """Seals and opens the originals of one home. `key` is the name of the key that seals now; it is made when the first text is sealed."""

    def __init__(self, home: Home) -> None:
        self.keys = Keys(home, home.comment_keys)
        self._now = ""

    @property
    def key(self) -> str:
        """The key that seals now: the first by name of those that are here, or a new one."""
        if not self._now:
            self._now = min(self.keys.names(), default="") or self.keys.make()
        return self._now

    def sealed(self, comment_id: str, text: str) -> dict[str, str]:
        """The columns that hold this text, bound to its comment."""
        if not text:
            return {"original": "", "original_key": ""}
        content = self.keys.seal(self.key, comment_id, text.encode(), ROOM)
        return {"original": base64.b64encode(content).decode(), "original_key": self.key}

    def rows(self, made: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """New comments as they are stored: everything as it is, and the original sealed."""
        return [{**row, **self.sealed(str(row["id"]), str(row["original"]))} for row in made]

    def opened(self, row: CommentRow) -> str | None:
        """What was written; '' when it is no longer kept, None when its key is not here or it is not what was sealed."""
        if not row.original or not row.original_key:
            return row.original
        try:
            return self.keys.open(row.original_key, row.id, base64.b64decode(row.original)).decode()
        except StoreError:
            return None


def seal_older(records: Records) -> int:
    """Seal the originals that were stored before originals were sealed; how many.

    It may be stopped at any moment: what is left is sealed the next time. Each portion is one transaction, and a text that was judged away
    meanwhile is not brought back.
    """
    originals, done, last = Originals(records.home), 0, ""
    query = select(CommentRow.id, CommentRow.original).where(CommentRow.original != "", CommentRow.original_key == "").order_by(CommentRow.id)
    while True:
        with records.write() as session:
            rows = session.execute(query.where(CommentRow.id > last).limit(AT_ONCE)).all()
            for name, text in rows:
                here = (CommentRow.id == name, CommentRow.original == text, CommentRow.original_key == "")
                session.execute(update(CommentRow).where(*here).values(originals.sealed(name, text)))
        if not rows:
            return done
        done, last = done + len(rows), rows[-1][0]
