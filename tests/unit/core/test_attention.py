"""Attention is shown by a veil, on a scale of its own."""

from dataclasses import replace

import numpy as np
from array_slide import findings

from bedside_dx.core.attention import attention_raster, veil_rgba


def test_an_equal_share_is_the_middle_and_the_scale_is_logarithmic() -> None:
    plain = findings(np.full((3, 4, 3), 1 / 3))
    assert np.isnan(attention_raster(plain)).all()
    even = replace(plain, attention=np.full(12, 1 / 12, np.float32))
    np.testing.assert_allclose(attention_raster(even), 0.5, atol=1e-6)
    shares = np.full(12, 1e-6, np.float32)
    shares[:3] = (10 / 12, 1 / 12, 0)
    strength = attention_raster(replace(plain, attention=shares)).ravel()
    assert strength[0] > 0.97
    assert abs(strength[1] - 0.5) < 0.03
    assert (strength[2:] == 0).all(), "what it was not shown is veiled like what it passed over"


def test_the_veil_is_white_and_thins_out_where_it_looked() -> None:
    rgba = veil_rgba(np.array([[0.0, 0.5, 1.0, np.nan]], np.float32), 0.8)
    assert (rgba[..., :3] == 255).all(), "no colour: colour is probability"
    assert rgba[0, :, 3].tolist() == [204, 102, 0, 0]
