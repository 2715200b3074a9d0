"""What did a survey say? Computed once when a wave closes, protected, frozen; every page, file and briefing reads only that."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData
from dashboard.privacy import survey_cells
from dashboard.schema import lineage
from dashboard.schema.questions import Definition
from dashboard.services.restricted import restricted
from dashboard.services.surveys import distribution, population
from dashboard.services.surveys import frame as columns
from dashboard.services.surveys.frame import Frame, Ints
from dashboard.stats import importance, raking, survey_scores
from dashboard.stats.joint_margin import JointMargin, enough
from dashboard.stats.raking import Margin, Raked
from dashboard.store.answers import Answers
from dashboard.store.quiet import no_collection
from dashboard.store.survey_releases import SurveyReleases
from dashboard.store.surveys import Surveys, Wave

if TYPE_CHECKING:
    from dashboard.services.house import House

Floats = NDArray[np.float64]
WHOLE = "whole"
LINED = {"scale", "grid", "ten", "rating", "single", "multi", "number"}  # kinds of questions that have a line over waves
INDICES = {"community": ("ti-1",), "post_contact": ("pj-1", "pj-short"), "event": ()}
DOUBTS = {
    "burst": "came in a burst through one link",
    "fast": "took less than a second a question",
    "trap": "filled a field that people do not see",
    "straight": "gave one answer all the way down",
    "identical": "are equal to at least four others in every answer",
}
DOUBT_HEADS = {"burst": "Burst", "fast": "Fast", "trap": "Trap", "straight": "Straight line", "identical": "Identical"}


@restricted(Permission.MANAGE_SURVEYS)
def renew(house: House, survey_id: str, who: str) -> None:
    """Compute and freeze the results of a survey's closed waves, for staff and for the public."""
    surveys = Surveys(house.records)
    survey = surveys.get(survey_id)
    waves = [wave for wave in surveys.waves(survey_id) if wave.state == "closed"]
    releases = SurveyReleases(house.records)
    if not waves and releases.newest(survey_id, "staff") is None:
        return
    definitions = {number: surveys.version(survey_id, number) for number in {wave.version for wave in waves}}
    k = {layer: int(house.settings.number(f"survey.min_{layer}")) for layer in ("staff", "public")}
    found: dict[str, list[dict[str, Any]]] = {"staff": [], "public": []}
    for wave in waves:
        with no_collection():
            one = wave_results(house, wave, definitions[wave.version], k)
        for layer, content in one.items():
            if layer == "staff" or not definitions[wave.version].staff_only:
                found[layer].append(content)
    about = {
        "title": survey.title,
        "family": survey.family,
        "breaks": _breaks(waves, definitions),
        "order": list(dict.fromkeys(name for wave in reversed(waves) for name in _wordings(definitions[wave.version]))),
        "questions": {name: one for wave in waves for name, one in _wordings(definitions[wave.version]).items()},
        "versions": {str(number): _wordings(definition) for number, definition in definitions.items()},
    }
    layers = {
        layer: _corrected({**about, "k": k[layer], "waves": made}, releases.newest(survey_id, layer), k[layer]) for layer, made in found.items()
    }
    releases.publish(survey_id, layers, who)


def _wordings(definition: Definition) -> dict[str, dict[str, Any]]:
    """Every answer id with its question in English and its answers, for the pages."""
    found = {}
    for question in definition.questions():
        text = question.wording.get("en") or next(iter(question.wording.values()), question.id)
        options = [[option.code, option.label.get("en", option.code)] for option in question.options]
        rows = {row.id: row.label.get("en", row.id) for row in question.rows} or {question.id: ""}
        for name, row in rows.items():
            found[name] = {"text": f"{text} {row}".strip(), "kind": question.kind, "concept": question.concept, "options": options}
        for name in rows if question.credit else ():
            found[name]["credit"] = question.credit
        if question.specified:
            found[question.id]["beside"] = question.specified.label.get("en", question.specified.code)
    return found


def _breaks(waves: list[Wave], definitions: Mapping[int, Definition]) -> list[dict[str, str]]:
    """Where lines stop, wave by wave, question by question: against the last wave that asked it. One asked for the first time is of kind `asked`: no
    line of its own stops there, but that of an index that it is part of does; so does one that is asked no more.
    """
    found = []
    last: dict[str, Definition] = {}
    for number, wave in enumerate(waves):
        now = definitions[wave.version]
        here = {one.id for one in now.questions() if one.kind in LINED}
        before = {} if not number else {one.id for one in definitions[waves[number - 1].version].questions() if one.kind in LINED}
        for name in sorted(here):
            if name in last:
                stops = lineage.breaks(last[name], now, (name,))
                found += [{"wave": wave.id, "question": one.question, "kind": one.kind, "sentence": one.sentence} for one in stops]
        for name in sorted(here ^ set(before)) if number else ():
            told = f"The question {name} was asked in only one of the two waves."
            found.append({"wave": wave.id, "question": name, "kind": "asked", "sentence": told})
        last |= dict.fromkeys(here, now)
    return found


def wave_results(house: House, wave: Wave, definition: Definition, k: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """One wave for both layers: the public sees only cells that staff see, under its own larger minimum."""
    table = columns.of(Answers(house.records).of_wave(wave.id), definition)
    raked, told = _weights(house, table, definition)
    weights = raked.weights if raked is not None else table.weight
    about = {
        "id": wave.id,
        "name": wave.name,
        "opens": wave.opens.isoformat(),
        "closes": wave.closes.isoformat() if wave.closes else "",
        "sampling": wave.sampling,
        "version": wave.version,
        "invited": dict(wave.invited),
        "weighting": told,
    }
    measured = _measured(table, definition)
    shown = {"staff": _protected(table, measured, k["staff"], None)}
    shown["public"] = _protected(table, measured, k["public"], shown["staff"])
    quality, drivers = _quality(table, weights, definition), _drivers(table, weights, definition)
    made, given = {}, distribution.parts(table)
    cells = _cells(table, measured, shown["staff"], weights, k=k["staff"])
    for layer, marks in shown.items():
        n = table.size if table.size >= k[layer] else None
        own = cells if layer == "staff" else _fewer(cells, table, marks, k[layer])
        content = {**about, "n": n, "cells": own, **distribution.of_wave(table, weights, k[layer], given)}
        made[layer] = content | ({"drivers": drivers} if n else {}) | ({"quality": quality} if layer == "staff" and n else {})
    return made


def _weights(house: House, table: Frame, definition: Definition) -> tuple[Raked | None, dict[str, Any]]:
    """Weights of a community survey by raking, and the account of it; imported weights are taken as they are."""
    if table.weight is not None:
        return None, {"kind": "imported", "deff": raking.kish(table.weight)}
    if definition.family != "community" or not table.size:
        return None, {"kind": "none"}
    margins, codes = population.margins_for(house, table)
    if not margins:
        return None, {"kind": "none", "refused": "No census margins are known; bring them in on the Surveys page."}
    try:
        found, joint = _raked(margins, codes, population.joint_for(house, table))
    except NotEnoughData as error:
        return None, {"kind": "none", "refused": f"{error.message} {error.hint}".strip()}
    told = {"kind": "raked", "deff": found.deff, "n_eff": found.n_eff, "joined": list(found.joined), "passes": found.passes, "trimmed": found.trimmed}
    return found, told | {"margins": list(found.margins), "source": margins[0].source} | ({"joint": joint} if joint else {})


def _raked(margins: list[Margin], codes: Mapping[str, Ints], known: tuple[JointMargin, Ints] | None) -> tuple[Raked, str]:
    """Weights to the single margins and to two of them together; where the latter cannot be met, why, and weights to the single ones alone."""
    if known is None:
        return raking.rake(codes, margins), ""
    joint, code = known
    try:
        enough(joint, code)
        return raking.rake({**codes, joint.name: code}, [*joint.aligned(margins), joint.margin()]), ""
    except NotEnoughData as error:
        return raking.rake(codes, margins), error.message


def _measured(table: Frame, definition: Definition) -> dict[str, Floats]:
    """Everything that has a mean: indices first, then every scale item."""
    scores = table.scores()
    found: dict[str, Floats] = {}
    if definition.family == "community" and all(name in scores for name in ("C2", "C3", "C4", "C6")):
        found["ti-1"] = survey_scores.trust_scores(scores)
    if definition.family == "post_contact" and {"P1", "P2", "P3"} <= set(scores):
        short = "P6" not in scores
        found["pj-short" if short else "pj-1"] = survey_scores.contact_scores(scores, short=short)
    return found | scores


def _protected(
    table: Frame, measured: Mapping[str, Floats], k: int, allowed: Mapping[str, Mapping[str, list[bool]]] | None
) -> dict[str, dict[str, list[bool]]]:
    """Measure -> cut -> which cells may be shown, by who answered that question."""
    sizes = {name: len(cut.levels) for name, cut in table.cuts.items()}
    found = {}
    for name, values in measured.items():
        answered = np.isfinite(values)
        codes = {cut: one.codes[answered] for cut, one in table.cuts.items()}
        found[name] = survey_cells.protect(codes, sizes, k, allowed[name] if allowed is not None else None) if codes else {}
    return found


def _cells(
    table: Frame, measured: Mapping[str, Floats], shown: Mapping[str, Mapping[str, list[bool]]], weights: Floats | None, *, k: int
) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Measure -> cut -> level -> mean, unweighted mean, share positive, n. A cell that may not be shown is not there at all."""
    found: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for name, values in measured.items():
        here: dict[str, dict[str, dict[str, Any]]] = {}
        everyone = np.ones(table.size, dtype=bool)
        if (cell := _cell(table, name, values, everyone, weights, k=k)) is not None:
            here[WHOLE] = {"": cell}
            for cut, one in table.cuts.items():
                made = {
                    level: _cell(table, name, values, one.codes == place, weights, k=k)
                    for place, level in enumerate(one.levels)
                    if shown[name][cut][place]
                }
                here[cut] = {level: cell for level, cell in made.items() if cell is not None}
        found[name] = here
    return found


def _fewer(
    cells: Mapping[str, Mapping[str, Mapping[str, dict[str, Any]]]], table: Frame, shown: Mapping[str, Mapping[str, list[bool]]], k: int
) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """The cells of a stricter layer: the same numbers, fewer of them."""
    found: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for name, cuts in cells.items():
        allowed = {cut: {level for level, on in zip(table.cuts[cut].levels, marks, strict=True) if on} for cut, marks in shown[name].items()}
        whole = cuts.get(WHOLE, {}).get("")
        kept = {WHOLE: {"": whole}} if whole is not None and whole["n"] >= k else {}
        found[name] = kept | {
            cut: {level: cell for level, cell in cuts.get(cut, {}).items() if level in levels} for cut, levels in allowed.items() if kept
        }
    return found


def _cell(table: Frame, name: str, values: Floats, who: NDArray[np.bool_], weights: Floats | None, *, k: int) -> dict[str, Any] | None:
    """One cell, or none under k answers. Where all answers fall in one box no figure is given that would fix them (R7)."""
    answered = np.isfinite(values) & who
    n = int(answered.sum())
    if n < k:
        return None
    if survey_cells.alike(values[answered]):
        return {"n": n, "alike": True}
    own = None if weights is None else weights[answered]
    cell: dict[str, Any] = {"n": n, "mean": distribution.written(survey_scores.mean(values[answered], own))}
    if weights is not None:
        cell["plain"] = distribution.written(survey_scores.mean(values[answered]))
    if name in table.items:
        cell["positive"] = distribution.written(survey_scores.share(table.items[name].positive()[answered], own))
    return cell


def _drivers(table: Frame, weights: Floats | None, definition: Definition) -> list[dict[str, Any]]:
    """Which items go with the overall question (C1, or P4 after a contact); none where too few answered everything."""
    outcome = "C1" if definition.family == "community" else "P4"
    if outcome not in table.items:
        return []
    others = {name: item.score for name, item in table.items.items() if name != outcome and np.isfinite(item.score).mean() > 0.5}
    try:
        found = importance.importance(others, table.items[outcome].score, weights)
    except NotEnoughData:
        return []
    return [dataclasses.asdict(one) for one in found.drivers]


def _quality(table: Frame, weights: Floats | None, definition: Definition) -> dict[str, Any]:
    """Doubtful answers by reason, and the headline with and without them. Nothing is deleted."""
    measured = _measured(table, definition)
    headline = next(iter(measured), "")
    doubtful = np.zeros(table.size, dtype=bool)
    for mark in table.flags.values():
        doubtful |= mark
    reasons = {name: int(mark.sum()) for name, mark in table.flags.items() if mark.any()}
    report: dict[str, Any] = {"reasons": reasons, "doubtful": int(doubtful.sum()), "headline": headline}
    if headline and table.size:
        values = measured[headline]
        report["with"] = distribution.written(survey_scores.mean(values, weights))
        report["without"] = distribution.written(survey_scores.mean(values[~doubtful], None if weights is None else weights[~doubtful]))
    return report


def _corrected(content: dict[str, Any], before: Any, k: int) -> dict[str, Any]:
    """A correction shows a cell only if its people are the same as before or differ by at least k: else the difference would be them."""
    if before is None:
        return content
    old = {wave["id"]: wave for wave in before.content["waves"]}
    for wave in content["waves"]:
        earlier_wave = old.get(wave["id"], {})
        cells = earlier_wave.get("cells", {})
        for name in wave["shares"]:
            was, now = earlier_wave.get("answered", {}).get(name), wave.get("answered", {}).get(name)
            if was is not None and now is not None and name in earlier_wave.get("shares", {}) and 0 < abs(was - now) < k:
                wave["shares"][name] = earlier_wave["shares"][name]
        for name, cuts in wave["cells"].items():
            for cut, levels in cuts.items():
                for level in list(levels):
                    earlier = cells.get(name, {}).get(cut, {}).get(level)
                    if earlier is not None and 0 < abs(earlier["n"] - levels[level]["n"]) < k:
                        levels[level] = earlier
    return content
