"""The server with guards taken away, for test_three_guards.py only: the file named by GUARDS_LEFT says which stand, and is read anew each time."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import streamlit as st
import uvicorn

from dashboard import ui
from dashboard.services.house import House
from dashboard.ui import menu

LEFT = Path(os.environ["GUARDS_LEFT"])


def stands(guard: str) -> bool:
    """Whether this guard was left in place."""
    return guard in LEFT.read_text(encoding="utf-8").split()


def weaken() -> None:
    """Put a switch before each of the three guards."""
    permitted, closed, first_line, require = menu.pages_for, menu.closed_to, ui.page, House.require

    def title_only(name: str) -> None:
        ui.state.begin_page()
        st.title(menu.BY_NAME[name].question, anchor=False)

    menu.pages_for = lambda visitor: permitted(visitor) if stands("list") else menu.PAGES
    menu.closed_to = lambda visitor: closed(visitor) if stands("list") else ()
    ui.page = lambda name: first_line(name) if stands("page") else title_only(name)
    House.require = lambda *args: require(*args) if stands("service") else None  # type: ignore[method-assign]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--home")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    os.environ["COMMON_GROUND_HOME"] = options.home
    from Home import app

    weaken()
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="error")
