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

from resnet18 import MEAN, SIDE, STD

BATCH = 32


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(path: str, model: str) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    slide = openslide.OpenSlide(path)
    width, height = slide.dimensions
    small = np.asarray(slide.get_thumbnail((width // SIDE, height // SIDE)).convert("L"))
    places = np.argwhere(small < 225)
    before = cpu_s()
    for at in range(0, len(places), BATCH):
        read = [
            np.asarray(slide.read_region((int(x) * SIDE, int(y) * SIDE), 0, (SIDE, SIDE)).convert("RGB"))
            for y, x in places[at : at + BATCH]
        ]
        pixels = (np.stack(read).astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
        session.run(None, {"pixels": np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))})
    print(json.dumps({"patches": len(places), "cpu_s": cpu_s() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
