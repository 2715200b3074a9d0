"""Which settings are there, and who may change them for which reason? Floors hold for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import SettingError
from dashboard.services.restricted import restricted
from dashboard.settings import BY_NAME, SETTINGS, Setting, Value
from dashboard.store.saved import Saved

if TYPE_CHECKING:
    from dashboard.services.house import House

__all__ = ["Knob", "Setting"]
GROUPS: Mapping[str, str] = {
    "agency": "Agency",
    "groups": "Groups and people",
    "multirace": "Groups and people",
    "sign_in": "Signing in",
    "session": "Signing in",
    "release": "What is published",
    "open_data": "What is published",
    "survey": "Surveys",
    "text": "Comments",
    "employee": "Staff surveys",
    "import": "Imports",
    "uk": "Imports",
    "ctrp3": "Imports",
}
OTHER = "Statistics"
AT_ONCE, NEXT_IMPORT = "It acts at once.", "It counts from the next import on; what is stored stays as it is."
PUBLISHED = "Staff pages use it at once. Published tables follow with the next import."
FROZEN = "Staff pages use it at once. Results that were frozen already stay as they were frozen."
NEXT_SURVEY = "It counts from the next survey that is opened; what respondents were promised, and frozen results, stay."
FOLLOWS: Mapping[str, str] = {
    "agency.name": AT_ONCE,
    "sign_in": AT_ONCE,
    "session": AT_ONCE,
    "open_data": AT_ONCE,
    "import": NEXT_IMPORT,
    "uk": NEXT_IMPORT,
    "ctrp3": NEXT_IMPORT,
    "survey.forms_per_minute": AT_ONCE,
    "survey": FROZEN,
    "text": FROZEN,
    "themes": FROZEN,
    "text.keep_original": "It counts for comments that are read from now on.",
    "peers": AT_ONCE,
    "employee": NEXT_SURVEY,
    "employee.crisis_line": AT_ONCE,
    "employee.peer_support": AT_ONCE,
}
LEAST_REASON = 8


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting with its value in force, who changed it and when (empty: it stands at its default)."""

    setting: Setting
    value: Value
    changed: bool

    @property
    def group(self) -> str:
        """The heading it stands under."""
        return GROUPS.get(self.setting.name.partition(".")[0], OTHER)

    @property
    def follows(self) -> str:
        """From when on a change of it counts, in words."""
        name = self.setting.name
        return FOLLOWS.get(name) or FOLLOWS.get(name.partition(".")[0], PUBLISHED)

    @property
    def shown(self) -> str:
        """The value as text."""
        return written(self.value)

    @property
    def limits(self) -> str:
        """What limits it, in words."""
        one = self.setting
        parts = [f"at least {one.floor:g}"] if one.floor is not None else []
        parts += [f"at most {one.ceiling:g}"] if one.ceiling is not None else []
        return ", ".join(parts)


def written(value: Value) -> str:
    """A value as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(f"{part:g}" for part in value) if isinstance(value, tuple) else str(value)


@restricted(Permission.MANAGE_SETTINGS)
def listing(house: House) -> list[Knob]:
    """Every setting, as it is in force now."""
    now = Saved(house.records).settings()
    changed = dict(now.changed)
    return [Knob(one, now[one.name], one.name in changed) for one in SETTINGS]


@restricted(Permission.MANAGE_SETTINGS)
def change(house: House, name: str, value: object, reason: str) -> None:
    """Change one setting, for a reason that is kept. SettingError when the value will not do, or no reason is given."""
    Saved(house.records).set(name, value, _who(house), _reason(reason))


@restricted(Permission.MANAGE_SETTINGS)
def undo(house: House, name: str, reason: str) -> None:
    """Put one setting back to its default, for a reason that is kept."""
    if name not in BY_NAME:
        raise SettingError(f"There is no setting named '{name}'.")
    Saved(house.records).reset(name, _who(house), _reason(reason))


def _reason(text: str) -> str:
    """The reason; SettingError when there is none."""
    reason = " ".join(text.split())
    if len(reason) < LEAST_REASON:
        raise SettingError("Please say why, in a few words.", hint="It stands in the audit log beside the change.")
    return reason[:500]


def _who(house: House) -> str:
    """Who acts."""
    return house.visitor.person_id if house.visitor else "command line"
