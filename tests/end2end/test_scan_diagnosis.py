"""The model of brain MR on studies: a tumour is found and shown, and what is strange is not judged."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pydicom.data
import pypdfium2
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import MRImageStorage, generate_uid

from bedside_dx.app import scanning
from bedside_dx.app.scanning import ScanReader, diagnose_scan
from bedside_dx.cli.main import main
from bedside_dx.core.results import Report
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from bedside_dx.text.words import confidence_words
from tests.brain_series import write_brain
from tests.kit.many_commands import run
from tests.scans import image, write_series

PYDICOM = Path(pydicom.data.__file__).parent / "test_files"
REFUSED, CANNOT_SAY = 3, 4


def report_of(folder: Path) -> Report:
    return diagnose_scan(folder, "brain-mri", emit=lambda event: None)


Told = Callable[[str], tuple[str, Path]]


@pytest.fixture(scope="module")
def glioma(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Told:
    """What the terminal says of eight slices of a glioma in a language, and the report's folder."""
    if not (shared_folder / "data").is_dir():
        pytest.skip("shared data absent")
    folder = tmp_path_factory.mktemp("glioma")
    write_brain(folder / "mr", shared_folder, ["glioma"] * 8)

    @cache
    def told(language: str) -> tuple[str, Path]:
        out = folder / language
        model = ["--model", "brain-mri", "--out", out, "--quiet", "--language", language]
        done = run("diagnose", folder / "mr", *model)
        assert done.returncode == 0, done.stderr
        return done.stdout, out

    return told


def test_a_tumour_is_found_shown_and_its_sureness_put_in_its_place(glioma: Told) -> None:
    said, out = glioma("en")
    assert said.startswith("Glioma present")
    assert "3 of 8 slices that look most like tumour" in said
    assert "not checked on whole series" in said
    verdict = json.loads((out / "report.json").read_text())["verdict"]
    assert verdict["status"] == "present"
    assert verdict["class"] == "glioma"
    assert verdict["interval"][0] < verdict["probability"] < verdict["interval"][1]
    assert "reason.picked-slices" in [reason["code"] for reason in verdict["reasons"]]
    with Image.open(out / "occlusion.png") as opened:
        colours = np.asarray(opened.convert("RGB")).astype(int)
    orange = (colours[..., 0] - colours[..., 2]) > 40
    assert 0.002 < orange.mean() < 0.5
    assert colours[orange].mean() > 40, "over the head, not over the air around it"
    assert (out / "report.pdf").stat().st_size > 20_000


@pytest.mark.parametrize(
    ("language", "words", "on_paper"),
    [
        ("en", "not calibrated for series of slices", "not checked on series of slices"),
        ("fr", "non calibrée pour des séries de coupes", "non vérifiée sur des séries de coupes"),
    ],
)
def test_an_interval_that_no_series_was_checked_for_says_so_wherever_it_stands(
    glioma: Told, language: str, words: str, on_paper: str
) -> None:
    said, out = glioma(language)
    assert words in said
    verdict = json.loads((out / "report.json").read_text())["verdict"]
    assert words in verdict["confidence"]
    assert verdict["class_set"] is None
    assert len(verdict["reasons"]) <= 3
    pages = pypdfium2.PdfDocument(out / "report.pdf")
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    text = " ".join(text.split())
    assert words in text
    assert on_paper in text


def test_one_image_alone_is_as_sure_as_single_images_are(tmp_path: Path, shared: Path) -> None:
    write_brain(tmp_path / "mr", shared, ["glioma"])
    diagnosis = report_of(tmp_path / "mr").diagnosis
    assert diagnosis.is_calibrated
    assert "calibrated" not in confidence_words(diagnosis, texts("en"))


def test_no_tumour_is_said_with_the_same_caution(tmp_path: Path, shared: Path) -> None:
    write_brain(tmp_path / "mr", shared, ["notumor"] * 6)
    report = report_of(tmp_path / "mr")
    assert report.diagnosis.status is Status.NOT_SEEN
    assert report.occlusion is None
    assert report.scan is not None
    assert len(report.scan.picked) == 3
    none = report.model.index("notumor")
    mean = report.findings.probabilities[list(report.scan.picked), none].mean()
    assert report.diagnosis.probability == pytest.approx(float(mean), abs=1e-5)
    (picked,) = [r for r in report.diagnosis.reasons if r.code == "reason.picked-slices"]
    assert picked.values == {"slices": 3, "of": len(report.findings.cells)}


def photograph(shared: Path) -> list[np.ndarray]:
    """Tissue under a microscope: the photographs that are beside every checkout."""
    files = sorted((shared / "data" / "colon-he").rglob("*.jpg"))[:4]
    return [np.asarray(Image.open(path).convert("L")) for path in files]


def ultrasound(_: Path) -> list[np.ndarray]:
    data = pydicom.dcmread(PYDICOM / "examples_ybr_color.dcm")
    return list(data.pixel_array[::8].mean(3).astype(np.uint16))


def other_part(_: Path) -> list[np.ndarray]:
    data = pydicom.dcmread(PYDICOM / "examples_overlay.dcm")  # an abdomen
    return [data.pixel_array.astype(np.uint16)]


def heart(shared: Path) -> list[np.ndarray]:
    data = pydicom.dcmread(shared / "data" / "dicom" / "odd" / "multiframe-test1.dcm")
    return list(data.pixel_array[::4].astype(np.uint16))


def chest(shared: Path) -> list[np.ndarray]:
    files = sorted((shared / "data" / "dicom" / "ct-seg").glob("0*.dcm"))
    slices = [pydicom.dcmread(path).pixel_array.astype(int) for path in files]
    return [(part - part.min()).astype(np.uint16) for part in slices]


def phantom(_: Path) -> list[np.ndarray]:
    y, x = np.mgrid[:256, :256] - 127.5
    rng = np.random.default_rng(4)
    rods = [((x - 60 * np.cos(a)) ** 2 + (y - 60 * np.sin(a)) ** 2 < 80) for a in range(6)]
    disc = np.where(x**2 + y**2 < 100**2, 700, 0) - 400 * np.any(rods, 0)
    return [np.abs(disc + rng.normal(0, 15, disc.shape)).astype(np.uint16) for _ in range(4)]


@pytest.mark.parametrize("made", [photograph, ultrasound, other_part, heart, chest, phantom])
def test_what_passes_for_mr_and_is_no_head_is_not_judged(
    tmp_path: Path, shared: Path, made: Callable[[Path], list[np.ndarray]]
) -> None:
    """The header says MR and nothing of the part: a model of heads is not run on a guess."""
    series = generate_uid()
    for number, pixels in enumerate(made(shared)):
        data = image(
            number, 8, SOPClassUID=MRImageStorage, SOPInstanceUID=generate_uid(),
            SeriesInstanceUID=series, Modality="MR", BodyPartExamined="", RescaleIntercept=0,
            Rows=pixels.shape[0], Columns=pixels.shape[1],
            PixelData=pixels.astype(np.uint16).tobytes(),
        )  # fmt: skip
        data.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    diagnosis = report_of(tmp_path).diagnosis
    assert diagnosis.status is Status.CANNOT_SAY
    assert diagnosis.class_id is None
    assert diagnosis.unfamiliar > 0.5


def test_a_header_of_something_else_is_enough(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = shared / "data" / "dicom" / "ct-seg"
    assert main(["diagnose", str(scan), "--model", "brain-mri", "--quiet"]) == CANNOT_SAY
    said = capsys.readouterr().out
    assert "The files say CT, and the model reads MR only" in said
    assert "differ from what the model has seen" not in said, "nothing was held against it"
    french = ["--language", "fr", "diagnose", str(scan), "--model", "brain-mri", "--quiet"]
    assert main(french) == CANNOT_SAY
    assert "Les fichiers indiquent CT, et le modèle ne lit que MR" in capsys.readouterr().out
    write_brain(tmp_path / "knee", shared, ["glioma"] * 4, BodyPartExamined="KNEE")
    diagnosis = report_of(tmp_path / "knee").diagnosis
    assert diagnosis.status is Status.CANNOT_SAY
    assert [(r.code, r.values) for r in diagnosis.reasons] == [
        ("reason.other-part", {"found": "KNEE"})
    ]


def test_a_study_that_vanishes_while_it_is_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its headers are read, before its pixels, and before its hash is made."""
    scan, out = tmp_path / "ct", tmp_path / "out"
    asked = ["diagnose", str(scan), "--model", "brain-mri", "--quiet", "--out", str(out)]
    for room, name in (
        (ScanReader, "start"), (scanning, "choose_series"), (scanning, "_pictures"),
    ):  # fmt: skip
        write_series(scan, 4, 96)
        real = getattr(room, name)

        def vanish(*given: Any, real: Callable[..., Any] = real) -> Any:
            shutil.rmtree(scan, ignore_errors=True)
            return real(*given)

        with monkeypatch.context() as patch:
            patch.setattr(room, name, vanish)
            assert main(asked) == REFUSED
        assert "disk is connected" in capsys.readouterr().err
        assert not list(tmp_path.glob("out*/*")), "nothing half written"


def test_a_person_may_say_which_part_it_is_and_is_told_that_it_counts_less(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_brain(tmp_path / "mr", shared, ["meningioma"] * 3, BodyPartExamined="")
    command = ["diagnose", str(tmp_path / "mr"), "--model", "brain-mri", "--quiet"]
    assert main(command) == CANNOT_SAY
    assert "--part HEAD" in capsys.readouterr().out
    assert main([*command, "--part", "head"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Meningioma present")
    assert "A person, not the files" in said
    assert main([*command, "--part", "knee"]) == CANNOT_SAY
    write_brain(tmp_path / "told", shared, ["notumor"] * 3, BodyPartExamined="",
                SeriesDescription="t1 CRANE sans injection")  # fmt: skip
    assert main([*command[:1], str(tmp_path / "told"), *command[2:]]) == 0


def table(entries: np.ndarray, first: int) -> Dataset:
    """A VOI LUT of 8 bits."""
    item = Dataset()
    item.add_new(0x00283002, "US", [len(entries), first, 8])
    item.add_new(0x00283006, "OW", entries.astype("<u2").tobytes())
    return item


def turned(grey: np.ndarray) -> np.ndarray:
    return (255 - grey.astype(np.uint16)) * 8


VARIANTS: dict[str, dict[str, Any]] = {
    "monochrome1": {"turn": turned, "PhotometricInterpretation": "MONOCHROME1"},
    "rescaled": {"RescaleSlope": 0.37, "RescaleIntercept": -60},
    "windowed": {"WindowCenter": 3, "WindowWidth": 2},  # a file's window must not clip the model
    "table": {
        "turn": lambda grey: 255 - grey.astype(np.uint16),
        "VOILUTSequence": Sequence([table(np.arange(256)[::-1], 0)]),
    },
    "table of monochrome1": {
        "turn": lambda grey: grey.astype(np.uint16),
        "VOILUTSequence": Sequence([table(np.arange(256)[::-1], 0)]),
        "PhotometricInterpretation": "MONOCHROME1",
    },
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Report:
    """What is said of three slices whose values are written the usual way."""
    if not (shared_folder / "data").is_dir():
        pytest.skip("shared data absent")
    folder = tmp_path_factory.mktemp("plain")
    write_brain(folder, shared_folder, ["notumor"] * 3)
    return report_of(folder)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_head_is_shown_to_the_model_however_its_values_are_written(
    tmp_path: Path, shared: Path, plain: Report, variant: str
) -> None:
    write_brain(tmp_path / "other", shared, ["notumor"] * 3, **VARIANTS[variant])
    other = report_of(tmp_path / "other")
    shown = [r.pictures.overview.astype(int) for r in (plain, other)]
    assert np.abs(shown[0] - shown[1]).max() <= 1
    np.testing.assert_allclose(
        plain.findings.probabilities, other.findings.probabilities, atol=0.01
    )
