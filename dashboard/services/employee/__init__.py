"""The employee survey: declared and opened, answered without a tie to anybody, closed into one frozen release, read from that alone."""
