"""May the visitor of this house ask this? The services' own guard, beside the page list and the first line of every page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from dashboard.access.roles import Permission
from dashboard.schema.scope import Scope

if TYPE_CHECKING:
    from dashboard.services.house import House

P = ParamSpec("P")
R = TypeVar("R")
Service = Callable[Concatenate["House", P], R]

# module.name -> the permission that the service asks for: what a test sweeps
GUARDED: dict[str, Permission] = {}


def permitted(house: House, service: Callable[..., object]) -> None:
    """Raise AccessDenied if this service is restricted and the visitor lacks its permission: asked before a kept answer is handed out."""
    name = f"{service.__module__}.{service.__qualname__}"
    if name in GUARDED:
        house.require(GUARDED[name], f"service {name.removeprefix('dashboard.services.')}")


def narrowed(house: House, args: tuple[object, ...]) -> tuple[object, ...]:
    """The arguments with every slice among them as far as the visitor may see it; also asked before a kept answer is looked for."""
    return tuple(house.within(arg) if isinstance(arg, Scope) else arg for arg in args)


def restricted(permission: Permission) -> Callable[[Service[P, R]], Service[P, R]]:
    """Mark a service that only visitors with this permission may use: AccessDenied for others, before any data is read.

    A slice among its arguments is narrowed to the districts of a limited supervisor.
    """

    def guard(service: Service[P, R]) -> Service[P, R]:
        name = f"{service.__module__}.{service.__qualname__}"
        GUARDED[name] = permission

        @functools.wraps(service)
        def guarded(house: House, /, *args: P.args, **kwargs: P.kwargs) -> R:
            house.require(permission, f"service {name.removeprefix('dashboard.services.')}")
            named = dict(zip(kwargs, narrowed(house, tuple(kwargs.values())), strict=True))
            return service(house, *narrowed(house, args), **named)  # type: ignore[arg-type]

        return guarded

    return guard
