"""Disclosure control: what may be published without exposing a person."""
