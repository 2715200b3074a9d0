"""Readers of what other survey tools export: one file a tool, dropping who answered before anything is written to disk."""
