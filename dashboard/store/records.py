"""The records: small rows in transactions, in SQLite beside the facts or in PostgreSQL by its address."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, table, text
from sqlalchemy import column as named_column
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dashboard.errors import StoreError
from dashboard.store.home import Home

NEWEST = "0016"  # the newest migration; a test compares it with the migrations folder
MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 7_269_001  # any number that only this program uses, for PostgreSQL's advisory lock
SQLITE_PRAGMAS = ("PRAGMA busy_timeout=15000", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON")
PATIENCE = 15.0  # seconds to wait for the write-ahead log of a new file


class Records:
    """The records of one home. `read()` and `write()` give a session in a transaction; the first use brings the tables up to date."""

    def __init__(self, home: Home, url: str | None = None) -> None:
        self.home = home
        self.url = url or home.records_url
        self.engine = _engine(self.url)
        self._lock = threading.Lock()
        self._turn: AbstractContextManager[object] = threading.RLock() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._ready = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to look things up."""
        self.upgrade()
        with (
            _said_plainly(),
            self.engine.connect() as connection,
            Session(connection.execution_options(reading=True), expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session to change things: committed when the block ends well, undone whole when it does not.

        SQLite takes one writer at a time: those of this process wait for their turn here, and so are not sent to sleep by the database.
        """
        self.upgrade()
        with self._turn, _said_plainly(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the tables to the newest shape, without loss; at most one process does it, the others wait."""
        with self._lock:
            if self._ready:
                return
            with _said_plainly(), self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": UPGRADE_LOCK})
                found = shape(connection)
                if found != NEWEST:
                    _migrate(connection, found)
            self._ready = True

    def settle(self) -> None:
        """Leave no older state behind in SQLite's write-ahead log: it shows in which order things were written. Does nothing while others read."""
        if self.engine.dialect.name == "sqlite":
            with _said_plainly():
                raw = self.engine.raw_connection()  # a checkpoint runs outside of transactions
                try:
                    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    raw.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    """The SQLAlchemy engine for this address, with SQLite set to be durable."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)  # an error in a log holds nobody's answers
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Write-ahead log, every commit on the disk, foreign keys on, what is deleted is overwritten; transactions are begun by us."""
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn the write-ahead log on. Of several that open a new file at once one does it; SQLite sends the others away at once, so they try again."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once, so that it never fails half way; a reader needs no turn."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what the database says into one sentence; broken rules (a name taken twice) stay what they are."""
    from sqlalchemy.exc import IntegrityError

    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreError("The records could not be read or written.", hint=f"The database says: {str(error.orig).splitlines()[0]}") from error


def shape(connection: Connection) -> str:
    """Which migration are these tables at? Empty for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(select(named_column("version_num")).select_from(table("alembic_version"))) or ""


def _migrate(connection: Connection, found: str) -> None:
    """Run the migrations that are missing, inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, NEWEST)
    except CommandError as error:
        raise StoreError(f"The records are in a shape ({found}) that this version does not know.", hint="Install the newer version again.") from error
