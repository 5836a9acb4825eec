"""States of a scan, to be photographed: real samples where they are at hand, else made-up chests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.data import get_testdata_file

from bedside_dx.ui.scans.scan_board import Arrangement
from bedside_dx.ui.scans.scan_pane import ScanPane
from bedside_dx.ui.window import Window
from tests.brain_series import write_brain
from tests.drawn_on_scans import square, write_contours
from tests.phantom_series import ACROSS, BETWEEN, ORIGIN, write_phantom

WHO = {"PatientName": "Exemple^Camille", "PatientID": "84-1177", "PatientBirthDate": "19580314"}


@dataclass
class Gallery:
    """What a state is made with.

    Attributes
    ----------
    until
        Runs the window until something is so.
    """

    window: Window
    until: Callable[[Callable[[], object]], None]
    shared: Path

    def fresh(self) -> Path:
        """A new folder."""
        return Path(tempfile.mkdtemp())

    def opened(self, path: Path) -> ScanPane:
        """Open a study and wait until all of it is there."""
        window = self.window
        window.open([path])
        here = window.workplace.current
        assert here is not None
        self.until(lambda: here.study is not None and here.study.is_complete)
        pane = window.stage.scan_pane
        self.until(lambda: pane.view.sheets.stack is not None)
        self.until(lambda: pane.view.sheets.stack and pane.view.sheets.stack.is_complete)
        return pane

    def chest(self, **changes: object) -> Path:
        """A made-up chest with one nodule."""
        folder = self.fresh() / "CT thorax"
        write_phantom(folder, SeriesDescription="Thorax 2.5", **WHO, **changes)
        return folder


def stack(gallery: Gallery) -> None:
    pane = gallery.opened(gallery.chest())
    pane.board.use_window(pane.view.sheets.series.windows[1])


def planes(gallery: Gallery) -> None:
    pane = gallery.opened(gallery.chest())
    pane.strip.arrangements[Arrangement.PLANES].click()
    pane.board.use_window(pane.view.sheets.series.windows[1])
    gallery.until(lambda: all(view.sheets.sheet is not None for view in pane.board.shown))


def overlay(gallery: Gallery) -> None:
    """The liver of the samples; without them contours on a made-up chest."""
    folder = gallery.shared / "data" / "dicom" / "ct-seg"
    if folder.is_dir():
        pane = gallery.opened(folder)
    else:
        folder = gallery.fresh() / "CT"
        write_phantom(folder)
        write_contours(folder / "rt.dcm", [square(40, 40, 30, n) for n in range(10, 30)])
        pane = gallery.opened(folder)
    gallery.until(lambda: pane.overlay_panel.rows)


def overlay_plane(gallery: Gallery) -> None:
    folder = gallery.fresh() / "IRM"
    folder.mkdir()
    shutil.copy(get_testdata_file("examples_overlay.dcm"), folder / "overlay.dcm")
    pane = gallery.opened(folder)
    gallery.until(lambda: pane.overlay_panel.rows)


def marks(gallery: Gallery) -> None:
    window = gallery.window
    pane = gallery.opened(gallery.chest())
    here, networks = window.workplace.current, window.workplace.networks
    window.workplace.choose(next(c for c in networks if c.name == "nodule-phantom"))
    pane.board.use_window(pane.view.sheets.series.windows[1])
    window.workplace.run()
    gallery.until(lambda: not window.workplace.is_running)
    assert here is not None
    assert here.marked is not None


def two(gallery: Gallery) -> ScanPane:
    """A chest and the same person's a year before, in coordinates of its own."""
    earlier = {"StudyDate": "20250118", "SeriesInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.9"}
    before = gallery.opened(gallery.chest(**earlier))
    before.board.use_window(before.view.sheets.series.windows[1])
    pane = gallery.opened(gallery.chest())
    pane.board.use_window(pane.view.sheets.series.windows[1])
    pane.strip.arrangements[Arrangement.PRIOR].click()
    gallery.until(lambda: pane.board.prior.sheet is not None)
    gallery.until(lambda: pane.board.prior.sheets.stack.is_complete)
    pane.board.prior.use_window(pane.view.sheets.series.windows[1])
    return pane


def prior(gallery: Gallery) -> None:
    two(gallery)


def by_hand(gallery: Gallery) -> None:
    """In the middle of it: one place is pointed at."""
    pane = two(gallery)
    pane.beside.by_hand.click()
    here = np.add(ORIGIN, (60 * ACROSS, 80 * ACROSS, 20 * BETWEEN))
    pane.board.place.point_at(here)


def linked_by_hand(gallery: Gallery) -> None:
    pane = two(gallery)
    pane.beside.by_hand.click()
    here = np.add(ORIGIN, (60 * ACROSS, 80 * ACROSS, 20 * BETWEEN))
    pane.board.place.point_at(here)
    pane.board.prior_place.point_at(np.add(here, (3.0, -4.0, 2 * BETWEEN)))
    pane.beside.by_hand.click()


def verdict(gallery: Gallery) -> None:
    window = gallery.window
    folder = gallery.fresh() / "IRM tête"
    write_brain(folder, gallery.shared, ["glioma"] * 8)
    gallery.opened(folder)
    window.workplace.choose(next(c for c in window.workplace.models if c.name == "brain-mri"))
    window.workplace.run()
    gallery.until(lambda: not window.workplace.is_running)


def refused(gallery: Gallery) -> None:
    """The only file was cut short."""
    folder = gallery.chest()
    file = min(folder.glob("*.dcm"))
    cut = gallery.fresh() / "coupe.dcm"
    cut.write_bytes(file.read_bytes()[:3000])
    gallery.window.open([cut])
    here = gallery.window.workplace.current
    gallery.until(lambda: here is not None and here.error is not None)


def partly_refused(gallery: Gallery) -> None:
    """Two patients in one folder, and a file that was cut short."""
    folder = gallery.chest()
    files = sorted(folder.glob("*.dcm"))
    files[3].write_bytes(files[3].read_bytes()[:3000])
    other = {"PatientID": "90-2", "PatientName": "Autre", "SeriesInstanceUID": "1.2.9"}
    write_phantom(folder / "b", **{**WHO, **other})
    for file in sorted((folder / "b").glob("*.dcm"))[9:]:
        file.unlink()
    gallery.opened(folder)


SCANS: dict[str, Callable[[Gallery], object]] = {
    "scan-stack": stack,
    "scan-planes": planes,
    "scan-overlay": overlay,
    "scan-overlay-plane": overlay_plane,
    "scan-marks": marks,
    "scan-prior": prior,
    "scan-by-hand": by_hand,
    "scan-linked-by-hand": linked_by_hand,
    "scan-verdict": verdict,
    "scan-refused": refused,
    "scan-partly-refused": partly_refused,
}
