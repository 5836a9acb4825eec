"""A model on a site's own labelled images: validate it there before trusting it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING

from bedside_dx.analysis.coverage import gate_findings, set_coverage
from bedside_dx.analysis.images import cut_image, judge_image
from bedside_dx.analysis.metrics import measure
from bedside_dx.analysis.subgroups import subgroup_figures
from bedside_dx.app.image_pool import each_image
from bedside_dx.app.labelled_set import LabelledImage, LabelledSet, read_index
from bedside_dx.app.saving import save_together
from bedside_dx.core.errors import SlideError, TableError
from bedside_dx.core.evaluation import Answer, Evaluation, Fit, ScoredImage
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.model_card import Role
from bedside_dx.core.rules import DEFAULT_RULES
from bedside_dx.imaging.slide import open_slide
from bedside_dx.report.validation import write_metrics, write_scores
from bedside_dx.report.validation_page import ValidationPage, write_validation
from bedside_dx.report.validation_plots import write_confusion, write_reliability, write_roc
from bedside_dx.text import texts
from bedside_dx.text.numbers import fixed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.evaluation import Estimate
    from bedside_dx.core.events import Emit
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.rules import Rules
    from bedside_dx.text import Texts


@dataclass(frozen=True)
class EvaluationSummary:
    """What came out, and where it was written.

    Attributes
    ----------
    files
        scores.csv, metrics.json, validation.pdf, roc.png, reliability.png, confusion.png.
    """

    evaluation: Evaluation
    card: ModelCard
    files: tuple[Path, ...]

    def lines(self, t: Texts) -> tuple[str, ...]:
        """The figures as sentences."""
        metrics = self.evaluation.metrics
        areas = [
            t("Area under the curve, {label}: {value}", label=t.of(c.label), value=_words(area, t))
            for c, area in ((c, metrics.auc[c.id]) for c in self.card.classes)
        ]
        return (
            t.plural("{n:count} image read", "{n:count} images read", metrics.n),
            *areas,
            *self._pairs(t),
            t("Balanced accuracy: {value}", value=_words(metrics.balanced_accuracy, t)),
            t("Accuracy: {value}", value=_words(metrics.accuracy, t)),
            t("Calibration error: {value}", value=_words(metrics.calibration_error, t)),
            t(
                "Calibration error without what chance shows: {value}",
                value=_words(metrics.calibration_error_corrected, t),
            ),
            *self._sets(t),
            *self._gate(t),
            t("Abstained: {value}", value=_words(metrics.abstained, t)),
            *self._warnings(t),
            t("Written to {folder}", folder=self.files[0].parent),
            t("AI-generated, not verified. Research use only."),
        )

    def _pairs(self, t: Texts) -> list[str]:
        labels = {c.id: t.of(c.label) for c in self.card.classes}
        return [
            t(
                "Area under the curve, {first} against {second}: {value}",
                first=labels[first],
                second=labels[second],
                value=_words(area, t),
            )
            for (first, second), area in self.evaluation.metrics.pairs.items()
        ]

    def _sets(self, t: Texts) -> list[str]:
        sets = self.evaluation.sets
        if sets is None:
            return [t("Sets of classes: the model has no limits for them")]
        return [
            t(
                "Label within the set of classes, asked {asked:percent}: {value}",
                asked=sets.asked,
                value=_words(sets.overall.coverage, t),
            )
        ]

    def _gate(self, t: Texts) -> list[str]:
        gate = self.evaluation.gate
        said = [t("Called unfamiliar: {value}", value=_words(gate.familiar.unfamiliar, t))]
        if gate.strangers is not None:
            said.append(
                t(
                    "Images of other kinds called unfamiliar: {value}; area under the curve:"
                    " {area}",
                    value=_words(gate.strangers.unfamiliar, t),
                    area=_words(gate.auroc, t),
                )
            )
        return said

    def _warnings(self, t: Texts) -> list[str]:
        images = self.evaluation.images
        lost = sum(image.answer is None for image in images)
        resized = sum(i.answer is not None and i.answer.fit is Fit.RESIZED for i in images)
        said: list[str] = []
        if lost:
            said.append(t("Not readable: {n:count}, see the column error in scores.csv.", n=lost))
        if resized and self.card.spacing_um_px is not None:
            said.append(
                t(
                    "Resized without knowing their scale: {n:count}. State spacing_um to have them"
                    " resampled instead.",
                    n=resized,
                )
            )
        return said


def evaluate(
    classifier: Classifier,
    index: Path,
    out: Path,
    *,
    emit: Emit,
    cancel: Cancel,
    threads: int = 0,
    rules: Rules = DEFAULT_RULES,
    language: str = "en",
) -> EvaluationSummary:
    """Score labelled images; write scores.csv, metrics.json, validation.pdf and plots.

    Parameters
    ----------
    index
        CSV with the columns ``path,label`` and, if given, ``spacing_um,group``; ``familiar``
        (no: an image of another kind, without a label, to try the gate with); ``subgroup``
        and any ``by_…`` to split the images by.
    out
        Folder; made if there is none. Files in it are replaced together or not at all.
    threads
        Images at a time; 0 means one for each processor core.
    rules
        Limits of the verdict at this site.
    language
        Of the plots, of the page to sign and of what is said about images that can't be read.

    Raises
    ------
    TableError
        The table can't be used, or none of its images can be read.
    InferenceError
        The model failed; nothing was written.
    ReportError
        The files could not be written.
    CancelledByUser
    """
    card, t = classifier.card, texts(language)
    table = read_index(index, [c.id for c in card.classes])
    images = each_image(
        table.images,
        lambda row, probe: _score(row, classifier, rules, cancel, t, probe=probe),
        emit=emit,
        cancel=cancel,
        threads=threads,
    )
    if not any(image.familiar and image.answer is not None for image in images):
        first = next(image.error for image in images if image.familiar)
        raise TableError("index.none-readable", path=index, first=first)
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    evaluation = _evaluation(images, table, card, rules)
    cancel.raise_if_cancelled()
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    files = save_together(out, _writers(evaluation, classifier, t), t)
    return EvaluationSummary(evaluation, card, files)


def _evaluation(
    images: tuple[ScoredImage, ...], table: LabelledSet, card: ModelCard, rules: Rules
) -> Evaluation:
    """All figures of what was scored."""
    own = [image for image in images if image.familiar and image.answer is not None]
    classes = [c.id for c in card.classes]
    metrics = measure(
        [image.answer for image in own if image.answer is not None],
        [image.label for image in own],
        [image.group for image in own],
        classes,
        pairs=_tumour_pairs(card),
    )
    return Evaluation(
        images=images,
        metrics=metrics,
        sets=set_coverage(own, card, rules.coverage),
        gate=gate_findings(images, card),
        subgroups=subgroup_figures(own, table.columns, classes),
        columns=table.columns,
        index=table.facts,
    )


def _tumour_pairs(card: ModelCard) -> list[tuple[str, str]]:
    """Kinds of tumour, two by two: telling them apart is harder than telling them from benign."""
    return list(combinations((card.classes[i].id for i in card.of_role(Role.TUMOUR)), 2))


def _score(
    row: LabelledImage,
    classifier: Classifier,
    rules: Rules,
    cancel: Cancel,
    t: Texts,
    *,
    probe: bool,
) -> ScoredImage:
    answer: Answer | None = None
    error = ""
    try:
        with open_slide(row.path, spacing=row.spacing_um, probe=probe) as source:
            cut = cut_image(source, classifier.card, row.spacing_um)
        answer = judge_image(cut, classifier, cancel, rules)
    except SlideError as exc:
        error = t.error(exc)[0]
    return ScoredImage(row.name, row.label, row.group, answer, error, row.familiar, row.subgroups)


def _writers(
    evaluation: Evaluation, classifier: Classifier, t: Texts
) -> dict[str, Callable[[Path], None]]:
    card, metrics = classifier.card, evaluation.metrics
    engine = {"engine": classifier.engine, "provider": classifier.provider}
    today = datetime.now(UTC).astimezone().date()
    page = ValidationPage(evaluation, card, classifier.engine, classifier.provider, today)
    return {
        "scores.csv": lambda path: write_scores(evaluation, card, path),
        "metrics.json": lambda path: write_metrics(evaluation, card, engine, path, t),
        "validation.pdf": lambda path: write_validation(page, path, t),
        "roc.png": lambda path: write_roc(metrics, card, path, t),
        "reliability.png": lambda path: write_reliability(metrics, card, path, t),
        "confusion.png": lambda path: write_confusion(metrics, card, path, t),
    }


def _words(estimate: Estimate, t: Texts) -> str:
    """Write a figure with its 95 % interval."""
    if not math.isfinite(estimate.value):
        return t("not defined")
    value, low, high = (
        fixed(v, t.language, 3) for v in (estimate.value, estimate.low, estimate.high)
    )
    return t("{value} ({low} to {high})", value=value, low=low, high=high)
