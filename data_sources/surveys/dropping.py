"""Which columns of an export say who answered? They are dropped on read, by the list of names every tool is known to use."""

from __future__ import annotations

import re

from data_sources.surveys.grid import fold

NETWORK, EMAIL, NAME = "network address", "e-mail address", "name"
PERSON, PLACE, DEVICE = "identifier of the respondent", "place of the respondent", "link or device"
SENDER, CONTACT, TIMING, TECHNICAL = "data given by the sender", "contact details", "time spent on a page", "technical field, no answer"
TIME = "exact time; the week is kept"

_NAMES: dict[str, tuple[str, ...]] = {
    NETWORK: ("IP Address", "ipaddr", "IP"),
    EMAIL: (
        "Email",
        "Email Address",
        "RecipientEmail",
        "Verified Email",
        "Username",
        "E-Mail-Adresse",
        "Correo electrónico",
        "Dirección de correo electrónico",
    ),
    NAME: (
        *("Name", "First Name", "Last Name", "RecipientFirstName", "RecipientLastName", "Full name", "Your name", "Surname"),
        *("Vorname", "Nachname", "Nombre", "Apellido", "Apellidos", "Nombre completo"),
    ),
    PERSON: (
        *("Respondent ID", "Response ID", "ID", "token", "seed", "User ID", "Formbricks ID (internal)", "ExternalReference", "ExternalDataReference"),
        *("Survey ID", "Antwort ID", "ID de respuesta", "Zugangscode", "Access code"),
    ),
    PLACE: ("LocationLatitude", "LocationLongitude", "LocationAccuracy", "Latitude", "Longitude"),
    DEVICE: ("refurl", "url", "Referrer URL", "Referrer"),
    CONTACT: (
        "Contact information",
        "Phone",
        "Phone number",
        "Telephone",
        "Telephone number",
        "Mobile",
        "Mobile number",
        "Street address",
        "Home address",
    ),
    TIMING: ("interviewtime", "Total time"),
}
_EXACT = {fold(name): reason for reason, names in _NAMES.items() for name in names}
_BEGINS = (("customdata", SENDER), ("useragent", DEVICE))
_WRITTEN = {"#": PERSON, "no.": PERSON}
_IDENTIFIER = re.compile(r"(?i)(^|[\s_.-])(respondent|response|combined|record|person|case|user)?[\s_.-]*id$")


def reason_of(heading: str) -> str:
    """Why a column of this heading is dropped from an anonymous survey; '' when it is kept."""
    written = heading.strip().casefold()
    if written in _WRITTEN:
        return _WRITTEN[written]
    if written.startswith("person."):
        return CONTACT
    folded = fold(heading)
    if folded in _EXACT:
        return _EXACT[folded]
    return next((reason for start, reason in _BEGINS if folded.startswith(start)), "")


def looks_like_identifier(heading: str) -> bool:
    """Does the heading end in 'id', as in Combined_ID?"""
    return bool(_IDENTIFIER.search(heading.strip()))
