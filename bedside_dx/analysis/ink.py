"""Pen marks and marking dye, told by colours that stained tissue can't have.

Haematoxylin and eosin both let least green through. Blue, green and black ink let less red
through than they would; red ink less blue. Amounts were chosen on patches of 8 µm per pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.section import Section
from bedside_dx.analysis.tissue import darkest, lightest

COLD, COLDER = 0.04, 0.15
"""Absorbance of red beyond that of green, and by how much more than in the slide's tissue."""
BLACK_LEAST, BLACK_GREY = 0.5, 0.6
"""Absorbance of the clearest channel, and its part of the darkest one's."""
RED_GREEN, RED_BLUE, RED_RED = 0.7, 0.72, 0.35
"""Absorbance of green, and least and largest part of it in blue and red: blood is paler."""
NARROWEST_UM = 24.0
REACH_UM = 10.0
"""Ink bleeds: this far around it the colours are not the tissue's own."""


def find_ink(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, ink on tissue and on glass."""
    red, green, blue = (section.absorbance[..., i] for i in range(3))
    clear, dark = darkest(section.absorbance), lightest(section.absorbance)
    usual = np.median((red - green)[section.tissue]) if section.tissue.any() else 0.0
    cold = red - green > max(COLD, float(usual) + COLDER)
    black = (clear > BLACK_LEAST) & (clear > BLACK_GREY * dark)
    warm = (green > RED_GREEN) & (blue > RED_BLUE * green) & (red < RED_RED * green)
    marks = np.zeros(section.tissue.shape, np.bool_)
    for mark in (cold, black, warm):
        marks |= section.opened(mark & ~section.padding, NARROWEST_UM)
    return section.grown(marks, REACH_UM)
