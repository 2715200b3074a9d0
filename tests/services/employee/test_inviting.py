"""Invitations and reminders: a real mail server, a list that is let go, links that follow from a code, and nobody who could tell who has answered."""

from __future__ import annotations

import email
import email.policy
import io
import re
import socket
import threading

import openpyxl
import pytest
from sqlalchemy import inspect, select

from dashboard.errors import ScopeError, SourceError
from dashboard.services.employee import closing, desk, inviting, staff_list
from dashboard.store.audit import Audit
from dashboard.store.survey_tables import InvitationRow
from tests.services.employee.staffing import BOTH, begun, fresh, opened, sent, staff

HEAD = "Employee Name,Work E-mail,Unit,Hire Date,Sworn"
ADDRESS = "https://here"


def as_csv(people, head=HEAD):
    rows = [f"Person {one.number},p{one.number}@riverton.example,{one.unit},2015-06-01,{'yes' if one.sworn == 'sworn' else 'no'}" for one in people]
    return "\n".join([head, *rows]).encode()


def listed(house, people):
    return staff_list.people(staff_list.read(house, "staff.csv", as_csv(people)))


class MailServer:
    """A mail server that speaks enough SMTP to be handed mails, and keeps them; it refuses addresses with `refused` in them."""

    def __init__(self):
        self.letters, self.mailings = [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as wire:
                self._talk(wire)

    def _talk(self, wire):
        def say(text):
            wire.write(f"{text}\r\n".encode())
            wire.flush()

        say("220 test")
        to = ""
        while line := wire.readline():
            word = line.decode().strip()
            if word.upper().startswith("RCPT"):
                to = re.search("<(.*)>", word)[1]
                say("550 nobody of that name" if "refused" in to else "250 ok")
            elif word.upper() == "DATA":
                say("354 go on")
                body = b""
                while (part := wire.readline()) != b".\r\n":
                    body += part
                self.letters.append((to, email.message_from_bytes(body, policy=email.policy.default)))
                say("250 taken")
            elif word.upper() == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@pytest.fixture
def post(monkeypatch):
    server = MailServer()
    monkeypatch.setenv("COMMON_GROUND_SMTP", server.address)
    monkeypatch.setenv("COMMON_GROUND_MAIL_FROM", "hr@riverton.example")
    yield server
    server.listener.close()


def text_of(letter):
    return letter.get_content()


def links_of(server):
    return {to: re.search(r"https://here/s/\S+", text_of(letter))[0] for to, letter in server.letters}


def traces(house):
    """Everything that lies in the home, as bytes."""
    house.records.settle()
    return b"".join(file.read_bytes() for file in sorted(house.home.path.rglob("*")) if file.is_file())


def test_a_csv_and_a_workbook_are_read_alike_and_columns_are_proposed(empty):
    people = staff()[:5]
    given = staff_list.read(empty, "staff.csv", as_csv(people))
    assert given.columns == {"name": "Employee Name", "email": "Work E-mail", "unit": "Unit", "start": "Hire Date", "sworn": "Sworn"}
    book = openpyxl.Workbook()
    for line in as_csv(people).decode().splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    again = staff_list.read(empty, "staff.xlsx", out.getvalue())
    assert (again.header, again.rows) == (given.header, given.rows)
    survey = desk.begin(empty, "employee_full", "", "Hana")
    rows = staff_list.roster(empty, survey.draft, given)
    assert rows[0] == {"unit": people[0].unit, "tenure": "10-19", "sworn": people[0].sworn}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "PDF"),
        (b"Name,E-mail\n", "no rows"),
        (b"Name,E-mail\nAda,not an address\n", "Row 2 has no e-mail address"),
        (b"Name,E-mail\nAda,a@b.example\nBea,A@B.example\n", "Rows 2 and 3 of the list are the same person"),
        (b"Name,Unit\nAda,x\nAda,y\n", "Rows 2 and 3"),
        (b"Name,Unit\n,x\nAda,y\n", "Row 2 has neither"),
        (b"Unit,Shift\npatrol,day\nspecial,night\n", "No column of this list holds names"),
    ],
)
def test_a_bad_list_is_refused_in_one_sentence(empty, content, said):
    with pytest.raises(SourceError, match=said) as refusal:
        staff_list.people(staff_list.read(empty, "list.csv", content))
    assert refusal.value.message.endswith((".", "'"))


def test_words_that_the_survey_does_not_offer_are_named_and_can_be_taken_over(empty):
    survey = desk.begin(empty, "employee_pulse", "", "Hana")
    given = staff_list.read(empty, "l.csv", b"Name,Unit\nAda,Harbor\nBea,Airport\n")
    with pytest.raises(SourceError, match=r"'Harbor', 'Airport'"):
        staff_list.roster(empty, survey.draft, given)
    desk.name_groups(empty, survey.id, "unit", [{"en": word} for word in staff_list.values(given, "unit")], survey.draft)
    draft = desk.desk(empty, survey.id).survey.draft
    assert [row["unit"] for row in staff_list.roster(empty, draft, given)] == ["unit-1", "unit-2"]
    assert draft.mistakes() == []


def test_everybody_is_mailed_a_link_that_works_and_nothing_of_the_list_is_stored(empty, post):
    people = staff()[:30]
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, people), ADDRESS, "Hana")
    done = inviting.send(empty, wave.id, made)
    assert (made.new, done.sent, done.refused, done.without) == (30, 30, (), ())
    links = links_of(post)
    assert len(set(links.values())) == 30
    subject, text = post.letters[0][1]["Subject"], text_of(post.letters[0][1])
    assert "Pulse" in subject
    assert "counts once" in text
    assert "Su enlace" in text
    tokens = {to: link.rpartition("t=")[2] for to, link in links.items()}
    for one in people[:12]:
        assert sent(empty, wave, one, tokens[f"p{one.number}@riverton.example"]).outcome == "stored"
    found = traces(empty)
    for word in (b"riverton.example", b"Person 3", made.code.encode(), *(token.encode() for token in tokens.values())):
        assert word not in found


def test_a_reminder_is_the_same_to_everybody_whoever_has_answered(empty, post):
    people = staff()[:20]
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, people), ADDRESS, "Hana")
    first = {one.email: link for one, link in made.links}
    for one in people[:11]:
        sent(empty, wave, one, first[f"p{one.number}@riverton.example"].rpartition("t=")[2])
    before = [(line.action, line.details) for line in Audit(empty.records).search()]
    done = inviting.remind(empty, wave.id, listed(empty, people), ADDRESS, "Hana", code=made.code)
    assert done.sent == 20
    assert links_of(post) == first
    assert {re.sub(r"https://\S+", "", text_of(letter)) for _, letter in post.letters}.__len__() == 1
    assert len({letter["Subject"] for _, letter in post.letters}) == 1
    assert "thank you" in text_of(post.letters[0][1])
    lines = [(line.action, line.details) for line in Audit(empty.records).search()][: -len(before)]
    assert lines == [("survey reminders", {"to everybody": 20})]


def test_without_the_code_a_reminder_points_to_the_first_mail_and_holds_no_link(empty, post):
    people = staff()[:3]
    wave = opened(empty)
    inviting.invite(empty, wave.id, listed(empty, people), ADDRESS, "Hana")
    assert inviting.remind(empty, wave.id, listed(empty, people), ADDRESS, "Hana").sent == 3
    assert all("/s/" not in text_of(letter) and "first mail" in text_of(letter) for _, letter in post.letters)


def test_the_same_list_and_code_make_the_same_links_and_nobody_gets_two(empty):
    people = staff()
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, people[:10]), ADDRESS, "Hana")
    with pytest.raises(ScopeError, match="give the code"):
        inviting.invite(empty, wave.id, listed(empty, people[:12]), ADDRESS, "Hana")
    more = inviting.invite(empty, wave.id, listed(empty, people[:12]), ADDRESS, "Hana", code=made.code.upper().replace("-", " "))
    assert more.new == 2
    assert more.links[:10] == made.links
    assert more.code == made.code
    assert fresh(empty).invitations(wave.survey_id) == (12, 0)


@pytest.mark.parametrize("wrong", ["x", "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", "other"])
def test_a_code_of_another_wave_or_with_a_slip_is_refused(empty, post, wrong):
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, staff()[:3]), ADDRESS, "Hana")
    if wrong == "other":
        wrong = made.code[:-1] + ("2" if made.code[-1] != "2" else "3")
    for act in (inviting.invite, inviting.remind):
        with pytest.raises(ScopeError, match="not the code"):
            act(empty, wave.id, listed(empty, staff()[:3]), ADDRESS, "Hana", code=wrong)
    assert post.letters == []


def test_without_the_code_nobody_can_tell_from_the_database_whose_invitation_was_used(empty):
    """Whoever has the database, the keys of the home and the list of staff tries every derivation that needs no code."""
    people = staff()[:12]
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, people), ADDRESS, "Hana")
    for one, (_, link) in zip(people[:6], made.links, strict=False):
        sent(empty, wave, one, link.rpartition("t=")[2])
    with empty.records.read() as session:
        rows = list(session.scalars(select(InvitationRow)))
        columns = {column.key for column in inspect(InvitationRow).columns}
    assert columns == {"token_hash", "survey_id", "used"}
    from dashboard.store.surveys import hashed

    guesses = {hashed(inviting._token(code, wave, person)) for code in ("", wave.id, empty.home.site_key.hex()) for person, _ in made.links}
    assert not guesses & {row.token_hash for row in rows}
    assert sum(row.used for row in rows) == 6


def test_addresses_that_the_mail_server_refuses_are_named_and_the_others_are_mailed(empty, post):
    wave = opened(empty)
    content = b"Name,E-mail\nAda,ada@x.example\nBea,refused@x.example\nCid,cid@x.example\nDan,\n"
    people = staff_list.people(staff_list.read(empty, "l.csv", content))
    done = inviting.send(empty, wave.id, inviting.invite(empty, wave.id, people, ADDRESS, "Hana"))
    assert (done.sent, done.refused, done.without) == (2, ("refused@x.example",), ("Dan",))
    assert [to for to, _ in post.letters] == ["ada@x.example", "cid@x.example"]


def test_without_a_mail_server_it_is_said_and_a_file_can_be_made(empty, monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_SMTP", raising=False)
    wave = opened(empty)
    people = staff_list.people(staff_list.read(empty, "l.csv", b"Name\n=cmd()\nBea\n"))
    made = inviting.invite(empty, wave.id, people, ADDRESS, "Hana")
    with pytest.raises(ScopeError, match="no mail server"):
        inviting.send(empty, wave.id, made)
    written = inviting.as_file(made).decode("utf-8-sig").splitlines()
    assert written[0] == "name,email,link"
    assert written[1].startswith("'=cmd(),,https://here/s/")


def test_a_closed_wave_invites_nobody(empty):
    wave = opened(empty)
    made = inviting.invite(empty, wave.id, listed(empty, staff()[:3]), ADDRESS, "Hana")
    closing.close(empty, wave.id, "Hana")
    with pytest.raises(ScopeError, match="closed"):
        inviting.remind(empty, wave.id, listed(empty, staff()[:3]), ADDRESS, "Hana", code=made.code)
    assert fresh(empty).invitations(wave.survey_id) == (0, 0)


def test_groups_of_the_list_become_the_numbers_of_people(empty):
    people = staff()
    survey = begun(empty)
    given = staff_list.read(empty, "l.csv", as_csv(people))
    draft = fresh(empty).get(survey).draft
    heads = staff_list.heads(draft, BOTH, staff_list.roster(empty, draft, given))
    assert heads["whole"] == {"": 120.0}
    assert heads["unit"]["patrol"] == 40.0
    assert heads["unit*sworn"]["patrol|sworn"] == 40.0
