"""A heatmap that grows: only what it changes is drawn again, and it looks as drawn at once."""

import numpy as np
import pytest
from PySide6.QtCore import QRect

from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patterns import Pattern
from tests.ui.viewing import GRID, pixels, settle

FINE = PatchGrid(x0=-7.0, y0=3.0, step=31.0, side=31.0, columns=97, rows=70)


def rgba(grid: PatchGrid, seed: int, share: float) -> np.ndarray:
    """Colours on a share of the cells; a larger share of the same seed adds to a smaller one."""
    rng = np.random.default_rng(seed)
    shown = rng.random((grid.rows, grid.columns)) < share
    colors = rng.integers(0, 255, (grid.rows, grid.columns, 4), np.uint8)
    colors[..., 3] = np.where(shown, 140, 0)
    return colors * (colors[..., 3:] > 0)


@pytest.mark.parametrize(("grid", "scale"), [(GRID, 1.0), (GRID, 0.2), (FINE, 1.0), (FINE, 0.24)])
def test_a_grown_heatmap_looks_as_drawn_at_once(qtbot, viewer, grid, scale):
    viewer.camera.zoom_to(scale, 200, 100)
    settle(qtbot, viewer)
    for share in (0.2, 0.203, 0.21, 0.22):
        viewer.set_heatmap(rgba(grid, 1, share), grid)
        ink = np.random.default_rng(2).random((grid.rows, grid.columns)) < share / 3
        viewer.set_patterns({Pattern.INK: ink}, grid)
        viewer.repaint()
        viewer.camera.pan(17, -9)
    settle(qtbot, viewer)
    grown = pixels(viewer)
    viewer.set_colors("#eef1f4", "#141c24", "#0b6b6e")  # draws everything anew
    # A part that is stretched by itself may round its edge the other way.
    assert np.abs(grown.astype(int) - pixels(viewer)).max() <= 3


def test_only_the_surroundings_of_what_changed_are_drawn(qtbot, viewer, monkeypatch):
    viewer.set_heatmap(rgba(FINE, 1, 0.2), FINE)
    viewer.repaint()
    drawn: list[QRect] = []
    draw = viewer._overlay.draw
    monkeypatch.setattr(
        viewer._overlay, "draw", lambda p, v, rect: (drawn.append(QRect(rect)), draw(p, v, rect))
    )
    changed = rgba(FINE, 1, 0.2)
    changed[30, 40] = (20, 200, 60, 140)
    viewer.set_heatmap(changed, FINE)
    viewer.repaint()
    cell = viewer._overlay.heatmap.place(QRect(40, 30, 1, 1), viewer.view).toAlignedRect()
    assert sum(r.width() * r.height() for r in drawn) < 0.05 * viewer.width() * viewer.height()
    assert any(rect.contains(cell.center()) for rect in drawn)
    drawn.clear()
    viewer.set_heatmap(changed.copy(), FINE)
    viewer.set_patterns({}, FINE)
    viewer.repaint()
    assert drawn == [], "the same heatmap again is no work at all"


def test_out_of_view_it_grows_for_nothing(qtbot, viewer, monkeypatch):
    viewer.show_actual_pixels()
    viewer.camera.centre(300, 300)
    viewer.set_heatmap(rgba(FINE, 1, 0.2), FINE)
    settle(qtbot, viewer)
    monkeypatch.setattr(viewer._overlay, "draw", lambda *_: pytest.fail("nothing seen has changed"))
    changed = rgba(FINE, 1, 0.2)
    changed[60, 90] = (20, 200, 60, 140)
    viewer.set_heatmap(changed, FINE)
    viewer.repaint()


def test_a_change_between_two_frames_lands_where_it_belongs(qtbot, viewer):
    viewer.show_actual_pixels()
    viewer.set_heatmap(rgba(FINE, 1, 0.2), FINE)
    settle(qtbot, viewer)
    viewer.camera.pan(45, 31)
    viewer.set_heatmap(rgba(FINE, 1, 0.205), FINE)
    settle(qtbot, viewer)
    grown = pixels(viewer)
    viewer.set_colors("#eef1f4", "#141c24", "#0b6b6e")
    assert np.abs(grown.astype(int) - pixels(viewer)).max() <= 3
