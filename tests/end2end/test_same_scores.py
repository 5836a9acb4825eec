"""A slide's scores do not depend on the way by which its pixels were read."""

from pathlib import Path

import numpy as np
import pytest

from bedside_dx.core.reading import Decoder
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.models import session
from bedside_dx.models.registry import find
from bench import _speed_identity
from tests.slides import Coding, he_like, write_slide


@pytest.fixture(scope="module")
def model() -> session.LoadedModel:
    """A bundled model in 32 bits."""
    return session.load(find("lung-he"))


@pytest.mark.parametrize("subsampling", [0, 2])
def test_direct_and_openslide_give_the_same_bits(
    tmp_path: Path, model: session.LoadedModel, subsampling: int
) -> None:
    """Read at full scale in two threads and in one, by both ways."""
    path = write_slide(
        tmp_path / "slide.tif", he_like(1400, 1200), um_per_px=0.5, coding=Coding(subsampling)
    )
    with open_slide(path) as slide:
        assert slide.reading.decoder is Decoder.DIRECT
    assert _speed_identity.identical_scores(path, model) == 1.0


def test_other_pixels_are_noticed(
    tmp_path: Path, model: session.LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixels that OpenSlide does not give make other scores."""
    path = write_slide(tmp_path / "slide.tif", he_like(1400, 1200), um_per_px=0.5)
    stock = _speed_identity.through_openslide

    def brighter(path: Path) -> Slide:
        slide = stock(path)
        read = slide.read
        slide.read = lambda region, size: np.maximum(read(region, size), 120)
        return slide

    monkeypatch.setattr(_speed_identity, "through_openslide", brighter)
    assert _speed_identity.identical_scores(path, model) < 1.0
