"""The command line: what a page can show or do, a script can too."""
