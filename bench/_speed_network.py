"""The peers' network as a package of ours, at every precision that the bundled models ship.

It is imported as anyone's would be, through `bedside-dx models import`. Drawn at random, it has no
limits that mean anything, so the margins of its second looks are laid where as many patches are
looked at again as with the bundled model: that cost is in every figure.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.cli import main as command
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.ports import Seen
from bedside_dx.models import session
from bedside_dx.models.engines import choice, openvino_engine
from bedside_dx.models.package import GRAPH, RANGES, ModelPackage
from bedside_dx.models.registry import find
from bedside_dx.models.second_look import Margin, near_a_limit
from bench.peers.resnet18 import MEAN, STD
from training.precision import state, to_be_tried

NAME, LIKE = "resnet18", "colon-he"
ANSWERS = (
    "--name", NAME, "--organ", "colon", "--modality", "SM", "--spacing", "0.5", "--scale", "0-1",
    "--class", "other:benign", "--class", "tumour:tumour", "--activation", "softmax",
    "--mean", " ".join(map(str, MEAN)), "--std", " ".join(map(str, STD)),
)  # fmt: skip
WIDEST, HALVINGS = 16.0, 30
"""Log-odds, and steps in which the margin is looked for."""
FOR_RANGES = 64
"""Patches that ranges are taken from."""


def reduced() -> tuple[str, ...]:
    """Precisions that the bundled model states and this processor computes in."""
    return choice.precisions(find(LIKE))[1:]


def imported(network: Path, home: Path) -> ModelPackage:
    """Import the network into a folder of its own."""
    os.environ["XDG_DATA_HOME"] = str(home)
    with redirect_stdout(io.StringIO()):
        code = command(["models", "import", str(network), *ANSWERS])
    if code:
        sys.exit(code)
    return find(NAME)


def stated(package: ModelPackage, patches: NDArray[np.uint8]) -> ModelPackage:
    """The package with the reduced precisions, ranges and margins taken from some patches."""
    pixels = package.manifest.pixels.name
    np.savez(
        package.path / RANGES,
        **openvino_engine.ranges_of(package.content(GRAPH), pixels, patches[:FOR_RANGES]),
    )
    seen = session.load(package).classify(patches, Cancel())
    like = find(LIKE).manifest.precisions
    state(
        package.path,
        {
            name: to_be_tried(_margin(seen, package.card, like[name].looked_again))
            for name in reduced()
        },
    )
    return find(NAME)


def _margin(seen: Seen, card: ModelCard, share: float) -> Margin:
    """Margin within which that share of the patches lies."""
    least, most = 0.0, WIDEST
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        near = near_a_limit(seen.probabilities, seen.unfamiliarity, card, Margin(middle, 0.0))
        least, most = (least, middle) if near.mean() > share else (middle, most)
    return Margin(most, 0.0)
