"""The same promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from dashboard.errors import SettingError, StoreError
from dashboard.settings import DEFAULTS
from dashboard.store import Store
from dashboard.store.home import Home
from dashboard.store.people import People
from dashboard.store.records import MIGRATIONS, NEWEST, Records, shape
from dashboard.store.releases import Releases
from dashboard.store.saved import Saved
from dashboard.store.sign_ins import SignIns, token_hash
from dashboard.store.tables import Base, Person, SettingRow, SignedIn
from tests import quick

NOW = dt.datetime(2024, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations themselves, and every commit on the disk."""
    quick.real_records(monkeypatch)


def test_new_records_of_other_tests_are_what_the_migrations_make(tmp_path, monkeypatch) -> None:
    def written(name: str) -> list[str]:
        opened = Records(Home(tmp_path / name))
        opened.upgrade()
        opened.close()
        with contextlib.closing(sqlite3.connect(Home(tmp_path / name).path / "records.sqlite")) as found:
            return sorted(found.iterdump())

    real = written("real")
    quick.records(monkeypatch)
    assert written("first") == written("second") == real
    assert len(real) > 50


def test_newest_migration_is_the_one_named() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_migrations_give_the_tables_that_the_program_expects(records: Records) -> None:
    records.upgrade()
    with records.engine.connect() as connection:
        assert shape(connection) == NEWEST
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrade_from_many_at_once(home: Home, records_url: str) -> None:
    trouble: list[BaseException] = []

    def open_them() -> None:
        opened = Records(home, records_url)
        try:
            opened.upgrade()
        except BaseException as error:
            trouble.append(error)
        finally:
            opened.close()

    threads = [threading.Thread(target=open_them) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []


def test_records_of_a_newer_version_are_refused_in_words(records: Records, home: Home) -> None:
    records.upgrade()
    with records.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    later = Records(home, records.url)
    with pytest.raises(StoreError, match="9999"):
        later.upgrade()
    later.close()


def test_sqlite_is_durable_and_checks_foreign_keys(home: Home) -> None:
    records = Records(home)
    with records.read() as session:
        found = [session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]
    records.close()


def test_a_failed_change_leaves_nothing(records: Records) -> None:
    def change_and_fail() -> None:
        with records.write() as session:
            session.add(SettingRow(name="rates.min_n", value=50, who="a", moment=NOW))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    with records.read() as session:
        assert session.scalars(select(SettingRow)).all() == []


def test_moments_come_back_in_utc(records: Records) -> None:
    new_york = dt.datetime(2024, 7, 1, 8, tzinfo=dt.timezone(-4 * HOUR))
    with records.write() as session:
        session.add(Person(id="1", name="A", sign_in_name="a", disabled=False, created=new_york))
    with records.read() as session:
        person = session.get(Person, "1")
        assert person is not None
        assert person.created == new_york
        assert person.created.utcoffset() == dt.timedelta(0)
    with pytest.raises(Exception, match="time zone"), records.write() as session:
        session.add(Person(id="2", name="A", sign_in_name="b", disabled=False, created=dt.datetime(2024, 7, 1)))


def test_people_and_roles(records: Records) -> None:
    people = People(records)
    ann = people.add("Ann Lee", " Ann ", {"analyst", "command"})
    assert people.named("ANN") == ann == people.get(ann.id)
    with pytest.raises(StoreError, match="taken"):
        people.add("Other", "aNN")
    people.set_roles(ann.id, {"admin"}, by="root")
    assert [member.roles for member in people.all()] == [frozenset({"admin"})]
    with pytest.raises(StoreError, match="no such person"):
        people.set_roles("nobody", {"admin"}, by="root")


def test_a_session_ends_by_time_idleness_sign_out_and_disabling(records: Records) -> None:
    people, sign_ins = People(records), SignIns(records)
    ann = people.add("Ann", "ann")
    idle = dt.timedelta(minutes=30)
    token = sign_ins.open(ann.id, 2 * HOUR, NOW)
    found = sign_ins.find(token, idle, NOW + dt.timedelta(minutes=29))
    assert found is not None
    assert found.person_id == ann.id
    assert sign_ins.find(token, idle, NOW + dt.timedelta(minutes=58)) is not None, "activity was written down"
    assert sign_ins.find(token, idle, NOW + dt.timedelta(minutes=89)) is None
    assert sign_ins.find(token, 3 * HOUR, NOW + 2 * HOUR) is None
    assert sign_ins.find("guess", idle, NOW) is None
    sign_ins.close(token, NOW)
    assert sign_ins.find(token, idle, NOW) is None
    second = sign_ins.open(ann.id, HOUR, NOW)
    people.set_disabled(ann.id, True)
    people.set_disabled(ann.id, False)
    assert sign_ins.find(second, idle, NOW) is None, "disabling ends open sessions for good"
    third = sign_ins.open(ann.id, HOUR, NOW)
    assert sign_ins.close_all(ann.id, NOW) == 1
    assert sign_ins.find(third, idle, NOW) is None


def test_tokens_are_never_stored(records: Records) -> None:
    ann = People(records).add("Ann", "ann")
    token = SignIns(records).open(ann.id, HOUR)
    with records.read() as session:
        rows = session.scalars(select(SignedIn)).all()
    assert [row.token_hash for row in rows] == [token_hash(token)]
    assert len(token) >= 43


def test_a_link_works_once_even_when_opened_twice_at_once(records: Records) -> None:
    ann = People(records).add("Ann", "ann")
    sign_ins = SignIns(records)
    token = sign_ins.offer_link(ann.id, HOUR, NOW)
    winners: list[str | None] = []
    threads = [threading.Thread(target=lambda: winners.append(sign_ins.use_link(token, NOW))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(winner == ann.id for winner in winners) == 1
    late = sign_ins.offer_link(ann.id, HOUR, NOW)
    assert sign_ins.use_link(late, NOW + HOUR) is None
    assert sign_ins.use_link("guess", NOW) is None


def test_settings_are_checked_and_kept(records: Records) -> None:
    saved = Saved(records)
    assert saved.settings() == DEFAULTS
    assert saved.set("multirace", "doj", "ann").text("multirace") == "doj"
    assert saved.set("benchmark.max_cv", "0.2,0.4", "ann").numbers("benchmark.max_cv") == (0.2, 0.4)
    with pytest.raises(SettingError, match="may not be lower"):
        saved.set("release.min_persons", 4, "ann")
    assert Saved(records).settings().changed == (("benchmark.max_cv", (0.2, 0.4)), ("multirace", "doj"))
    assert saved.reset("multirace").text("multirace") == "hispanic_first"


def test_mappings_are_kept_by_name(records: Records) -> None:
    saved = Saved(records)
    saved.keep_mapping("Our CAD", "stops", {"columns": {"date": "Stop Date"}}, "ann")
    saved.keep_mapping("Our CAD", "stops", {"columns": {"date": "Day"}}, "ben")
    saved.keep_mapping("Force", "use_of_force", {}, "ben")
    assert [(kept.name, kept.who) for kept in saved.mappings("stops")] == [("Our CAD", "ben")]
    assert saved.mapping("Our CAD").payload == {"columns": {"date": "Day"}}
    saved.drop_mapping("Our CAD")
    with pytest.raises(StoreError, match="There are: Force"):
        saved.mapping("Our CAD")


def test_releases_only_grow_and_are_checked(records: Records) -> None:
    releases = Releases(records)
    first = releases.publish({"title": "Stops"}, b"payload", "ann")
    second = releases.publish({"title": "Stops"}, b"better", "ann", replaces=first.id)
    assert [release.id for release in releases.all()] == [second.id, first.id]
    assert releases.newest() == second
    assert releases.get(first.id).payload == b"payload"
    with pytest.raises(StoreError, match="to replace"):
        releases.publish({}, b"", "ann", replaces="none")
    for statement in ("update releases set payload = null", "delete from releases"):
        with pytest.raises(DBAPIError, match="only grows"), records.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_release_that_was_tampered_with_is_not_served(home: Home) -> None:
    records = Records(home)
    first = Releases(records).publish({}, b"payload", "ann")
    with records.engine.begin() as connection:
        connection.execute(text("drop trigger releases_no_update"))
        connection.execute(text("update releases set payload = x'00'"))
    with pytest.raises(StoreError, match="checksum"):
        Releases(records).get(first.id)
    records.close()


def test_the_store_opens_its_parts_when_asked(home: Home) -> None:
    store = Store(home)
    assert store.saved.settings() == DEFAULTS
    assert store.facts is store.facts
    assert store.ledger.imports() == []
    store.close()


@pytest.mark.parametrize("held", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; select * from sqlite_master"])
def test_a_new_file_that_another_is_just_opening_is_waited_for(home: Home, held: str) -> None:
    url = home.records_url
    if not url.startswith("sqlite"):
        pytest.skip("only files are locked whole")
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    for statement in held.split(";"):
        other.execute(statement).fetchall()
    release = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    release.start()
    opened = Records(home)
    opened.upgrade()
    release.join()
    other.close()
    opened.close()
