"""Invite the people on a list, and remind everybody on it. Who has answered is not known here, nor anywhere."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.errors import CommonGroundError
from dashboard.services import mail
from dashboard.services.employee import handover, inviting, staff_list
from dashboard.services.employee.desk import StaffDesk
from dashboard.services.employee.inviting import Mailed
from dashboard.services.employee.staff_list import Person
from dashboard.services.surveys.watching import Wave
from dashboard.ui import staff_list as listed
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.people import base
from dashboard.ui.plain import escaped
from dashboard.ui.progress import progress

CODE, DONE, FILE = "cg_staff_code", "cg_staff_done", "cg_staff_links"
MAIL, HAND = "By e-mail, from this server", "As a file, to print or hand out"


def panel(found: StaffDesk) -> None:
    """The whole step."""
    wave = found.open_wave
    if wave is None:
        st.info("Invitations are made while the survey is open; those of a closed survey are deleted. Launch it first.")
        return
    _said(wave)
    given = listed.panel()
    people: list[Person] = []
    if given is not None:
        try:
            people = staff_list.people(given)
        except CommonGroundError as error:
            refusal(error)
            return
    begun = inviting.begun(house(), wave.id)
    _invite(wave, people, begun=begun)
    if begun:
        _remind(wave, people)
    with st.expander("Why nobody can look up who has answered"):
        st.markdown(
            "Everybody's link follows from the code above and from their place on your list. The server keeps neither the list nor the code: of "
            "each link only a fingerprint, and that it was used. The same list and code make the same links again, so nobody gets two. A reminder "
            "goes to everybody: sent only to those who have not answered, the mail server and its log would know who has. Whoever holds the code "
            "and the list can make everybody's link, so hand both to somebody whom staff trust, and delete them when the survey closes."
        )


def _code_field(kind: str, *, needed: bool) -> str:
    """The code of the invitations; the one of this tab stands there already."""
    known = str(state.value(CODE) or "")
    label = "Code of the invitations" if needed else "Code of the invitations (without it, the reminder points to the first mail)"
    return st.text_input(label, value=known, max_chars=60, key=f"cg_staff_code_{kind}_{known}", autocomplete="off").strip()


def _invite(wave: Wave, people: list[Person], *, begun: bool) -> None:
    """Invite everybody on the list; those who are invited already keep their link."""
    st.subheader("Invite more people, or make the links again" if begun else "Invite", anchor=False)
    if not people:
        st.markdown("Send a list of staff first. Each person gets a link that counts once.")
        return
    ways = [MAIL, HAND] if mail.ready() and any(one.email for one in people) else [HAND]
    with st.form("cg_staff_invite", border=True):
        way = st.radio("How", ways)
        if ways[0] == HAND:
            st.caption("To send the links from here, the list needs e-mail addresses and an administrator names a mail server.")
        code = _code_field("invite", needed=True) if begun else ""
        sent = st.form_submit_button(f"Invite {len(people):,} people", type="primary")
    if sent:
        _act(lambda: _invited(wave, people, way == MAIL, code))


def _invited(wave: Wave, people: list[Person], by_mail: bool, code: str) -> str:
    """Make the links, and bring them on their way; what to say of it."""
    made = inviting.invite(house(), wave.id, people, base(), visit.visitor().name, code=code)
    state.keep(CODE, made.code)
    said = f"{made.new:,} new links; {len(people) - made.new:,} people keep theirs."
    if not by_mail:
        state.keep(FILE, handover.lay_down(house(), inviting.as_file(made), visit.token() or ""))
        return said
    return f"{said} {_of_mail(inviting.send(house(), wave.id, made, progress()))}"


def _remind(wave: Wave, people: list[Person]) -> None:
    """The same reminder to everybody on the list."""
    st.subheader("Remind", anchor=False)
    if not mail.ready():
        st.markdown("An administrator has named no mail server. Hand the same reminder to everybody: if you have answered, thank you.")
        return
    if not people:
        st.markdown("Send the list of staff again; it was not kept. The same reminder goes to everybody, with their own link.")
        return
    with st.form("cg_staff_remind", border=True):
        code = _code_field("remind", needed=False)
        sent = st.form_submit_button(f"Remind all {sum(bool(one.email) for one in people):,} people with an address")
    if sent:
        who, bar = visit.visitor().name, progress()
        _act(lambda: _of_mail(inviting.remind(house(), wave.id, people, base(), who, code=code, progress=bar)))


def _of_mail(done: Mailed) -> str:
    """What became of the mails, in words."""
    parts = [f"{done.sent:,} mails were taken by the mail server."]
    if done.refused:
        parts.append(f"Not taken: {', '.join(done.refused[:10])}{' ...' if len(done.refused) > 10 else ''}.")
    if done.without:
        parts.append(f"{len(done.without):,} people have no address on the list: hand them their link.")
    return " ".join(parts)


def _act(act: Callable[[], str]) -> None:
    """Do it, keep what to say for the next run; or say why not."""
    try:
        state.keep(DONE, act())
    except CommonGroundError as error:
        refusal(error)
        return
    st.rerun()


def _said(wave: Wave) -> None:
    """What was just done: the code, the file, and how to go on."""
    done, code, file = state.value(DONE), state.value(CODE), state.value(FILE)
    state.forget(DONE)
    if done:
        st.success(escaped(str(done)))
    if file:
        st.link_button("Download the links (CSV)", f"/api/staff-surveys/links/{file}")
        st.caption(
            "It can be fetched once, within ten minutes, by you in this browser; until then it lies sealed on the server, and no copy of its "
            "records opens it. If it is gone or the page was reloaded, make it again from the same list and code: everybody keeps their link. "
            "Delete your copy when the links are handed out."
        )
    if code:
        with st.container(border=True):
            st.markdown(f"**Code of the invitations to {escaped(wave.name)}.** Write it down: it is stored nowhere.")
            st.code(str(code), language=None)
            st.caption("It is needed to send the links again in a reminder, or to invite more people. It goes when you close or reload this page.")
