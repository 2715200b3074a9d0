"""Complaints and accountability: how many, how fast, how decided, what discipline, cameras on, footage released in time."""
