"""Whoever saw a receipt is stored, once, whatever happens to the server. Some rounds here; `python -m benchmarks.killed` runs a hundred."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks import killed
from benchmarks.killed import Site

ROUNDS = 6


@pytest.fixture
def made(tmp_path: Path, records_url: str) -> Iterator[Site]:
    with killed.site(tmp_path, "" if records_url.startswith("sqlite") else records_url) as one:
        yield one


def test_a_server_that_is_killed_loses_nothing_it_acknowledged(made: Site) -> None:
    for _ in range(ROUNDS):
        killed.one_round(made)
    found = killed.account(made)
    assert found["lost"] == 0
    assert found["acknowledged"] >= ROUNDS
    assert found["stored"] >= found["acknowledged"]


def test_a_server_that_is_asked_to_end_answers_what_it_stored_and_is_gone_in_ten_seconds(made: Site) -> None:
    killed.one_round(made, signal.SIGTERM)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(ChildProcessError, ProcessLookupError):
            os.kill(made.child, 0)
            time.sleep(0.05)
            continue
        break
    else:
        raise AssertionError("the server did not end")
    found = killed.account(made)
    assert found["acknowledged"] == found["stored"] > 0


def test_the_account_would_notice_a_loss(made: Site) -> None:
    """The check itself is checked: an answer taken away behind its back is missed."""
    from sqlalchemy import delete

    from dashboard.store.survey_tables import PendingRow, ResponseRow

    killed.one_round(made)
    killed.account(made)
    with made.house.records.write() as session:
        for table in (PendingRow, ResponseRow):
            session.execute(delete(table))
    with pytest.raises(AssertionError, match="lost"):
        killed.account(made)
