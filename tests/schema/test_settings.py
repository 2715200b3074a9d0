"""Settings are data with limits, and they hash."""

import pytest

from dashboard.errors import SettingError
from dashboard.settings import BY_NAME, DEFAULTS, SETTINGS, Settings


def test_every_setting_has_a_sentence_and_its_default_is_legal():
    assert len({s.name for s in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.sentence.endswith(".")
        assert Settings.of({setting.name: setting.default}) == DEFAULTS


def test_changes_are_coerced_and_equal_settings_hash_alike():
    changed = Settings.of({"rates.min_n": "50", "multirace": "doj", "threshold.scales": "0.5,1,2", "import.sensitive_flags": "yes"})
    assert changed["rates.min_n"] == 50
    assert changed["threshold.scales"] == (0.5, 1.0, 2.0)
    assert changed["import.sensitive_flags"] is True
    assert hash(changed) == hash(Settings.of(dict(changed.changed)))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("nothing", 1, "no setting named"),
        ("multirace", "both", "Choose one of"),
        ("release.min_persons", 4, "may not be lower than 5"),
        ("release.min_denominator", 10, "may not be lower than 30"),
        ("family.q", 0.9, "may not be higher"),
        ("rates.min_n", "many", "is not a value"),
        ("threshold.scales", "1,2", "is not a value"),
    ],
)
def test_a_bad_value_is_one_sentence(name, value, sentence):
    with pytest.raises(SettingError, match=sentence):
        Settings.of({name: value})


def test_every_name_is_reachable():
    assert set(DEFAULTS) == set(BY_NAME)
    assert all(DEFAULTS[name] == BY_NAME[name].default for name in DEFAULTS)
