"""Volumes on another grid, read window by window, and marked: beside a direct run."""

import numpy as np
import pytest
from scipy import ndimage

from bedside_dx.analysis.marking import mark_volume
from bedside_dx.analysis.regrid import Regridded, mixing, turn_of
from bedside_dx.analysis.sliding import lay_out, read_windows
from bedside_dx.core.errors import ImagingError
from bedside_dx.core.marks import MarkClass, VolumeCard
from bedside_dx.core.scan import Volume

FIELD = 9
"""Of two box filters of 5 voxels, one after the other."""


def card(**changes: object) -> VolumeCard:
    values: dict[str, object] = {
        "name": "boxes", "version": "1", "sha256": "", "modality": "CT", "title": {},
        "intended_use": {}, "limits": {}, "data_terms": {},
        "classes": (MarkClass("bright", 0, {"en": "Bright", "fr": "Clair"}, (1, 2, 3)),),
        "channels": 1, "has_background": False, "axes": "SPL", "spacing_mm": (1.0, 1.0, 1.0),
        "window": (24, 20, 28), "overlap": (12, 11, 9), "field": FIELD, "fill": 0.0,
        "coarsest_mm": 5.0,
    }  # fmt: skip
    return VolumeCard(**{**values, **changes})  # type: ignore[arg-type]


def filtered(window: np.ndarray) -> np.ndarray:
    """A convolutional "network": what lies outside counts as nothing, as padding makes it."""
    size = (0, 0, 5, 5, 5)
    inner = [
        ndimage.uniform_filter(window, size=[s or 1 for s in size], mode="constant", output=float)
    ]
    inner.append(ndimage.uniform_filter(np.tanh(inner[0]), [s or 1 for s in size], mode="constant"))
    return inner[-1].astype(np.float32)


@pytest.mark.parametrize("shape", [(61, 47, 70), (24, 20, 28), (25, 19, 40), (7, 100, 9)])
def test_windows_give_what_the_whole_gives(shape: tuple[int, int, int]) -> None:
    values = np.random.default_rng(1).normal(0, 3, shape).astype(np.float32)
    grid = Regridded(values, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    planes = np.stack(list(read_windows(grid, card(), filtered)), 1)
    np.testing.assert_allclose(planes[0], filtered(values[None, None])[0, 0], atol=1e-6)


def test_without_the_field_borders_show_and_with_it_they_do_not() -> None:
    values = np.random.default_rng(2).normal(0, 3, (60, 30, 30)).astype(np.float32)
    grid = Regridded(values, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    whole = filtered(values[None, None])[0]
    worst = {}
    for field in (None, FIELD):
        known = card(field=field, window=(24, 30, 30), overlap=(10, 10, 10))
        planes = np.stack(list(read_windows(grid, known, filtered)), 1)
        worst[field] = np.abs(planes - whole).max()
    assert worst[None] > 1e-3
    assert worst[FIELD] < 1e-6


@pytest.mark.parametrize(
    ("length", "window", "overlap", "field"),
    [(100, 48, 23, 23), (30, 48, 23, 23), (49, 48, 23, 23), (97, 40, 9, None), (48, 48, 0, 1)],
)
def test_windows_cover_an_axis(length: int, window: int, overlap: int, field: int | None) -> None:
    axis = lay_out(length, window, overlap, field)
    assert axis.starts[0] == 0
    assert axis.starts[-1] + axis.size == length
    assert axis.total.min() > 0
    assert all(
        b - a <= window - overlap for a, b in zip(axis.starts, axis.starts[1:], strict=False)
    )


def test_no_more_is_in_memory_than_a_row_of_windows() -> None:
    asked: list[int] = []

    class Watched(Regridded):
        def slab(self, start: int, stop: int) -> np.ndarray:
            asked.append(stop - start)
            return super().slab(start, stop)

    grid = Watched(np.zeros((400, 30, 30), np.int16), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    first = next(iter(read_windows(grid, card(), filtered)))
    assert asked == [24]
    assert first.shape == (1, 30, 30)


def test_a_grid_of_the_same_spacing_is_the_volume_itself() -> None:
    values = np.random.default_rng(3).integers(-1000, 1000, (9, 8, 7)).astype(np.int16)
    grid = Regridded(values, (2.0, 0.7, 0.7), (2.0, 0.7, 0.7))
    np.testing.assert_array_equal(grid.slab(0, 9), values)


def test_a_coarser_grid_keeps_places_and_averages() -> None:
    ramp = np.broadcast_to(np.arange(40.0)[:, None, None], (40, 8, 8))
    grid = Regridded(ramp, (1.0, 1.0, 1.0), (2.0, 2.0, 2.0))
    assert grid.shape == (20, 4, 4)
    np.testing.assert_allclose(grid.slab(2, 18)[:, 2, 2], np.arange(2, 18) * 2 + 0.5, atol=1e-4)
    noise = np.random.default_rng(4).normal(0, 1, (64, 64, 64))
    coarse = Regridded(noise, (1.0, 1.0, 1.0), (4.0, 4.0, 4.0)).slab(0, 16)
    assert coarse.std() < 0.25
    np.testing.assert_allclose(mixing(11, 1.0, 4, 3.0).sum(1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("columns", "axes"),
    [(((1, 0, 0), (0, 1, 0), (0, 0, 1)), "SPL"), (((1, 0, 0), (0, 1, 0), (0, 0, -1)), "RAS"),
     (((0, 1, 0), (0, 0, -1), (1, 0, 0)), "SPL"), (((0.96, 0.28, 0), (-0.28, 0.96, 0), (0, 0, 1)), "LPS")],
)  # fmt: skip
def test_a_volume_is_turned_as_the_network_wants_it(
    columns: tuple[tuple[float, ...], ...], axes: str
) -> None:
    affine = np.eye(4)
    affine[:3, :3] = np.array(columns).T * [0.8, 0.8, 3.0]
    shape = (4, 6, 8)
    at = np.stack(np.indices(shape)[::-1], -1).reshape(-1, 3)
    mm = at @ affine[:3, :3].T
    view_of = turn_of(affine, axes).view
    for axis, letter in enumerate(axes):
        patient, way = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1)}[letter]
        seen = view_of(mm[:, patient].reshape(shape)) * way
        assert np.diff(seen, axis=axis).min() > 0


def test_a_volume_too_askew_is_refused() -> None:
    affine = np.eye(4)
    affine[:3, :3] = [[0.7, 0.7, 0.1], [0.1, 0.1, 0.9], [0.7, 0.6, 0.1]]
    with pytest.raises(ImagingError) as caught:
        turn_of(affine, "SPL")
    assert caught.value.code == "scan.no-volume"


def test_marked_voxels_lie_where_they_are_and_are_measured() -> None:
    """A bright ball in an oblong grid of another orientation than the network's."""
    affine = np.eye(4)
    affine[:3, :3] = np.array([[0, 0, 2.5], [-0.8, 0, 0], [0, -0.8, 0]])  # sagittal, upside down
    shape = (40, 90, 100)
    places = np.stack(np.indices(shape)[::-1], -1).reshape(-1, 3) @ affine[:3, :3].T
    middle = affine[:3, :3] @ [50, 45, 20]
    ball = (((places - middle) ** 2).sum(1) <= 14**2).reshape(shape)
    volume = Volume(np.where(ball, 1000, 0).astype(np.int16), affine)
    windows: list[tuple[int, int]] = []
    known = card(spacing_mm=(1.6, 1.6, 1.6), field=1)
    marked = mark_volume(
        volume,
        known,
        lambda window: (window / 1000).astype(np.float32),
        lambda *told: windows.append(told),
    )
    (mark,) = marked.marks
    assert windows[-1][0] == windows[-1][1] == len(windows)
    truth = 4 / 3 * np.pi * 14**3 / 1000
    assert mark.ml == pytest.approx(truth, rel=0.05)
    overlap = 2 * ((marked.values == 1) & ball).sum() / (marked.values.sum() + ball.sum())
    assert overlap > 0.96
    assert mark.slices is not None
    assert mark.slices[0] == pytest.approx(np.flatnonzero(ball.any((1, 2)))[0], abs=1)
    assert mark.peak == pytest.approx(1, abs=0.01)


def test_the_likeliest_of_several_classes_counts() -> None:
    classes = tuple(
        MarkClass(name, channel, {"en": name, "fr": name}, (0, 0, 0))
        for name, channel in (("low", 1), ("high", 2))
    )
    known = card(classes=classes, channels=3, has_background=True, field=1)

    def run(window: np.ndarray) -> np.ndarray:
        near = [np.exp(-np.abs(window - level)) for level in (0, 5, 10)]
        together = np.concatenate(near, 1)
        return (together / together.sum(1, keepdims=True)).astype(np.float32)

    values = np.zeros((30, 30, 30), np.int16)
    values[5:10], values[20:22] = 5, 10
    marked = mark_volume(Volume(values, np.eye(4)), known, run)
    assert [m.voxels for m in marked.marks] == [5 * 900, 2 * 900]
    assert [m.slices for m in marked.marks] == [(5, 9), (20, 21)]
    np.testing.assert_array_equal(marked.values[[0, 5, 20], 3, 3], [0, 1, 2])
