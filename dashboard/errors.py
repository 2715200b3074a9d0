"""Every error that a person may see, in one tree.

CommonGroundError
  SourceError        a file cannot be read, or is not what it says
    MappingError     a saved mapping does not fit the file
  SettingError       a setting has an unknown name or a value outside its limits
  ScopeError         a slice was asked for that does not exist
  MeasureError       a measure was given counts that contradict themselves
  NotEnoughData      the data cannot answer; says what would be needed
  StoreError         records or facts could not be read or written
    ImportConflict   the same import is already stored or running
  AccessDenied       this person may not see this
    TooSoon          after failed tries the next one has to wait
  PasswordRefused    a new password breaks the rule
  ReleaseRefused     a table may not be published

Each carries one clear sentence, and where it helps, a hint that says how to mend it and where.
"""

from __future__ import annotations

import datetime as dt
import math


class CommonGroundError(Exception):
    """One sentence for the person (`message`), how to mend it (`hint`), and where it happened (`where`)."""

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.hint}" if self.hint else ""
        return f"{self.message}{place}{advice}"


class SourceError(CommonGroundError):
    """A file cannot be read, or is not what it says it is."""


class MappingError(SourceError):
    """A saved mapping is malformed or does not fit the file."""


class SettingError(CommonGroundError):
    """A setting has an unknown name, or a value outside its limits."""


class ScopeError(CommonGroundError):
    """A slice (period, district, group, column) was asked for that does not exist."""


class MeasureError(CommonGroundError):
    """A measure was given counts that contradict themselves, such as more hits than searches."""


class NotEnoughData(CommonGroundError):
    """The data cannot answer the question; the hint says what would be needed."""


class StoreError(CommonGroundError):
    """Records or facts could not be read or written."""


class ImportConflict(StoreError):
    """The same content is already loaded, or another import is running."""


class AccessDenied(CommonGroundError):
    """This person may not see or do this."""


class TooSoon(AccessDenied):
    """After failed tries the next one has to wait for `wait`; the wait ends by itself."""

    def __init__(self, wait: dt.timedelta) -> None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        said = f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
        said = "1 second" if seconds == 1 else said
        super().__init__("Too many tries failed just now.", hint=f"Wait {said}, then try again. Trying earlier does not make it longer.")
        self.seconds = seconds


class PasswordRefused(CommonGroundError):
    """A new password breaks the rule."""


class ReleaseRefused(CommonGroundError):
    """A table may not be published because a person in it could be exposed."""
