"""Least and most over squares are scipy's own, to the bit."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from bedside_dx.analysis import squares
from bedside_dx.analysis.squares import closed, least_around, most_around


@pytest.fixture(autouse=True, scope="module")
def _narrow_strips() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(squares, "STRIP", 7)
        yield


@given(
    rows=st.integers(1, 24),
    columns=st.integers(1, 24),
    reach=st.integers(1, 5),
    share=st.floats(0, 1),
    seed=st.integers(0, 999),
)
def test_masks_are_eroded_dilated_and_closed_as_by_scipy(
    rows: int, columns: int, reach: int, share: float, seed: int
) -> None:
    mask = np.random.default_rng(seed).random((rows, columns)) < share
    ones = np.ones((3, 3), np.bool_)
    for ours, scipys in (
        (least_around(mask, reach, outside=True),
         ndimage.binary_erosion(mask, ones, iterations=reach, border_value=1)),
        (most_around(mask, reach, outside=False),
         ndimage.binary_dilation(mask, ones, iterations=reach)),
        (closed(mask, reach), ndimage.binary_closing(mask, ones, iterations=reach)),
    ):  # fmt: skip
        np.testing.assert_array_equal(ours, scipys)


@given(
    rows=st.integers(1, 24),
    columns=st.integers(1, 24),
    reach=st.integers(1, 5),
    seed=st.integers(0, 999),
)
def test_numbers_are_opened_as_by_scipy(rows: int, columns: int, reach: int, seed: int) -> None:
    values = np.random.default_rng(seed).random((rows, columns), np.float32)
    ours = most_around(least_around(values, reach), reach)
    np.testing.assert_array_equal(ours, ndimage.grey_opening(values, 2 * reach + 1))
