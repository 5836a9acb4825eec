"""On a 4K screen and at fractional scales one pixel of the slide is one of the screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slides import he_like, write_repeated


@pytest.fixture(scope="module")
def slide_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scaled")
    return write_repeated(folder / "slide.tif", he_like(256, 256, seed=4), side=12_000)


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_pixels_stay_the_slides_own(slide_path: Path, scale: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.scaled_view", str(slide_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert f"scale {float(scale)}" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout
