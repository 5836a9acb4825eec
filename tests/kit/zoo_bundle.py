"""The configuration of a bundle as MONAI's documentation and its model zoo write one.

Python code stands where it does there: in paths, devices and types that nothing here needs.
"""

import json
from pathlib import Path
from typing import Any

from tests.kit import foreign_volume

STEP = "_target_"


def inference() -> dict[str, Any]:
    """What ``configs/inference.json`` holds."""
    image = "@image_key"
    return {
        "imports": ["$import glob", "$import numpy", "$import os"],
        "bundle_root": ".",
        "image_key": "image",
        "output_dir": "$@bundle_root + '/eval'",
        "output_ext": ".nii.gz",
        "output_dtype": "$numpy.float32",
        "output_postfix": "trans",
        "separate_folder": True,
        "load_pretrain": True,
        "dataset_dir": "/workspace/data/Task09_Spleen",
        "datalist": "$list(sorted(glob.glob(@dataset_dir + '/imagesTs/*.nii.gz')))",
        "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
        "network_def": {STEP: "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 2},
        "network": "$@network_def.to(@device)",
        "preprocessing": {
            STEP: "Compose",
            "transforms": [
                {STEP: "LoadImaged", "keys": image},
                {STEP: "EnsureChannelFirstd", "keys": image},
                {STEP: "Orientationd", "keys": image, "axcodes": "RAS"},
                {STEP: "Spacingd", "keys": image, "pixdim": [1.5, 1.5, 2.0], "mode": "bilinear"},
                {
                    STEP: "ScaleIntensityRanged", "keys": image, "a_min": foreign_volume.LOW,
                    "a_max": foreign_volume.HIGH, "b_min": 0, "b_max": 1, "clip": True,
                },
                {STEP: "EnsureTyped", "keys": image},
            ],
        },
        "dataset": {STEP: "Dataset", "data": "$[{'image': i} for i in @datalist]",
                    "transform": "@preprocessing"},
        "dataloader": {STEP: "DataLoader", "dataset": "@dataset", "batch_size": 1},
        "inferer": {STEP: "SlidingWindowInferer", "roi_size": [16, 16, 16], "sw_batch_size": 4,
                    "overlap": 0.5},
        "postprocessing": {
            STEP: "Compose",
            "transforms": [
                {STEP: "Activationsd", "keys": "pred", "softmax": True},
                {STEP: "Invertd", "keys": "pred", "transform": "@preprocessing",
                 "orig_keys": image, "nearest_interp": False, "to_tensor": True},
                {STEP: "AsDiscreted", "keys": "pred", "argmax": True},
                {STEP: "SaveImaged", "_disabled_": "$not @separate_folder",
                 "keys": "pred", "output_dir": "@output_dir", "output_ext": "@output_ext",
                 "output_dtype": "@output_dtype", "resample": False},
            ],
        },
        "handlers": [{STEP: "CheckpointLoader",
                      "load_path": "$@bundle_root + '/models/model.pt'"}],
        "evaluator": {STEP: "SupervisedEvaluator", "network": "@network", "inferer": "@inferer"},
        "run": ["$@evaluator.run()"],
    }  # fmt: skip


def write(folder: Path, *, ahead: int = 0, **steps: dict[str, Any]) -> Path:
    """Write a bundle.

    Parameters
    ----------
    ahead
        As of `foreign_volume.network`.
    steps
        Values to change, by the name of the step, or ``inferer``.
    """
    foreign_volume.bundle(folder, foreign_volume.network(ahead=ahead))
    config = inference()
    for kind, values in steps.items():
        if kind == "inferer":
            config["inferer"].update(values)
            continue
        every = config["preprocessing"]["transforms"] + config["postprocessing"]["transforms"]
        next(step for step in every if step[STEP] == kind).update(values)
    (folder / "configs" / "inference.json").write_text(json.dumps(config))
    return folder
