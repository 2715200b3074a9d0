"""Common Ground: the dashboard on which a police agency and its community look at the same honest numbers."""

__version__ = "0.1.0"
