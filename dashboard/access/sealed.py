"""Text that travels through a browser and comes back unread and unchanged: encrypted under a key made from the site's key for one purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import AccessDenied

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

    from dashboard.store.records import Records


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealing for one purpose; what was sealed for another is not opened."""

    records: Records
    purpose: str

    @property
    def _fernet(self) -> Fernet:
        """Fernet under this purpose's key."""
        from cryptography.fernet import Fernet

        key = hmac.new(self.records.home.site_key, f"sealed\0{self.purpose}".encode(), hashlib.sha256).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """The text, sealed."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> str:
        """The text again. AccessDenied when it was not sealed here for this purpose, or longer ago than `seconds`."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode(), ttl=seconds).decode()
        except InvalidToken as error:
            raise AccessDenied("This took too long, or did not begin in this browser.", hint="Begin again.") from error
