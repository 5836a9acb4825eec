"""Colours of probabilities."""

import numpy as np

from bedside_dx.core.heatmap import color_scale, heatmap_rgba


def test_nothing_is_drawn_below_the_threshold_or_where_nothing_is_known() -> None:
    raster = np.array([[0.1, 0.5, 0.9, np.nan, 0.0]])
    alpha = heatmap_rgba(raster, 0.5)[0, :, 3]
    assert (alpha > 0).tolist() == [False, True, True, False, False]
    assert heatmap_rgba(raster, 0.0)[0, 4, 3] == 0


def test_lightness_rises_with_the_probability() -> None:
    colours = color_scale(np.linspace(0, 1, 101)).astype(float)
    luminance = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > -1).all()
    assert luminance[-1] - luminance[0] > 150
