"""The synthetic agency Riverton, with planted truth."""
