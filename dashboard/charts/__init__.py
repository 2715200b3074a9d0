"""Results into pictures: the same colours, markers and words on every page."""
