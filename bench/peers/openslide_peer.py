"""The loop that most scripts have: openslide, PIL, ONNX Runtime as it comes.

``python openslide_peer.py SLIDE MODEL.onnx`` reads every patch that shows tissue, one after the
other, and prints their number and the processor seconds.
"""

import json
import resource
import sys

import numpy as np
import onnxruntime
import openslide
from PIL import Image
from resnet18 import MEAN, SIDE, STD

BATCH = 32
GLASS = 232
"""Grey from which a patch is taken for glass."""


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(path: str, model: str) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    slide = openslide.OpenSlide(path)
    width, height = slide.dimensions
    overview = slide.get_thumbnail((width // 16, height // 16)).convert("L")
    darkness = overview.resize((width // SIDE, height // SIDE), Image.Resampling.BOX)
    places = np.argwhere(np.asarray(darkness) < GLASS)
    before = cpu_s()
    for at in range(0, len(places), BATCH):
        read = [
            slide.read_region((int(x) * SIDE, int(y) * SIDE), 0, (SIDE, SIDE)).convert("RGB")
            for y, x in places[at : at + BATCH]
        ]
        pixels = np.stack([np.asarray(patch) for patch in read]).astype(np.float32) / 255
        pixels = (pixels - np.float32(MEAN)) / np.float32(STD)
        session.run(None, {"pixels": np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))})
    print(json.dumps({"patches": len(places), "cpu_s": cpu_s() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
