"""Canonical tables, vocabularies, the slice that is asked for, and the shapes of answers."""
