"""A home is made on first use and keeps its key to itself."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from dashboard.errors import StoreError
from dashboard.store.home import FOLDERS, Home


def test_a_home_is_made_on_first_use(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "home")
    assert sorted(entry.name for entry in home.path.iterdir()) == sorted(FOLDERS)
    assert not home.sample
    home.mark_sample()
    assert Home(home.path).sample


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path)
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(Home(tmp_path).site_key)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert home.site_key == keys[0]
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "site.key").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".site")] == []


def test_a_damaged_key_is_refused_in_words(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "site.key").write_bytes(b"short")
    with pytest.raises(StoreError, match="should be 32 bytes and is 5"):
        _ = home.site_key


def test_records_live_in_the_home_unless_the_environment_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    assert Home(tmp_path).records_url == f"sqlite:///{tmp_path.resolve() / 'records.sqlite'}"
    monkeypatch.setenv("COMMON_GROUND_RECORDS", "postgresql://db/ground")
    assert Home(tmp_path).records_url == "postgresql://db/ground"


def test_a_place_that_cannot_hold_a_home(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot hold a home"):
        Home(tmp_path / "a[b]")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        Home(tmp_path / "file")
