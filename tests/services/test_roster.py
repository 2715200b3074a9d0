"""The list of own officers: its names are taken out of what waits and of what was released, and are kept apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.errors import SourceError
from dashboard.services.house import House
from dashboard.services.surveys import review, roster, standing, voices_release, voices_words
from dashboard.store import reading as kept
from tests import talking
from tests.services.test_voices import SPRING, reviewer
from tests.talking import PLAIN, WHO, many


@pytest.fixture
def house(tmp_path, monkeypatch) -> Iterator[House]:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    yield talking.town(tmp_path)
    voices_release._tone.cache_clear()


def test_the_roster_takes_names_out_of_what_waits_and_its_names_never_come_back(house):
    odd = "Zorblatt drives too fast on our block."
    talking.wave(house, SPRING, [*many(odd, 12), *many(PLAIN, 12)])
    assert str(standing.comments(house).waiting(most=99)).count("redacted='Zorblatt") == 12
    assert roster.take(reviewer(house), b'Name\n"Zorblatt, Quimby"\n\n1234\n', WHO) == 1
    assert roster.size(reviewer(house)) == 1
    held = [one.redacted for one in standing.comments(house).waiting(most=99)]
    assert not any("Zorblatt" in text for text in held)
    assert sum("[NAME] drives" in text for text in held) == 12
    assert (house.home.path / kept.ROSTER).stat().st_mode & 0o077 == 0
    roster.forget(reviewer(house), WHO)
    assert kept.roster(house.home) == ()
    assert roster.size(reviewer(house)) == 0


def test_a_new_name_is_taken_out_of_what_was_released_and_a_mended_text_stays(house):
    talking.wave(house, SPRING, [*many("Zorblatt drives too fast on our block.", 12), *many(PLAIN, 12)])
    one, two = standing.comments(house).waiting("traffic", most=2)
    review.judge(house, one.id, review.RELEASED, WHO)
    review.judge(house, two.id, review.RELEASED, WHO, "Somebody drives too fast.")
    roster.take(house, b"Quimby Zorblatt", WHO)
    quoted = {quote.text for quote in voices_words.quotes(house, "traffic").shown}
    assert "Somebody drives too fast." in quoted
    assert not any("Zorblatt" in text for text in quoted)


@pytest.mark.parametrize("bad", [b"", b"\n\n12\n", b"a\x00b", b"x" * 200, b"Name\n"])
def test_a_list_without_names_is_refused_in_a_sentence(house, bad):
    with pytest.raises(SourceError) as refusal:
        roster.take(house, bad, WHO)
    assert refusal.value.message.endswith(".")
    assert kept.roster(house.home) == ()
