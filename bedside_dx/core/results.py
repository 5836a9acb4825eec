"""What was seen (findings) and what is said about it (diagnosis, report)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.core.case import Case
from bedside_dx.core.disease_picture import DiseasePicture
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx, Spacing
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.reading import Reading
from bedside_dx.core.rules import DEFAULT_RULES, RuleChange, Rules
from bedside_dx.core.therapy_picture import TherapyPicture
from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.core.scan_measures import ScanMeasures

    Image = NDArray[np.uint8]
else:
    Image = Any  # the window names verdicts before numpy is loaded
"""(height, width, 3) uint8, sRGB."""


@dataclass(frozen=True)
class Findings:
    """What a model saw, patch by patch; n patches of c classes.

    Attributes
    ----------
    grid
        Where cells lie on level 0.
    cells
        (n, 2) int32, column and row of each patch.
    state
        (n,) uint8, `PatchState` of each patch.
    probabilities
        (n, c) float32, calibrated, rows sum to 1; NaN where not analysed.
    unfamiliarity
        (n,) float32, distance to the training data as a multiple of the model's limit:
        above 1 the patch is unlike what the model knows; NaN where not analysed.
    tissue
        (n,) float32, share of the patch's cell that is tissue, 0 to 1.
    cell_mm2
        Area of one grid cell in mm²; None for whole-image models without a scale.
    embedding
        (n, D) float16, the model's own description of each patch, 2 × D bytes a patch; kept
        while a slide is read for a model that has a slide-level network, else None.
    attention
        (n,) float32, how much the slide-level network looked at each patch: 0 to 1, sum 1, and
        0 where it was not shown one; None where there is no slide-level reading.
    slide_level
        Probability, 0 to 1, by class id, that the class is on the slide; None likewise, and
        where tissue is still to be read.
    """

    model: ModelCard
    grid: PatchGrid
    cells: NDArray[np.int32]
    state: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    tissue: NDArray[np.float32]
    cell_mm2: float | None
    embedding: NDArray[np.float16] | None = None
    attention: NDArray[np.float32] | None = None
    slide_level: Mapping[str, float] | None = None

    @property
    def analysed(self) -> NDArray[np.bool_]:
        """(n,) bool, patches that the model has read."""
        return self.state == PatchState.ANALYSED

    def raster(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay one value per patch on the grid.

        Returns
        -------
        (rows, columns) float32, NaN where there is no patch.
        """
        import numpy as np  # noqa: PLC0415 - the window names verdicts before it has any numbers

        raster = np.full((self.grid.rows, self.grid.columns), np.nan, np.float32)
        raster[self.cells[:, 1], self.cells[:, 0]] = values
        return raster


@dataclass(frozen=True)
class Reason:
    """One reason for a verdict, or one next step; its words are in `bedside_dx.text`.

    Attributes
    ----------
    code
        Key of the sentence, for example ``"reason.unfamiliar-tissue"``.
    values
        What the sentence's placeholders stand for (shares are 0 to 1). A text by language,
        such as a class's label, is shown in the reader's.
    region
        Place on level 0 that shows it, if there is one.
    """

    code: str
    values: Mapping[str, float | str | Mapping[str, str]] = field(
        default_factory=dict[str, float | str | Mapping[str, str]]
    )
    region: RegionPx | None = None


@dataclass(frozen=True)
class Coverage:
    """How much of the tissue the verdict rests on. Shares of the tissue area, 0 to 1."""

    tissue_mm2: float | None
    patches: int
    analysed: float
    blurred: float
    artefact: float
    unreadable: float
    pending: float = 0.0
    ink: float = 0.0
    fold: float = 0.0
    bubble: float = 0.0
    exposure: float = 0.0
    debris: float = 0.0

    def lost(self) -> Mapping[PatchState, float]:
        """Share lost by what it was lost to, in the order of `patch_state.LOST`."""
        return {
            PatchState.UNREADABLE: self.unreadable,
            PatchState.BLURRED: self.blurred,
            PatchState.INK: self.ink,
            PatchState.FOLD: self.fold,
            PatchState.BUBBLE: self.bubble,
            PatchState.EXPOSURE: self.exposure,
            PatchState.DEBRIS: self.debris,
            PatchState.ARTEFACT: self.artefact,
        }


@dataclass(frozen=True)
class KeyRegion:
    """A place that decided the verdict."""

    region: RegionPx
    class_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class EarlyCall:
    """A tumour that was called present before all tissue was read: more could not change it.

    Attributes
    ----------
    class_id
        The class that was called.
    share
        Share of the tissue that had been read by then, 0 to 1.
    """

    class_id: str
    share: float


@dataclass(frozen=True)
class Diagnosis:
    """The verdict with how sure it is and what it could not see.

    Attributes
    ----------
    class_id
        Class that is present or suspicious; None when nothing is seen or can be said.
    probability, interval
        Of `class_id` where it is seen (for `NOT_SEEN`: that there is none), 0 to 1, and the
        90 % interval. None when nothing can be said.
    fractions
        Share of the analysed tissue by class id, 0 to 1, they sum to 1.
    unfamiliar
        Share of the analysed tissue unlike the training data, 0 to 1.
    is_final
        False while patches are still to come ("so far").
    class_set
        Class ids that can't be ruled out at `set_level`, likeliest first; empty where no class
        fits. None where the model has no limits for it, nothing was judged, or no class is
        spoken of ("not seen" on a slide).
    set_level
        Coverage of `class_set`, 0 to 1: the site's, or the nearest that the model offers.
    rule
        Code of the rule that decided, see `bedside_dx.analysis.confidence.TABLE`.
    slide_level
        Probability by class id that the slide-level network gives, 0 to 1; None without one, and
        where tissue is still to be read.
    early
        When the sequential test settled the verdict; None where it did not.
    is_calibrated
        Whether how sure it is was checked on pictures of its kind. False of several slices of a
        scan: it was found on single images, and there are no labelled series to check it on.
    """

    status: Status
    class_id: str | None
    probability: float | None
    interval: tuple[float, float] | None
    reasons: tuple[Reason, ...]
    next_step: Reason
    fractions: Mapping[str, float]
    unfamiliar: float
    coverage: Coverage
    key_regions: tuple[KeyRegion, ...] = ()
    is_final: bool = True
    class_set: tuple[str, ...] | None = None
    set_level: float | None = None
    rule: str = ""
    slide_level: Mapping[str, float] | None = None
    early: EarlyCall | None = None
    is_calibrated: bool = True

    @property
    def is_stable(self) -> bool:
        """Whether more patches can't change it, at the site's `Rules.early_error`."""
        return (
            self.early is not None
            and self.status is Status.PRESENT
            and self.class_id == self.early.class_id
        )


@dataclass(frozen=True)
class SlideFacts:
    """What is known of the image that was read; its label is never among it.

    Attributes
    ----------
    fingerprint
        sha256 of the file's content (for a folder of DICOM files: of their hashes).
    """

    path: Path
    format: str
    size: SizePx
    spacing: Spacing | None
    fingerprint: str


@dataclass(frozen=True)
class Provenance:
    """How a result came about, so that it can be had again.

    Attributes
    ----------
    reading
        By which way the model's patches came out of the slide.
    """

    program_version: str
    engine: str
    provider: str
    started: datetime
    duration_s: float
    patches_per_s: float
    reading: Reading


@dataclass(frozen=True)
class KeyPicture:
    """One key region as pixels, at readable size."""

    key: KeyRegion
    image: Image
    um_per_px: float | None


@dataclass(frozen=True)
class Pictures:
    """Pixels a report needs, so that it never opens a slide.

    Attributes
    ----------
    overview
        The whole slide, small.
    overview_downsample
        px of level 0 per px of `overview`.
    key_regions
        In order of importance.
    """

    overview: Image
    overview_downsample: float
    key_regions: tuple[KeyPicture, ...]


@dataclass(frozen=True)
class ScanPlaces:
    """Where on a scan the pictures lie that a model read.

    Attributes
    ----------
    series
        Key of the series within its study.
    frames
        For each cell of the findings, which of the series' images it shows, from 0.
    to_slice
        (2, 3) float64: column and row of the model's picture to those of the series' image; whole
        numbers are pixels' centres.
    picked
        Cells that the verdict rests on, by their mean.
    """

    series: str
    frames: tuple[int, ...]
    to_slice: NDArray[np.float64]
    picked: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Report:
    """Everything one examination came to.

    Attributes
    ----------
    rules, rule_changes
        Limits that the verdict was made with; who changed those that are not as usual.
    disease
        Stage, prognosis and course, where a person worked them out.
    therapy
        Options, doses and plan, where a person asked for them.
    occlusion
        Of a scan: the deciding slice, and by how much the class's probability falls when each
        of (n, n) places is covered. None where no class is spoken of, and for slides.
    scan
        Of a scan: where the pictures that the model read lie.
    measures
        Of a scan: what a person measured by hand.
    """

    case: Case
    slide: SlideFacts
    findings: Findings
    diagnosis: Diagnosis
    provenance: Provenance
    pictures: Pictures
    rules: Rules = DEFAULT_RULES
    rule_changes: tuple[RuleChange, ...] = ()
    disease: DiseasePicture | None = None
    therapy: TherapyPicture | None = None
    occlusion: tuple[Image, NDArray[np.float32]] | None = None
    scan: ScanPlaces | None = None
    measures: ScanMeasures | None = None

    @property
    def model(self) -> ModelCard:
        """The model that was used."""
        return self.findings.model
