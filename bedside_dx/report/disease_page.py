"""The patient's disease on paper: stage, then each model, then lesions and sizes over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from bedside_dx.report.course_page import courses, responses
from bedside_dx.report.prognosis_page import scores, sentences, what_ifs
from bedside_dx.report.typography import BODY, LABEL, LEAD, SECTION, SMALL, WIDTH, paragraph
from bedside_dx.text.course_words import left_out_words
from bedside_dx.text.disease_words import sentence_of, stage_headline

if TYPE_CHECKING:
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts


def disease(report: Report, t: Texts) -> list[Flowable]:
    """Pages of the disease, the break after them included; nothing where nobody worked it out."""
    picture = report.disease
    if picture is None or picture.is_empty:
        return []
    note = t(
        "Worked out from what a person entered. It says what is associated with an outcome in"
        " people like this one; it is no statement about one person."
    )
    return [
        paragraph(t("Disease"), SECTION),
        paragraph(note, SMALL),
        Spacer(0, 10),
        *([] if picture.stage is None else _stage(picture.stage, t)),
        *what_ifs(picture.what_ifs, t),
        *scores(picture.scores, t),
        *responses(picture.responses, t),
        *courses(picture.outlooks, t),
        *sentences(
            t("Rows that could not be read and say nothing here"),
            [left_out_words(one, t) for one in picture.left_out],
            WIDTH,
        ),
        PageBreak(),
    ]


def _stage(stage: Stage, t: Texts) -> list[Flowable]:
    remarks = [paragraph(sentence_of(code, t), SMALL) for code in stage.remarks]
    words = [paragraph(t("Stage"), LABEL), Spacer(0, 2), paragraph(stage_headline(stage, t), LEAD)]
    source = paragraph(
        t("Categories as entered by a person; the group by the edition named."), BODY
    )
    return [KeepTogether([*words, Spacer(0, 2), source, *remarks, Spacer(0, 6)])]
