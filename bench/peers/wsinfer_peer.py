"""WSInfer on one slide: `python wsinfer_peer.py SLIDE MODEL [best]`, in its own environment.

Prints the patches and the processor seconds of its inference, after it has loaded and segmented.
"""

import json
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from resnet18 import MEAN, STD

# PyPI's torchvision is built for CUDA: beside a PyTorch for the processor its own operators do not
# load, and its import stops at those that it describes all the same. WSInfer takes its transforms
# alone, which are Pillow and PyTorch.
if not torch.version.cuda:
    for name in ("nms", "qnms"):
        torch.library.define(
            f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )

from wsinfer.modellib.models import LocalModelTorchScript
from wsinfer.modellib.run_inference import run_inference
from wsinfer.patchlib import segment_and_patch_directory_of_slides
from wsinfer_zoo.client import ModelConfiguration


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def configuration() -> ModelConfiguration:
    return ModelConfiguration.from_dict(
        {
            "spec_version": "1.0",
            "architecture": "resnet18",
            "num_classes": 2,
            "patch_size_pixels": 224,
            "spacing_um_px": 0.5,
            "class_names": ["other", "tumour"],
            "transform": [
                {"name": "Resize", "arguments": {"size": 224}},
                {"name": "ToTensor"},
                {"name": "Normalize", "arguments": {"mean": list(MEAN), "std": list(STD)}},
            ],
        }
    )


def main(slide: Path, model: Path, *, best: bool) -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        slides, results = Path(folder) / "slides", Path(folder) / "results"
        slides.mkdir()
        shutil.copy(slide, slides)
        segment_and_patch_directory_of_slides(
            wsi_dir=slides,
            save_dir=results,
            patch_size_px=224,
            patch_spacing_um_px=0.5,
            thumbsize=(2048, 2048),
            median_filter_size=7,
            binary_threshold=7,
            closing_kernel_size=6,
            min_object_size_um2=200**2,
            min_hole_size_um2=190**2,
            overlap=0.0,
        )
        before = cpu_s()
        run_inference(
            slides,
            results,
            LocalModelTorchScript(configuration(), str(model)),
            batch_size=8 if best else 32,
            speedup=best,
        )
        seconds = cpu_s() - before
        rows = next((results / "model-outputs-csv").glob("*.csv")).read_text().count("\n") - 1
    print(json.dumps({"patches": rows, "cpu_s": seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), best="best" in sys.argv[3:])
