"""What stands above every page: the name, the menu of this visitor, whose data this is, and who is signed in."""

from __future__ import annotations

import streamlit as st

from dashboard.access.door import agency_name, is_sample, sessions
from dashboard.access.principal import Principal
from dashboard.access.roles import ROLES, TITLES
from dashboard.charts.theme import BRAND_FOLDER
from dashboard.errors import CommonGroundError
from dashboard.ui import menu, visit
from dashboard.ui.ask import broken, refusal
from dashboard.ui.plain import escaped

WIDTH = 960  # points; lines stay readable, charts and tables have room
OWN = ""  # look as oneself


def run() -> None:
    """One run of the shell."""
    st.set_page_config(page_title="Common Ground", page_icon=str(BRAND_FOLDER / "icon.svg"), layout="wide", initial_sidebar_state="collapsed")
    st.logo(str(BRAND_FOLDER / _logo()), size="large")
    try:
        visitor = visit.visitor()
    except CommonGroundError as error:
        refusal(error)
        return
    chosen = st.navigation(_entries(visitor), position="top")
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        _bar(visitor)
        try:
            chosen.run()
        except CommonGroundError as error:
            refusal(error)
        except Exception as error:
            broken(error)


def dark() -> bool:
    """Whether this visitor's page is dark."""
    return st.context.theme.type == "dark"


def on_phone() -> bool:
    """Whether the browser says it is a phone's; asked for the size of the logo only, and kept nowhere."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def _logo() -> str:
    """The mark alone on a phone: beside the whole name the menu's button would leave the screen when text is set to twice its size."""
    return "icon.svg" if on_phone() else f"wordmark-{'dark' if dark() else 'light'}.svg"


def _entries(visitor: Principal) -> dict[str, list[st.Page]]:
    """The menu of this visitor: section to pages."""
    sections: dict[str, list[st.Page]] = {}
    for row in menu.pages_for(visitor):
        sections.setdefault(row.section, []).append(menu.page_for(row.name))
    sections.setdefault(menu.PUBLIC, []).extend(_closed(row, visitor) for row in menu.closed_to(visitor))
    return sections


def _closed(row: menu.PageRow, visitor: Principal) -> st.Page:
    """What stands at the address of a page that this visitor may not see: that it is closed, and the way in. The page is not loaded."""

    def say_closed() -> None:
        sessions().denied(visitor, f"page {row.name}")
        st.title("This page is not open to you", anchor=False)
        if visitor.signed_in:
            st.markdown("Your role does not include it. An administrator of your agency can change that.")
        else:
            st.markdown(f"It is for people of the agency. If you are one of them, [sign in](/sign-in?to=/{row.address}) first.")
        st.page_link(menu.page_for(menu.FIRST), label="To the overview", icon=":material/arrow_forward:")

    return st.Page(say_closed, title=row.title, url_path=row.address, visibility="hidden")


def _bar(visitor: Principal) -> None:
    """One quiet line: agency, sample mark, who is signed in."""
    with st.container(horizontal=True, vertical_alignment="center", key="cg_bar"):
        st.markdown(f"**{escaped(agency_name())}**", width="content")
        if is_sample():
            st.badge("Sample data", color="orange")
        st.space("stretch")
        if visitor.signed_in:
            _person(visitor)
        else:
            st.markdown("[Sign in](/sign-in)", width="content")


def _person(visitor: Principal) -> None:
    """The signed-in person: the way to their account, look as another role over sample data, sign out."""
    with st.popover(visitor.name, type="tertiary"):
        own = ", ".join(TITLES[role] for role in visitor.roles) or "no role"
        st.caption(f"Your roles: {own}")
        if sessions().sample:
            _look_as(visitor)
        st.markdown("[Your account](/account)")
        if st.button("Sign out"):
            sessions().close(visit.token())
            st.rerun()


def _look_as(visitor: Principal) -> None:
    """The switch that shows the pages as another role sees them."""
    options = [OWN, *ROLES]
    chosen = st.selectbox(
        "Look as", options, index=options.index(visitor.looks_as), format_func=lambda role: TITLES.get(role, "Myself"), help="Only over sample data."
    )
    token = visit.token()
    if chosen != visitor.looks_as and token:
        sessions().look_as(token, chosen)
        st.rerun()
