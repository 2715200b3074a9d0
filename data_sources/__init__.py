"""Exports of agencies and portals in, canonical rows out: one file per source."""
