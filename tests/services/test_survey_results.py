"""The sample agency's surveys, from stored answers to frozen results: planted truths are found, what is hidden stays hidden."""

from __future__ import annotations

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.errors import AccessDenied, NotEnoughData
from dashboard.services.house import House
from dashboard.services.surveys import matters, reading, trust
from data_sources.sample import opinions


def public(house: House) -> House:
    return House(house.home, visitor=ANYONE)


def test_weighting_brings_the_plain_mean_to_the_truth(riverton):
    found = reading.results(riverton, "community")
    plain, weighted = [], []
    for number, wave in enumerate(found.waves):
        if number == opinions.STUFFED:
            continue
        truth = opinions.population_mean(number)
        plain.append(found.cell(wave, "ti-1", what="plain").value - truth)
        weighted.append(found.cell(wave, "ti-1").value - truth)
    assert abs(sum(weighted) / len(weighted)) < 0.8
    assert sum(plain) / len(plain) > 2


def test_intervals_hold_the_planted_truth(riverton):
    found = reading.results(riverton, "community")
    cells = [(number, found.cell(wave, "ti-1")) for number, wave in enumerate(found.waves) if number != opinions.STUFFED]
    held = sum(cell.low <= opinions.population_mean(number) <= cell.high for number, cell in cells)
    assert held >= len(cells) - 3


def test_trust_fell_in_one_district_and_nowhere_else(riverton):
    said = trust.by_group(riverton, "ti-1", "area").sentence
    assert f"Moved clearly: {opinions.DROP_AREA} (" in said
    assert said.count("since") == 1


def test_the_changed_scale_stops_its_line_and_no_other(riverton):
    found = reading.results(riverton, "community")
    assert list(found.broken("C1")) == ["community-2023-Q1"]
    assert found.broken("ti-1") == {}
    lines = trust.over_time(riverton, "C1").pictures[0].series
    assert [len(line.points) for line in lines] == [4, 12]


def test_stuffing_is_told_and_nothing_is_deleted(riverton):
    wave = reading.results(riverton, "community").waves[opinions.STUFFED]
    report = wave["quality"]
    assert report["reasons"]["burst"] == opinions.STUFFING
    assert report["reasons"]["identical"] == opinions.STUFFING
    assert report["without"][0] - report["with"][0] > 1
    honest = [
        one["quality"]["doubtful"] / one["n"] for number, one in enumerate(reading.results(riverton, "community").waves) if number != opinions.STUFFED
    ]
    assert max(honest) < 0.02


def test_the_public_reads_a_subset_and_no_report_for_staff(riverton):
    staff, seen = reading.results(riverton, "community"), reading.results(public(riverton), "community")
    assert seen.public
    for inner, outer in zip(staff.waves, seen.waves, strict=True):
        assert "quality" not in outer
        for measure, cuts in outer["cells"].items():
            for cut, levels in cuts.items():
                for level, cell in levels.items():
                    assert cell["n"] >= 10
                    assert inner["cells"][measure][cut][level] == cell
    assert len(str(seen.release.content)) < len(str(staff.release.content))


def test_the_small_district_is_not_shown(riverton):
    assert "Mill Island" not in reading.results(public(riverton), "community").levels("ti-1", "area")


def test_no_frozen_result_holds_words_or_numbers_of_respondents(riverton):
    for layer in (riverton, public(riverton)):
        for family in ("community", "post_contact"):
            waves = reading.results(layer, family).waves
            assert "555-01" not in str(waves)
            assert not any(name in wave[part] for wave in waves for part in ("cells", "shares") for name in ("C18", "P13"))


def test_an_empty_home_says_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    with pytest.raises(NotEnoughData, match="No survey has been closed"):
        trust.over_time(House(tmp_path / "home"))


def test_the_quality_report_is_for_staff(riverton):
    assert "Nothing is deleted" in trust.quality(House(riverton.home, visitor=Principal("p", "P", ("command",)))).sentence
    with pytest.raises(AccessDenied):
        trust.quality(public(riverton))


def test_every_measure_and_cut_has_a_sentence(riverton):
    for measure in trust.MEASURES:
        assert trust.over_time(riverton, measure).sentence
        for cut in trust.CUTS:
            assert trust.by_group(public(riverton), measure, cut).sentence
    assert trust.elements(riverton).sentence.startswith("Rated highest")
    assert "association" in matters.what_matters(riverton).notes[0]


def test_the_quality_report_lists_only_waves_with_doubtful_answers_and_says_why(riverton):
    found = trust.quality(House(riverton.home, visitor=Principal("p", "P", ("command",))))
    waves, why = found.tables
    assert all(row[2] > 0 for row in waves.rows)
    assert [row[0] for row in why.rows] == [row[0] for row in waves.rows]
    stuffed = dict(zip(why.columns, next(row for row in why.rows if row[0] == "2025-Q3"), strict=True))
    assert stuffed["Burst"] == stuffed["Identical"] == opinions.STUFFING
    assert all(any(row[place] for row in why.rows) for place in range(1, len(why.columns)))
