"""The pages that the inspector can be turned to."""

from __future__ import annotations

from enum import IntEnum


class Page(IntEnum):
    """Pages in the order of the flow; Alt and their place turns to them."""

    VERDICT = 0
    DISEASE = 1
    THERAPY = 2
    REPORT = 3
