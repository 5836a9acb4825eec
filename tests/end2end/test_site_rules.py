"""A site changes its rules at a terminal; diagnosis, evaluation and report follow them."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.kit import tiny_model
from tests.kit.many_commands import run
from tests.slides import write_slide

SETS = {
    "levels": [0.8, 0.9, 0.95],
    "least": {"red": [0.9, 0.8, 0.08], "green": [0.9, 0.8, 0.08], "blue": [0.9, 0.8, 0.08]},
    "n": {"red": 40, "green": 40, "blue": 40},
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one model that knows sets of classes."""
    manifest = tiny_model.manifest(class_sets=SETS)
    tiny_model.write(tmp_path / "models" / "tiny", manifest=manifest)
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("BEDSIDE_DX_RULES", str(tmp_path / "rules.toml"))
    return tmp_path


def red_slide(folder: Path) -> Path:
    pixels = np.full((640, 640, 3), 244, np.uint8)
    pixels[100:540, 100:540] = (235, 30, 70)
    noise = np.random.default_rng(5).integers(-18, 18, pixels.shape)
    return write_slide(
        folder / "red.tif", np.clip(pixels + noise, 0, 255).astype(np.uint8), um_per_px=1.0
    )


def test_a_change_reaches_every_verdict_and_names_who_made_it(site: Path) -> None:
    slide = red_slide(site)
    told = run("diagnose", slide, "--model", "tiny", "--quiet", "--json")
    usual = json.loads(told.stdout)
    assert usual["verdict"]["class_set"] == ["red"], told.stderr
    assert usual["verdict"]["set_level"] == 0.9
    assert usual["verdict"]["rule"] == "tumour-area"
    assert usual["site_rules"]["changed"] == []

    done = run("rules", "set", "coverage", "95 %", "--by", "Dr Zoé", "--why", "tumour board")
    assert done.returncode == 0, done.stderr
    out = site / "out"
    told = run("diagnose", slide, "--model", "tiny", "--quiet", "--out", out)
    assert told.returncode == 0
    assert "95%" in told.stdout
    assert "Site rule: Coverage of class sets: 95% (usual: 90%), by Dr Zoé" in told.stdout
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["verdict"]["set_level"] == 0.95
    assert report["site_rules"]["limits"]["coverage"] == 0.95
    (changed,) = report["site_rules"]["changed"]
    assert (changed["key"], changed["usual"], changed["who"], changed["why"]) == (
        "coverage", 0.9, "Dr Zoé", "tumour board",
    )  # fmt: skip

    shown = json.loads(run("rules", "show", "--json").stdout)
    assert shown["changed"] == ["coverage"]
    assert "95%" in next(r["when"] for r in shown["rules"] if r["code"] == "fits-no-class")
    assert "Dr Zoé" in run("rules", "history", "--language", "fr").stdout
    assert run("rules", "reset", "coverage", "--by", "B", "--why", "x").returncode == 0
    assert json.loads(run("rules", "show", "--json").stdout)["changed"] == []
    assert len(json.loads(run("rules", "history", "--json").stdout)["history"]) == 2


def test_tampered_rules_give_no_verdict_until_settled(site: Path) -> None:
    slide = red_slide(site)
    assert run("rules", "set", "most_lost", "0.3", "--by", "A", "--why", "x").returncode == 0
    log = site / "rules.history.jsonl"
    log.write_text(log.read_text("utf-8").replace("0.3", "0.2"), "utf-8")
    for words in (
        ("diagnose", slide, "--model", "tiny", "--out", site / "out"),
        ("models", "evaluate", "tiny", "--index", site / "i.csv", "--out", site / "out"),
        ("rules", "show"),
        ("rules", "set", "coverage", "0.95", "--by", "A", "--why", "x"),
    ):
        refused = run(*words)
        assert refused.returncode == 2, words
        assert "was edited" in refused.stderr
        assert "rules restart" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not (site / "out").exists()
    assert run("models", "verify", "tiny").returncode == 0, "no verdict is asked for"
    assert run("rules", "restart", "--by", "Dr A", "--why", "log edited").returncode == 0
    assert run("diagnose", slide, "--model", "tiny", "--quiet").returncode == 0
    assert "log edited" in run("rules", "history").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("set", "coverage", "2", "--by", "A", "--why", "x"),
        ("set", "coverage", "0.95", "--by", " ", "--why", "x"),
        ("set", "trust", "1", "--by", "A", "--why", "x"),
        ("set", "coverage", "0.95"),
        ("reset", "coverage", "--by", "A", "--why", "x"),
        ("show", "--model", "nothing"),
        (),
    ],
)
def test_slips_are_refused_and_nothing_is_written(site: Path, words: tuple[str, ...]) -> None:
    refused = run("rules", *words)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert not (site / "rules.toml").exists()


def test_scores_have_the_set_of_each_image(site: Path) -> None:
    lines = ["path,label"]
    for at, color in enumerate([(255, 0, 0), (0, 0, 255), (140, 0, 120)]):
        Image.new("RGB", (32, 32), color).save(site / f"{at}.png")
        lines.append(f"{at}.png,red")
    (site / "index.csv").write_text("\n".join(lines) + "\n", "utf-8")
    run("rules", "set", "coverage", "0.95", "--by", "A", "--why", "x")
    words = ("--index", site / "index.csv", "--out", site / "out", "--quiet")
    assert run("models", "evaluate", "tiny", *words).returncode == 0
    with (site / "out" / "scores.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["set"] for row in rows][:2] == ["red", "blue"]
    assert set(rows[2]["set"].split("|")) == {"red", "blue"}
    run("rules", "reset", "coverage", "--by", "A", "--why", "x")
    assert run("models", "evaluate", "tiny", *words).returncode == 0
    with (site / "out" / "scores.csv").open(newline="", encoding="utf-8") as file:
        assert [row["set"] for row in csv.DictReader(file)][2] == "-"
