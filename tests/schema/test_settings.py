"""Settings are data with limits, and they hash."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.errors import SettingError
from dashboard.settings import BY_NAME, DEFAULTS, SETTINGS, Settings, checked


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("www.Example-News.com", "https://www.example-news.com"),
        (" *.example.gov , https://a.b.org:8443/,*.example.gov", "https://*.example.gov, https://a.b.org:8443"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8080, http://127.0.0.1:8081", "http://localhost:8080, http://127.0.0.1:8081"),
    ],
)
def test_sites_are_written_as_a_browser_reads_them(typed, kept):
    assert checked("open_data.framed_by", typed) == kept
    assert checked("open_data.framed_by", kept) == kept


@pytest.mark.parametrize(
    "hostile",
    [
        *(
            "*",
            "https://*",
            "*.com",
            "com",
            "*.*.com",
            "a.*.com",
            "http://example.com",
            "ftp://example.com",
            "//example.com",
            "https:",
            "data:",
            "'self'",
        ),
        *("'none'", "example.com; script-src *", "example.com script-src", "example.com\nSet-Cookie: a=b", "example.com\x00", "example.com/path"),
        *(
            "https://user@example.com",
            "https://example.com?a",
            "example.com#a",
            "1.2.3.4",
            "[::1]",
            "localhost",
            "https://localhost",
            "example.com:0",
        ),
        *(
            "example.com:123456",
            "exämple.com",
            "ｅxample.com",
            "-example.com",
            "example-.com",
            "example..com",
            "example.com\u3000b.org",
            "a" * 64 + ".com",
        ),
        *("javascript://example.com", "http://127.0.0.1.evil.com", "http://localhost@evil.com", "https://example.com https://evil.com"),
        ", ".join(f"site{n}.example.com" for n in range(51)),
    ],
)
def test_what_is_no_site_is_refused_in_a_sentence(hostile):
    with pytest.raises(SettingError) as refusal:
        checked("open_data.framed_by", hostile)
    assert refusal.value.message.endswith(".")


@given(st.text(max_size=40) | st.text("abz019.*:-/; ',\n\t\r", max_size=40))
def test_no_text_at_all_gets_more_than_sites_into_a_policy(text):
    try:
        kept = str(checked("open_data.framed_by", text))
    except SettingError:
        return
    for one in filter(None, kept.split(", ")):
        assert re.fullmatch(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", one)
