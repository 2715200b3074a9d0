"""Pure numbers: counts in, frozen results out; no file, no clock, no screen."""
