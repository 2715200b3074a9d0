"""Counting failures of a source: briefly, in little memory, and without its address."""

from types import SimpleNamespace

from dashboard.web import flood


def counted(most=3, seconds=60.0):
    now = [0.0]
    return flood.Flood(most=most, seconds=seconds, clock=lambda: now[0]), now


def test_a_source_is_full_after_so_many_and_free_after_so_long():
    door, now = counted()
    for moment in (0.0, 10.0, 20.0):
        now[0] = moment
        assert not door.full("a")
        door.count("a")
    assert door.full("a")
    assert not door.full("b")
    now[0] = 60.5
    assert not door.full("a")


def test_trying_on_while_full_does_not_make_the_wait_longer():
    door, now = counted()
    for _ in range(50):
        if not door.full("a"):
            door.count("a")
        now[0] += 1.0
    now[0] = 61.0
    assert not door.full("a")


def test_no_address_is_kept_and_another_day_knows_nothing_of_this_one():
    door, now = counted()
    for _ in range(3):
        door.count("192.0.2.7")
    assert "192.0.2.7" not in repr(door)
    before = set(door._failed)
    now[0] = flood.SALT_LIFE + 1
    door.count("192.0.2.7")
    assert not before & set(door._failed)


def test_memory_is_bounded_however_many_sources_there_are(monkeypatch):
    monkeypatch.setattr(flood, "MOST_SOURCES", 50)
    door, _ = counted()
    for number in range(500):
        door.count(f"source {number}")
    assert len(door._failed) <= 50
    door.count("source 499")
    door.count("source 499")
    assert door.full("source 499")


def test_the_many_addresses_of_one_home_are_one_source():
    def source(host):
        return flood.source_of(SimpleNamespace(client=SimpleNamespace(host=host)))

    assert source("2001:db8:1:2::1") == source("2001:db8:1:2:ffff::9") != source("2001:db8:1:3::1")
    assert source("192.0.2.7") == "192.0.2.7" != source("192.0.2.8")
    assert flood.source_of(SimpleNamespace(client=None)) == ""
