"""Reports made from procedural tissue: no slide, no model, every kind of verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage

from bedside_dx.core.case import Case, Patient
from bedside_dx.core.geometry import PatchGrid, SizePx, Spacing, SpacingSource
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_card import (
    UNMEASURED,
    ModelCard,
    ModelClass,
    ReliabilityBin,
    Role,
    SetLimits,
    SlideLevel,
    Trust,
    VerdictRules,
)
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.reading import Decoder, Reading
from bedside_dx.core.results import (
    Coverage,
    Diagnosis,
    Findings,
    KeyPicture,
    KeyRegion,
    Pictures,
    Provenance,
    Reason,
    Report,
    SlideFacts,
)
from bedside_dx.core.verdict import Status

COLON = ModelCard(
    name="colon-he",
    version="1.0.0",
    sha256="9f2c" * 16,
    input=ModelInput.PATCHES,
    modality="H&E",
    organ="colon",
    patch_px=224,
    spacing_um_px=1.2,
    classes=(
        ModelClass(
            "normal", Role.BENIGN, {"en": "Normal mucosa", "fr": "Muqueuse normale"},
            (120, 144, 156), {},
        ),
        ModelClass(
            "adenoma", Role.PRECURSOR, {"en": "Adenoma", "fr": "Adénome"}, (214, 158, 46),
            {"icd_o_3": "8140/0"},
        ),
        ModelClass(
            "adenocarcinoma", Role.TUMOUR, {"en": "Adenocarcinoma", "fr": "Adénocarcinome"},
            (176, 42, 31),
            {"snomed_ct": "1187332001", "icd_o_3": "8140/3", "oncotree": "COAD"},
        ),
    ),
    title={
        "en": "Colon, H&E: normal, adenoma, adenocarcinoma",
        "fr": "Côlon, HE : muqueuse normale, adénome, adénocarcinome",
    },
    intended_use={
        "en": "Research: to sort H&E sections of the colon for a pathologist's reading.",
        "fr": "Recherche : trier des coupes de côlon colorées par l'HE avant lecture par le"
        " pathologiste.",
    },
    limits={
        "en": (
            "Trained on one source; stain and scanner differ elsewhere.",
            "Not tried on biopsies smaller than 1 mm².",
            "Mucinous and signet-ring carcinomas were not among the training data.",
            "Serrated lesions are often called normal.",
        ),
        "fr": (
            "Entraîné sur une seule source ; coloration et scanner diffèrent ailleurs.",
            "Non essayé sur des biopsies de moins de 1 mm².",
            (
                "Les carcinomes mucineux et à cellules en bague à chaton ne figuraient pas dans"
                " les données d'entraînement."
            ),
            "Les lésions festonnées sont souvent classées comme normales.",
        ),
    },
    data_terms={
        "en": "Public student project of colon patches: research only, data licence unresolved.",
        "fr": "Projet étudiant public, imagettes de côlon : recherche seulement.",
    },
    rules=VerdictRules(tumour_probability=0.6, abstain_below=0.6, unfamiliar_share=0.5),
    sets=SetLimits(
        (0.8, 0.9, 0.95),
        {
            "normal": (0.93, 0.72, 0.34), "adenoma": (0.91, 0.55, 0.21),
            "adenocarcinoma": (0.88, 0.48, 0.17),
        },
        {"normal": 312, "adenoma": 271, "adenocarcinoma": 198},
    ),
    trust=Trust(
        0.0101, 781,
        tuple(
            ReliabilityBin(52, said, right)
            for said, right in (
                (0.48, 0.44), (0.61, 0.66), (0.72, 0.69), (0.81, 0.85), (0.88, 0.87),
                (0.93, 0.94), (0.96, 0.97), (0.98, 0.98), (0.99, 1.0), (0.999, 1.0),
            )
        ),
        0.981, 0.06,
    ),
)  # fmt: skip

BRAIN = replace(
    COLON,
    name="brain-mri",
    input=ModelInput.WHOLE_IMAGE,
    modality="MR",
    organ="brain",
    spacing_um_px=None,
    sets=SetLimits(
        (0.8, 0.9, 0.95),
        {"glioma": (0.99, 0.97, 0.6), "notumor": (0.99, 0.98, 0.7)},
        {"glioma": 140, "notumor": 160},
    ),
    trust=UNMEASURED,
    classes=(
        ModelClass("glioma", Role.TUMOUR, {"en": "Glioma", "fr": "Gliome"}, (176, 42, 31), {}),
        ModelClass(
            "notumor", Role.BENIGN, {"en": "No tumour", "fr": "Pas de tumeur"}, (120, 144, 156), {}
        ),
    ),
    title={"en": "Brain, MR: glioma or none", "fr": "Cerveau, IRM : gliome ou non"},
)

PATIENT = Patient("4711-0815", "DUPONT-LAJOIE Marie-Hélène", date(1958, 3, 4))
CASE = Case(PATIENT, "26H-01234-A", "Côlon sigmoïde, polypectomie")
BY_HAND = Spacing(0.5, SpacingSource.USER)
READING = Reading(Decoder.DIRECT, (0, 1), shrink=2)
MORNING = datetime(2026, 11, 22, 10, 50, 48, tzinfo=UTC)


@cache
def tissue_picture(height: int, width: int, seed: int = 7) -> np.ndarray:
    """Pink and violet islands on white, with crypt-like rings: reads as H&E from afar."""
    rng = np.random.default_rng(seed)
    big = ndimage.gaussian_filter(rng.standard_normal((height, width)), min(height, width) / 9)
    y, x = np.mgrid[:height, :width]
    away = ((y / height - 0.5) ** 2 + (x / width - 0.5) ** 2) * 7
    tissue = (big / big.std() * 0.35 - away + 0.75) > 0
    fine = ndimage.gaussian_filter(rng.standard_normal((height, width)), 5)
    fine /= fine.std()
    rings = np.clip(1 - np.abs(fine - 0.4) * 2.4, 0, 1)[..., None]
    nuclei = ndimage.gaussian_filter(rng.standard_normal((height, width)), 1.2)
    nuclei = np.clip(nuclei / nuclei.std() - 0.4, 0, 1)[..., None]
    color = np.array([232, 178, 205.0]) * (1 - rings) + np.array([150, 92, 160.0]) * rings
    color = color * (1 - 0.5 * nuclei) + np.array([84, 50, 120.0]) * 0.5 * nuclei
    edge = ndimage.gaussian_filter(tissue.astype(float), 2)[..., None]
    picture = color * edge + np.array([246, 244, 246.0]) * (1 - edge)
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


def findings_on(picture: np.ndarray, downsample: float, *, unfamiliar: float = 0.04) -> Findings:
    """Patches over the tissue of a picture: a tumour in one corner, adenoma beside it."""
    rng = np.random.default_rng(11)
    step = 448.0
    height, width = (side * downsample for side in picture.shape[:2])
    grid = PatchGrid(37.5, 12.25, step, step, int(width // step), int(height // step))
    columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    cells = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.int32)
    centres = grid.corners(cells) + step / 2
    at = np.minimum((centres / downsample).astype(int), np.array(picture.shape[1::-1]) - 1)
    smooth = ndimage.uniform_filter(picture.astype(float).mean(axis=2), 9)
    cells, centres = (a[smooth[at[:, 1], at[:, 0]] < 225] for a in (cells, centres))
    n = len(cells)
    place = centres / np.array([width, height])
    tumour = 5 - 30 * np.hypot(place[:, 0] - 0.62, place[:, 1] - 0.42) + rng.normal(0, 0.8, n)
    adenoma = 3 - 14 * np.hypot(place[:, 0] - 0.42, place[:, 1] - 0.55) + rng.normal(0, 0.8, n)
    scores = np.exp(np.stack([np.full(n, 1.0), adenoma, tumour], axis=1))
    p = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    state = np.full(n, PatchState.ANALYSED, np.uint8)
    state[place[:, 1] > 0.78] = PatchState.BLURRED
    state[(place[:, 0] < 0.24) & (place[:, 1] < 0.4)] = PatchState.UNREADABLE
    state[np.abs(place[:, 0] + place[:, 1] - 0.62) < 0.02] = PatchState.FOLD
    state[(place[:, 0] > 0.72) & (place[:, 1] < 0.3)] = PatchState.INK
    distance = ndimage.gaussian_filter1d(rng.uniform(0, 1, n), 3)
    strange = np.where(distance > np.quantile(distance, 1 - unfamiliar), 1.4, 0.6)
    distance = strange.astype(np.float32)
    p[state != PatchState.ANALYSED] = np.nan
    distance[state != PatchState.ANALYSED] = np.nan
    return Findings(COLON, grid, cells, state, p, distance, np.full(n, 0.9, np.float32), 0.0505)


VERDICTS = {
    Status.PRESENT: Diagnosis(
        Status.PRESENT, "adenocarcinoma", 0.95, (0.92, 0.97),
        (
            Reason("reason.tumour-area", {"label": COLON.classes[2].label, "share": 0.24}),
            Reason("reason.blurred", {"share": 0.04}),
            Reason("reason.unreadable", {"share": 0.03}),
        ),
        Reason("next.confirm-tumour"),
        {"normal": 0.42, "adenoma": 0.34, "adenocarcinoma": 0.24}, 0.04,
        Coverage(62.4, 1243, 0.93, 0.04, 0.0, 0.03),
        class_set=("adenocarcinoma",), set_level=0.9, rule="tumour-area",
    ),
    Status.SUSPICIOUS: Diagnosis(
        Status.SUSPICIOUS, "adenoma", 0.88, (0.79, 0.94),
        (Reason("reason.tumour-area", {"label": COLON.classes[1].label, "share": 0.61}),),
        Reason("next.confirm-precursor"),
        {"normal": 0.36, "adenoma": 0.61, "adenocarcinoma": 0.03}, 0.04,
        Coverage(62.4, 1243, 0.995, 0.0, 0.005, 0.0),
        class_set=("adenoma", "adenocarcinoma"), set_level=0.9, rule="precursor-area",
    ),
    Status.NOT_SEEN: Diagnosis(
        Status.NOT_SEEN, "adenocarcinoma", 0.97, (0.9, 0.995),
        (Reason("reason.no-tumour", {"patches": 1243.0}),),
        Reason("next.clinical"),
        {"normal": 0.99, "adenoma": 0.01, "adenocarcinoma": 0.0}, 0.0,
        Coverage(62.4, 1243, 1.0, 0.0, 0.0, 0.0), rule="nothing-seen",
    ),
    Status.CANNOT_SAY: Diagnosis(
        Status.CANNOT_SAY, None, None, None,
        (Reason("reason.unfamiliar-tissue", {"share": 0.87}),),
        Reason("next.other-model"),
        {"normal": 0.5, "adenoma": 0.3, "adenocarcinoma": 0.2}, 0.87,
        Coverage(62.4, 1243, 0.93, 0.04, 0.0, 0.03), rule="strange-tissue",
    ),
}  # fmt: skip


def made_report(
    status: Status = Status.PRESENT,
    *,
    size: tuple[int, int] = (760, 560),
    keys: int = 6,
    case: Case = CASE,
    spacing: Spacing | None = BY_HAND,
) -> Report:
    """A report of one verdict; `size` is height and width of the overview in px."""
    overview, downsample = tissue_picture(*size), 16.0
    strange = 0.87 if status is Status.CANNOT_SAY else 0.04
    findings = findings_on(overview, downsample, unfamiliar=strange)
    best = np.argsort(-np.nan_to_num(findings.probabilities[:, 2]))[: keys * 3 : 3]
    regions = [
        KeyRegion(
            findings.grid.region(*findings.cells[i].tolist()),
            "adenocarcinoma",
            float(np.nan_to_num(findings.probabilities[i, 2])),
        )
        for i in best
    ]
    pictures = tuple(
        KeyPicture(key, tissue_picture(448, 448, seed=20 + i), 0.6) for i, key in enumerate(regions)
    )
    return Report(
        case,
        SlideFacts(
            Path("/private/folder/colon-polyp-section.tif"), "generic-tiff",
            SizePx(round(size[1] * downsample), round(size[0] * downsample)),
            spacing, "3b1c" * 16,
        ),
        findings,
        replace(VERDICTS[status], key_regions=tuple(regions)),
        Provenance("0.1.0", "onnxruntime 1.31.1", "CPU", MORNING, 84.3, 14.7, READING),
        Pictures(overview, downsample, pictures),
    )  # fmt: skip


WHOLE = SlideLevel(("adenocarcinoma", "adenoma"), 0.9, 50, 192, "5e1f" * 16)


def read_as_a_whole(report: Report) -> Report:
    """The same report by a model that has a slide-level network, which looked at the tumour."""
    findings = report.findings
    judged = is_judged(findings)
    likely = np.where(judged, np.nan_to_num(findings.probabilities[:, 2]) ** 4 + 1e-3, 0)
    given = {"adenocarcinoma": 0.97, "adenoma": 0.12}
    return replace(
        report,
        findings=replace(
            findings,
            model=replace(findings.model, slide_level=WHOLE),
            attention=(likely / likely.sum()).astype(np.float32),
            slide_level=given,
        ),
        diagnosis=replace(report.diagnosis, slide_level=given),
    )


def whole_image_report() -> Report:
    """A report of a model that reads one image as a whole, without a scale."""
    report = made_report(size=(256, 256), keys=0, spacing=None)
    size = SizePx(256, 256)
    findings = Findings(
        BRAIN, PatchGrid(0, 0, 256, 256, 1, 1), np.zeros((1, 2), np.int32),
        np.array([PatchState.ANALYSED], np.uint8), np.array([[0.93, 0.07]], np.float32),
        np.array([0.4], np.float32), np.ones(1, np.float32), None,
    )  # fmt: skip
    diagnosis = Diagnosis(
        Status.PRESENT, "glioma", 0.93, (0.88, 0.96), (), Reason("next.radiologist"),
        {"glioma": 1.0, "notumor": 0.0}, 0.0, Coverage(None, 1, 1.0, 0.0, 0.0, 0.0),
    )  # fmt: skip
    return replace(
        report,
        slide=replace(report.slide, size=size, path=Path("/private/scan.jpg"), format="jpeg"),
        findings=findings,
        diagnosis=diagnosis,
        pictures=replace(report.pictures, overview_downsample=1.0),
    )
