"""Measure how well a finished package agrees with itself at a reduced precision, and state it.

`python -m training.precision colon-he --data ../shared/data` comes last, after `training` and
`training.slide_level`: other weights round differently. Every picture of `test` is judged as the
program judges it, in 32 bits and at each reduced precision, and the two are compared with each other,
never with the labels. At least 99.5 % of decisions the same: the manifest states the precision. Fewer: it does
not, and the card says so. All else of the package stays as it is.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tomli_w
from numpy.typing import NDArray

from bedside_dx.analysis.images import CutImage, cut_image, judge_image
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.evaluation import Answer
from bedside_dx.core.model_card import ModelCard, Role
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.core.ports import Seen
from bedside_dx.core.verdict import Status
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import golden, session
from bedside_dx.models.engines import openvino_engine
from bedside_dx.models.manifest import LEAST_SAME
from bedside_dx.models.package import GRAPH, RANGES, ModelPackage, read_package
from bedside_dx.models.second_look import SMALLEST, Margin, log_odds, near_a_limit
from training.sealing import put, seal, with_section

BUNDLED = Path(__file__).parent.parent / "bedside_dx" / "models" / "bundled"
PRECISIONS = ("bf16", "int8")
ALONE = "int8 alone"
"""Eight bits on a processor that has no BF16."""
FITTING, TRYING = 64, 2000
"""Pictures of `train`, spread over all of it, that ranges and margins are taken from."""
MOVED = 0.95
"""Share of the patches about a limit that move by less than the margin of the second look."""
ABOUT = Margin(1.0, 0.5)
"""How near to a limit they lie: what is far from any moves more, and it does not matter."""
HEADING = "## Reduced precision"
BATCH = 4
WIDEST = 2.0
"""A margin's largest, as the manifest takes it."""


@dataclass(frozen=True)
class Agreement:
    """How a precision agrees with 32 bits on test pictures.

    Attributes
    ----------
    margin
        Of the second look.
    same, max_dp
        Share of decisions, and largest difference of a probability, as the program gives them.
    same_at_once, max_dp_at_once
        The same without the second look.
    again
        Share of patches that are looked at again.
    golden_dp, golden_de
        Largest differences on the package's reference images, as `models.golden` counts.
    """

    n: int
    margin: Margin
    same: float
    max_dp: float
    same_at_once: float
    max_dp_at_once: float
    again: float
    golden_dp: float
    golden_de: float

    @property
    def is_enough(self) -> bool:
        return self.same >= LEAST_SAME


@dataclass(frozen=True)
class Given:
    """A classifier that gives what was computed before."""

    card: ModelCard
    seen: Seen

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        del patches, cancel
        return self.seen


def main() -> None:
    """Read the command line, measure, write, seal, put in place."""
    parser = argparse.ArgumentParser(prog="python -m training.precision", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=BUNDLED)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    place = options.out / options.name
    with tempfile.TemporaryDirectory(prefix=f"precision-{options.name}-") as temporary:
        folder = Path(temporary) / options.name
        shutil.copytree(place, folder)
        package = prepared(folder, options.data, options.threads)
        cuts = pictures(package, options.data, "test")
        found = measured(package, cuts, options.threads)
        for name, one in found.items():
            print(options.name, name, one, flush=True)
        install(folder, found)
        put(folder, place)


def measured(package: ModelPackage, cuts: list[CutImage], threads: int) -> dict[str, Agreement]:
    """Agreement of every precision. Eight bits look again in BF16 only where that is offered."""
    bf16 = agreement(package, "bf16", cuts, threads)
    if not bf16.is_enough:
        tried = to_be_tried(package.manifest.precisions["int8"].second_look)
        state(package.path, {"int8": tried})
        package = read_package(package.path)
    int8 = agreement(package, "int8", cuts, threads)
    with no_bf16():
        alone = agreement(package, "int8", cuts, threads)
    return {"bf16": bf16, "int8": int8, ALONE: alone}


@contextmanager
def no_bf16() -> Iterator[None]:
    """Let this processor be one without BF16: all that is not in eight bits is in 32 then."""
    able = openvino_engine.precisions
    openvino_engine.precisions = lambda: able() - {"bf16"}
    try:
        yield
    finally:
        openvino_engine.precisions = able


def prepared(folder: Path, data: Path, threads: int) -> ModelPackage:
    """Let a package be tried at every precision: ranges and margins come from fitting pictures."""
    (folder / RANGES).unlink(missing_ok=True)
    state(folder, {})
    package = read_package(folder)
    fitting = np.concatenate([cut.patches for cut in pictures(package, data, "train", FITTING)])
    name = package.manifest.pixels.name
    ranges = openvino_engine.ranges_of(package.content(GRAPH), name, fitting)
    np.savez_compressed(folder / RANGES, **ranges)
    state(folder, dict.fromkeys(PRECISIONS, to_be_tried(Margin(0.0, 0.0))))
    package = read_package(folder)
    trying = np.concatenate([cut.patches for cut in pictures(package, data, "train", TRYING)])
    exact = _seen(session.load(package), trying, threads)
    margins = {name: margin(package, name, trying, exact, threads) for name in PRECISIONS}
    state(folder, {name: to_be_tried(value) for name, value in margins.items()})
    return read_package(folder)


def margin(
    package: ModelPackage, precision: str, patches: NDArray[np.uint8], exact: Seen, threads: int
) -> Margin:
    """By how much a precision moves all but one in twenty of the patches about a limit.

    Whatever a limit is set on counts: the likeliest class, tumour, the distance to what is known.
    """
    rough = _seen(session.load(package, pace=Pace("openvino", precision, BATCH)), patches, threads)
    card, rules = package.card, package.card.rules
    tumour = list(card.of_role(Role.TUMOUR))
    likeliest = [log_odds(seen.probabilities.max(1)) for seen in (exact, rough)]
    of_tumour = [log_odds(seen.probabilities[:, tumour].sum(1)) for seen in (exact, rough)]
    distance = [np.log(seen.unfamiliarity.clip(SMALLEST)) for seen in (exact, rough)]
    by_odds = [
        *_moved(likeliest, log_odds(rules.abstain_below), ABOUT.log_odds),
        *_moved(of_tumour, log_odds(rules.tumour_probability), ABOUT.log_odds),
    ]
    return Margin(_most(by_odds), _most(_moved(distance, 0.0, ABOUT.unfamiliarity)))


def _moved(values: list[NDArray[np.floating]], limit: float, about: float) -> NDArray[np.floating]:
    """How far the first lie from the second, where those lie about the limit."""
    exact, rough = values
    return np.abs(exact - rough)[np.abs(rough - limit) < about]


def _most(moved: Sequence[float] | NDArray[np.floating]) -> float:
    """What nearly all of them stay below; the widest margin where none can say."""
    return round(min(float(np.quantile(moved, MOVED)), WIDEST), 3) if len(moved) else WIDEST


def pictures(
    package: ModelPackage, data: Path, split: str, most: int | None = None
) -> list[CutImage]:
    """Pictures of a split, cut as the program cuts them; of many, some spread over all of them."""
    folder = data / package.name
    with (folder / "index.csv").open(newline="") as file:
        paths = [folder / row["path"] for row in csv.DictReader(file) if row["split"] == split]
    cuts: list[CutImage] = []
    for path in paths[:: max(1, len(paths) // most) if most else 1]:
        with open_slide(path) as source:
            cuts.append(cut_image(source, package.card, None))
    return cuts


def agreement(
    package: ModelPackage, precision: str, cuts: list[CutImage], threads: int
) -> Agreement:
    """Judge every picture in 32 bits, at a precision, and at it with the second look."""
    exact = session.load(package, pace=USUAL)
    rough = session.load(package, pace=Pace("openvino", precision, BATCH))
    patches = np.concatenate([cut.patches for cut in cuts])
    full, at_once = (_seen(model, patches, threads) for model in (exact, rough))
    margin = package.manifest.precisions[precision].second_look
    near = near_a_limit(at_once.probabilities, at_once.unfamiliarity, package.card, margin)
    looked = _looked_twice(rough, patches, threads)
    wanted, found, rashly = (_answers(cuts, package.card, s) for s in (full, looked, at_once))
    reference = golden.check(package, rough)
    return Agreement(
        len(cuts),
        margin,
        same=_same(wanted, found),
        max_dp=float(np.abs(full.probabilities - looked.probabilities).max()),
        same_at_once=_same(wanted, rashly),
        max_dp_at_once=float(np.abs(full.probabilities - at_once.probabilities).max()),
        again=float(near.mean()),
        golden_dp=reference.max_difference,
        golden_de=reference.embedding_difference,
    )


def _seen(model: session.LoadedModel, patches: NDArray[np.uint8], threads: int) -> Seen:
    parts = np.array_split(patches, max(1, len(patches) // 64))
    with ThreadPoolExecutor(threads) as pool:
        raw = list(pool.map(lambda part: model.outputs(part, Cancel()), parts))
    return model.seen(*(np.concatenate(values) for values in zip(*raw, strict=True)))


def _looked_twice(model: session.LoadedModel, patches: NDArray[np.uint8], threads: int) -> Seen:
    """What the program itself gives, with patches near a limit looked at again."""
    parts = np.array_split(patches, max(1, len(patches) // 64))
    with ThreadPoolExecutor(threads) as pool:
        seen = list(pool.map(lambda part: model.classify(part, Cancel()), parts))
    return Seen(*(np.concatenate(values) for values in zip(*seen, strict=True)))


def _answers(cuts: list[CutImage], card: ModelCard, seen: Seen) -> list[Answer]:
    answers, at = [], 0
    for cut in cuts:
        part = slice(at, at := at + len(cut.patches))
        answers.append(judge_image(cut, Given(card, Seen(*(v[part] for v in seen))), Cancel()))
    return answers


def _same(wanted: list[Answer], found: list[Answer]) -> float:
    return float(
        np.mean([_decision(a) == _decision(b) for a, b in zip(wanted, found, strict=True)])
    )


def _decision(answer: Answer) -> str:
    """The class called, or that none is."""
    return "-" if answer.status is Status.CANNOT_SAY else str(answer.class_id)


def to_be_tried(second_look: Margin) -> dict[str, object]:
    """A section of the manifest that lets a precision be loaded and measured."""
    return {
        "engine": "openvino", "decisions_same": 1.0, "max_dp": 0.0, "n": 1,
        **_second_look(second_look), "looked_again": 0.0, "tolerance": 0.25, "embedding_tolerance": 0.5,
    }  # fmt: skip


def _second_look(margin: Margin) -> dict[str, float]:
    return {
        "second_look": margin.log_odds,
        "second_look_unfamiliarity": margin.unfamiliarity,
    }


def section(found: Agreement) -> dict[str, object]:
    """The manifest's section on a precision that is enough."""
    # Twice what this processor differs by: others add up in another order.
    return {
        "engine": "openvino",
        "decisions_same": round(found.same, 4),
        "max_dp": round(found.max_dp, 4),
        "n": found.n,
        **_second_look(found.margin),
        "looked_again": round(found.again, 4),
        "tolerance": round(min(2 * found.golden_dp + 0.005, 0.25), 4),
        "embedding_tolerance": round(min(2 * found.golden_de + 0.02, 0.5), 4),
    }


def install(folder: Path, found: dict[str, Agreement]) -> None:
    """State the precisions that are enough, say the figures of all in the card, and seal."""
    eight, alone = found["int8"], found[ALONE]
    stated = {name: found[name] for name in PRECISIONS if found[name].is_enough}
    if not (eight.is_enough and alone.is_enough):
        stated.pop("int8", None)
        (folder / RANGES).unlink()
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    text = with_section(card, HEADING, card_section(found))
    (folder / "CARD.md").write_text(text, encoding="utf-8")
    # The reference results have to be met on either kind of processor.
    met = {
        "golden_dp": max(eight.golden_dp, alone.golden_dp),
        "golden_de": max(eight.golden_de, alone.golden_de),
    }
    if "int8" in stated:
        stated["int8"] = replace(eight, **met)
    state(folder, {name: section(one) for name, one in stated.items()})
    read_package(folder)


def state(folder: Path, sections: dict[str, dict[str, object]]) -> None:
    """Put sections in place of the manifest's, and seal."""
    path = folder / "manifest.toml"
    text = path.read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    manifest = tomllib.loads(text)
    manifest.pop("precision", None)
    if sections:
        manifest["precision"] = sections
    path.write_text(head + tomli_w.dumps(manifest), encoding="utf-8")
    seal(folder)


def card_section(found: dict[str, Agreement]) -> str:
    """What the card says."""
    lines = [
        HEADING, "",
        ("Compared with 32 bits on the test pictures, without their labels. A decision is the class"
        " called or the abstention, as the program does it; a precision is offered from"
        f" {LEAST_SAME:.1%} the same on. Patches within a margin of a limit of the"
        " verdict are looked at again: INT8 in BF16 where that is offered, and what is then within"
        " BF16's own margin in 32 bits; without BF16, in 32 bits at once. Margins and ranges come from pictures of train."), "",
        ("| precision | offered | pictures | decisions the same | largest difference of a probability"
        " | margin (log-odds; ln of the distance) | looked at again | without that: the same | largest difference |"),
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {_title(name)} | {'yes' if a.is_enough else '**no**'} | {a.n} | {a.same:.2%} |"
        f" {a.max_dp:.3f} | {a.margin.log_odds:g}; {a.margin.unfamiliarity:g} | {a.again:.1%} | {a.same_at_once:.2%} | {a.max_dp_at_once:.3f} |"
        for name, a in found.items()
    ]
    return "\n".join(lines) + "\n"


def _title(name: str) -> str:
    return "INT8 (OpenVINO), without BF16" if name == ALONE else f"{name.upper()} (OpenVINO)"


if __name__ == "__main__":
    main()
