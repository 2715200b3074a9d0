"""The two planted outliers are found, the five unlucky officers are not, and what a fixed threshold would have done to them."""

import pytest

from dashboard.errors import NotEnoughData
from dashboard.services.early import answers, asked, finds, model, patterns
from data_sources.sample import stops, truth

KEYS = stops.officer_keys(truth.SEED)
OUTLIERS = {KEYS[place] for place in truth.FORCE_OUTLIERS}
UNLUCKY = {KEYS[place] for place in truth.FORCE_UNLUCKY}


@pytest.fixture(scope="module", params=["days", "arrests"])
def found(riverton, request):
    return model.model(riverton, "force", request.param)


def test_the_outliers_stand_out_and_the_unlucky_do_not(found):
    names = {one.name for one in found.review.for_review}
    assert names >= OUTLIERS
    assert not names & UNLUCKY
    assert len(names) <= 8
    for one in found.review.for_review:
        if one.name in OUTLIERS:
            assert one.sure > 0.95
            assert one.ratio.low > 1.4


def test_a_fixed_threshold_flags_the_unlucky_and_says_how_falsely(found):
    fixed = next(rule for rule in found.rules.rules if "12 months" in rule.name)
    assert fixed.flagged >= 15
    assert fixed.false_flags > 5 * found.review.false_flags
    events = {one.name: one.observed for one in found.review.officers}
    ordinary = sorted(events.values())[len(events) // 2]
    for key in UNLUCKY:
        assert events[key] > 4 * ordinary, "the unlucky have high raw counts"


def test_raw_counts_and_peers_disagree(found):
    raw = next(rule for rule in found.rules.rules if "highest raw" in rule.name)
    assert found.rules.common_top < found.rules.top
    assert raw.false_flags > 4 * found.rules.rules[0].false_flags


def test_the_answers_say_so_without_naming_anybody(found):
    for one in (answers.overview(found), answers.beside(found)):
        said = repr((one.sentence, one.tables, one.notes, one.pictures))
        assert not any(key in said or key[:8].upper() in said for key in KEYS)
        assert not one.public
    assert "would turn out ordinary" in answers.overview(found).sentence
    assert any("Nothing happens automatically" in note for note in answers.overview(found).notes)


def test_the_reason_names_the_busy_place(found, own_riverton):
    words = {one.key: one.words for one in patterns.listing(own_riverton, found, "test of the sample").patterns}
    assert all("force incidents in 24 months" in words[key] for key in OUTLIERS)
    assert "Eastfield, evening shift" in words[KEYS[106]]


def test_high_counts_fall_towards_the_peers(riverton, staff):
    one = asked.change(riverton, staff)
    predicted = sum(change.predicted.value for change in one.result)
    assert predicted < sum(change.naive for change in one.result)
    assert sum(change.verdict == "within" for change in one.result) >= 0.7 * len(one.result)


def test_no_demographic_field_is_asked_of_the_store(riverton, monkeypatch):
    from dashboard.store.facts import Facts

    asked_for = set()
    tally = Facts.tally

    def watched(self, table, by=(), *args, **kwargs):
        asked_for.update(by)
        return tally(self, table, by, *args, **kwargs)

    monkeypatch.setattr(Facts, "tally", watched)
    model.model(riverton, "force")
    model.model(riverton, "complaints")
    assert asked_for
    assert not asked_for & {"race_group", "sex", "age", "age_band", "birth_year", "officer_race_group", "officer_sex", "complainant_race_group"}


def test_no_officer_of_the_sample_searches_without_finding_more_than_peers_and_too_few_are_refused(riverton, empty, staff):
    """Nothing is planted between officers in what searches find: the comparison must not invent it."""
    found = finds.answer(riverton, staff)
    assert found.result.compared >= 20
    assert len(found.result.for_review) <= 1
    assert not {one.name for one in found.result.officers} & {str(cell) for table in found.tables for row in table.rows for cell in row}
    with pytest.raises(NotEnoughData):
        finds.answer(empty, staff)
