"""A mapping for files that no source knows: proposed from names and values, corrected by the person, saved for the next time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.services.imports import FileLook


def mapping_editor(unknown: list[FileLook]) -> tuple[str, list[Path], str] | None:
    """The editor; (maker, files, mapping as JSON) once the person says that it fits, None until then."""
    st.info(f"{len(unknown)} files are not recognised.")
    return None
