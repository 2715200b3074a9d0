"""The People page: who may sign in, one person's roles, districts and sessions, and what each role may do."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from dashboard.access.address import public_url
from dashboard.access.roles import ROLES, TITLES
from dashboard.errors import CommonGroundError
from dashboard.services import people
from dashboard.services.people import Member, Row, Way
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.frame import numbers
from dashboard.ui.house import house
from dashboard.ui.plain import escaped

CHOSEN, WAY, DONE = "cg_person", "cg_way", "cg_people_done"
GIVEN = [role for role in ROLES if role != "public"]


def desk() -> None:
    """The whole page."""
    rows = people.listing(house())
    _said()
    with st.expander("Invite a person", expanded=len(rows) < 2):
        _invite()
    _table(rows)
    names = {row.member.id: f"{row.member.name} ({row.member.sign_in_name})" for row in rows}
    chosen = st.selectbox("Look at one person", list(names), index=None, key=CHOSEN, format_func=lambda one: names.get(one, ""), placeholder="Choose")
    if chosen in names:
        _one(next(row for row in rows if row.member.id == chosen))
    with st.expander("What each role may do"):
        numbers(people.role_table())


def base() -> str:
    """How people reach this server, for links."""
    if public_url():
        return public_url()
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


def _do(act: Callable[[], object], said: str) -> None:
    """Do something, keep what to say for the next run, and run again; or say why not."""
    try:
        way = act()
    except CommonGroundError as error:
        refusal(error)
        return
    state.keep(DONE, said)
    if isinstance(way, Way):
        state.keep(WAY, way)
    st.rerun()


def _said() -> None:
    """What was just done, once; a new link is shown this one time and kept nowhere."""
    done, way = state.value(DONE), state.value(WAY)
    state.forget(DONE)
    state.forget(WAY)
    if done:
        st.success(escaped(str(done)))
    if isinstance(way, Way):
        with st.container(border=True):
            st.markdown(f"**Link for {escaped(way.person.name)}**, shown this once. It works once, within {people.LINK_DAYS} days.")
            st.code(f"{base()}{way.path}", language=None, wrap_lines=True)
            if way.mailed_to:
                st.caption(escaped(f"It was also mailed to {way.mailed_to}."))
            elif way.trouble:
                st.warning(escaped(f"{way.trouble} Hand the link over yourself."))
            else:
                st.caption("Hand it over yourself, such as in person or by a message that only they read.")


def _invite() -> None:
    """Name, address, roles; the link follows."""
    with st.form("cg_invite", border=False, clear_on_submit=False):
        name = st.text_input("Name", max_chars=200)
        sign_in_name = st.text_input("Name to sign in with", max_chars=200, help="Such as the e-mail address or the badge name; no spaces.")
        email = st.text_input("E-mail address (may stay empty)", max_chars=254)
        roles = st.multiselect("Roles", GIVEN, format_func=lambda role: TITLES[role])
        sent = st.form_submit_button("Invite", type="primary")
    if sent:
        _do(lambda: people.invite(house(), (name, sign_in_name, email), roles, base()), f"{name.strip()} is invited.")


def _table(rows: list[Row]) -> None:
    """Everybody."""
    members, named = [row.member for row in rows], people.units(house())
    st.table(
        {
            "Name": [escaped(one.name) for one in members],
            "Signs in as": [escaped(one.sign_in_name) for one in members],
            "Roles": [", ".join(TITLES.get(role, escaped(role)) for role in ROLES if role in one.roles) or "none" for one in members],
            "Districts": [escaped(", ".join(sorted(one.districts))) or "all" for one in members],
            "Units": [escaped(", ".join(sorted(named.get(unit, unit) for unit in one.units))) or "" for one in members],
            "Second factor": ["on" if row.has_factor else "off" for row in rows],
            "State": [row.state for row in rows],
            "Last here (UTC)": [f"{row.last_seen:%Y-%m-%d %H:%M}" if row.last_seen else "never" for row in rows],
        },
        border="horizontal",
        hide_index=True,
    )


def _one(row: Row) -> None:
    """One person: what may be changed, and where they are signed in."""
    person = row.member
    with st.container(border=True):
        _roles(person)
        _details(person)
        with st.container(horizontal=True):
            if not person.disabled and st.button("New link to set a password", key=f"cg_link_{person.id}"):
                _do(lambda: people.new_link(house(), person.id, base()), "A new link was made. Until it is used, the old password holds.")
            if row.has_factor and st.button("Reset the second factor", key=f"cg_factor_{person.id}"):
                _confirm_reset(person)
            if row.has_identity and st.button("Unlink single sign-on", key=f"cg_unlink_{person.id}"):
                _confirm_unlink(person)
            if st.button("Open the account again" if person.disabled else "Close the account", key=f"cg_close_{person.id}"):
                _confirm_close(person)
        _sessions(person)


def _roles(person: Member) -> None:
    """Roles, and for a supervisor districts and units."""
    with st.form(f"cg_roles_{person.id}", border=False):
        roles = st.multiselect("Roles", GIVEN, default=[role for role in GIVEN if role in person.roles], format_func=lambda role: TITLES[role])
        there = list(people.places(house()))
        districts = st.multiselect(
            "Districts of a supervisor (empty: all)", there, default=sorted(person.districts), help="On staff pages only these districts are shown."
        )
        named = people.units(house())
        units = st.multiselect(
            "Units of a supervisor (empty: none is named)",
            list(named),
            default=sorted(person.units),
            format_func=lambda code: named.get(code, code),
            help="As staff surveys name them.",
        )
        sent = st.form_submit_button("Keep roles and places")
    if not sent:
        return
    own = person.id == visit.visitor().person_id
    if own and "admin" in person.roles and "admin" not in roles:
        _confirm_leaving(person, roles)
        return

    def keep() -> None:
        people.set_roles(house(), person.id, roles)
        people.set_districts(house(), person.id, districts)
        people.set_units(house(), person.id, units)

    _do(keep, f"The roles of {person.name} were kept. They act at once, in open tabs too.")


@st.dialog("Give up being administrator?")
def _confirm_leaving(person: Member, roles: list[str]) -> None:
    """One's own role is not lost by a slip."""
    st.markdown("You would no longer manage people and settings, from now on. Another administrator would have to give the role back.")
    if st.button("Give it up", type="primary"):
        _do(lambda: people.set_roles(house(), person.id, roles, confirmed=True), "You are no longer administrator.")


@st.dialog("Are you sure?")
def _confirm_close(person: Member) -> None:
    """Closing ends sessions, so it is asked twice."""
    if person.disabled:
        st.markdown(f"{escaped(person.name)} can sign in again, with the same password and roles.")
    else:
        st.markdown(f"{escaped(person.name)} is signed out everywhere at once and can no longer sign in. Nothing they did is lost.")
    if st.button("Yes", type="primary"):
        said = f"The account of {person.name} is {'open again' if person.disabled else 'closed'}."
        _do(lambda: people.set_closed(house(), person.id, not person.disabled, confirmed=True), said)


@st.dialog("Reset the second factor?")
def _confirm_reset(person: Member) -> None:
    """Whoever asks for this may not be who they say."""
    st.markdown(f"Do this only when you know that it is {escaped(person.name)} who asks. They are signed out, and sign in with the password alone.")
    if st.button("Reset it", type="primary"):
        _do(lambda: people.reset_second_factor(house(), person.id), f"The second factor of {person.name} is off.")


@st.dialog("Unlink single sign-on?")
def _confirm_unlink(person: Member) -> None:
    """They are signed out, so it is asked twice."""
    st.markdown(
        f"{escaped(person.name)} is signed out, and single sign-on no longer opens this account. They sign in by password, or are "
        "linked again by the next link that you make for them."
    )
    if st.button("Unlink it", type="primary"):
        _do(lambda: people.unlink(house(), person.id), f"Single sign-on no longer opens the account of {person.name}.")


def _details(person: Member) -> None:
    """What the person is called."""
    with st.expander("Name and address"), st.form(f"cg_details_{person.id}", border=False):
        name = st.text_input("Name", value=person.name, max_chars=200)
        sign_in_name = st.text_input("Name to sign in with", value=person.sign_in_name, max_chars=200)
        email = st.text_input("E-mail address (may stay empty)", value=person.email, max_chars=254)
        sent = st.form_submit_button("Keep")
    if sent:
        _do(lambda: people.set_details(house(), person.id, name, sign_in_name, email), "The details were kept.")


def _sessions(person: Member) -> None:
    """Where the person is signed in."""
    found = people.open_sessions(house(), person.id)
    st.markdown("**Signed in now**" if found else "Not signed in anywhere.")
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                escaped(f"{one.device or 'A browser'}, since {one.created:%Y-%m-%d %H:%M} UTC, last used {one.last_seen:%H:%M}"), width="stretch"
            )
            if st.button("End", key=f"cg_end_{one.mark}"):
                _do(lambda mark=one.mark: people.end_session(house(), person.id, mark), "That session has ended.")  # type: ignore[misc]
