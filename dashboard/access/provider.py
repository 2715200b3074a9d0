"""Which single sign-on provider does the environment name?"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dashboard.errors import SettingError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """COMMON_GROUND_OIDC_ISSUER, ..._CLIENT_ID, ..._CLIENT_SECRET, and ..._NAME for the button."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str

    def require_https(self) -> None:
        """SettingError when the provider would be asked in the clear."""
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise SettingError("The single sign-on provider must be an https address.", hint="See COMMON_GROUND_OIDC_ISSUER.")


def provider() -> Provider | None:
    """The provider, if one is named."""
    issuer, client_id = os.environ.get("COMMON_GROUND_OIDC_ISSUER", "").rstrip("/"), os.environ.get("COMMON_GROUND_OIDC_CLIENT_ID", "")
    secret = os.environ.get("COMMON_GROUND_OIDC_CLIENT_SECRET", "")
    name = os.environ.get("COMMON_GROUND_OIDC_NAME", "") or "single sign-on"
    return Provider(issuer, client_id, secret, name) if issuer and client_id else None
