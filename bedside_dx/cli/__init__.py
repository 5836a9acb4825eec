"""The command line: verbs, progress, results and exit codes."""

from bedside_dx.cli.main import main

__all__ = ["main"]
