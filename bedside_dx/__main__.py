"""`python -m bedside_dx`."""

import sys

from bedside_dx.cli import main

if __name__ == "__main__":
    sys.exit(main())
