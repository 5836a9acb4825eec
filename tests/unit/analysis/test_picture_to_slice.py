"""Where a place of the model's picture lies in the slice that it was made of."""

import numpy as np
import pytest

from bedside_dx.analysis.series import is_turned, picture_to_slice, show, upright
from bedside_dx.core.scan import Plane

PLANES = {
    "axial": Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1)),
    "flipped": Plane((0, 0, 0), (-1, 0, 0), (0, -1, 0), (1, 1)),
    "turned": Plane((0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1)),
    "sagittal": Plane((0, 0, 0), (0, 1, 0), (0, 0, -1), (1, 1)),
    "nowhere": None,
}


@pytest.mark.parametrize("size", [(60, 60), (48, 90)])
@pytest.mark.parametrize("aspect", [1.0, 1.8])
@pytest.mark.parametrize("name", PLANES)
def test_a_bright_spot_is_found_again(name: str, aspect: float, size: tuple[int, int]) -> None:
    plane, (rows, columns), side = PLANES[name], size, 224
    values = np.zeros((rows, columns))
    row, column = rows // 3, columns * 2 // 3
    values[row - 1 : row + 2, column - 1 : column + 2] = 1
    drawn_aspect = 1 / aspect if is_turned(plane) else aspect
    picture = show(upright(values, plane), (0, 1), drawn_aspect, side)[..., 0].astype(float)
    y, x = (np.indices(picture.shape) * picture).sum((1, 2)) / picture.sum()
    back = picture_to_slice(plane, rows, columns, aspect, side)
    assert back[:, :2] @ (x, y) + back[:, 2] == pytest.approx((column, row), abs=0.2)
