"""A real model package of a few kilobytes: it tells red, green and blue images apart.

Red is tumour, green a precursor, blue benign; grey is unlike anything it was made for.
"""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tomli_w
from onnx import TensorProto, helper, numpy_helper

SIDE = 32
CLASSES = ("red", "green", "blue")
ROLES = ("tumour", "precursor", "benign")
TEMPERATURE = 2.0
REFERENCE = {
    "mean": np.eye(3, dtype=np.float32),
    "whiten": np.eye(3, dtype=np.float32),
    "near": np.float32(0.0),
    "far": np.float32(0.5),
    "offset": np.float32(1e9),
    "width": np.float32(1.0),
}


def manifest(**changes: Any) -> dict[str, Any]:
    """A manifest that is right, with some top-level fields replaced; None takes one away."""
    fields: dict[str, Any] = {
        "format": "bedside-dx-model/1",
        "name": "tiny",
        "version": "1.0.0",
        "input": "patches",
        "modality": "SM",
        "organ": "test",
        "spec_version": "1.0",
        "architecture": "mean_color",
        "num_classes": 3,
        "patch_size_pixels": SIDE,
        "spacing_um_px": 1.0,
        "class_names": list(CLASSES),
        "transform": [{"name": "ToTensor"}],
        "transform_in_graph": True,
        "activation": "softmax",
        "activation_in_graph": True,
        "title": {"en": "Colours", "fr": "Couleurs"},
        "intended_use": {"en": "Tests.", "fr": "Essais."},
        "limits": {"en": ["Knows three colours."], "fr": ["Connaît trois couleurs."]},
        "tensors": {
            "input": {
                "name": "patches",
                "dtype": "uint8",
                "layout": "NHWC",
                "shape": ["N", SIDE, SIDE, 3],
            },
            "probabilities": {"name": "probabilities", "dtype": "float32", "shape": ["N", 3]},
            "embedding": {"name": "embedding", "dtype": "float32", "shape": ["N", 4]},
        },
        "classes": [
            {
                "id": name,
                "role": role,
                "label": {"en": name.title(), "fr": name.title()},
                "color": [int(255 * v) for v in np.eye(3)[at]],
                "codes": {},
            }
            for at, (name, role) in enumerate(zip(CLASSES, ROLES, strict=True))
        ],
        "calibration": {"method": "temperature", "temperature": TEMPERATURE},
        "gate": {
            "method": "mahalanobis-or-unfamiliar-logit",
            "patch_threshold": 1.0,
            "slide_threshold": 0.5,
        },
        "verdict": {"tumour_probability": 0.5, "abstain_below": 0.5},
        "training": {
            "data": "none",
            "data_terms": {"en": "CC0", "fr": "CC0"},
            "code": "tests/kit",
            "seed": 0,
            "test_scored": 0,
        },
    }
    fields |= changes
    return {key: value for key, value in fields.items() if value is not None}


def graph(
    *, tail: str = "", rounds: int = 0, side: int = SIDE, domain: str = "", mixed: bool = False
) -> bytes:
    """The network: mean colour, times 8, softmax.

    Parameters
    ----------
    tail
        ``"nan"`` divides zero by zero, ``"double"`` makes probabilities that sum to 2,
        ``"huge"`` needs 12 TiB.
    rounds
        Wide convolutions done on the way, to take time.
    domain
        Of the softmax: not the standard's when given.
    mixed
        Colours go through convolutions: over three channels, then over eight.
    """
    nodes = [
        helper.make_node("Cast", ["patches"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["floats", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit"], ["color"], axes=[1, 2], keepdims=0),
        helper.make_node("Mul", ["color", "gain"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["soft"], axis=1, domain=domain),
        helper.make_node("ReduceSum", ["color"], ["sum"], keepdims=1, axes=[1]),
        helper.make_node("Mul", ["sum", "zero"], ["column0"]),
        helper.make_node("Concat", ["column0", "color"], ["embedding"], axis=1),
    ]
    weights = [
        numpy_helper.from_array(np.float32(255.0), "full"),
        numpy_helper.from_array(np.float32(8.0), "gain"),
        numpy_helper.from_array(np.float32(0.0), "zero"),
    ]
    if mixed:
        wide = np.eye(3, dtype=np.float32)[np.arange(8) % 3].reshape(8, 3, 1, 1)
        mean = wide.reshape(8, 3).T / wide.reshape(8, 3).sum(0)[:, None]
        weights += [
            numpy_helper.from_array(wide, "spread"),
            numpy_helper.from_array(mean.reshape(3, 8, 1, 1), "gather"),
        ]
        nodes[2:3] = [
            helper.make_node("Transpose", ["unit"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["planes", "spread"], ["eight"]),
            helper.make_node("Conv", ["eight", "gather"], ["three"]),
            helper.make_node("ReduceMean", ["three"], ["color"], axes=[2, 3], keepdims=0),
        ]
    if tail == "nan":
        nodes += [
            helper.make_node("Div", ["column0", "column0"], ["broken"]),
            helper.make_node("Add", ["soft", "broken"], ["probabilities"]),
        ]
    elif tail == "huge":
        shape = np.array([2**14, 2**14, 2**12, 1, 1], np.int64)
        weights.append(numpy_helper.from_array(shape, "shape"))
        nodes += [
            helper.make_node("Expand", ["soft", "shape"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["probabilities"], axes=[0, 1, 2], keepdims=0),
        ]
    elif tail == "double":
        nodes.append(helper.make_node("Add", ["soft", "soft"], ["probabilities"]))
    else:
        nodes.append(helper.make_node("Identity", ["soft"], ["probabilities"]))
    if rounds:
        weights.append(
            numpy_helper.from_array(np.full((3, 3, 15, 15), 1 / 675, np.float32), "blur")
        )
        nodes.insert(2, helper.make_node("Transpose", ["unit"], ["wave0"], perm=[0, 3, 1, 2]))
        for at in range(rounds):
            nodes.insert(
                3 + at,
                helper.make_node(
                    "Conv", [f"wave{at}", "blur"], [f"wave{at + 1}"], pads=[7, 7, 7, 7]
                ),
            )
        nodes.insert(
            3 + rounds,
            helper.make_node("ReduceMean", [f"wave{rounds}"], ["tide"], axes=[1, 2, 3], keepdims=0),
        )
        nodes.insert(4 + rounds, helper.make_node("Mul", ["tide", "zero"], ["still"]))
        nodes.append(helper.make_node("Identity", ["still"], ["kept"]))
    outputs = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 3]),
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", 4]),
    ]
    if rounds:
        outputs.append(helper.make_tensor_value_info("kept", TensorProto.FLOAT, ["N"]))
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "tiny",
            [helper.make_tensor_value_info("patches", TensorProto.UINT8, ["N", side, side, 3])],
            outputs,
            weights,
        ),
        opset_imports=[helper.make_opsetid("", 11)],
        ir_version=8,
    )
    return model.SerializeToString()


def aggregator(*, tail: str = "", width: int = 4, domain: str = "") -> bytes:
    """A slide-level network: it looks where it is reddest, and is sure of red from half on.

    Parameters
    ----------
    tail
        ``"nan"`` gives no numbers, ``"double"`` an attention that sums to 2.
    domain
        Of the softmax: not the standard's when given.
    """
    nodes = [
        helper.make_node("Gather", ["embedding", "column"], ["red"], axis=1),
        helper.make_node("Mul", ["red", "gain"], ["weighed"]),
        helper.make_node("Softmax", ["weighed"], ["looked"], axis=0, domain=domain),
        helper.make_node("Mul", ["looked", "red"], ["parts"]),
        helper.make_node("ReduceSum", ["parts"], ["seen"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["seen", "half"], ["above"]),
        helper.make_node("Mul", ["above", "gain"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["flat"]),
        helper.make_node("Unsqueeze", ["flat"], ["probabilities"], axes=[1]),
    ]
    weights = [
        numpy_helper.from_array(np.int64(1), "column"),
        numpy_helper.from_array(np.float32(16.0), "gain"),
        numpy_helper.from_array(np.float32(0.5), "half"),
        numpy_helper.from_array(np.float32(0.0), "zero"),
    ]
    if tail == "nan":
        nodes += [
            helper.make_node("Mul", ["looked", "zero"], ["nothing"]),
            helper.make_node("Div", ["nothing", "zero"], ["attention"]),
        ]
    elif tail == "double":
        nodes.append(helper.make_node("Add", ["looked", "looked"], ["attention"]))
    else:
        nodes.append(helper.make_node("Identity", ["looked"], ["attention"]))
    floats = TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "tiny_slide_level",
            [helper.make_tensor_value_info("embedding", floats, ["N", width])],
            [
                helper.make_tensor_value_info("probabilities", floats, [1, 1]),
                helper.make_tensor_value_info("attention", floats, ["N"]),
            ],
            weights,
        ),
        opset_imports=[helper.make_opsetid("", 11)],
        ir_version=8,
    )
    return model.SerializeToString()


def aggregator_section(**changes: Any) -> dict[str, Any]:
    """The manifest's section on the slide-level network, some fields replaced or taken away."""
    fields: dict[str, Any] = {
        "classes": ["red"],
        "sure_from": 0.9,
        "least_patches": 4,
        "metrics": {"auc": 1.0},
        "tensors": {
            "embedding": {"name": "embedding", "dtype": "float32", "shape": ["N", 4]},
            "probabilities": {"name": "probabilities", "dtype": "float32", "shape": [1, 1]},
            "attention": {"name": "attention", "dtype": "float32", "shape": ["N"]},
        },
    }
    fields |= changes
    return {key: value for key, value in fields.items() if value is not None}


def whole_reading(embedding: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability (1, 1) and attention (n,) of the slide-level network, by the formula."""
    red = embedding[:, 1].astype(np.float64)
    power = np.exp(16 * (red - red.max()))
    attention = power / power.sum()
    probability = 1 / (1 + np.exp(-16 * ((attention * red).sum() - 0.5)))
    return np.float32([[probability]]), attention.astype(np.float32)


def images(*colors: str | int) -> np.ndarray:
    """Plain images, (n, SIDE, SIDE, 3) uint8: ``"red"``, ``"green"``, ``"blue"`` or a grey."""
    plain = np.empty((len(colors), SIDE, SIDE, 3), np.uint8)
    for at, color in enumerate(colors):
        plain[at] = color if isinstance(color, int) else 255 * np.eye(3)[CLASSES.index(color)]
    return plain


def golden() -> dict[str, np.ndarray]:
    """Reference results, by the formula."""
    patches = images("red", "green", "blue", 100)
    color = patches.mean((1, 2)) / 255
    power = np.exp(8 * color)
    return {
        "patches": patches,
        "probabilities": (power / power.sum(1, keepdims=True)).astype(np.float32),
        "embedding": np.concatenate([np.zeros((4, 1)), color], 1).astype(np.float32),
        "tolerance": np.float32(1e-4),
    }


def golden_bag() -> dict[str, np.ndarray]:
    """Reference results of the slide-level network, by the formula."""
    bag = np.random.default_rng(0).random((12, 4)).astype(np.float32)
    probabilities, attention = whole_reading(bag)
    return {"bag": bag, "bag_probabilities": probabilities, "attention": attention}


def write_with_aggregator(folder: Path, **parts: Any) -> Path:
    """Write a sound package that has a slide-level network.

    Parameters
    ----------
    **parts
        ``section`` (dict), ``aggregator`` (bytes) and what `write` takes, in place of the right
        ones.
    """
    section = parts.get("section") or aggregator_section()
    write(
        folder,
        **{"manifest": manifest(aggregator=section), "golden": golden() | golden_bag()} | parts,
    )
    (folder / "aggregator.onnx").write_bytes(parts.get("aggregator") or aggregator())
    return seal(folder)


def write(folder: Path, **parts: Any) -> Path:
    """Write a sound package.

    Parameters
    ----------
    **parts
        ``manifest`` (dict), ``graph`` (bytes), ``golden`` and ``reference`` (dicts of
        arrays), to be written in place of the right ones.
    """
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(tomli_w.dumps(parts.get("manifest") or manifest()))
    (folder / "model.onnx").write_bytes(parts.get("graph") or graph())
    np.savez_compressed(folder / "golden.npz", **(parts.get("golden") or golden()))
    np.savez(folder / "reference.npz", **(parts.get("reference") or REFERENCE))
    (folder / "CARD.md").write_text("# Colours\n\nKnows three colours.\n")
    (folder / "LICENSE").write_text("CC0\n")
    return seal(folder)


def seal(folder: Path) -> Path:
    """Write the hashes of whatever lies in the folder."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    (folder / "SHA256SUMS").write_text("".join(lines))
    return folder


def zipped(folder: Path, path: Path) -> Path:
    """The same package as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return path


def check_with_onnx(content: bytes) -> None:
    """Hold our own graphs to the standard's checker."""
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
