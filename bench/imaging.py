"""Scans: files opened, how soon they can be looked at, and what the models on them are worth.

The table of files is written to `bench/out/imaging_files.md`; `docs/imaging.md` holds a copy.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow
from pydicom.uid import MRImageStorage, generate_uid

from bedside_dx.analysis.series import CLOSE, NEIGHBOURS, show, window_of
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.model_card import Role
from bedside_dx.imaging.dicom.reading import ScanReader
from bedside_dx.imaging.planes import AXES, cut
from bench._held_out import SHARED, model, other_stain_rows
from bench._scan_files import WRONG, places, rows_of, table
from bench._scan_strangers import as_slice, scan_strangers
from bench._strangers import PICTURES, rows
from tests.scans import image, write_series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.scan import Study
    from bench._strangers import Kind

OUT = Path(__file__).parent / "out"
DATA = SHARED / "data"
SLICES, SIDE = 500, 512
BATCH, DRAWS, TRIES, COMPOSED = 8, 1000, 3, 20
GOALS = {
    "files_wrong": "0", "scroll_p95_ms": "≤ 16", "first_slice_ms_500": "≤ 500",
    "all_headers_ms_500": "≤ 5,000", "mpr_ms": "≤ 33", "gate_auroc_scans": "≥ 0.97",
    "sliding_window_vs_full_max_diff": "≤ 1e-4",
}  # fmt: skip


def main() -> dict[str, float | None]:
    """Every figure; None where what it needs is not here."""
    OUT.mkdir(exist_ok=True)
    figures: dict[str, float | None] = {}
    figures |= _files() if (DATA / "dicom").is_dir() else {}
    figures |= _scroll()
    figures |= _large_series()
    if (DATA / "brain-mri").is_dir():
        figures |= _brain()
    figures |= _windows()
    print(f"    {'':<34} {'measured':>10}  asked")
    for key, goal in GOALS.items():
        value = figures.get(key)
        print(f"    {key:<34} {'-' if value is None else format(value, '.4g'):>10}  {goal}")
    return figures


# ---------------------------------------------------------------- files


def _files() -> dict[str, float | None]:
    with ScanReader() as reader:
        found = {name: list(rows_of(reader, folder)) for name, folder in places(DATA).items()}
    (OUT / "imaging_files.md").write_text(table(found), encoding="utf-8")
    listed = [row for part in found.values() for row in part]
    refused = [row for row in listed if row.is_refused]
    for row in refused:
        print(f"    refused: {row.name}: {row.said}")
    wrong = sum(row.said == WRONG for row in listed)
    none = sum(row.is_no_dicom for row in listed)
    return {
        "files_opened": len(listed) - len(refused) - wrong - none,
        "files_refused_named": len(refused),
        "files_wrong": wrong,
        "files_no_dicom": none,
    }


# ---------------------------------------------------------------- speed


def _scroll() -> dict[str, float | None]:
    """Of the viewer, which measures itself."""
    if importlib.util.find_spec("bench._scan_scroll") is None:
        print("    scroll_p95_ms: the viewer's own measurement is not here")
        return {"scroll_p95_ms": None}
    measure: Any = importlib.import_module("bench._scan_scroll")
    return {"scroll_p95_ms": float(measure.scroll_p95_ms())}


def _large_series() -> dict[str, float | None]:
    """A CT of 500 × 512² with shuffled names: its first slice, all its headers, a plane of it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_series(folder, SLICES, SIDE)
        tries = [_opened(folder, is_warm=is_warm) for is_warm in (False, True) * TRIES]
        with ScanReader() as reader:
            volume = reader.volume(reader.open(folder).series[0])
    planes = []
    for name, axis in AXES.items():
        ends = volume.to_mm(np.array([[0.0, 0, 0], [SIDE - 1, SIDE - 1, SLICES - 1]]))[:, axis]
        for at in np.linspace(*ends, 12):
            begin = time.perf_counter()
            cut(volume, name, float(at))
            planes.append(time.perf_counter() - begin)
    cold, warm = tries[::2], tries[1::2]
    return {
        "first_slice_ms_500": float(np.median([first for first, _ in cold])) * 1000,
        "first_slice_started_ms_500": float(np.median([first for first, _ in warm])) * 1000,
        "all_headers_ms_500": float(np.median([headers for _, headers in cold])) * 1000,
        "mpr_ms": float(np.median(planes)) * 1000,
        "mpr_p95_ms": float(np.quantile(planes, 0.95)) * 1000,
    }


def _opened(folder: Path, *, is_warm: bool) -> tuple[float, float]:
    """Seconds to the first slice's pixels, and to the last header.

    Parameters
    ----------
    is_warm
        Whether the two workers were started before, as the window may do; else their start counts.
    """
    first: list[float] = []
    with ScanReader() as reader:
        if is_warm:
            reader.values(reader.open(next(folder.iterdir())).series[0].frames[0])
        begin = time.perf_counter()

        def look(study: Study) -> None:
            if not first:
                reader.values(study.series[0].frames[0])
                first.append(time.perf_counter() - begin)

        reader.open(folder, look)
        return first[0], time.perf_counter() - begin


# ---------------------------------------------------------------- brain-mri


def _brain() -> dict[str, float | None]:
    """Accuracy on test images that went through DICOM, and the gate against strange slices."""
    classifier, listed = model("brain-mri"), rows(DATA / "brain-mri", "test")
    slices = _through_dicom([DATA / "brain-mri" / row["path"] for row in listed])
    seen = [classifier.classify(part, Cancel()) for part in _batches(slices)]
    probabilities = np.concatenate([part.probabilities for part in seen])
    familiar = np.concatenate([part.unfamiliarity for part in seen])
    labels = np.array([classifier.card.index(row["label"]) for row in listed])
    figures: dict[str, float | None] = {
        "brain_accuracy_test": float((probabilities.argmax(1) == labels).mean()),
        "brain_n": len(labels),
        "gate_false_alarms_scans": float((familiar > 1).mean()),
        "gate_false_alarms_scans_unstated": float((familiar > CLOSE).mean()),
        "gate_close_kept_validation": _kept_close(classifier),
        **_composed(probabilities, familiar, labels, classifier),
    }
    return figures | (_gate(classifier, familiar) if PICTURES.is_dir() else {})


def _through_dicom(paths: list[Path]) -> NDArray[np.uint8]:
    """Write images as MR files, and read and show each as a series of one."""
    side = model("brain-mri").card.patch_px
    slices: list[NDArray[np.uint8]] = []
    with tempfile.TemporaryDirectory() as temporary, ScanReader() as reader:
        for number, path in enumerate(paths):
            write_mr(Path(temporary) / f"{number}.dcm", np.asarray(Pillow.open(path).convert("L")))
        study = reader.open(Path(temporary))
        by_name = {int(s.frames[0].source.path.stem): s for s in study.series}
        for number in range(len(paths)):
            values = reader.values(by_name[number].frames[0])
            slices.append(show(values, window_of([values]), 1.0, side))
    return np.stack(slices)


def write_mr(path: Path, grey: NDArray[np.uint8]) -> None:
    """Write one grey image as an MR image of the head, a series of its own."""
    changes = {
        "SOPClassUID": MRImageStorage, "SOPInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(), "Modality": "MR", "BodyPartExamined": "HEAD",
        "Rows": grey.shape[0], "Columns": grey.shape[1], "PixelSpacing": [0.9, 0.9],
        "RescaleIntercept": 0, "PixelData": (grey.astype(np.uint16) * 8).tobytes(),
    }  # fmt: skip
    image(0, 8, **changes).save_as(path, enforce_file_format=True)


def _kept_close(classifier: Classifier) -> float:
    """Share below `CLOSE` of the images that only the gate was checked with: it is from them."""
    side = classifier.card.patch_px
    greys = [
        np.asarray(Pillow.open(DATA / "brain-mri" / row["path"]).convert("L"), np.float32)
        for row in other_stain_rows("brain-mri")
    ]
    slices = np.stack([as_slice(grey, side) for grey in greys])
    seen = [classifier.classify(part, Cancel()).unfamiliarity for part in _batches(slices)]
    return float((np.concatenate(seen) <= CLOSE).mean())


def _composed(
    probabilities: NDArray[np.float32],
    familiar: NDArray[np.float32],
    labels: NDArray[np.int64],
    classifier: Classifier,
) -> dict[str, float | None]:
    """What the rule for a series costs and finds, on series put together of single test images.

    They are of different people, so true series, whose slices resemble each other, do worse where a
    model errs and no better where it does not.
    """
    card, rng = classifier.card, np.random.default_rng(9)
    tumour = probabilities[:, list(card.of_role(Role.TUMOUR))].sum(1)
    known = np.flatnonzero(familiar <= 1)
    healthy = [at for at in known if labels[at] == card.index("notumor")]
    sick = [at for at in known if labels[at] != card.index("notumor")]
    called: dict[str, list[bool]] = {"alarms": [], "found": []}
    for _ in range(DRAWS):
        series = tumour[rng.choice(healthy, COMPOSED)]
        called["alarms"].append(_most(series) >= 0.5)
        start = int(rng.integers(COMPOSED - NEIGHBOURS + 1))
        series[start : start + NEIGHBOURS] = tumour[rng.choice(sick, NEIGHBOURS)]
        called["found"].append(_most(series) >= 0.5)
    return {
        "composed_series_false_alarms": float(np.mean(called["alarms"])),
        "composed_series_tumours_found": float(np.mean(called["found"])),
    }


def _most(tumour: NDArray[np.float32]) -> float:
    """Highest mean of neighbours: what `analysis.series` picks."""
    return float(np.convolve(tumour, np.full(NEIGHBOURS, 1 / NEIGHBOURS), "valid").max())


def _gate(classifier: Classifier, familiar: NDArray[np.float32]) -> dict[str, float | None]:
    figures: dict[str, float | None] = {}
    areas: dict[str, tuple[float, float, float, int, int]] = {}
    for name, kind in scan_strangers(DATA, classifier.card.patch_px).items():
        parts = [classifier.classify(part, Cancel()) for part in _batches(kind.images)]
        strange = np.concatenate([part.unfamiliarity for part in parts])
        low, high = _interval(familiar, strange, kind)
        count, series = len(strange), len(set(kind.series))
        areas[name] = (_area(familiar, strange, kind.weights), low, high, count, series)
        called = float(np.average(strange > CLOSE, weights=kind.weights))
        figures[f"gate_auroc_scans {name}"] = areas[name][0]
        figures[f"gate_called_scans {name}"] = called
        print(f"    gate, {name}: {areas[name][0]:.4f} ({low:.4f} to {high:.4f}), {count} images"
              f" of {series} series, called unfamiliar {called:.2f}")  # fmt: skip
    worst = min(areas, key=lambda name: areas[name][0])
    area, low, high, count, series = areas[worst]
    print(f"    gate, worst kind: {worst}")
    return {
        "gate_auroc_scans": area,
        "gate_auroc_scans_low": low,
        "gate_auroc_scans_high": high,
        "gate_auroc_scans_n": count,
        "gate_auroc_scans_series": series,
        **figures,
    }


def _area(
    familiar: NDArray[np.floating], strange: NDArray[np.floating], weights: NDArray[np.float64]
) -> float:
    """Area under the curve; ties half."""
    below = (strange[:, None] > familiar).mean(1) + (strange[:, None] == familiar).mean(1) / 2
    return float(np.average(below, weights=weights))


def _interval(
    familiar: NDArray[np.floating], strange: NDArray[np.floating], kind: Kind
) -> tuple[float, float]:
    """95 % of the areas when familiar images and whole series are drawn again."""
    rng, names = np.random.default_rng(5), np.array(kind.series)
    below = (strange[:, None] > familiar) + (strange[:, None] == familiar) / 2
    of_series = np.stack([below[names == name].mean(0) for name in np.unique(names)])
    areas = [
        of_series[np.ix_(_draw(rng, len(of_series)), _draw(rng, len(familiar)))].mean()
        for _ in range(DRAWS)
    ]
    return float(np.quantile(areas, 0.025)), float(np.quantile(areas, 0.975))


def _draw(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    return rng.integers(count, size=count)


def _batches(images: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [images[at : at + BATCH] for at in range(0, len(images), BATCH)]


# ---------------------------------------------------------------- volumes


def _windows() -> dict[str, float | None]:
    """How far reading window by window is from reading a whole volume at once."""
    if importlib.util.find_spec("bench._volumes") is None:
        return {"sliding_window_vs_full_max_diff": None}
    measure: Any = importlib.import_module("bench._volumes")
    return measure.figures()
