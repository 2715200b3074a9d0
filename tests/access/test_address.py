"""Under which names the server answers, and which cookie it sets: decided by the configured address, never by what a visitor sends."""

import pytest

from dashboard.access import address


@pytest.fixture(params=["", "https://trust.example.gov", "https://trust.example.gov:8443/", "http://trust.example.gov"])
def public(request, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_URL", request.param)
    return request.param


def test_the_cookie_is_bound_to_the_host_exactly_behind_tls(public):
    assert address.behind_tls() is public.startswith("https")
    assert address.session_cookie().startswith("__Host-") is public.startswith("https")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8501", "localhost", "LOCALHOST:80", "[::1]:8501"])
def test_this_machine_is_always_ours(public, host):
    assert address.is_ours(host)


@pytest.mark.parametrize("host", ["trust.example.gov", "trust.example.gov:443", "Trust.Example.Gov"])
def test_the_public_name_is_ours_once_it_is_configured(public, host):
    assert address.is_ours(host) is bool(public)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "a@localhost.evil", "127.0.0.1.evil.example", "[::1", ":8501", "0.0.0.0"]
)
def test_other_names_are_not(public, host):
    assert not address.is_ours(host)
