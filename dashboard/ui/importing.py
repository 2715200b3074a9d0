"""The Data page: drop files, see what they are and why, check them, store them; the list of all imports, and undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from dashboard.access.roles import Permission
from dashboard.errors import CommonGroundError
from dashboard.schema import say
from dashboard.schema.overlap import UPDATE, Choice, Overlap
from dashboard.schema.problems import Problem, Receipt
from dashboard.schema.staging import Staged
from dashboard.schema.tables import TABLES
from dashboard.schema.words import label as word
from dashboard.services import arrivals, imports, reissued
from dashboard.services.arrivals import Dropped, Preview
from dashboard.services.imports import FileLook
from dashboard.ui import state, visit
from dashboard.ui.ask import refusal
from dashboard.ui.house import house
from dashboard.ui.mapping import mapping_editor
from dashboard.ui.plain import escaped

KEY = "cg_drop"
UNKNOWN = "not recognised"


@dataclass
class Drop:
    """One drop on its way in: files, what they look like, what was checked, what was stored."""

    dropped: Dropped
    looks: tuple[FileLook, ...]
    staged: list[tuple[Staged, Preview]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    failures: list[CommonGroundError] = field(default_factory=list)


def drop() -> None:
    """The way in, step by step."""
    found = state.value(KEY)
    if not isinstance(found, Drop):
        _receive()
        return
    if found.receipts:
        _stored(found)
        return
    if found.staged:
        _decide(found)
        return
    _recognised(found)


def _receive() -> None:
    """Step one: the files."""
    with st.form("cg_receive", clear_on_submit=True, border=True):
        files = st.file_uploader(
            "Drop exports here: CSV, Excel, ZIP, gzip or Parquet, several at once",
            accept_multiple_files=True,
            help="Nothing is stored yet. What a file is, is judged by what is in it, not by its name.",
        )
        sent = st.form_submit_button("Look at these files", type="primary")
    if sent and files:
        house().require(Permission.IMPORT_DATA, "import")
        with st.spinner("Looking at the files ..."):
            dropped = arrivals.keep(house(), [(one.name, one.getvalue()) for one in files])
            state.keep(KEY, Drop(dropped, imports.look(house(), dropped.paths)))
        st.rerun()
    elif sent:
        st.info("Choose at least one file first.")


def _recognised(found: Drop) -> None:
    """Step two: what each file is, and why; then check."""
    st.subheader("What these files are", anchor=False)
    _looks_table(found.looks)
    for sentence, lacking in arrivals.together(found.looks):
        (st.warning if lacking else st.info)(escaped(sentence))
    for failure in found.failures:
        refusal(failure)
    unknown = [one for one in found.looks if not one.refusal and all(table.chosen is None for table in one.tables)]
    groups = arrivals.by_source(found.looks)
    with st.container(horizontal=True):
        check = st.button("Read and check", type="primary", disabled=not groups, help="Reads every row; nothing is stored yet.")
        if st.button("Forget these files"):
            _forget(found)
    if check:
        _check(found, [(name, paths, "") for name, paths in groups.items()])
    if unknown:
        made = mapping_editor(unknown)
        if made is not None:
            _check(found, [*((name, paths, "") for name, paths in groups.items()), made])


def _looks_table(looks: tuple[FileLook, ...]) -> None:
    """What was refused, and what each source recognised and why: files of one source in one line, with their names to open."""
    rows: dict[str, list[str]] = {"Files": [], "Recognised as": [], "Why": []}
    known: dict[tuple[str, str], list[str]] = {}
    for one in looks:
        if one.refusal:
            _line(rows, one.file, ":orange[refused]", one.refusal)
        for table in one.tables:
            if table.chosen is not None:
                known.setdefault((table.chosen.title, table.chosen.why), []).append(table.name)
            else:
                others = "; ".join(f"{c.title}: {c.why}" for c in table.candidates)
                _line(rows, table.name, f":orange[{UNKNOWN}]", others or table.advice or "no source knows this header; make a mapping below")
    for (title, why), names in known.items():
        _line(rows, names[0] if len(names) == 1 else f"{len(names)} files, {min(names)} to {max(names)}", escaped(title), why)
    st.table(rows, border="horizontal", hide_index=True)
    for (title, _), names in known.items():
        if len(names) > 1:
            with st.expander(f"The {len(names)} files of {escaped(title)}"):
                st.text("\n".join(sorted(names)))


def _line(rows: dict[str, list[str]], files: str, what: str, why: str) -> None:
    """One line of the table."""
    rows["Files"].append(escaped(files))
    rows["Recognised as"].append(what)
    rows["Why"].append(escaped(why))


def _check(found: Drop, work: list[tuple[str, list[Path], str]]) -> None:
    """Read every row in a process of its own, with progress."""
    house().require(Permission.IMPORT_DATA, "import")
    bar = st.progress(0.0, "Reading ...")
    found.failures = []

    def tell(share: float, words: str) -> None:
        bar.progress(min(share, 1.0), words)

    for name, paths, saved in work:
        try:
            staged = arrivals.check(house(), name, paths, tell, saved)
            found.staged.append((staged, arrivals.preview(house(), staged)))
        except CommonGroundError as error:
            found.failures.append(error)
    state.keep(KEY, found)
    st.rerun()


def _decide(found: Drop) -> None:
    """Step three: what would be stored, what would be set aside, and the decision."""
    for failure in found.failures:
        refusal(failure)
    for staged, preview in found.staged:
        _account(staged, preview)
    questions = [text for staged, _ in found.staged for text in staged.questions]
    answered = [st.checkbox(escaped(text), key=f"cg_question_{number}") for number, text in enumerate(questions)]
    chosen = {staged.import_id: _issued_again(staged, preview.overlaps) for staged, preview in found.staged}
    if questions and not all(answered):
        st.caption("Tick each point above once you have looked at it.")
    with st.container(horizontal=True):
        store = st.button("Store this import", type="primary", disabled=not all(answered) or None in chosen.values())
        if st.button("Forget it"):
            _forget(found)
    if store:
        _store(found, {name: choice for name, choice in chosen.items() if choice is not None})


def _issued_again(staged: Staged, overlaps: tuple[Overlap, ...]) -> Choice | None:
    """What becomes of rows that an earlier file of the source brought: asked where some changed or are missing now; None until it is answered."""
    for sentence in reissued.sentences(overlaps):
        st.info(escaped(sentence))
    if not reissued.asks(overlaps):
        return UPDATE
    offered = reissued.choices(overlaps)
    chosen = st.radio(
        escaped(f"{source_title(staged.source)}: rows of an earlier file are stored already. Replace them?"),
        list(offered),
        format_func=lambda name: offered[name][0],
        captions=[does for _, does in offered.values()],
        index=None,
        key=f"cg_again_{staged.import_id}",
    )
    st.caption("Whatever you choose, undoing the import brings back what was stored before.")
    return chosen


def _account(staged: Staged, preview: Preview) -> None:
    """The account of every row of one staged import."""
    ready = f"{source_title(staged.source)}: {say.count(staged.rows_accepted)} rows ready for {TABLES[staged.table].title.lower()}"
    st.subheader(escaped(ready), anchor=False)
    st.markdown(
        f"{say.count(staged.rows_read)} rows read = {say.count(staged.rows_accepted)} accepted + "
        f"{say.count(staged.rows_quarantined)} set aside + {say.count(staged.rows_duplicate)} duplicates"
    )
    problems("Set aside", staged.problems)
    for sentence, rows in preview.examples:
        with st.expander(f"Example rows: {escaped(sentence)}"):
            st.dataframe(rows, hide_index=True)
    problems("Noted", staged.notes)
    with st.expander("What would be stored", expanded=True):
        for place, (name, counts) in zip(st.columns(max(1, len(preview.by))), preview.by, strict=False):
            counts[name] = [word(str(value)) if isinstance(value, str) else value for value in counts[name]]
            place.dataframe(counts.rename(columns={name: name.replace("_", " "), "n": "rows"}), hide_index=True)


def problems(title: str, found: tuple[Problem, ...]) -> None:
    """Reasons with how many rows, and the first source rows."""
    if not found:
        return
    st.markdown(f"**{title}**")
    rows = [", ".join(map(str, dict.fromkeys(one.rows[:5]))) or "whole file" for one in found]
    st.table(
        {"Reason": [escaped(one.sentence) for one in found], "Rows": [say.count(one.count) for one in found], "First source rows": rows},
        border="horizontal",
        hide_index=True,
    )


def _store(found: Drop, chosen: dict[str, Choice]) -> None:
    """Commit each staged import; the first failure stops, and says what was stored."""
    person = visit.visitor()
    house().require(Permission.IMPORT_DATA, "import")
    bar = st.progress(0.0, "Storing ...")
    waiting = list(found.staged)
    for number, (staged, preview) in enumerate(waiting):
        bar.progress((number + 0.5) / len(waiting), "Storing, and renewing the published tables ...")
        try:
            found.receipts.append(imports.commit(house(), staged, person.name, choice=chosen.get(staged.import_id, UPDATE)))
            found.staged.remove((staged, preview))
        except CommonGroundError as error:
            found.failures.append(error)
            break
    arrivals.forget(found.dropped)
    state.keep(KEY, found)
    st.rerun()


def source_title(name: str) -> str:
    """A source as people know it; a mapping's or the sample's name as it is."""
    known = imports.sources().get(name)
    return known.title if known is not None else name.removeprefix("mapping:").replace("_", " ")


def _stored(found: Drop) -> None:
    """Step four: the receipts."""
    for receipt in found.receipts:
        st.success(
            escaped(
                f"Stored {say.count(receipt.accepted)} rows of {source_title(receipt.source)} "
                f"({say.count(receipt.replaced)} replaced an older version), "
                f"{f'older rows taken out: {say.count(receipt.withdrawn)}, ' if receipt.withdrawn else ''}"
                f"{say.count(receipt.quarantined)} set aside, {say.count(receipt.duplicates)} duplicates of rows already stored."
            )
        )
    for failure in found.failures:
        refusal(failure)
    left = left_out(found)
    if left:
        st.warning(escaped(f"Not stored, because no source read them: {say.listed(left)}. Drop them again to make a mapping."))
    if st.button("Import more files", type="primary"):
        _forget(found)


def left_out(found: Drop) -> list[str]:
    """The files of a drop that nothing recognised and no mapping read: they are named, never dropped silently."""
    stored = {name for receipt in found.receipts for name in receipt.files}
    unknown = [one.file for one in found.looks if not one.refusal and all(table.chosen is None for table in one.tables)]
    return [name for name in unknown if name not in stored]


def _forget(found: Drop) -> None:
    """Forget the drop and start again."""
    for staged, _ in found.staged:
        imports.discard(house(), staged)
    arrivals.forget(found.dropped)
    state.forget(KEY)
    st.rerun()
