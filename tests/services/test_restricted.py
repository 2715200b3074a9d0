"""The services' own guard: with no page list and no first line of a page, a restricted service still refuses the wrong visitor."""

import importlib

import pytest

from dashboard.access.principal import ANYONE, Principal
from dashboard.access.roles import ROLES, Permission
from dashboard.errors import AccessDenied
from dashboard.schema.scope import Audience, Scope
from dashboard.services import arrivals, imports, mappings, workbench
from dashboard.services.house import House
from dashboard.services.restricted import GUARDED

for _one in workbench.TESTS.values():
    importlib.import_module(f"dashboard.services.{_one.module}")
SERVICES = sorted(GUARDED)


def service(name):
    """The guarded function of this name."""
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)


def test_every_test_of_the_workbench_and_every_way_in_is_guarded():
    expected = {f"dashboard.services.{one.module}.answer" for one in workbench.TESTS.values()}
    expected |= {f"{module.__name__}.{name}" for module in (imports,) for name in ("look", "stage", "commit", "bring", "undo", "listing")}
    expected |= {f"{arrivals.__name__}.{name}" for name in ("keep", "check", "preview", "quarantine_csv")}
    expected |= {f"{mappings.__name__}.{name}" for name in ("proposed", "keep", "kept")}
    assert expected <= set(SERVICES)


@pytest.mark.parametrize("role", ["", *ROLES])
@pytest.mark.parametrize("name", SERVICES)
def test_a_restricted_service_refuses_whoever_lacks_its_permission(empty, name, role):
    visitor = Principal("p", "P", (role,)) if role else ANYONE
    house = House(empty.home, visitor=visitor)
    if visitor.may(GUARDED[name]):
        house.require(GUARDED[name])
        return
    with pytest.raises(AccessDenied):
        service(name)(house, Scope(audience=Audience.STAFF), None, None)


def test_changed_settings_keep_the_visitor(empty):
    house = House(empty.home, visitor=ANYONE).with_settings({"agency.name": "Other"})
    with pytest.raises(AccessDenied):
        house.require(Permission.IMPORT_DATA)


def test_whoever_holds_the_files_may_everything(empty):
    for permission in Permission:
        House(empty.home).require(permission)
