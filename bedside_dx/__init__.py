"""bedside_dx: a slide or scan in, a verdict that knows its limits out. Research use only."""

__version__ = "0.1.0"
