"""A survey as a file: what its author takes to another agency, or to another home of this one. It holds questions, never answers."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from dashboard.errors import ScopeError
from dashboard.schema.questions import Definition

FORMAT = "common-ground-survey-1"
MOST = 2_000_000  # characters; the longest template with five languages has a tenth of that


def written(survey: Definition) -> str:
    """The survey as the text of a file."""
    return json.dumps({"format": FORMAT, "survey": dict(survey.as_json())}, ensure_ascii=False, indent=2)


def read(text: str) -> Definition:
    """The survey of a file; ScopeError says in one sentence why it is none."""
    hint = "Take it out of the other survey again: Questions, Take this survey elsewhere."
    if len(text) > MOST:
        raise ScopeError("This file is too large to be a survey.", hint=hint)
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ScopeError("This file is not a survey of Common Ground.", hint=hint)
    try:
        return Definition.model_validate(found.get("survey"))
    except (ValidationError, RecursionError) as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else "its depth"
        raise ScopeError(f"This file is a survey, but a part of it cannot be read: {where}.", hint=hint) from error
