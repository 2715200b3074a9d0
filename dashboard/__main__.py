"""`python -m dashboard`: the command line."""

import sys

from dashboard.cli.parser import main

if __name__ == "__main__":
    sys.exit(main())
