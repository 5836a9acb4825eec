"""Our side of the comparison: ``python -m bench._speed_ours SLIDE MODEL.onnx``.

The network is imported as anyone's would be, through `bedside-dx models import`. Prints patches and
processor seconds of reading and classifying, with loading and finding the tissue left out.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.app.choosing import load_model
from bedside_dx.cli import main as command
from bedside_dx.core.events import Cancel
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide
from bench.peers.resnet18 import MEAN, STD

NAME = "resnet18"
ANSWERS = (
    "--name", NAME, "--organ", "colon", "--modality", "SM", "--spacing", "0.5", "--scale", "0-1",
    "--class", "other:benign", "--class", "tumour:tumour", "--activation", "softmax",
    "--mean", " ".join(map(str, MEAN)), "--std", " ".join(map(str, STD)),
)  # fmt: skip


def main(path: Path, network: Path) -> None:
    settings = Settings(threads=1)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        with redirect_stdout(io.StringIO()):
            code = command(["models", "import", str(network), *ANSWERS])
        if code:
            sys.exit(code)
        classifier = load_model(NAME, settings)
    with open_slide(path, probe=False) as slide:
        tissue = find_tissue(slide)
        plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
        start = time.process_time()
        found = stream_findings(
            slide, plan, classifier, threads=1, emit=lambda _: None, cancel=Cancel()
        )
        seconds = time.process_time() - start
    print(json.dumps({"patches": int(found.analysed.sum()), "cpu_s": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
