"""`manifest.toml`: what a package says about its model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bedside_dx.core.geometry import PLAUSIBLE_UM_PER_PX
from bedside_dx.core.model_card import (
    UNMEASURED,
    ModelClass,
    ReliabilityBin,
    Role,
    SetLimits,
    Trust,
    VerdictRules,
)
from bedside_dx.core.model_input import ModelInput
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.gate import METHODS, NONE
from bedside_dx.models.second_look import Margin
from bedside_dx.models.toml_table import LANGUAGES, Table

FORMAT = "bedside-dx-model/1"
PATCH_PX = (16, 4096)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CLASS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class TensorSpec:
    """One input or output of the graph.

    Attributes
    ----------
    shape
        Lengths; a word such as ``"N"`` where the length is free.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True)
class GateRules:
    """When something is unlike the training data.

    Attributes
    ----------
    method
        Name of the distance, see `bedside_dx.models.gate`.
    patch_threshold
        Distance above which a patch is unfamiliar.
    """

    method: str
    patch_threshold: float


@dataclass(frozen=True)
class AggregatorSpec:
    """The network that reads a slide as a whole; see `core.model_card.SlideLevel`."""

    classes: tuple[str, ...]
    sure_from: float
    least_patches: int
    width: int
    embedding: TensorSpec
    probabilities: TensorSpec
    attention: TensorSpec


LEAST_SAME = 0.995
"""Share of decisions that must stay the same for a reduced precision to be stated at all."""
BF16, INT8 = "bf16", "int8"
REDUCED = (BF16, INT8)


@dataclass(frozen=True)
class ReducedPrecision:
    """How well a model agrees with itself in 32 bits when it computes less precisely.

    Attributes
    ----------
    decisions_same
        Share of test pictures with the same class called or the same abstention, 0 to 1.
    max_dp
        Largest difference of a probability on them, 0 to 1.
    n
        Number of those pictures.
    second_look
        Distance from a limit of the verdict, each part 0 to 2, below which a patch is looked
        at again with more bits; see `models.second_look`.
    looked_again
        Share of the test pictures that were, 0 to 1.
    tolerance, embedding_tolerance
        What the reference results may differ by, as `models.golden.GoldenResult` counts.
    """

    decisions_same: float
    max_dp: float
    n: int
    second_look: Margin
    looked_again: float
    tolerance: float
    embedding_tolerance: float


@dataclass(frozen=True)
class Manifest:
    """Everything that `manifest.toml` says; units as in `core.model_card.ModelCard`."""

    name: str
    version: str
    input: ModelInput
    architecture: str
    modality: str
    organ: str
    patch_px: int
    spacing_um_px: float | None
    classes: tuple[ModelClass, ...]
    title: Mapping[str, str]
    intended_use: Mapping[str, str]
    limits: Mapping[str, tuple[str, ...]]
    pixels: TensorSpec
    probabilities: TensorSpec
    embedding: TensorSpec
    temperature: float
    gate: GateRules
    rules: VerdictRules
    data_terms: Mapping[str, str]
    sets: SetLimits | None = None
    trust: Trust = UNMEASURED
    aggregator: AggregatorSpec | None = None
    precisions: Mapping[str, ReducedPrecision] = field(default_factory=dict[str, ReducedPrecision])

    @property
    def embedding_width(self) -> int:
        """Numbers in one embedding."""
        return int(self.embedding.shape[1])


def parse_manifest(content: bytes) -> Manifest:
    """Read a manifest.

    Raises
    ------
    Flaw
        It is not TOML, or a field is missing or not allowed; the text names the field.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise Flaw("manifest.toml is not TOML: {words}", words=str(exc)) from exc
    return _manifest(Table(document))


def _manifest(top: Table) -> Manifest:
    top.text("format", FORMAT)
    top.text("spec_version", "1.0")
    top.true("transform_in_graph")
    top.true("activation_in_graph")
    top.text("activation", "softmax")
    kind = ModelInput(top.text("input", *ModelInput))
    classes = _classes(top)
    patch_px = top.whole("patch_size_pixels", *PATCH_PX)
    tensors = top.table("tensors")
    limits = top.table("limits")
    return Manifest(
        name=_name(top),
        version=top.text("version"),
        input=kind,
        architecture=top.text("architecture"),
        modality=top.text("modality"),
        organ=top.text("organ"),
        patch_px=patch_px,
        spacing_um_px=_spacing(top, kind),
        classes=classes,
        title=top.by_language("title"),
        intended_use=top.by_language("intended_use"),
        limits={language: limits.texts(language) for language in LANGUAGES},
        pixels=_pixels(tensors, patch_px),
        probabilities=_output(tensors, "probabilities", len(classes)),
        embedding=_output(tensors, "embedding", None),
        temperature=_temperature(top.table("calibration")),
        gate=_gate(top.table("gate")),
        rules=_rules(top),
        data_terms=_data_terms(top.table("training")),
        sets=_sets(top, [c.id for c in classes]),
        trust=_trust(top.table("calibration"), top.table("gate")),
        aggregator=_aggregator(top, kind, [c.id for c in classes]),
        precisions=_precisions(top),
    )


def _name(top: Table) -> str:
    name = top.text("name")
    if not _NAME.fullmatch(name):
        raise top.flaw("name", "may hold small letters, digits, dots, dashes and underscores only")
    return name


def _spacing(top: Table, kind: ModelInput) -> float | None:
    if kind is ModelInput.PATCHES:
        return top.number("spacing_um_px", *PLAUSIBLE_UM_PER_PX)
    if top.has("spacing_um_px"):
        raise top.flaw("spacing_um_px", "has no meaning for whole images")
    return None


def _classes(top: Table) -> tuple[ModelClass, ...]:
    classes = tuple(_class(table) for table in top.tables("classes"))
    ids = [c.id for c in classes]
    if len(set(ids)) != len(ids):
        raise top.flaw("classes", "names a class twice")
    if len(ids) < 2 or top.whole("num_classes", 2, 1000) != len(ids):
        raise top.flaw("num_classes", "does not fit the {count} classes", count=len(ids))
    if list(top.texts("class_names")) != ids:
        raise top.flaw("class_names", "and classes differ in their names or order")
    return classes


def _class(table: Table) -> ModelClass:
    class_id = table.text("id")
    if not _CLASS_ID.fullmatch(class_id):
        raise table.flaw("id", "may hold letters, digits, dots, dashes and underscores only")
    return ModelClass(
        id=class_id,
        role=Role(table.text("role", *Role)),
        label=table.by_language("label"),
        color=_color(table),
        codes=table.codes("codes"),
    )


def _color(table: Table) -> tuple[int, int, int]:
    match table.shape("color"):
        case (int() as r, int() as g, int() as b) if all(0 <= v <= 255 for v in (r, g, b)):
            return r, g, b
        case _:
            raise table.flaw("color", "must be three whole numbers from 0 to 255")


def _tensor(tensors: Table, key: str, dtype: str) -> TensorSpec:
    table = tensors.table(key)
    return TensorSpec(table.text("name"), table.text("dtype", dtype), table.shape("shape"))


def _pixels(tensors: Table, patch_px: int) -> TensorSpec:
    spec = _tensor(tensors, "input", "uint8")
    tensors.table("input").text("layout", "NHWC")
    if len(spec.shape) != 4 or spec.shape[1:] != (patch_px, patch_px, 3):
        raise tensors.flaw("input.shape", "must be N × {side} × {side} × 3", side=patch_px)
    return spec


def _output(tensors: Table, key: str, width: int | None) -> TensorSpec:
    spec = _tensor(tensors, key, "float32")
    given = spec.shape[1] if len(spec.shape) == 2 else None
    if not isinstance(given, int) or given < 1 or (width is not None and given != width):
        raise tensors.flaw(f"{key}.shape", "must be N × {width}", width=width or "D")
    return spec


def _temperature(table: Table) -> float:
    table.text("method", "temperature")
    return table.number("temperature", 0.01, 100.0)


def _gate(table: Table) -> GateRules:
    method = table.text("method", *METHODS)
    threshold = 1.0 if method == NONE else table.number("patch_threshold", 1e-9, 1e9)
    return GateRules(method, threshold)


def _rules(top: Table) -> VerdictRules:
    verdict = top.table("verdict")
    return VerdictRules(
        tumour_probability=verdict.number("tumour_probability", 0.0, 1.0),
        abstain_below=verdict.number("abstain_below", 0.0, 1.0),
        unfamiliar_share=top.table("gate").number("slide_threshold", 0.0, 1.0),
    )


def _sets(top: Table, ids: Sequence[str]) -> SetLimits | None:
    """Limits of class sets, where the package has them."""
    if not top.has("class_sets"):
        return None
    table = top.table("class_sets")
    levels = table.numbers("levels", 0.5, 0.999)
    least, counts = table.table("least"), table.table("n")
    limits = {c: least.numbers(c, 0.0, 1.0) for c in ids}
    if not levels or list(levels) != sorted(set(levels)):
        raise table.flaw("levels", "must rise")
    if any(len(values) != len(levels) for values in limits.values()):
        raise table.flaw("least", "needs one number for each level")
    if any(list(v) != sorted(v, reverse=True) for v in limits.values()):
        raise table.flaw("least", "must fall from level to level")
    return SetLimits(levels, limits, {c: counts.whole(c, 1, 10**9) for c in ids})


def _trust(calibration: Table, gate: Table) -> Trust:
    """What was measured, where the package says it."""

    def share(table: Table, key: str) -> float | None:
        return table.number(key, 0.0, 1.0) if table.has(key) else None

    return Trust(
        calibration_error=share(calibration, "ece_validation"),
        pictures=calibration.whole("n", 1, 10**9) if calibration.has("n") else None,
        reliability=_reliability(calibration),
        gate_auroc=share(gate, "auroc_worst"),
        gate_false_alarms=share(gate, "false_alarm_other_stain"),
    )


def _reliability(calibration: Table) -> tuple[ReliabilityBin, ...]:
    if not calibration.has("reliability"):
        return ()
    table = calibration.table("reliability")
    confidence, right = table.numbers("confidence", 0, 1), table.numbers("right", 0, 1)
    images = table.numbers("n", 1, 10**9)
    if not len(confidence) == len(right) == len(images):
        raise table.flaw("confidence", "right and n must be of one length")
    bins = zip(images, confidence, right, strict=True)
    return tuple(ReliabilityBin(int(n), c, r) for n, c, r in sorted(bins, key=lambda b: b[1]))


def _aggregator(top: Table, kind: ModelInput, ids: Sequence[str]) -> AggregatorSpec | None:
    """Read about the slide-level network, where the package has one."""
    if not top.has("aggregator"):
        return None
    if kind is not ModelInput.PATCHES:
        raise top.flaw("aggregator", "has no meaning for whole images")
    table = top.table("aggregator")
    classes = table.texts("classes")
    if len(set(classes)) != len(classes) or not set(classes) <= set(ids):
        raise table.flaw("classes", "must be classes of the model, each once")
    if not table.table("metrics").names():
        raise table.flaw("metrics", "must say how well it does")
    tensors, width = table.table("tensors"), _embedding_width(top)
    wanted = {"embedding": ("N", width), "probabilities": (1, len(classes)), "attention": ("N",)}
    specs = {key: _tensor(tensors, key, "float32") for key in wanted}
    for key, shape in wanted.items():
        if specs[key].shape != shape:
            raise tensors.flaw(f"{key}.shape", "must be {shape}", shape=" × ".join(map(str, shape)))
    return AggregatorSpec(
        classes=classes,
        sure_from=table.number("sure_from", 0.5, 1.0),
        least_patches=table.whole("least_patches", 1, 1_000_000),
        width=width,
        **specs,
    )


def _precisions(top: Table) -> dict[str, ReducedPrecision]:
    """Reduced precisions that the model may run in, where the package states any."""
    if not top.has("precision"):
        return {}
    table = top.table("precision")
    if strange := [name for name in table.names() if name not in REDUCED]:
        raise table.flaw(
            strange[0],
            "must be {allowed}, not {value}",
            allowed=" | ".join(REDUCED),
            value=strange[0],
        )
    return {name: _precision(table.table(name)) for name in table.names()}


def _precision(table: Table) -> ReducedPrecision:
    table.text("engine", "openvino")
    return ReducedPrecision(
        decisions_same=table.number("decisions_same", LEAST_SAME, 1.0),
        max_dp=table.number("max_dp", 0.0, 1.0),
        n=table.whole("n", 1, 10**9),
        second_look=Margin(
            table.number("second_look", 0.0, 2.0),
            table.number("second_look_unfamiliarity", 0.0, 2.0),
        ),
        looked_again=table.number("looked_again", 0.0, 1.0),
        tolerance=table.number("tolerance", 0.0, 0.25),
        embedding_tolerance=table.number("embedding_tolerance", 0.0, 0.5),
    )


def _embedding_width(top: Table) -> int:
    match top.table("tensors").table("embedding").shape("shape"):
        case (_, int() as width):
            return width
        case _:
            raise top.flaw("tensors.embedding.shape", "must say how wide it is")


def _data_terms(table: Table) -> dict[str, str]:
    """Terms of the training data; where it comes from must be said as well."""
    table.text("data")
    table.text("code")
    table.whole("test_scored", 0, 1_000_000)
    return table.by_language("data_terms")
