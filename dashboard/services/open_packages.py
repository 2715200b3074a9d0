"""What do harvesters read? The published tables as a Frictionless data package, and as a DCAT 3 and a DCAT-US catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard.services import open_dictionary
from dashboard.services.open_formats import FORMATS
from dashboard.services.open_tables import OpenTable

if TYPE_CHECKING:
    from dashboard.services.house import House

LICENCES = {
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "PDDL-1.0": ("Open Data Commons Public Domain Dedication and License 1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    "ODbL-1.0": ("Open Data Commons Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx": "http://spdx.org/rdf/terms#",
}
KEYWORDS = ("police", "transparency", "public safety")


def permanent(address: str, one: OpenTable, kind: str) -> str:
    """The address of one table of one release, which never changes."""
    return f"{address}/data/releases/{one.release}/{one.name}.{kind}"


def licence(one: OpenTable) -> dict[str, str]:
    """The licence as Frictionless writes it."""
    title, path = LICENCES[one.licence]
    return {"name": one.licence, "title": title, "path": path}


def _title(house: House, found: Sequence[OpenTable]) -> str:
    """The catalogue's title; sample data says so."""
    return f"{house.name}: published tables{' (sample data)' if any(one.sample for one in found) else ''}"


def frictionless(house: House, found: Sequence[OpenTable], address: str) -> dict[str, Any]:
    """The tables as a tabular data package (Frictionless, profile version 1)."""
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in house.name.lower()).strip("-") or "agency"
    return {
        "profile": "tabular-data-package",
        "name": f"{name}-published-tables",
        "id": f"{address}/data/datapackage.json",
        "title": _title(house, found),
        "description": "Released tables. Numbers that could single a person out are withheld: empty, with a status that says so, which is not zero.",
        "homepage": f"{address}/open-data",
        "version": "+".join(sorted({one.release for one in found})),
        "created": f"{max(one.made_on for one in found)}T00:00:00Z",
        "keywords": list(KEYWORDS),
        "licenses": [licence(found[0])],
        "contributors": [{"title": house.name, "role": "publisher"}],
        "resources": [_resource(house, one, address) for one in found],
    }


def _resource(house: House, one: OpenTable, address: str) -> dict[str, Any]:
    """One table of the package; its path is the address that never changes."""
    fields = []
    for name, kind in zip(one.columns, one.kinds, strict=True):
        field: dict[str, Any] = {"name": name, "type": kind, "description": open_dictionary.meaning(name, one.name)}
        if name == "count":
            field["constraints"] = {"minimum": 0}
        fields.append(field)
    return {
        "profile": "tabular-data-resource",
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "path": permanent(address, one, "csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
        "licenses": [licence(one)],
        "sources": [{"title": house.name, "path": f"{address}/open-data"}],
    }


def dcat(house: House, found: Sequence[OpenTable], address: str) -> dict[str, Any]:
    """The tables as a DCAT 3 catalogue in JSON-LD."""
    publisher = {"@type": "foaf:Agent", "foaf:name": house.name}
    return {
        "@context": CONTEXT,
        "@id": f"{address}/data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dcterms:title": _title(house, found),
        "dcterms:description": "Tables released by the agency, with everything that could single a person out withheld.",
        "dcterms:publisher": publisher,
        "dcterms:language": "en",
        "dcterms:modified": {"@value": max(one.made_on for one in found), "@type": "xsd:date"},
        "foaf:homepage": {"@id": f"{address}/open-data"},
        "dcat:dataset": [_dataset(one, address, publisher) for one in found],
    }


def _dataset(one: OpenTable, address: str, publisher: dict[str, str]) -> dict[str, Any]:
    """One table with its files."""
    period = {
        "@type": "dcterms:PeriodOfTime",
        "dcat:startDate": {"@value": one.period[0], "@type": "xsd:date"},
        "dcat:endDate": {"@value": one.period[1], "@type": "xsd:date"},
    }
    return {
        "@id": f"{address}/data/{one.name}",
        "@type": "dcat:Dataset",
        "dcterms:identifier": one.name,
        "dcterms:title": one.title,
        "dcterms:description": one.description,
        "dcterms:publisher": publisher,
        "dcterms:issued": {"@value": one.made_on, "@type": "xsd:date"},
        "dcterms:license": {"@id": LICENCES[one.licence][1]},
        **({"dcterms:temporal": period} if one.period[0] else {}),
        "dcat:version": one.release,
        "dcat:keyword": list(KEYWORDS),
        "dcat:landingPage": {"@id": f"{address}/open-data"},
        "dcat:distribution": [
            {
                "@id": permanent(address, one, kind),
                "@type": "dcat:Distribution",
                "dcterms:title": f"{one.title} ({kind.upper()})",
                "dcat:downloadURL": {"@id": permanent(address, one, kind)},
                "dcat:accessURL": {"@id": f"{address}/open-data"},
                "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media.split(';')[0]}"},
                "dcterms:license": {"@id": LICENCES[one.licence][1]},
            }
            for kind, media in FORMATS.items()
        ],
    }


def dcat_us(house: House, found: Sequence[OpenTable], address: str) -> dict[str, Any]:
    """The tables as a DCAT-US 1.1 catalogue (Project Open Data), which American state and federal portals harvest."""
    return {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": f"{address}/data/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": [
            {
                "@type": "dcat:Dataset",
                "identifier": f"{address}/data/{one.name}",
                "title": f"{one.title}{' (sample data)' if one.sample else ''}",
                "description": one.description,
                "keyword": list(KEYWORDS),
                "modified": one.made_on,
                "publisher": {"@type": "org:Organization", "name": house.name},
                "contactPoint": {"@type": "vcard:Contact", "fn": house.name, "hasURL": f"{address}/ask"},
                "accessLevel": "public",
                "license": LICENCES[one.licence][1],
                **({"temporal": f"{one.period[0]}/{one.period[1]}"} if one.period[0] else {}),
                "landingPage": f"{address}/open-data",
                "distribution": [
                    {
                        "@type": "dcat:Distribution",
                        "title": f"{one.title} ({kind.upper()})",
                        "downloadURL": permanent(address, one, kind),
                        "mediaType": media.split(";")[0],
                    }
                    for kind, media in FORMATS.items()
                ],
            }
            for one in found
        ],
    }
