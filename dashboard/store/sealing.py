"""Seal what nobody may read for a while, and make it unreadable for good by destroying its key. Keys are small files of their own."""

from __future__ import annotations

import os
import secrets
import zlib
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dashboard.errors import StoreError
from dashboard.store.home import Home

KEY, NONCE = 32, 12  # bytes
LENGTH = 4


class Keys:
    """The keys of one home, by name: made, used, destroyed. Those of staff answers, unless another folder is named."""

    def __init__(self, home: Home, folder: Path | None = None) -> None:
        self.folder = folder or home.staff_keys

    def make(self) -> str:
        """A new key on the disk; its name."""
        name = secrets.token_hex(16)
        handle = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, secrets.token_bytes(KEY))
            os.fsync(handle)
        finally:
            os.close(handle)
        self._settle()
        return name

    def destroy(self, name: str) -> None:
        """Overwrite and remove a key: what it sealed can never be opened again, wherever copies of that lie."""
        with suppress(FileNotFoundError):
            with self._file(name).open("r+b") as file:
                file.write(secrets.token_bytes(KEY))
                file.flush()
                os.fsync(file.fileno())
            self._file(name).unlink()
            self._settle()

    def names(self) -> set[str]:
        """The keys that are there."""
        return {file.stem for file in self.folder.glob("*.key")}

    def seal(self, name: str, about: str, content: bytes, room: int) -> bytes:
        """`content` under the key `name`, bound to `about`. All seals of a kind take the same `room`, or a multiple: size tells nothing."""
        packed = zlib.compress(content)
        body = len(packed).to_bytes(LENGTH) + packed
        body += bytes(-len(body) % room)
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key(name)).encrypt(nonce, body, about.encode())

    def open(self, name: str, about: str, sealed: bytes) -> bytes:
        """What was sealed; StoreError when it is not what was stored, or the key is gone."""
        try:
            body = AESGCM(self._key(name)).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except InvalidTag as error:
            raise StoreError("What was sealed is not what was stored.", hint="The database was changed from outside.") from error
        return zlib.decompress(body[LENGTH : LENGTH + int.from_bytes(body[:LENGTH])])

    def _key(self, name: str) -> bytes:
        """The key itself."""
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError as error:
            raise StoreError("The key that this was sealed under is gone, so nobody can read it.", hint="Keys are not part of a backup.") from error

    def _file(self, name: str) -> Path:
        """Where a key lies."""
        return self.folder / f"{name}.key"

    def _settle(self) -> None:
        """Make the folder's list of files durable."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
