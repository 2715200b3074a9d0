"""The questions: store, statistics and privacy joined into answers."""
