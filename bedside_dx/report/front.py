"""Page 1: whose tissue it is, the verdict, how sure it is, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, Spacer, Table

from bedside_dx.core.heatmap import is_unfamiliar
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.report.areas import judged_mm2, tissue_mm2
from bedside_dx.report.dates import day
from bedside_dx.report.document import INTERVAL_LEVEL
from bedside_dx.report.figures import FractionBar, IntervalBar, StatusShape, Swatch
from bedside_dx.report.fonts import has_missing_letters
from bedside_dx.report.pictures import Heatmap
from bedside_dx.report.scripts import has_right_to_left
from bedside_dx.report.typography import (
    ABSENT,
    ACCENT,
    FLUSH,
    FRONT,
    GAP,
    HAIRLINE,
    LABEL,
    LEAD,
    RIGHT,
    RIGHT_SOFT,
    SMALL,
    STATUS_COLORS,
    STEP,
    STRONG,
    VALUE,
    VERDICT,
    WIDTH,
    Command,
    broken_paragraph,
    paragraph,
)
from bedside_dx.text.numbers import area, percent
from bedside_dx.text.words import (
    confidence_words,
    coverage_line,
    early_words,
    gate_words,
    set_line,
    verdict_headline,
)

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

    from bedside_dx.core.results import Diagnosis, Report
    from bedside_dx.report.pictures import Plates
    from bedside_dx.text import Texts

FIGURE = 236.0
"""Width in points of the heatmap beside the text."""

WIDE = 1.45
"""Width over height from which an overview goes under the text, over the whole width."""


def front(report: Report, t: Texts, plates: Plates) -> list[Flowable]:
    """Everything of page 1."""
    rows, columns = report.pictures.overview.shape[:2]
    is_wide = columns / rows > WIDE
    top = [
        patient_header(report, t),
        *_unprintable(report, t),
        Spacer(0, 18),
        *_headline(report, t),
        Spacer(0, 14),
    ]
    if is_wide:
        half = (WIDTH - GAP) / 2
        left = [*_confidence(report, t, half), *_set(report, t), *_coverage(report, t)]
        right = [*_reasons(report, t), *_next_step(report, t, half)]
        return [
            *top,
            _side_by_side(left, right, half),
            *_composition(report, t, WIDTH),
            Spacer(0, 6),
            Heatmap(report, t, plates.heatmap, WIDTH, 290),
        ]
    text = WIDTH - GAP - FIGURE
    left = [
        *_confidence(report, t, text),
        *_set(report, t),
        *_coverage(report, t),
        *_reasons(report, t),
        *_next_step(report, t, text),
        *_composition(report, t, text),
    ]
    return [*top, _side_by_side(left, [Heatmap(report, t, plates.heatmap, FIGURE, 440)], text)]


def patient_header(report: Report, t: Texts) -> Flowable:
    """Name, birth, number, accession and specimen, between two hairlines."""
    patient, case = report.case.patient, report.case
    born = day(patient.born, t.language) if patient.born else ""
    is_tissue = report.model.input is ModelInput.PATCHES
    cells = (
        (t("Patient"), patient.name, STRONG, 0.28),
        (t("Born"), born, STRONG, 0.15),
        (t("Patient number"), patient.identifier, STRONG, 0.17),
        (t("Accession"), case.accession, VALUE, 0.17),
        (t("Specimen") if is_tissue else t("Examination"), case.specimen, VALUE, 0.23),
    )
    row = [
        [paragraph(name, LABEL), Spacer(0, 2), _value(value, style, share * WIDTH - 10, t)]
        for name, value, style, share in cells
    ]
    lines: list[Command] = [
        *FLUSH,
        ("RIGHTPADDING", (0, 0), (-2, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 7),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 9),
        ("LINEABOVE", (0, 0), (-1, 0), 0.6, HAIRLINE),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, HAIRLINE),
    ]
    return Table([row], colWidths=[share * WIDTH for *_, share in cells], style=lines)


def _value(value: str, style: ParagraphStyle, width: float, t: Texts) -> Flowable:
    if not value.strip():
        return paragraph(t("not given"), ABSENT)
    return (
        broken_paragraph(value, style, width)
        if has_right_to_left(value)
        else paragraph(value, style)
    )


def _unprintable(report: Report, t: Texts) -> list[Flowable]:
    """Say so where a name has letters that none of the typefaces has: it is never left out."""
    patient, case = report.case.patient, report.case
    given = (patient.name, patient.identifier, case.accession, case.specimen)
    if not any(has_missing_letters(text) for text in given):
        return []
    words = t("□ stands for a letter that can't be printed here; report.json holds it.")
    return [Spacer(0, 4), paragraph(words, SMALL)]


def _headline(report: Report, t: Texts) -> list[Flowable]:
    diagnosis = report.diagnosis
    words = verdict_headline(diagnosis, report.model, t)
    shape = StatusShape(diagnosis.status, 23)
    style: list[Command] = [*FLUSH, ("TOPPADDING", (0, 0), (0, 0), 6)]
    row = Table([[shape, paragraph(words, VERDICT)]], colWidths=[34, WIDTH - 34], style=style)
    if diagnosis.is_final:
        return [row]
    stand = early_words(diagnosis, t) or t("So far: not all of the tissue was read.")
    return [row, Spacer(0, 4), paragraph(stand, STEP)]


def _side_by_side(left: list[Flowable], right: list[Flowable], width: float) -> Flowable:
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    return Table([[left, right]], colWidths=[width + GAP, WIDTH - width - GAP], style=style)


def _confidence(report: Report, t: Texts, width: float) -> list[Flowable]:
    diagnosis = report.diagnosis
    words = confidence_words(diagnosis, t)
    if diagnosis.interval is None or not words:
        none = t("None is given where the model can't say.")
        return [
            paragraph(t("Confidence"), LABEL),
            Spacer(0, 2),
            paragraph(none, FRONT),
            Spacer(0, 16),
        ]
    color = STATUS_COLORS[diagnosis.status]
    bar = IntervalBar(diagnosis.interval, diagnosis.probability, color, t.language, width)
    notes = [_interval_note(diagnosis, t)]
    if not diagnosis.is_calibrated:
        notes.append(t("It was found on single images, and not checked on series of slices."))
    return [
        paragraph(t("Confidence"), LABEL),
        Spacer(0, 2),
        paragraph(words, LEAD),
        Spacer(0, 3),
        bar,
        *(paragraph(note, SMALL) for note in notes),
        Spacer(0, 16),
    ]


def _interval_note(diagnosis: Diagnosis, t: Texts) -> str:
    if diagnosis.status is Status.NOT_SEEN:
        return t("Probability of absence with its {level:percent} interval", level=INTERVAL_LEVEL)
    return t("Probability with its {level:percent} interval", level=INTERVAL_LEVEL)


def _set(report: Report, t: Texts) -> list[Flowable]:
    """Classes that can't be ruled out."""
    words = set_line(report.diagnosis, report.model, t)
    if not words:
        return []
    label = paragraph(t("Set of classes"), LABEL)
    return [label, Spacer(0, 2), paragraph(words, FRONT), Spacer(0, 16)]


def _coverage(report: Report, t: Texts) -> list[Flowable]:
    coverage = report.diagnosis.coverage
    warning = gate_words(report.model, t)
    warned: list[Flowable] = [paragraph(warning, FRONT), Spacer(0, 16)] if warning else []
    if report.model.input is ModelInput.WHOLE_IMAGE:
        return warned
    lines: list[Flowable] = [
        paragraph(t("Coverage"), LABEL),
        Spacer(0, 2),
        paragraph(coverage_line(coverage, t), FRONT),
    ]
    if coverage.tissue_mm2 is not None:
        amount = t(
            "{area:area} of tissue in {patches:count} patches",
            area=coverage.tissue_mm2,
            patches=coverage.patches,
        )
        if coverage.patches == 1:
            amount = t("{area:area} of tissue in one patch", area=coverage.tissue_mm2)
        lines.append(paragraph(amount, SMALL))
    if report.diagnosis.is_final and (early := early_words(report.diagnosis, t)):
        lines.append(paragraph(early, SMALL))
    return [*lines, Spacer(0, 16), *warned]


def _reasons(report: Report, t: Texts) -> list[Flowable]:
    reasons = report.diagnosis.reasons[:3]
    if not reasons:
        return []
    rows = [[paragraph("–", FRONT), paragraph(t.reason(reason), FRONT)] for reason in reasons]
    style: list[Command] = [*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -2), 3)]
    table = Table(rows, colWidths=[11, None], style=style)
    return [paragraph(t("Why"), LABEL), Spacer(0, 2), table, Spacer(0, 16)]


def _next_step(report: Report, t: Texts, width: float) -> list[Flowable]:
    words = t.reason(report.diagnosis.next_step)
    style: list[Command] = [
        *FLUSH,
        ("LEFTPADDING", (0, 0), (0, 0), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LINEBEFORE", (0, 0), (0, -1), 2.2, ACCENT),
    ]
    cell = [paragraph(t("Next step"), LABEL), Spacer(0, 1), paragraph(words, STEP)]
    return [Table([[cell]], colWidths=[width], style=style), Spacer(0, 20)]


def _composition(report: Report, t: Texts, width: float) -> list[Flowable]:
    """What the analysed tissue is made of: area first, then the share.

    Nothing where the verdict is that nothing can be said.
    """
    diagnosis = report.diagnosis
    if report.model.input is ModelInput.WHOLE_IMAGE:
        picked = list(report.scan.picked) if report.scan else [0]
        shares = report.findings.probabilities[picked].mean(0).tolist()
        title = t("Probability by class")
        if len(picked) > 1:
            title = t("Probability by class, mean of {slices:count} slices", slices=len(picked))
        return _by_class(title, report, shares, None, t, width)
    shares = [diagnosis.fractions.get(c.id, 0.0) for c in report.model.classes]
    if diagnosis.status is Status.CANNOT_SAY or not any(shares):
        return []
    title = t("Tissue that could be judged, by class")
    table = _by_class(title, report, shares, judged_mm2(report.findings), t, width)
    return [*table, *_outside_all_classes(report, t)]


def _outside_all_classes(report: Report, t: Texts) -> list[Flowable]:
    """Tissue that the table leaves out: analysed, but unlike the training data."""
    strange = tissue_mm2(report.findings, is_unfamiliar(report.findings))
    if not strange:
        return []
    words = t("Besides {area:area} unlike the training data: in no class", area=strange)
    return [paragraph(words, SMALL)]


def _by_class(
    title: str,
    report: Report,
    shares: list[float],
    area_mm2: float | None,
    t: Texts,
    width: float,
) -> list[Flowable]:
    classes = report.model.classes
    rows = [
        [
            Swatch(c.color),
            paragraph(t.of(c.label), FRONT),
            paragraph("" if area_mm2 is None else area(share * area_mm2, t.language), RIGHT),
            paragraph(percent(share, t.language), RIGHT_SOFT),
        ]
        for share, c in zip(shares, classes, strict=True)
    ]
    style: list[Command] = [
        *FLUSH,
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (0, -1), 7),
        ("LINEBELOW", (0, 0), (-1, -2), 0.4, HAIRLINE),
    ]
    table = Table(rows, colWidths=[15, width - 15 - 70 - 50, 70, 50], style=style)
    parts = [(share, c.color) for share, c in zip(shares, classes, strict=True)]
    bar = FractionBar(parts, width)
    return [paragraph(title, LABEL), Spacer(0, 5), bar, Spacer(0, 3), table, Spacer(0, 8)]
