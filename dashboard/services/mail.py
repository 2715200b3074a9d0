"""Can this server send mail, and does it? One plain text to one person, through the mail server that the environment names.

COMMON_GROUND_SMTP is the mail server: smtps://name:password@mail.example.gov:465 (TLS from the start) or smtp://...:587 (TLS is begun, and is a must
unless the mail server is on this machine). COMMON_GROUND_MAIL_FROM is the sender's address.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import SplitResult, unquote, urlsplit

from dashboard.errors import SettingError, StoreError

PATIENCE = 15.0  # seconds for the mail server
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
AT_ONCE = 50  # mails over one connection
TROUBLE = (OSError, ValueError, KeyError, smtplib.SMTPException)
LOG = logging.getLogger(__name__)


def ready() -> bool:
    """Whether a mail server is named."""
    return bool(os.environ.get("COMMON_GROUND_SMTP") and os.environ.get("COMMON_GROUND_MAIL_FROM"))


def send(to: str, subject: str, text: str) -> None:
    """Send one mail. StoreError when the mail server does not take it; the reason goes to the server's log."""
    try:
        with _server(urlsplit(os.environ["COMMON_GROUND_SMTP"])) as server:
            server.send_message(_letter(to, subject, text))
    except TROUBLE as error:
        LOG.error("a mail could not be sent", exc_info=error)
        raise StoreError("The mail could not be sent.", hint="The reason is in the server's log.") from error


def send_all(letters: Sequence[tuple[str, str, str]], progress: Callable[[float, str], None] | None = None) -> list[str]:
    """Send many mails (to, subject, text), some over one connection; the addresses that the mail server did not take. No address goes to the log."""
    missed: list[str] = []
    for first in range(0, len(letters), AT_ONCE):
        some = list(letters[first : first + AT_ONCE])
        try:
            with _server(urlsplit(os.environ["COMMON_GROUND_SMTP"])) as server:
                while some:
                    missed += _handed_over(server, some[0])
                    some.pop(0)
        except TROUBLE as error:
            LOG.error("mails could not be sent: %s", type(error).__name__)
            missed += [to for to, _, _ in some]
        if progress is not None:
            progress(min(1.0, (first + AT_ONCE) / len(letters)), "Sending")
    return missed


def _handed_over(server: smtplib.SMTP, letter: tuple[str, str, str]) -> list[str]:
    """One mail of many: empty when it was taken, its address when the mail server will not have this one."""
    try:
        server.send_message(_letter(*letter))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused, ValueError):
        server.rset()
        return [letter[0]]
    return []


def _letter(to: str, subject: str, text: str) -> EmailMessage:
    """One mail as it is sent."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = os.environ["COMMON_GROUND_MAIL_FROM"], to, subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


def _server(address: SplitResult) -> smtplib.SMTP:
    """A connection to the mail server, under TLS and signed in where the address says so."""
    host, port = address.hostname or "", address.port
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=ssl.create_default_context())
    elif address.scheme == "smtp":
        server = smtplib.SMTP(host, port or 587, timeout=PATIENCE)
    else:
        raise SettingError("COMMON_GROUND_SMTP is not an address of a mail server.", hint="It begins with smtp:// or smtps://.")
    if address.scheme == "smtp":
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif host not in HERE:
            server.close()
            raise smtplib.SMTPException("the mail server offers no TLS")
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server
