"""Is the server set up safely? Asked once before it starts: an unsafe option, wherever it came from, is refused in one sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.access.address import behind_tls
from dashboard.access.door import is_sample
from dashboard.errors import SettingError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_UPLOAD_MB = 200
RECORDS = "COMMON_GROUND_RECORDS"

# option -> the values that are safe, and why others are not
REQUIRED: Mapping[str, tuple[tuple[object, ...], str]] = {
    "server.enableXsrfProtection": ((True,), "forms of other sites could send files in a visitor's name"),
    "server.enableCORS": ((True,), "other sites could open the pages in a visitor's name"),
    "server.enableStaticServing": ((False,), "files would leave without a check of the role"),
    "server.enableAgentApi": ((False,), "programs could drive the pages past the sign-in"),
    "server.trustedUserHeaders": (({"x-common-ground-tab": "tab"},), "a tab would not belong to the session that opened it"),
    "server.unsafeMetricsUserAttributes": (([], None), "who is signed in would be published"),
    "client.showErrorDetails": (("none", False, "False", "false"), "an error would show the program's insides"),
    "client.allowedOrigins": (([],), "pages elsewhere could steer ours"),
    "client.toolbarMode": (("viewer", "minimal"), "visitors would see a developer's menu"),
    "browser.gatherUsageStats": ((False,), "use of the pages would be reported elsewhere"),
    "server.fileWatcherType": (("none",), "the server would run whatever is written into its folder"),
    "global.developmentMode": ((False,), "protections would be off"),
}


def sample_over_records() -> bool:
    """Whether sample data would stand over records that another home may use too, such as a real agency's."""
    return bool(os.environ.get(RECORDS)) and is_sample()


def unsafe(option: Callable[[str], object] = st.get_option) -> list[str]:
    """Every option that is not safe, each in one sentence; empty when all are."""
    found = [f"{name} is {option(name)!r}: {why}" for name, (safe, why) in REQUIRED.items() if option(name) not in safe]
    upload, address = option("server.maxUploadSize"), option("server.address")
    if not isinstance(upload, int) or upload > MOST_UPLOAD_MB:
        found.append(f"server.maxUploadSize is {upload!r}: more than {MOST_UPLOAD_MB} MB would be taken into memory")
    if sample_over_records():
        found.append(f"{RECORDS} names records elsewhere, but the home holds the sample agency, where anybody signed in may look as any role")
    if address not in LOOPBACK and not behind_tls():
        found.append(f"server.address is {address!r}: others would reach the pages without TLS; name the proxy's https address in COMMON_GROUND_URL")
    return found


def require_safe() -> None:
    """Refuse to start with unsafe options. SettingError names them all."""
    found = unsafe()
    if found:
        raise SettingError(f"The server is not set up safely: {'; '.join(found)}.", hint="See .streamlit/config.toml.")
