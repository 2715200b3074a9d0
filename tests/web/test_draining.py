"""The end of the server: signals reach the server's own handlers, and the time runs from the first."""

import asyncio
import signal
import threading
import time

import pytest

from dashboard.web import draining


@pytest.fixture
def heard(monkeypatch):
    """A server's handlers, and what they and the end of the process heard."""
    heard = []
    before = {one: signal.getsignal(one) for one in draining.SIGNALS}
    for one in draining.SIGNALS:
        signal.signal(one, lambda number, frame: heard.append(signal.Signals(number).name))
    monkeypatch.setattr(draining.os, "_exit", lambda code: heard.append(f"exit {code}"))
    monkeypatch.setattr(draining, "PATIENCE", 0.05)
    monkeypatch.setattr(draining, "LAST", 0.05)
    yield heard
    time.sleep(0.2)
    for one, handler in before.items():
        signal.signal(one, handler)


async def started():
    async with draining.lifespan(None):
        await asyncio.sleep(0)


def test_the_server_is_told_at_once_then_hurried_then_ended(heard):
    asyncio.run(started())
    signal.raise_signal(signal.SIGTERM)
    assert heard == ["SIGTERM"]
    time.sleep(0.3)
    assert heard == ["SIGTERM", "SIGINT", f"exit {128 + signal.SIGTERM}"]


def test_a_second_signal_is_passed_on_and_starts_no_second_clock(heard):
    asyncio.run(started())
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    assert heard == ["SIGINT", "SIGINT"]
    time.sleep(0.3)
    assert len([one for one in heard if one.startswith("exit")]) == 1


def test_without_a_signal_nothing_ends(heard):
    asyncio.run(started())
    time.sleep(0.3)
    assert heard == []


def test_outside_the_main_thread_signals_are_left_alone(heard):
    handler = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=lambda: asyncio.run(started()))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is handler


def test_the_two_waits_together_stay_under_ten_seconds():
    assert draining.PATIENCE + draining.LAST < 10
