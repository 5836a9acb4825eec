"""A MONAI bundle whose network marks voxels: what its JSON files say, and what is refused of it.

Read are ``configs/metadata.json`` (what goes in and out) and ``configs/inference.json`` (how a scan
is prepared and what becomes of the output). Nothing of them is run: a value that is Python code, or
a step that is not among those known here, is refused by name. Weights for PyTorch are never opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import ModelError
from bedside_dx.models.importers.monai import GRAPH, METADATA

if TYPE_CHECKING:
    from bedside_dx.models.importers.source import Source

INFERENCE = "configs/inference.json"
KEPT = frozenset((
    "LoadImaged", "EnsureChannelFirstd", "EnsureTyped", "CastToTyped", "ToTensord", "ToDeviced",
))  # fmt: skip
"""Steps that change no number that this program has not settled already."""
ENDINGS = frozenset(("Invertd", "SaveImaged", "EnsureTyped", "ToTensord", "CopyItemsd"))
"""Steps after the network that are this program's own business."""
MODALITIES = {"CT": "CT", "MR": "MR", "MRI": "MR"}
MARKED_FROM = 0.5
"""Probability from which a voxel is marked where channels do not compete; as `analysis.marking`."""
DEFAULT_OVERLAP, MOST_OVERLAP = 0.25, 0.875
LEAST_SIDE, MOST_SIDE = 8, 256

Values = Mapping[str, object]


@dataclass(frozen=True)
class VolumeDraft:
    """All that a bundle says of a network for volumes.

    Attributes
    ----------
    axes, spacing_mm, window, overlap
        As `core.marks.VolumeCard`; the letters are where axes lead.
    low, high
        Values of the scan that become `low_to` and `high_to`.
    is_cut
        Whether what lies beyond them is cut off.
    fill
        Value of the scan where a window reaches beyond a small volume.
    activation
        ``"softmax"``, ``"sigmoid"`` or ``"none"``.
    labels
        By channel what it marks; the background is left out.
    """

    name: str
    version: str
    title: str
    description: str
    licence: str
    modality: str
    axes: str
    spacing_mm: tuple[float, float, float]
    window: tuple[int, int, int]
    overlap: tuple[int, int, int]
    low: float
    high: float
    low_to: float
    high_to: float
    is_cut: bool
    fill: float
    activation: str
    channels: int
    has_background: bool
    labels: Mapping[int, str]


def is_volume_bundle(source: Source) -> bool:
    """Whether it is a MONAI bundle whose input has three sides."""
    if METADATA not in source.names:
        return False
    try:
        inputs = _table(_table(source.fields(METADATA)["network_data_format"])["inputs"])
        return any(len(_list(_table(one).get("spatial_shape"))) == 3 for one in inputs.values())
    except (KeyError, ModelError, TypeError):
        return False


def read_volume_bundle(source: Source, name: str) -> VolumeDraft:
    """Read what a bundle says.

    Parameters
    ----------
    name
        That it gets here.

    Raises
    ------
    ModelError
        ``exchange.no-onnx``: weights for PyTorch only; ``exchange.volume-unsupported``: a step, a
        value or a form that is not read here; ``exchange.bad-description``.
    """
    if GRAPH not in source.names:
        raise ModelError("exchange.no-onnx", path=source.path)
    if INFERENCE not in source.names:
        raise _unsupported(source, f"a bundle without {INFERENCE}")
    metadata, inference = source.fields(METADATA), source.fields(INFERENCE)
    try:
        return _Bundle(source, metadata, inference).draft(name)
    except (KeyError, TypeError, ValueError, IndexError) as exc:
        missing = f" ({exc.args[0]})" if isinstance(exc, KeyError) and exc.args else ""
        detail = f"{METADATA}, {INFERENCE}{missing}"
        raise ModelError("exchange.bad-description", path=source.path, detail=detail) from exc


class _Bundle:
    def __init__(self, source: Source, metadata: Values, inference: Values) -> None:
        self._source = source
        self._metadata = metadata
        self._inference = inference

    def draft(self, name: str) -> VolumeDraft:
        formats = _table(self._metadata["network_data_format"])
        taken, given = self._only(formats["inputs"]), self._only(formats["outputs"])
        if int(cast("int", taken["num_channels"])) != 1:
            raise _unsupported(self._source, f"{taken['num_channels']} input channels")
        modality = MODALITIES.get(str(taken.get("modality", "")).upper())
        if modality is None:
            raise _unsupported(self._source, f"modality {taken.get('modality')}")
        channels = int(cast("int", given["num_channels"]))
        labels, has_background = self._labels(given, channels)
        prepared = self._prepared()
        window, overlap = self._windows(taken)
        activation = self._activation(channels)
        low, high, low_to, high_to, is_cut = prepared.range
        fill = self._fill(prepared)
        return VolumeDraft(
            name=name,
            version=str(self._metadata.get("version") or "1.0.0")[:40],
            title=str(self._metadata.get("name") or self._metadata.get("task") or name)[:80],
            description=str(self._metadata.get("description") or "")[:200],
            licence=self._source.text("LICENSE"),
            modality=modality,
            axes=prepared.axes,
            spacing_mm=prepared.spacing,
            window=window,
            overlap=overlap,
            low=low,
            high=high,
            low_to=low_to,
            high_to=high_to,
            is_cut=is_cut,
            fill=fill,
            activation=activation,
            channels=channels,
            has_background=has_background,
            labels=labels,
        )

    def _only(self, value: object) -> Values:
        table = _table(value)
        if len(table) != 1:
            raise _unsupported(self._source, f"{len(table)} inputs or outputs")
        return _table(next(iter(table.values())))

    def _labels(self, given: Values, channels: int) -> tuple[dict[int, str], bool]:
        words = {str(given.get(key, "")).lower() for key in ("format", "type")}
        if not words & {"segmentation", "labels", "probability", "probabilities", "logits"}:
            raise _unsupported(self._source, f"output {', '.join(sorted(words))}")
        names = {int(key): str(value) for key, value in _table(given["channel_def"]).items()}
        if sorted(names) != list(range(channels)):
            raise _unsupported(self._source, "channel_def that does not name every channel")
        background = names[0].lower() in ("background", "bg", "none")
        return {k: v for k, v in names.items() if k or not background}, background

    def _prepared(self) -> _Prepared:
        prepared = _Prepared(self._source)
        for step in self._steps("preprocessing"):
            prepared.take(step)
        return prepared.checked()

    def _steps(self, key: str) -> list[_Step]:
        whole = self._followed(self._inference.get(key))
        listed = _table(whole).get("transforms") if _is_table(whole) else whole
        steps = [_table(self._followed(step)) for step in _list(self._followed(listed))]
        made = [_Step(step, self._followed) for step in steps]
        return [step for step in made if not step.is_disabled]

    def _followed(self, value: object) -> object:
        """Value that an ``@name`` stands for; Python code is refused, never run."""
        for _ in range(8):
            if not isinstance(value, str) or not value.startswith(("@", "$")):
                return value
            if value.startswith("$"):
                raise _unsupported(self._source, f"{value[:60]}")
            value = self._named(value)
        raise _unsupported(self._source, "names that lead in a circle")

    def _named(self, name: str) -> object:
        """What ``@a::b::0`` (or, as older bundles write, ``@a#b#0``) names."""
        found: object = self._inference
        for part in re.split("::|#", name[1:]):
            try:
                found = _list(found)[int(part)] if part.isdecimal() else _table(found)[part]
            except (TypeError, KeyError, IndexError):
                raise _unsupported(self._source, f"{name[:60]}") from None
        return found

    def _windows(self, taken: Values) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        inferer = _table(self._followed(self._inference.get("inferer", {})))
        kind = _target(inferer)
        if kind not in ("SlidingWindowInferer", "SlidingWindowInfererAdapt"):
            raise _unsupported(self._source, f"inferer {kind or '–'}")
        sides = _three(self._followed(inferer["roi_size"]))
        shape = _list(taken.get("spatial_shape"))
        for side, stated in zip(sides, shape, strict=True):
            if isinstance(stated, int) and stated != side:
                raise _unsupported(self._source, f"windows of {side} for {stated} voxels")
            found = re.fullmatch(r"(\d+)\s*\*\s*n", stated) if isinstance(stated, str) else None
            if found and int(cast("int", side)) % int(found[1]):
                raise _unsupported(self._source, f"windows of {side}, no multiple of {stated}")
        a, b, c = (int(cast("int", side)) for side in sides)
        if not all(LEAST_SIDE <= side <= MOST_SIDE for side in (a, b, c)):
            raise _unsupported(self._source, f"windows of {a} × {b} × {c}")
        given = _three(self._followed(inferer.get("overlap", DEFAULT_OVERLAP)))
        shares = [min(max(float(cast("float", one)), 0.0), MOST_OVERLAP) for one in given]
        x, y, z = (round(side * share) for side, share in zip((a, b, c), shares, strict=True))
        return (a, b, c), (x, y, z)

    def _fill(self, prepared: _Prepared) -> float:
        """Value of the scan that becomes what windows are filled up with beyond a small volume."""
        inferer = _table(self._followed(self._inference.get("inferer", {})))
        padding = str(self._followed(inferer.get("padding_mode", "constant")))
        if padding.rpartition(".")[2].lower() != "constant":
            raise _unsupported(self._source, f"padding_mode {padding}")
        wanted = float(cast("float", self._followed(inferer.get("cval", 0.0))))
        low, high, low_to, high_to, is_cut = prepared.range
        fill = low + (wanted - low_to) * (high - low) / (high_to - low_to)
        if is_cut and not low <= fill <= high:
            raise _unsupported(self._source, f"cval {wanted:g}, beyond {low_to:g} to {high_to:g}")
        return fill

    def _activation(self, channels: int) -> str:
        found: set[str] = set()
        takes_best = False
        for step in self._steps("postprocessing"):
            kind = step.kind
            if kind == "Activationsd":
                found |= {key for key in ("softmax", "sigmoid") if step.get(key) is True}
            elif kind == "AsDiscreted":
                takes_best = takes_best or step.get("argmax") is True
                threshold = step.get("threshold")
                if threshold is not None and threshold != MARKED_FROM:
                    raise _unsupported(self._source, f"threshold {threshold}")
            elif kind not in ENDINGS:
                raise _unsupported(self._source, f"{kind}")
        if len(found) == 1:
            return found.pop()
        # The likeliest of several channels is the same before a softmax and after it.
        if not found and takes_best and channels > 1:
            return "softmax"
        raise _unsupported(self._source, "an output without softmax or sigmoid")


class _Step:
    """One step; a value that stands for another one is looked up when it is asked for.

    What is never asked for (where results are saved, in which type) may be Python code.
    """

    def __init__(self, values: Values, follow: Callable[[object], object]) -> None:
        self._values, self._follow = values, follow
        self.kind = _target(values)

    @property
    def is_disabled(self) -> bool:
        """Whether the bundle leaves it out; of steps that are left out anyway it is not asked."""
        if self.kind in KEPT | ENDINGS:
            return False
        said = self.get("_disabled_")
        return said is True or str(said).lower() == "true"

    def get(self, key: str) -> object:
        """One of its values; None without."""
        return self._follow(self._values.get(key))

    def __getitem__(self, key: str) -> object:
        return self._follow(self._values[key])


class _Prepared:
    """Steps before the network, taken one after the other."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.axes = ""
        self.spacing: tuple[float, float, float] = (0.0, 0.0, 0.0)
        self.range: tuple[float, float, float, float, bool] = (0.0, 0.0, 0.0, 0.0, False)
        self._taken: list[str] = []

    def take(self, step: _Step) -> None:
        kind = step.kind
        if kind in self._taken and kind not in KEPT:
            raise _unsupported(self._source, f"{kind} twice")
        self._taken.append(kind)
        if kind == "Orientationd":
            self.axes = str(step["axcodes"]).upper()
            if "Spacingd" in self._taken and len(set(self.spacing)) > 1:
                # Its three numbers are then of the file's own axes, whichever these are.
                raise _unsupported(self._source, "Spacingd before Orientationd")
        elif kind == "Spacingd":
            a, b, c = (float(cast("float", value)) for value in _three(step["pixdim"]))
            self.spacing = (a, b, c)
        elif kind == "ScaleIntensityRanged":
            a, b, c, d = (
                float(cast("float", step[key])) for key in ("a_min", "a_max", "b_min", "b_max")
            )
            self.range = (a, b, c, d, step.get("clip") is True)
        elif kind not in KEPT:
            raise _unsupported(self._source, kind)

    def checked(self) -> _Prepared:
        """Refuse what is left open: it is never guessed."""
        ways = ({"L", "R"}, {"P", "A"}, {"S", "I"})
        if len(self.axes) != 3 or any(len(set(self.axes) & way) != 1 for way in ways):
            raise _unsupported(self._source, "a bundle without Orientationd")
        if min(self.spacing) <= 0:
            raise _unsupported(self._source, "a bundle without Spacingd")
        if self.range[1] <= self.range[0] or self.range[2] == self.range[3]:
            raise _unsupported(self._source, "a bundle without ScaleIntensityRanged")
        return self


def _target(step: Values) -> str:
    """Name of a step without the module that it is in."""
    return str(step.get("_target_", "")).rpartition(".")[2]


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _table(value: object) -> Values:
    if not isinstance(value, Mapping):
        raise TypeError
    return cast("Values", value)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError
    return cast("list[object]", value)


def _three(value: object) -> Sequence[object]:
    """Three values, or one that stands for all of them."""
    if isinstance(value, int | float):
        return [value] * 3
    listed = _list(value)
    if len(listed) != 3:
        raise TypeError
    return listed


def _unsupported(source: Source, detail: str) -> ModelError:
    return ModelError("exchange.volume-unsupported", path=source.path, detail=detail)
