"""The annual transparency report: one year, out of the same published answers as the pages."""
