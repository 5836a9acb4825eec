"""How a map of covered places is made and coloured: the same on screen and on paper."""

from __future__ import annotations

ORANGE = (230, 97, 1)
"""Colour of a place that speaks for the class, sRGB."""

FAINTEST = 0.02
"""Falls of the probability below this are the network's noise."""

COVER = 6
"""The occluder's side is this fraction of the image's."""
