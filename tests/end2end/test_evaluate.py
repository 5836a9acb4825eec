"""`bedside-dx models evaluate`: a site validates a model on its own cases."""

import csv
import errno
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import tiny_model
from PIL import Image

from bedside_dx.app import saving
from bedside_dx.app.choosing import load_model
from bedside_dx.app.evaluating import EvaluationSummary, evaluate
from bedside_dx.cli import main
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import InferenceError, ReportError, TableError
from bedside_dx.core.events import Event, Stage, StageProgress
from bedside_dx.core.ports import Classifier
from bedside_dx.core.settings import Settings
from bedside_dx.models.package import read_package
from bedside_dx.models.registry import SITE_FOLDERS
from bedside_dx.models.session import load
from bedside_dx.text import texts

FILES = {
    "scores.csv",
    "metrics.json",
    "validation.pdf",
    "roc.png",
    "reliability.png",
    "confusion.png",
}


@pytest.fixture
def model(tmp_path: Path) -> Classifier:
    return load(read_package(tiny_model.write(tmp_path / "model" / "tiny")))


def picture(path: Path, color: str | int, size: tuple[int, int] = (32, 32)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixel = tiny_model.images(color)[0, 0, 0]
    Image.new("RGB", size, tuple(int(v) for v in pixel)).save(path)
    return path


def table(folder: Path, rows: list[str], header: str = "path,label") -> Path:
    index = folder / "index.csv"
    index.write_text("\n".join([header, *rows]) + "\n")
    return index


def run(
    model: Classifier,
    index: Path,
    out: Path,
    emit: Callable[[Event], None] = lambda _: None,
    cancel: Cancel | None = None,
) -> EvaluationSummary:
    return evaluate(model, index, out, emit=emit, cancel=cancel or Cancel(), threads=2)


def scores(out: Path) -> list[dict[str, str]]:
    with (out / "scores.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def colors(tmp_path: Path) -> Path:
    """Four images of each colour, of several sizes, formats and spacings, and a stranger."""
    rows = []
    for at, color in enumerate(tiny_model.CLASSES):
        picture(tmp_path / f"{color}.png", color)
        picture(tmp_path / "deeper" / f"{color}.jpg", color, (64, 64))
        picture(tmp_path / f"{color}.tif", color, (70, 90))
        picture(tmp_path / f"{color} small.png", color, (20, 10))
        rows += [
            f"{color}.png,{color},,p{at},x",
            f"deeper/{color}.jpg,{color},0.5,p{at},x",
            f"{color}.tif,{color},1.0,q{at},x",
            f"{color} small.png,{color},1.0,,x",
        ]
    picture(tmp_path / "grey.png", 128)
    rows.append("grey.png,red,,,x")
    return table(tmp_path, rows, "path,label,spacing_um,group,split")


def test_scores_metrics_and_plots_are_written(model: Classifier, colors: Path) -> None:
    out = colors.parent / "new" / "out"
    events: list[Event] = []
    summary = run(model, colors, out, events.append)
    assert {file.name for file in summary.files} == FILES
    assert {file.name for file in out.iterdir()} == FILES
    rows = scores(out)
    assert list(rows[0])[:6] == ["path", "label", "prob_red", "prob_green", "prob_blue", "verdict"]
    assert [row["path"] for row in rows[:2]] == ["red.png", "deeper/red.jpg"]
    verdicts = {"red": "present", "green": "suspicious", "blue": "not_seen"}
    for row in rows[:-1]:
        assert row["verdict"] == verdicts[row["label"]]
        assert float(row[f"prob_{row['label']}"]) > 0.9
        assert sum(float(row[f"prob_{c}"]) for c in tiny_model.CLASSES) == pytest.approx(
            1, abs=1e-5
        )
        assert row["error"] == ""
    assert [row["patches"] for row in rows[:4]] == ["1", "1", "9", "1"]
    assert [row["preparation"] for row in rows[:3]] == ["as-is", "resampled", "as-is"]
    assert [row["mirrored"] for row in rows[:4]] == ["0", "0", "0", "1"]
    assert rows[-1]["verdict"] == "cannot_say"
    assert "unfamiliar" in rows[-1]["reasons"]
    assert float(rows[-1]["prob_red"]) == pytest.approx(1 / 3, abs=1e-4)

    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["n"] == 13
    assert metrics["auc"] == {"red": 1.0, "green": 1.0, "blue": 1.0}
    assert metrics["abstained"] == pytest.approx(1 / 13)
    assert metrics["accuracy_where_answered"] == 1.0
    assert metrics["interval"]["unit"] == "group"
    low, high = metrics["intervals"]["balanced_accuracy"]
    assert low <= metrics["balanced_accuracy"] <= high
    assert metrics["preparation"]["mirrored"] == 3
    assert metrics["model"]["name"] == "tiny"
    assert str(colors.parent) not in (out / "metrics.json").read_text()

    progress = [(e.done, e.total) for e in events
                if isinstance(e, StageProgress) and e.stage is Stage.PATCHES]  # fmt: skip
    assert progress == [(done, 13) for done in range(14)]


def test_plots_are_pictures_with_something_on_them(model: Classifier, colors: Path) -> None:
    summary = run(model, colors, colors.parent / "out")
    for file in summary.files[3:]:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("RGB"))
        assert min(pixels.shape[:2]) >= 900
        assert 0.01 < (pixels.min(-1) < 200).mean() < 0.6, file.name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_summary_says_the_figures_and_what_to_see_to(
    model: Classifier, tmp_path: Path, language: str
) -> None:
    picture(tmp_path / "a.png", "red", (50, 50))
    index = table(tmp_path, ["a.png,red", "absent.png,blue"])
    lines = run(model, index, tmp_path / "out").lines(texts(language))
    assert not any("{" in line for line in lines)
    assert len(lines) == 15  # with both warnings: one not readable, one resized


def test_files_that_cannot_be_read_do_not_stop_the_rest(model: Classifier, tmp_path: Path) -> None:
    picture(tmp_path / "good.png", "red")
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "cut.png").write_bytes((tmp_path / "good.png").read_bytes()[:60])
    (tmp_path / "folder.png").mkdir()
    names = ["absent", "empty", "text", "cut", "folder"]
    index = table(tmp_path, [f"{name}.png,red" for name in (*names, "good")])
    run(model, index, tmp_path / "out")
    rows = scores(tmp_path / "out")
    for row in rows[:-1]:
        assert row["error"], row
        assert row["prob_red"] == row["verdict"] == ""
        assert str(tmp_path) not in row["error"]
    assert rows[-1]["verdict"] == "present"
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert (metrics["n"], metrics["unreadable"]) == (1, 5)
    assert metrics["auc"] == {"red": None, "green": None, "blue": None}


def test_many_tiffs_share_a_worker_and_a_broken_one_is_still_told_apart(
    model: Classifier, tmp_path: Path
) -> None:
    names = [f"{color}{at}.tif" for at in range(70) for color in ("red", "blue")]
    for name in names:
        picture(tmp_path / name, name[:-4].rstrip("0123456789"))
    whole = (tmp_path / "red3.tif").read_bytes()
    (tmp_path / "red3.tif").write_bytes(whole[: len(whole) // 2])
    index = table(tmp_path, [f"{name},{name[:-4].rstrip('0123456789')}" for name in names])
    started = time.monotonic()
    run(model, index, tmp_path / "out")
    assert time.monotonic() - started < 30  # a worker for each would take 40 s and more
    rows = {row["path"]: row for row in scores(tmp_path / "out")}
    assert [name for name, row in rows.items() if row["error"]] == ["red3.tif"]
    assert rows["red4.tif"]["verdict"] == "present"
    assert rows["blue3.tif"]["verdict"] == "not_seen"


def test_an_image_too_coarse_for_the_model_is_scored_and_not_judged(
    model: Classifier, tmp_path: Path
) -> None:
    picture(tmp_path / "a.png", "red")
    index = table(tmp_path, ["a.png,red,2.0"], "path,label,spacing_um")
    run(model, index, tmp_path / "out")
    (row,) = scores(tmp_path / "out")
    assert (row["verdict"], row["class"]) == ("cannot_say", "")
    assert "too-coarse" in row["reasons"]
    assert float(row["prob_red"]) > 0.9


def test_nothing_readable_is_an_error_and_writes_nothing(model: Classifier, tmp_path: Path) -> None:
    index = table(tmp_path, ["absent.png,red"])
    with pytest.raises(TableError, check=lambda e: e.code == "index.none-readable"):
        run(model, index, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_that_gives_no_numbers_ends_it(tmp_path: Path) -> None:
    folder = tiny_model.write(tmp_path / "nan", graph=tiny_model.graph(tail="nan"))
    picture(tmp_path / "a.png", "red")
    index = table(tmp_path, ["a.png,red"] * 40)
    with pytest.raises(InferenceError, check=lambda e: e.code == "inference.not-finite"):
        run(load(read_package(folder)), index, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_cancel_ends_it_at_once_with_nothing_written(tmp_path: Path) -> None:
    slow = tiny_model.write(tmp_path / "slow", graph=tiny_model.graph(rounds=150))
    picture(tmp_path / "a.png", "red")
    index = table(tmp_path, ["a.png,red"] * 500)
    cancel = Cancel()
    asked: list[float] = []

    def stop() -> None:
        asked.append(time.monotonic())
        cancel.cancel()

    timer = threading.Timer(0.5, stop)
    timer.start()
    with pytest.raises(CancelledByUser):
        run(load(read_package(slow)), index, tmp_path / "out", cancel=cancel)
    assert time.monotonic() - asked[0] < 1.0  # a tenth of that where nothing else runs
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_earlier_files(
    model: Classifier, colors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = colors.parent / "out"
    run(model, colors, out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    flush = saving._flush

    def full(path: Path) -> None:
        if path.name == "confusion.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(path)

    monkeypatch.setattr(saving, "_flush", full)
    picture(colors.parent / "red.png", "blue")
    with pytest.raises(ReportError, check=lambda e: e.code == "report.not-written"):
        run(model, colors, out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_the_same_input_gives_the_same_files(model: Classifier, colors: Path) -> None:
    run(model, colors, colors.parent / "one")
    run(model, colors, colors.parent / "two")
    for name in ("scores.csv", "metrics.json"):
        one, two = ((colors.parent / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two


def test_on_the_command_line(
    colors: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(SITE_FOLDERS, str(colors.parent / "site"))
    tiny_model.write(colors.parent / "site" / "tiny")
    words = ["models", "evaluate", "tiny", "--index", str(colors), "--out"]
    assert main([*words, str(colors.parent / "out")]) == 0
    assert "13" in capsys.readouterr().out
    bad = table(colors.parent, ["a.png,purple"])
    assert main([*words, str(colors.parent / "other")]) == 3
    said = capsys.readouterr().err
    assert "purple" in said
    assert "red, green, blue" in said
    assert bad.exists()
    assert not (colors.parent / "other").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_site_validates_with_other_kinds_and_subgroups(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    """Own images of three colours by two scanners, grey ones of another kind, a model with sets."""
    monkeypatch.setenv(SITE_FOLDERS, str(tmp_path / "site"))
    sets = {
        "levels": [0.8, 0.9, 0.95],
        "least": {c: [0.6, 0.4, 0.2] for c in tiny_model.CLASSES},
        "n": dict.fromkeys(tiny_model.CLASSES, 40),
    }
    manifest = tiny_model.manifest(class_sets=sets)
    tiny_model.write(tmp_path / "site" / "tiny", manifest=manifest)
    rows = []
    for at in range(12):
        color = tiny_model.CLASSES[at % 3]
        picture(tmp_path / f"{at}.png", color)
        rows.append(f"{at}.png,{color},p{at // 2},,{'AB'[at % 4 == 0]}")
    for at in range(4):
        picture(tmp_path / f"grey{at}.png", 60 + 40 * at)
        rows.append(f"grey{at}.png,,,no,A")
    index = table(tmp_path, rows, "path,label,group,familiar,by_scanner")
    words = ["models", "evaluate", "tiny", "--index", str(index), "--language", language, "--out"]
    assert main([*words, str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "{" not in said
    rows_out = scores(tmp_path / "out")
    assert [row["familiar"] for row in rows_out] == ["yes"] * 12 + ["no"] * 4
    assert [row["by_scanner"] for row in rows_out[:4]] == ["B", "A", "A", "A"]
    assert rows_out[-1]["label"] == ""
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["n"] == 12
    assert metrics["index"]["rows"] == 16
    assert metrics["class_sets"]["coverage"] == 1.0
    assert metrics["class_sets"]["level"] == 0.9
    assert metrics["class_sets"]["mean_size"] == 1.0
    assert metrics["gate"]["false_alarms"] == 0.0
    assert metrics["gate"]["misses"] == 0.0
    assert metrics["gate"]["auroc"] == 1.0
    assert metrics["calibration_error_corrected"] <= metrics["calibration_error"]
    assert [(g["value"], g["n"], g["small"]) for g in metrics["subgroups"]] == [
        ("A", 9, True),
        ("B", 3, True),
    ]
    with pypdfium2.PdfDocument(tmp_path / "out" / "validation.pdf") as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_bounded()
    assert "scanner: A" in text
    assert metrics["index"]["sha256"][:32] in text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a.png,,perhaps"], "perhaps"),
        (["a.png,,no"], "another kind"),
        (["a.png,red,yes", "b.png,,"], "“”"),
    ],
)
def test_slips_in_the_new_columns_are_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rows: list[str],
    said: str,
) -> None:
    monkeypatch.setenv(SITE_FOLDERS, str(tmp_path / "site"))
    tiny_model.write(tmp_path / "site" / "tiny")
    index = table(tmp_path, rows, "path,label,familiar")
    out = tmp_path / "out"
    assert main(["models", "evaluate", "tiny", "--index", str(index), "--out", str(out)]) == 3
    assert said in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"), [("colon-he", 0.88), ("lung-he", 0.88), ("brain-mri", 0.93)]
)
def test_the_bundled_models_on_held_out_images(
    shared: Path, tmp_path: Path, name: str, least: float
) -> None:
    folder = shared / "data" / name
    with (folder / "index.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "test"][::5]
    lines = [f"{folder / row['path']},{row['label']},{row.get('group', '')}" for row in rows]
    index = table(tmp_path, lines, "path,label,group")
    run(load_model(name, Settings()), index, tmp_path / "out")
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["n"] == len(rows)
    assert metrics["balanced_accuracy"] > least
    assert metrics["abstained"] < 0.15
