"""Unsafe server options are refused before the server starts, wherever they come from."""

import pytest
import streamlit as st

from dashboard.access import door
from dashboard.errors import SettingError
from dashboard.ui import posture

SAFE = {name: safe[0] for name, (safe, _) in posture.REQUIRED.items()} | {"server.maxUploadSize": 200, "server.address": "127.0.0.1"}
UNSAFE = {
    "server.enableXsrfProtection": False,
    "server.enableCORS": False,
    "server.enableStaticServing": True,
    "server.enableAgentApi": True,
    "server.trustedUserHeaders": {},
    "server.unsafeMetricsUserAttributes": ["email"],
    "server.maxUploadSize": 201,
    "server.address": "0.0.0.0",
    "client.showErrorDetails": "full",
    "client.allowedOrigins": ["https://*.streamlit.app"],
    "client.toolbarMode": "developer",
    "browser.gatherUsageStats": True,
    "global.developmentMode": True,
    "server.fileWatcherType": "auto",
}


def option(changes):
    return {**SAFE, **changes}.__getitem__


def test_the_options_we_ship_are_safe(monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_URL", raising=False)
    assert [line for line in posture.unsafe(st.get_option) if "developmentMode" not in line] == []


def test_every_option_is_tried_here():
    assert set(UNSAFE) == set(SAFE)


@pytest.mark.parametrize(("name", "value"), UNSAFE.items())
def test_each_unsafe_option_is_named_with_its_reason(monkeypatch, name, value):
    monkeypatch.delenv("COMMON_GROUND_URL", raising=False)
    (line,) = posture.unsafe(option({name: value}))
    assert line.startswith(f"{name} is ")
    assert ": " in line


def test_all_of_them_are_named_at_once(monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_URL", raising=False)
    monkeypatch.setattr(st, "get_option", option({}))
    assert posture.unsafe(option({})) == []
    assert len(posture.unsafe(option(UNSAFE))) == len(UNSAFE)


def test_another_address_needs_tls_in_front(monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_URL", "https://trust.example.gov")
    assert posture.unsafe(option({"server.address": "0.0.0.0"})) == []
    monkeypatch.setenv("COMMON_GROUND_URL", "http://trust.example.gov")
    assert len(posture.unsafe(option({"server.address": "0.0.0.0"}))) == 1


def test_the_start_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(posture, "unsafe", lambda: ["client.toolbarMode is 'developer': reason"])
    with pytest.raises(SettingError, match="not set up safely") as refused:
        posture.require_safe()
    assert "config.toml" in refused.value.hint


def test_sample_data_never_stands_over_records_elsewhere(monkeypatch, riverton, tmp_path):
    monkeypatch.setenv("COMMON_GROUND_HOME", str(riverton.home.path))
    door.home.cache_clear()
    assert posture.unsafe(option({})) == []
    monkeypatch.setenv("COMMON_GROUND_RECORDS", "postgresql://db/production")
    (line,) = posture.unsafe(option({}))
    assert "sample agency" in line
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "real"))
    door.home.cache_clear()
    assert posture.unsafe(option({})) == []
    door.home.cache_clear()


def test_no_run_of_a_page_is_followed_by_a_search_through_all_memory():
    """Streamlit's own collection after every run takes several times as long as a page, and every other visitor waits for it."""
    assert st.get_option("runner.postScriptGC") is False
