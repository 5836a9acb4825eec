"""Verdicts before the end: how soon is "present" settled on 300 composed slides, and how truly?

``anytime(split)`` gives the figures and draws the plot; ``bench/confidence.py`` calls it with
``test``. ``python -m bench._anytime train`` computes them on validation slides: nothing in the
sequential test is fitted to data, so this is where its sizes of samples may be compared.

Slides are assembled from scored blocks (see `_bank`). With ``FULL=1`` every slide is composed and
scored whole, 40 minutes on two quiet cores; scores are kept in ``bench/out/anytime-full``, so it
goes on where it stopped. ``SLIDES=10`` and ``BLOCKS=100`` make it smaller.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.aggregate import likeness
from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.order import ReadingOrder
from bedside_dx.analysis.patches import PatchPlan, informative_order, plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.sequential import SequentialTest
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.events import Event, StageProgress
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.model_card import Role
from bedside_dx.core.pace import USUAL
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, Seen
from bedside_dx.core.results import Diagnosis, EarlyCall, Findings
from bedside_dx.core.rules import DEFAULT_RULES, Rules
from bedside_dx.core.verdict import Status
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bedside_dx.store.journal import Journal, JournalKey
from bench._bank import SIDE, SQUARES, Bank, load_bank
from bench._compose import Library, load_library
from bench.composed_slides import CARCINOMA, OUT, SHARED, drawn

SMALLEST, LARGEST = 2_000, 4_000
"""Patches of a slide."""
LOOK = 64
"""Patches between two looks: as many as are read in the quarter of a second between snapshots."""
MODEL = "colon-he"


@dataclass(frozen=True)
class Read:
    """A slide that was read to the end, and what was truly on it."""

    plan: PatchPlan
    findings: Findings
    carcinoma: float
    has_adenoma: bool


@dataclass(frozen=True)
class Replayed:
    """What was said of it, at the end and before."""

    slide: Read
    full: Diagnosis
    call: EarlyCall | None

    @property
    def agrees(self) -> bool:
        """Whether the full verdict is what was called."""
        return self.call is not None and replace(self.full, early=self.call).is_stable


# ---------------------------------------------------------------- slides from blocks


def assembled(bank: Bank, seed: int, model: Classifier) -> Read:
    """Slide number `seed`, laid from blocks: tissue in one blob, carcinoma in clusters."""
    rng = np.random.default_rng(990_000 + seed)
    wanted = int(np.exp(rng.uniform(np.log(SMALLEST + SIDE**2), np.log(LARGEST)))) // SIDE**2 + 1
    places = _blob(rng, wanted)
    carcinoma = CARCINOMA[seed % len(CARCINOMA)]
    adenoma = 0.0 if rng.random() < 0.4 else float(rng.uniform(0.05, 0.40))
    blocks = _choose(bank, rng, places, carcinoma, adenoma)
    rows, columns = places.max(0) + 1
    grid = PatchGrid(0.0, 0.0, 224.0, 224.0, int(columns) * SIDE, int(rows) * SIDE)
    parts: dict[str, list[NDArray[np.generic]]] = {}
    inner = np.stack(np.indices((SIDE, SIDE))[::-1], -1)
    for place, block in zip(places, blocks, strict=True):
        turn = int(rng.integers(8))
        parts.setdefault("cells", []).append((place[::-1] * SIDE + inner).reshape(-1, 2))
        for name in ("probabilities", "unfamiliarity", "tissue", "density", "blurred"):
            parts.setdefault(name, []).append(_turned(getattr(bank, name)[block], turn))
    whole = {name: np.concatenate(values) for name, values in parts.items()}
    keep = whole["tissue"] >= 0.05
    whole = {name: values[keep] for name, values in whole.items()}
    order = informative_order(whole["cells"].astype(np.int32), whole["density"])
    whole = {name: values[order] for name, values in whole.items()}
    truth = float(bank.carcinoma[blocks].sum()) / (len(blocks) * SQUARES**2)
    return Read(
        *_plan_and_findings(whole, grid, model), truth, bool(bank.adenoma[blocks].sum() > 0)
    )


def _plan_and_findings(
    whole: dict[str, NDArray[np.generic]], grid: PatchGrid, model: Classifier
) -> tuple[PatchPlan, Findings]:
    cells, tissue = whole["cells"].astype(np.int32), whole["tissue"].astype(np.float32)
    state = np.where(whole["blurred"], PatchState.BLURRED, PatchState.ANALYSED).astype(np.uint8)
    mm2 = (224 * 1.2 / 1000) ** 2
    plan = PatchPlan(grid, cells, tissue, np.zeros(len(cells), np.uint8), mm2)
    lost = whole["blurred"].astype(bool)
    probabilities = np.where(lost[:, None], np.nan, whole["probabilities"]).astype(np.float32)
    distance = np.where(lost, np.nan, whole["unfamiliarity"]).astype(np.float32)
    findings = Findings(model.card, grid, cells, state, probabilities, distance, tissue, mm2)
    return plan, findings


def _blob(rng: np.random.Generator, wanted: int) -> NDArray[np.int64]:
    """Places of blocks, (wanted, 2) row and column: one smooth piece of tissue."""
    side = int(np.ceil(np.sqrt(wanted * 2)))
    field = ndimage.gaussian_filter(rng.standard_normal((side, side)), 1.2)
    places = np.argwhere(field >= np.sort(field.ravel())[-wanted])[:wanted]
    return places - places.min(0)


def _choose(
    bank: Bank,
    rng: np.random.Generator,
    places: NDArray[np.int64],
    carcinoma: float,
    adenoma: float,
) -> NDArray[np.int64]:
    """A block for each place, so that the slide has about the shares that are asked for."""
    squares = len(places) * SQUARES**2
    tumour = np.zeros(len(places), np.int64)
    if carcinoma:
        total = max(round(carcinoma * squares), 1)
        clusters = 1 if total < 12 else int(rng.integers(1, 5))
        for part in range(clusters):
            _spread(tumour, total // clusters + (part < total % clusters), places, rng)
    others = np.zeros(len(places))
    if adenoma and rng.random() < 0.5:
        near = np.abs(places - places[rng.integers(len(places))]).max(1)
        others[np.argsort(near + rng.random(len(near)))[: round(adenoma * len(places))]] = 1.0
    elif adenoma:
        others[:] = adenoma
    return np.array([_nearest(bank, rng, *pair) for pair in zip(tumour, others, strict=True)])


def _spread(
    tumour: NDArray[np.int64], count: int, places: NDArray[np.int64], rng: np.random.Generator
) -> None:
    """Put a cluster on one block, or on as many neighbouring ones as it fills."""
    free = np.flatnonzero(tumour == 0)
    seed = places[rng.choice(free)] if len(free) else places[0]
    for at in free[np.argsort(np.abs(places[free] - seed).sum(1), kind="stable")]:
        tumour[at] = min(count, SQUARES**2)
        count -= tumour[at]
        if count <= 0:
            return


def _nearest(bank: Bank, rng: np.random.Generator, tumour: int, adenoma: float) -> int:
    """Any of the blocks that come nearest to what is asked for, the tumour first."""
    off = np.abs(np.log1p(bank.carcinoma) - np.log1p(tumour))
    fits = np.flatnonzero(off <= off.min() + 1e-9)
    left = np.maximum(SQUARES**2 - bank.carcinoma[fits], 1)
    share = np.abs(bank.adenoma[fits] / left - adenoma)
    return int(rng.choice(fits[share <= share.min() + 0.05]))


def _turned(values: NDArray[np.generic], turn: int) -> NDArray[np.generic]:
    mirrored = values[:, ::-1] if turn >= 4 else values
    turned = np.rot90(mirrored, turn % 4)
    return turned.reshape(SIDE * SIDE, *values.shape[2:])


# ---------------------------------------------------------------- slides scored whole


def scored_whole(library: Library, seed: int, model: Classifier, folder: Path) -> Read:
    """Compose slide number `seed` and read all of it; kept scores are not computed again."""
    slide = drawn(seed, library, smallest=int(SMALLEST * 1.05), largest=LARGEST)
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), model.card, slide)
    path = folder / f"{seed}.npz"
    if not path.exists():
        found = stream_findings(
            slide, plan, model, threads=0, emit=lambda _event: None, cancel=Cancel()
        )
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            state=found.state,
            probabilities=found.probabilities,
            unfamiliarity=found.unfamiliarity,
        )
    with np.load(path) as kept:
        findings = Findings(
            model.card,
            plan.grid,
            plan.cells,
            kept["state"],
            kept["probabilities"],
            kept["unfamiliarity"],
            plan.tissue,
            plan.cell_mm2,
        )
    truth = slide.fractions
    return Read(plan, findings, truth["adenocarcinoma"], truth["adenoma"] > 0)


# ---------------------------------------------------------------- reading them again


def replay(slide: Read, *, follow: bool = True, rules: Rules = DEFAULT_RULES) -> Replayed:
    """Read a slide in the program's order from its known scores, and look as the program does.

    Parameters
    ----------
    follow
        Whether what looks like tumour draws the reading to it.
    """
    full = slide.findings
    now = replace(
        full,
        state=slide.plan.state.copy(),
        probabilities=np.full_like(full.probabilities, np.nan),
        unfamiliarity=np.full_like(full.unfamiliarity, np.nan),
    )
    order, test = ReadingOrder(slide.plan), SequentialTest(slide.plan, rules)
    columns = full.model.of_role(Role.TUMOUR)
    alike, _ = likeness(full, columns, full.model.rules.tumour_probability)
    since = 0
    while len(batch := order.take(USUAL.batch)) and test.call is None:
        now.probabilities[batch] = full.probabilities[batch]
        now.unfamiliarity[batch] = full.unfamiliarity[batch]
        now.state[batch] = full.state[batch]
        if follow:
            order.learn(batch, alike[batch])
        since += len(batch)
        if since >= LOOK:
            since = 0
            test.look(now, conclude(now, rules, is_final=False))
            order.draw(on=test.may_settle, only=test.lacks_sample and follow)
    return Replayed(slide, conclude(full, rules), test.call)


def slides(split: str, count: int) -> Iterator[Read]:
    """The composed slides of a split."""
    library = load_library(SHARED / "data" / MODEL, split)
    model = load(find(MODEL))
    mark = f"{split}-{model.fingerprint[:12]}"
    if os.environ.get("FULL"):
        for seed in range(count):
            yield scored_whole(library, seed, model, OUT / "anytime-full" / mark)
        return
    path = OUT / f"anytime-bank-{mark}.npz"
    bank = load_bank(path, split, library, model, int(os.environ.get("BLOCKS") or 960))
    for seed in range(count):
        yield assembled(bank, seed, model)


# ---------------------------------------------------------------- figures


def anytime(split: str = "test") -> dict[str, float | None]:
    """The figures of issue 3, item 6: `stable_…`, `negatives_missed` and `resume_recomputed`."""
    if not (SHARED / "data" / MODEL).is_dir():
        names = ("stable_agreement", "stable_share_median", "negatives_missed", "resume_recomputed")
        return dict.fromkeys(names)
    count = int(os.environ.get("SLIDES") or 300)
    every = list(slides(split, count))
    done = [replay(slide) for slide in every]
    without = [replay(r.slide, follow=False) for r in done if _is_present(r)]
    plot(done, split)
    return {**figures(done), **_static(without), "resume_recomputed": float(recomputed())}


def figures(done: list[Replayed]) -> dict[str, float | None]:
    """The numbers of a set of slides."""
    present = [r for r in done if _is_present(r)]
    negative = [r for r in done if not _is_present(r)]
    called = [r for r in done if r.call is not None]
    by_share = {
        f"stable_share_median_at_{share:.0%}".replace("%", "_percent"): _median(
            [r for r in done[at :: len(CARCINOMA)] if _is_present(r)]
        )
        for at, share in enumerate(CARCINOMA)
        if share
    }
    return {
        "anytime_slides": float(len(done)),
        "anytime_patches_median": float(np.median([len(r.slide.findings.cells) for r in done])),
        "stable_agreement": _share([_holds(r) for r in present]),
        "stable_agreement_of_calls": _share([r.agrees for r in called]),
        "stable_called": _share([r.call is not None for r in present]),
        "stable_share_median": _median(present),
        "stable_share_median_without_adenoma": _median(
            [r for r in present if not r.slide.has_adenoma]
        ),
        "stable_share_median_with_adenoma": _median([r for r in present if r.slide.has_adenoma]),
        "stable_disagrees": float(sum(not r.agrees for r in called)),
        "stable_false": float(sum(r.slide.carcinoma == 0 for r in called)),
        "negatives": float(len(negative)),
        "negatives_missed": float(sum(r.slide.carcinoma > 0 for r in negative)),
        "negatives_called_early": float(sum(r.call is not None for r in negative)),
        **by_share,
    }


def _is_present(read: Replayed) -> bool:
    return read.full.status is Status.PRESENT


def _holds(read: Replayed) -> bool:
    """Whether the full reading says what was called; where nothing was, it says it itself."""
    return read.call is None or read.agrees


def _static(done: list[Replayed]) -> dict[str, float | None]:
    return {"stable_share_median_without_feedback": _median(done)}


def _median(done: list[Replayed]) -> float | None:
    """Share of the tissue read until settled; 1 where that was only at the end."""
    shares = [1.0 if r.call is None else r.call.share for r in done]
    return float(np.median(shares)) if shares else None


def _share(flags: list[bool]) -> float | None:
    return float(np.mean(flags)) if flags else None


def plot(done: list[Replayed], split: str) -> None:
    """Draw the share read until settled, by the share of carcinoma."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    rng = np.random.default_rng(0)
    shares = [1.0 if r.call is None else r.call.share for r in done if _is_present(r)]
    top = max(0.3, *shares) if shares else 1.0
    for at in range(len(CARCINOMA)):
        every = done[at :: len(CARCINOMA)]
        group = [r for r in every if _is_present(r)]
        read = np.array([1.0 if r.call is None else r.call.share for r in group])
        right = np.array([_holds(r) for r in group], bool)
        x = at + rng.uniform(-0.25, 0.25, len(group))
        axes.plot(x[right], read[right], "o", ms=3, color="teal", alpha=0.6)
        axes.plot(x[~right], read[~right], "x", ms=7, color="k")
        if len(read):
            axes.plot([at - 0.35, at + 0.35], [np.median(read)] * 2, color="k", lw=1.5)
        missed = sum(not _is_present(r) and r.slide.carcinoma > 0 for r in every)
        early = sum(not _is_present(r) and r.call is not None for r in every)
        words = f"{len(group)} of {len(every)} present\n{missed} missed, {early} called falsely"
        axes.text(at, 1.04 * top, words, ha="center", fontsize=6)
    axes.axhline(0.15, color="0.7", lw=0.8, ls="--")
    axes.set(
        xticks=range(len(CARCINOMA)),
        xticklabels=[f"{share:.0%}" for share in CARCINOMA],
        xlim=(-0.6, len(CARCINOMA) - 0.4),
        ylim=(0, 1.15 * top),
        xlabel="carcinoma, share of the tissue",
        ylabel="share of the tissue read until settled",
        title=f"{len(done)} slides composed of {split} patches (line: median)",
    )
    OUT.mkdir(exist_ok=True)
    figure.savefig(OUT / f"anytime-{split}.png", dpi=120)


# ---------------------------------------------------------------- stop and resume


class _Counting:
    """A model that counts the patches it is given."""

    def __init__(self, model: Classifier) -> None:
        self._model, self.patches = model, 0
        self.card, self.engine, self.provider = model.card, model.engine, model.provider
        self.fingerprint, self.pace = model.fingerprint, model.pace

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        seen = self._model.classify(patches, cancel)
        self.patches += len(patches)
        return seen


def recomputed() -> int:
    """Patches that a stopped and resumed reading classified more than once."""
    library = load_library(SHARED / "data" / MODEL, "test")
    model = _Counting(load(find(MODEL)))
    slide = drawn(3, library, smallest=200, largest=220)
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), model.card, slide)
    second = model.card.slide_level
    width = 0 if second is None else second.width
    classes = tuple(c.id for c in model.card.classes)
    key = JournalKey(b"b" * 32, len(plan.cells), classes, width)
    cancel = Cancel()

    def stop(event: Event) -> None:
        if isinstance(event, StageProgress) and event.done > 60:
            cancel.cancel()

    with tempfile.TemporaryDirectory() as folder:
        with Journal.open(Path(folder), key) as journal, suppress(CancelledByUser):
            stream_findings(
                slide, plan, model, threads=2, emit=stop, cancel=cancel, journal=journal
            )
        model.patches = 0
        with Journal.open(Path(folder), key) as journal:
            kept = int((journal.kept.state == PatchState.ANALYSED).sum())
            found = stream_findings(
                slide, plan, model, threads=2, emit=stop, cancel=Cancel(), journal=journal
            )
    assert 0 < kept < int(found.analysed.sum()), "the first run was not stopped half way"
    return model.patches - (int(found.analysed.sum()) - kept)


if __name__ == "__main__":
    for name, value in anytime(*sys.argv[1:]).items():
        print(f"    {name:<44} {'-' if value is None else format(value, '.5g')}")
