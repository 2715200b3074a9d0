"""Measured quality: labels that fit the texts, formulas checked by hand, and the honest half."""

import math

import pytest

from dashboard.text import quality, redact, themes
from dashboard.text.labelled import comments, roster
from dashboard.text.quality_names import by_community


def test_the_labels_fit_the_texts():
    every = comments()
    assert len(every) >= 240
    assert {one.language for one in every} == {"en", "es"}
    for one in every:
        assert one.themes <= set(themes.IDS), one.text
        assert all(item.kind in redact.KINDS and one.text[item.start : item.end].strip() for item in one.items)
        assert "{" not in one.text
        assert one.text == redact.plain(one.text)
    assert {item.kind for one in every for item in one.items} == set(redact.KINDS)
    assert abs(sum(one.kept for one in every) - len(every) / 2) <= 1
    assert len(roster().names) > 20


def test_what_is_measured_says_how_to_take_it():
    found = quality.measure()
    assert found == quality.measure()
    assert "optimistic" in found.caution or "worse" in found.caution
    assert found.n == len(comments())
    assert sum(kind.items for kind in found.redaction.kinds) == found.redaction.items
    assert sum(kind.found for kind in found.redaction.kinds) == found.redaction.found
    assert found.redaction.without_roster <= found.redaction.found
    assert {one.theme for one in found.themes} == set(themes.IDS)
    assert sum(one.both for one in found.themes) == found.all_themes.both
    assert dict(found.versions)["codebook"] == themes.VERSION
    assert quality.measure(kept_only=True).n == len(comments()) // 2
    assert 0.9 < found.language <= 1
    assert 0.5 < found.tone.accuracy < 1
    assert found.tone.auc > 0.9


def test_kappa_by_hand():
    """Cohen 1960: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreement .7, chance .5, kappa .4."""
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert quality.kappa(first, second) == pytest.approx(0.4)
    assert quality.kappa([False] * 9, [False] * 9) == 1.0


def test_auc_by_hand():
    assert quality.auc([(1, 0.9), (1, 0.2), (-1, 0.2), (-1, -0.5), (0, 0.7)]) == pytest.approx(3.5 / 4)
    assert math.isnan(quality.auc([(1, 0.5)]))


def test_an_item_is_found_only_whole():
    one = next(one for one in comments() if one.items and one.items[0].kind == "PHONE")
    item = one.items[0]
    from dashboard.text.spans import Span

    assert quality.covered(one.text, item, [Span(item.start, item.end, "PHONE")])
    assert not quality.covered(one.text, item, [Span(item.start, item.end - 1, "PHONE")])
    assert not quality.covered(one.text, item, [])


def test_nobodys_names_slip_through_more_where_a_cue_stands():
    found = by_community()
    assert len(found) >= 12
    for one in found:
        assert one.with_cue >= 100
        assert one.found_with_cue / one.with_cue >= 0.97, one.name
        assert one.found_alone / one.alone >= 0.5, one.name
    assert sum(one.found_alone for one in found) / sum(one.alone for one in found) >= 0.85
