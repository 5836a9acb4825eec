"""FAST on one slide: `python fast_peer.py SLIDE MODEL.onnx`, in its own environment.

Prints the patches and the processor seconds of its pipeline: read, cut, classify with OpenVINO.
It takes every patch: its network for tissue is fetched from a server, its colours found none here.
"""

import json
import resource
import sys

import fast
from resnet18 import MEAN, STD


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(slide: str, model: str) -> None:
    importer = fast.WholeSlideImageImporter.create(slide)
    patches = fast.PatchGenerator.create(224, 224, level=0).connect(importer)
    network = fast.NeuralNetwork.create(
        model,
        scaleFactor=1 / 255,
        meanIntensity=sum(MEAN) / 3,
        standardDeviationIntensity=sum(STD) / 3,
        inferenceEngine="OpenVINO",
    ).connect(patches)
    importer.update()
    before, count = cpu_s(), 0
    for _ in fast.DataStream(network):
        count += 1
    print(json.dumps({"patches": count, "cpu_s": cpu_s() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
