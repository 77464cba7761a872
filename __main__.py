"""`python -m valuescape`: the command line without the installed script."""

import sys

from .experiments.cli import main

if __name__ == "__main__":  # spawned workers import this module under another name
    sys.exit(main())
