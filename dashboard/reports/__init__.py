"""Files for people who do not come to the pages: the same answers, printed."""
