"""A new list of names: nothing read under the older one is handed out, wherever the machine is stopped; many are left to the server."""

import datetime as dt

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.services.house import House
from dashboard.services.surveys import closing, comments, review, roster, standing, upkeep, voices_words
from tests import talking
from tests.talking import PLAIN, WHO, many

SPRING = dt.date(2024, 4, 1)
ODD = "Zorblatt drives too fast on our block."


@pytest.fixture
def house(tmp_path):
    return talking.town(tmp_path)


@pytest.fixture
def online(house):
    """The house as a reviewer reaches it over the network."""
    return House(house.home, visitor=Principal("r", "R", ("analyst",)))


@pytest.fixture
def released(house):
    """A released comment that names an officer whom no list held, in a wave whose words hold the name too."""
    talking.wave(house, SPRING, [*many(ODD, 30), *many(PLAIN, 30)])
    one = review.following(house, "traffic")
    review.judge(house, one.id, review.RELEASED, WHO)
    assert "Zorblatt" in voices_words.quotes(house, "traffic").shown[0].text
    assert "zorblatt" in str(voices_words.cloud(house).result)
    return one.id


def seen(house):
    """Everything that readers and reviewers can be handed."""
    visitor = House(house.home, visitor=ANYONE)
    found = [voices_words.quotes(visitor, "traffic"), voices_words.search(visitor, "block"), voices_words.cloud(visitor), voices_words.cloud(house)]
    return str([*found, *(one.redacted for one in standing.comments(house).waiting(most=99))])


def test_until_it_is_read_again_nothing_old_is_handed_out(house, online, released, monkeypatch):
    monkeypatch.setattr(closing, "AT_ONCE", 10)
    before = standing.version(house)
    assert roster.take(online, b"Quimby Zorblatt", WHO) == 1
    assert standing.version(house) != before, "kept answers go too"
    assert comments.counts(online).again == 60
    assert "zorblatt" not in seen(house).lower()
    assert upkeep.to_read(house) == 60
    upkeep.read_on(house)
    assert upkeep.to_read(house) == 0
    assert "zorblatt" not in seen(house).lower()
    assert "[NAME] drives" in voices_words.quotes(house, "traffic").shown[0].text
    assert "zorblatt" not in str(voices_words.cloud(house).result)


def test_a_reading_that_was_stopped_goes_on_and_hides_until_the_end(house, online, released, monkeypatch):
    from dashboard.store import comments as store

    monkeypatch.setattr(closing, "AT_ONCE", 10)
    monkeypatch.setattr(store, "BATCH", 25)
    roster.take(online, b"Quimby Zorblatt", WHO)
    real, calls = standing.comments(house).__class__.keep_read, []

    def broken(self, rows, **more):
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(self, rows, **more)

    monkeypatch.setattr(store.Comments, "keep_read", broken)
    with pytest.raises(KeyboardInterrupt):
        upkeep.read_on(house)
    monkeypatch.setattr(store.Comments, "keep_read", real)
    assert comments.counts(house).again == 35
    assert "zorblatt" not in seen(house).lower()
    assert upkeep.to_read(house) == 35
    assert upkeep.read_on(house).again == 35
    assert standing.settled(house)


def test_between_reading_and_counting_words_of_the_old_counts_are_left_out(house, online, released, monkeypatch):
    monkeypatch.setattr(closing, "AT_ONCE", 10)
    roster.take(online, b"Quimby Zorblatt", WHO)
    comments.read(house)
    assert comments.counts(house).to_read == 0
    assert not standing.settled(house)
    assert upkeep.to_read(house) == 1, "the counts are still to be made"
    assert "zorblatt" not in seen(house).lower()


def test_deleting_the_names_hides_until_all_is_read_without_them(house, online, released, monkeypatch):
    roster.take(house, b"Quimby Zorblatt", WHO)
    monkeypatch.setattr(closing, "AT_ONCE", 10)
    roster.forget(online, WHO)
    assert standing.comments(house).counts().again == 60
    upkeep.read_on(house)
    assert "Zorblatt" not in str(voices_words.quotes(house, "traffic")), "what was taken out of a judged comment stays out"


def test_a_few_comments_are_read_while_one_waits(house, online, released):
    roster.take(online, b"Quimby Zorblatt", WHO)
    assert standing.settled(house)
    assert comments.counts(house).again == 0


def test_names_that_change_while_reading_begins_never_leave_old_redactions_marked_as_new(house, online, released, monkeypatch):
    real = standing.roster_of

    def changed_meanwhile(asked):
        monkeypatch.setattr(standing, "roster_of", real)
        found = real(asked)
        from dashboard.store import reading as kept

        kept.keep_roster(house.home, ["quimby", "zorblatt"], 1)
        return found

    monkeypatch.setattr(closing, "AT_ONCE", 0)
    roster.take(online, b"Ulla Ypsilon", WHO)
    monkeypatch.setattr(standing, "roster_of", changed_meanwhile)
    comments.read(house)
    assert "zorblatt" not in seen(house).lower()


def test_words_counted_by_other_rules_are_hidden_and_the_page_says_why(house, released, monkeypatch):
    from dashboard.services.surveys import voices_read
    from dashboard.text import redact

    monkeypatch.setattr(redact, "VERSION", "next")
    assert "zorblatt" not in seen(house).lower()
    assert voices_words.cloud(house).sentence == voices_read.BEING_READ
    assert voices_words.quotes(house, "traffic").sentence == voices_read.BEING_READ
    assert voices_read.BEING_READ in voices_read.voices(house).notes()


def test_an_import_that_comes_while_all_is_counted_is_read_too(house, online, monkeypatch):
    from dashboard.services.surveys import voices_release
    from dashboard.store import intake
    from dashboard.store.answers import Answers

    wave = talking.wave(house, SPRING, [*many(ODD, 30), *many(PLAIN, 30)])
    real = voices_release.renew

    def meanwhile(*given):
        monkeypatch.setattr(voices_release, "renew", real)
        done = real(*given)
        Answers(house.records).add_comments([intake.new_comment(wave, "C18", PLAIN, "North") for _ in range(20)])
        return done

    monkeypatch.setattr(voices_release, "renew", meanwhile)
    upkeep.read_on(house)
    assert not standing.settled(house)
    assert upkeep.to_read(house) == 20


def test_a_list_that_goes_there_and_back_while_it_is_read_leaves_nothing_unread(house, online, released, monkeypatch):
    monkeypatch.setattr(closing, "AT_ONCE", 10)
    roster.take(online, b"Quimby Zorblatt", WHO)
    comments.read(house)
    roster.forget(online, WHO)
    assert upkeep.to_read(house) == 60
    upkeep.read_on(house)
    assert upkeep.to_read(house) == 0
