"""The colours of Common Ground, light and dark: the same tokens as .streamlit/config.toml."""

from __future__ import annotations

from pathlib import Path

BRAND_FOLDER = Path(__file__).resolve().parents[1] / "web" / "brand_files"
