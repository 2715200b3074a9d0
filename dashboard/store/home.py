"""Where one agency keeps everything: a folder with records, facts, files waiting for a decision, saved mappings and the site's key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dashboard.errors import StoreError

FOLDERS = ("facts", "rollups", "staging", "quarantine", "mappings", "scratch", "staff-keys", "comment-keys", "published")
FORBIDDEN = "*?["  # the engine reads these as wildcards in a file name


class Home:
    """Which folder holds this agency's data? Made on first use; nothing outside it is written.

    `records_url` is PostgreSQL when the environment names one in COMMON_GROUND_RECORDS, else SQLite in the folder.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().resolve()
        if any(sign in str(self.path) for sign in FORBIDDEN):
            raise StoreError(
                f"The folder {self.path} cannot hold a home: its name contains one of {' '.join(FORBIDDEN)}.", hint="Choose another name."
            )
        try:
            for name in FOLDERS:
                (self.path / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreError(f"The folder {self.path} cannot be used: {error.strerror}.", hint="Choose another with --home PATH.") from error

    @property
    def records_url(self) -> str:
        """SQLAlchemy address of the records."""
        return os.environ.get("COMMON_GROUND_RECORDS") or f"sqlite:///{self.path / 'records.sqlite'}"

    @property
    def facts(self) -> Path:
        """Folder of the Delta tables."""
        return self.path / "facts"

    @property
    def rollups(self) -> Path:
        """Folder of counts kept beside the rows; may be deleted at any time, it is made again."""
        return self.path / "rollups"

    @property
    def staging(self) -> Path:
        """Folder of exports that are read and wait for a person's yes."""
        return self.path / "staging"

    @property
    def quarantine(self) -> Path:
        """Folder of rows set aside, one Parquet file per import."""
        return self.path / "quarantine"

    @property
    def mappings(self) -> Path:
        """Folder of saved mappings as JSON."""
        return self.path / "mappings"

    @property
    def staff_keys(self) -> Path:
        """Folder of the keys that staff answers lie sealed under. Never part of a backup: a key that is gone makes old copies unreadable."""
        return self.path / "staff-keys"

    @property
    def comment_keys(self) -> Path:
        """Folder of the keys that originals of comments are sealed under. A backup that holds them beside the records is not sealed."""
        return self.path / "comment-keys"

    @property
    def published(self) -> Path:
        """Folder of released tables as files; may be deleted at any time, they are made again from the releases."""
        return self.path / "published"

    @property
    def scratch(self) -> Path:
        """Folder where the engine spills what does not fit into memory."""
        return self.path / "scratch"

    @property
    def sample(self) -> bool:
        """Does this home hold the sample agency? Every page then says so."""
        return (self.path / "sample").exists()

    def mark_sample(self) -> None:
        """Say that what is stored here is sample data."""
        (self.path / "sample").touch()

    @property
    def site_key(self) -> bytes:
        """The site's 256-bit secret for pseudonyms and the audit chain; made once, readable by its owner only."""
        file = self.path / "site.key"
        if not file.exists():
            self._make_key(file)
        key = file.read_bytes()
        if len(key) != 32:
            raise StoreError(f"The key in {file} is damaged: it should be 32 bytes and is {len(key)}.", hint="Restore it from the backup.")
        return key

    @staticmethod
    def _make_key(file: Path) -> None:
        """Write the key under a passing name, then give it its own unless another process was quicker."""
        passing = file.with_name(f".site.key.{secrets.token_hex(8)}")
        handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, secrets.token_bytes(32))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(passing, file)
        except FileExistsError:
            pass
        finally:
            passing.unlink()
