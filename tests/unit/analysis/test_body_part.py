"""Which series a model of one organ takes for its own, by what the files say."""

from types import SimpleNamespace

import pytest

from bedside_dx.analysis.series import Fit, fit_of

CARD = SimpleNamespace(organ="brain", modality="MR")


@pytest.mark.parametrize(
    "part",
    [
        "CARDIAC",
        "SACROILIAC",
        "ILIAC ARTERY",
        "KNEE",
        "FEMORAL HEAD",
        "HUMERAL_HEAD",
        "ARMS OVERHEAD",
        "HEAD FIRST SUPINE",
    ],
)
def test_a_part_that_only_ends_like_one_of_the_head_is_another(part: str) -> None:
    assert fit_of(SimpleNamespace(modality="MR", body_part=part), CARD) is Fit.OTHER


@pytest.mark.parametrize(
    "part", ["IAC", "IAC_LEFT", "BRAIN", "HEADNECK", "SKULL BASE", "AXIAL HEAD", "HEAD"]
)
def test_parts_of_the_head_are_known(part: str) -> None:
    assert fit_of(SimpleNamespace(modality="MR", body_part=part), CARD) is Fit.STATED
