"""Invite the people on a list, and remind all of them, without ever knowing who has answered.

Everybody's link follows from a code that HR holds and from how they stand on the list: HMAC-SHA-256(code, wave and e-mail address or name). The
server keeps the hash of each link's token and that it was used, and neither the list nor the code. So the same list and code make the same links
again: a reminder goes to everybody with the link they know, nobody gets two, and from all that is stored nobody can tell whose invitation was used.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.access.roles import Permission
from dashboard.errors import ScopeError
from dashboard.schema import phrases
from dashboard.schema.questions import Definition
from dashboard.services import mail
from dashboard.services.employee import launching
from dashboard.services.employee.staff_list import Person
from dashboard.services.forms import named
from dashboard.services.open_formats import neutral
from dashboard.services.restricted import restricted
from dashboard.store.audit import Audit
from dashboard.store.surveys import CODE_SIGNS, Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

BODY, CHECK, GROUP = 20, 5, 5  # signs of a code: chance (99 bits), a check against slips, and how it is written
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Invited:
    """What inviting did: everybody on the list with their link, how many links are `new`, and the `code` that makes the same links again."""

    links: tuple[tuple[Person, str], ...]
    new: int
    code: str


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of mails to everybody: how many were handed to the mail server, which addresses it refused, who has no address."""

    sent: int
    refused: tuple[str, ...]
    without: tuple[str, ...]


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def begun(house: House, wave_id: str) -> bool:
    """Whether anybody was invited to this wave already: then the same code is needed for more."""
    return Surveys(house.records).invitations(_open(house, wave_id).survey_id)[0] > 0


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def invite(house: House, wave_id: str, people: Sequence[Person], address: str, who: str, *, code: str = "") -> Invited:
    """A link for everybody on the list; whoever has one already keeps it. Without a `code` the first invitations of a wave make one.

    `address` is where staff reach this server. ScopeError for a code that is not this wave's, and for none where invitations were made before.
    """
    wave = _open(house, wave_id)
    if not code and begun(house, wave_id):
        hint = "Without it everybody would get a second link, and could answer twice."
        raise ScopeError("Invitations were made already: give the code that was shown then.", hint=hint)
    kept = _code(house, wave, code) if code else _new_code(house, wave)
    tokens = [_token(kept, wave, one) for one in people]
    new = Surveys(house.records).admit(wave.survey_id, tokens)
    Audit(house.records).append(who, "survey invitations", wave.survey_id, {"made": new})
    return Invited(tuple(zip(people, _links(house, wave, tokens, address), strict=True)), new, kept)


def as_file(invited: Invited) -> bytes:
    """Names and links as CSV, to print or to hand out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "email", "link"])
    writer.writerows([[neutral(one.name), neutral(one.email), link] for one, link in invited.links])
    return out.getvalue().encode("utf-8-sig")


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def send(house: House, wave_id: str, invited: Invited, progress: Progress | None = None) -> Mailed:
    """Mail everybody their link, from this server; no file with links is needed then."""
    wave = _open(house, wave_id)
    return _mailed(house, wave, [(one, link) for one, link in invited.links], "invite", progress)


@restricted(Permission.MANAGE_EMPLOYEE_SURVEYS)
def remind(
    house: House, wave_id: str, people: Sequence[Person], address: str, who: str, *, code: str = "", progress: Progress | None = None
) -> Mailed:
    """Mail the same reminder to everybody on the list, whoever has answered: who has is not looked up, so nobody learns it, the mail server neither.

    With the `code` it holds everybody's own link once more, and whoever was not invited is left out; without, it points to the first mail.
    """
    wave = _open(house, wave_id)
    if not begun(house, wave_id):
        raise ScopeError("Nobody was invited yet.", hint="Invite people first.")
    letters = [(one, "") for one in people]
    if code:
        kept = _code(house, wave, code)
        tokens = [_token(kept, wave, one) for one in people]
        known = Surveys(house.records).admitted(wave.survey_id, tokens)
        pairs = zip(people, tokens, _links(house, wave, tokens, address), strict=True)
        letters = [(one, link) for one, token, link in pairs if token in known]
        if not letters:
            raise ScopeError("Nobody on this list was invited with this code.", hint="Use the list and the code of the invitations.")
    done = _mailed(house, wave, letters, "remind", progress)
    Audit(house.records).append(who, "survey reminders", wave.survey_id, {"to everybody": len(letters)})
    return done


def _open(house: House, wave_id: str) -> Wave:
    """The wave, if it takes answers now or later."""
    wave = next((one for one in Surveys(house.records).waves() if one.id == wave_id), None)
    if wave is None:
        raise ScopeError("There is no such wave.")
    launching.of_staff(house, wave.survey_id)
    if wave.state != "open":
        raise ScopeError("This survey is closed.", hint="Invitations are made while it is open; those of a closed one are deleted.")
    return wave


def _check(house: House, wave: Wave, body: str) -> str:
    """The last signs of a code: they tell a slip, and another wave's code, from this one's. They give nothing of it away."""
    mark = hmac.new(house.home.site_key, f"invitations\0{wave.id}\0{body}".encode(), hashlib.sha256).digest()
    return "".join(CODE_SIGNS[one % len(CODE_SIGNS)] for one in mark[:CHECK])


def _new_code(house: House, wave: Wave) -> str:
    """A code that nobody has."""
    body = "".join(secrets.choice(CODE_SIGNS) for _ in range(BODY))
    text = body + _check(house, wave, body)
    return "-".join(text[first : first + GROUP] for first in range(0, len(text), GROUP))


def _code(house: House, wave: Wave, typed: str) -> str:
    """A code as it is written; ScopeError for one that is not this wave's."""
    text = "".join(sign for sign in typed.lower() if sign.isalnum())
    if len(text) != BODY + CHECK or not hmac.compare_digest(text[BODY:], _check(house, wave, text[:BODY])):
        raise ScopeError("This is not the code of this wave's invitations.", hint="It was shown when the invitations were made: five groups of five.")
    return "-".join(text[first : first + GROUP] for first in range(0, len(text), GROUP))


def _token(code: str, wave: Wave, person: Person) -> str:
    """One person's token."""
    mark = hmac.new(code.encode(), f"{wave.id}\0{person.key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mark[:18]).decode()


def _links(house: House, wave: Wave, tokens: Sequence[str], address: str) -> list[str]:
    """The links of tokens."""
    channels = [one for one in Surveys(house.records).channels(wave.survey_id) if not one.off]
    if not channels:
        raise ScopeError("The survey has no open link.")
    return [f"{address.rstrip('/')}/s/{channels[0].code}?{urlencode({'t': token})}" for token in tokens]


def _mailed(house: House, wave: Wave, letters: Sequence[tuple[Person, str]], kind: str, progress: Progress | None) -> Mailed:
    """Hand one mail for each person with an address to the mail server."""
    if not mail.ready():
        hint = "An administrator names one in COMMON_GROUND_SMTP and COMMON_GROUND_MAIL_FROM. Or hand the links out as a file."
        raise ScopeError("This server cannot send mail: no mail server is named.", hint=hint)
    asked = Surveys(house.records).version(wave.survey_id, wave.version)
    reached = [(one, link) for one, link in letters if one.email]
    refused = mail.send_all([(one.email, *letter(house, wave, asked, kind, link)) for one, link in reached], progress)
    return Mailed(len(reached) - len(refused), tuple(refused), tuple(one.name for one, _ in letters if not one.email))


def letter(house: House, wave: Wave, asked: Definition, kind: str, link: str) -> tuple[str, str]:
    """Subject and text of a mail, in every language of the survey: the same for everybody, but for their own link."""
    subjects, texts = [], []
    for language in asked.languages:
        said = phrases.spoken(language, asked.phrases)
        title = named(asked.title.get(language) or next(iter(asked.title.values())), house.name)
        until = said["staff_mail_until"].format(day=wave.closes.isoformat()) if wave.closes else ""
        place = said["staff_mail_link"].format(link=link) if link else said["staff_mail_before"]
        subjects.append(said[f"staff_mail_{kind}_subject"].format(title=title))
        parts = (said[f"staff_mail_{kind}"].format(title=title, agency=house.name), place, until, said["staff_mail_promise"])
        texts.append("\n\n".join(part for part in parts if part))
    return " / ".join(dict.fromkeys(subjects)), "\n\n---\n\n".join(texts) + "\n"
