"""Surveys: written, opened, watched and closed; their results computed once and frozen."""
