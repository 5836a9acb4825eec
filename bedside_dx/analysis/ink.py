"""Pen marks and marking dye, told by colours that stained tissue can't have.

Haematoxylin and eosin both let least green through. Blue, green and black ink let less red
through than they would; red ink less blue. Amounts were chosen on patches of 8 µm per pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.section import CROSS, Section

COLD, COLDER = 0.04, 0.15
"""Absorbance of red beyond that of green, and by how much more than in the slide's tissue."""
BLACK_LEAST, BLACK_GREY = 0.5, 0.6
"""Absorbance of the clearest channel, and its part of the darkest one's."""
RED_GREEN, RED_BLUE, RED_RED = 0.7, 0.72, 0.35
"""Absorbance of green, and least and largest part of it in blue and red: blood is paler."""
NARROWEST_UM = 24.0
REACH_UM = 10.0
"""Ink bleeds: this far around it the colours are not the tissue's own."""


def find_ink(section: Section) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Places of a colour that is ink's alone, and black ones, on tissue and on glass.

    Returns
    -------
    Two (rows, columns) bool; what is black may also be a lack of light.
    """
    coloured = _stroke(section, _is_cold(section)) | _stroke(section, _is_warm(section))
    black = _stroke(section, _is_black(section))
    return section.grown(coloured, REACH_UM), section.grown(black, REACH_UM)


def with_thin_red(section: Section, ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink with what joins it and has the hue of red ink, but is too pale to be told from blood.

    Too little to call tissue spoilt; enough not to take it for tissue beside the ink.
    """
    return ndimage.binary_propagation(ink, CROSS, mask=ink | _is_red(section))


def _is_cold(section: Section) -> NDArray[np.bool_]:
    colder = section.absorbance(0)
    colder -= section.absorbance(1)
    usual = np.median(colder[section.tissue]) if section.tissue.any() else 0.0
    return colder > max(COLD, float(usual) + COLDER)


def _is_warm(section: Section) -> NDArray[np.bool_]:
    return (section.absorbance(1) > RED_GREEN) & _is_red(section)


def _is_red(section: Section) -> NDArray[np.bool_]:
    green = section.absorbance(1)
    bluish = section.absorbance(2) > RED_BLUE * green
    return bluish & (section.absorbance(0) < RED_RED * green)


def _is_black(section: Section) -> NDArray[np.bool_]:
    clear = section.least_absorbance()
    return (clear > BLACK_LEAST) & (clear > BLACK_GREY * section.most_absorbance())


def _stroke(section: Section, mark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return section.opened(mark & ~section.padding, NARROWEST_UM)
