"""The page to sign is one page, whatever is put on it, and nothing on it is cut or overlaps."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from array_slide import card

from bedside_dx.analysis.coverage import gate_findings, set_coverage
from bedside_dx.analysis.metrics import measure
from bedside_dx.analysis.subgroups import subgroup_figures
from bedside_dx.core.evaluation import Answer, Evaluation, Fit, IndexFacts, ScoredImage
from bedside_dx.core.model_card import ModelCard, ModelClass, Role, SetLimits
from bedside_dx.core.verdict import Status
from bedside_dx.report.typography import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from bedside_dx.report.validation_page import ValidationPage, validation_pdf, write_validation
from bedside_dx.text import texts

LONG = "Carcinome épidermoïde peu différencié non kératinisant, variante "


def model(classes: int, *, long: bool, sets: bool) -> ModelCard:
    made = tuple(
        ModelClass(
            f"class{i}",
            Role.TUMOUR,
            {"en": f"{LONG if long else 'Class '}{i}", "fr": f"{LONG if long else 'Classe '}{i}"},
            (200, 20 * i % 255, 90),
            {},
        )
        for i in range(classes)
    )
    sentence = "Une très longue phrase sur ce que le modèle ne sait pas faire. " * (
        9 if long else 1
    )
    limits = SetLimits((0.9,), {c.id: (0.1,) for c in made}, dict.fromkeys((c.id for c in made), 9))
    return replace(
        card(Role.BENIGN),
        classes=made,
        title={"en": "A title " * (30 if long else 1), "fr": "Un titre " * (30 if long else 1)},
        limits={"en": (sentence,) * (12 if long else 2), "fr": (sentence,) * (12 if long else 2)},
        sets=limits if sets else None,
    )


def page(
    card: ModelCard, images: int, *, groups: bool, subgroups: int, strangers: int, name: str
) -> ValidationPage:
    rng = np.random.default_rng(1)
    ids = [c.id for c in card.classes]
    scored = []
    for at in range(images):
        p = tuple(float(v) for v in rng.dirichlet(np.ones(len(ids))))
        answer = Answer(p, Status.PRESENT, None, float(rng.gamma(2, 0.4)), (), Fit.AS_IS, 1, False)
        split = {"by_scanner": f"{name} {at % subgroups}"} if subgroups else {}
        group = f"g{at // 3}" if groups else ""
        scored.append(ScoredImage("x", ids[at % len(ids)], group, answer, "", True, split))
    answer = Answer((1.0,) * len(ids), Status.CANNOT_SAY, None, 2.0, (), Fit.AS_IS, 1, False)
    scored += [ScoredImage("y", "", "", answer, familiar=False)] * strangers
    own = [i for i in scored if i.familiar]
    columns = ("by_scanner",) if subgroups else ()
    evaluation = Evaluation(
        images=tuple(scored),
        metrics=measure(
            [i.answer for i in own],
            [i.label for i in own],
            [i.group for i in own],
            ids,
            pairs=[(ids[0], ids[1])],
            rounds=20,
        ),
        sets=set_coverage(own, card, 0.9),
        gate=gate_findings(scored, card),
        subgroups=subgroup_figures(own, columns, ids),
        columns=columns,
        index=IndexFacts(f"{name}.csv", "ab" * 32, len(scored)),
    )
    return ValidationPage(evaluation, card, "onnxruntime 1.31.1", "CPU", date(2026, 11, 27))


def boxes(pdf: bytes) -> tuple[int, str, list[tuple[float, float, float, float]]]:
    """Number of pages, text, and the box of each piece of text on the first page."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    rects = [text.get_rect(i) for i in range(text.count_rects())]
    return len(document), text.get_text_bounded(), rects


USUAL = {"images": 60, "groups": True, "subgroups": 3, "strangers": 9, "name": "scanner"}
CASES = {
    "usual": (model(3, long=False, sets=True), USUAL),
    "bare": (
        model(2, long=False, sets=False),
        {"images": 4, "groups": False, "subgroups": 0, "strangers": 0, "name": "t"},
    ),
    "twenty subgroups": (model(3, long=False, sets=True), USUAL | {"subgroups": 20}),
    "too much": (
        model(14, long=True, sets=True),
        {
            "images": 140,
            "groups": True,
            "subgroups": 50,
            "strangers": 5,
            "name": "Hôpital universitaire de Clermont-Ferrand, appareil " * 3,
        },
    ),
}


@cache
def page_of(case: str) -> ValidationPage:
    card, about = CASES[case]
    return page(card, **about)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_one_page_and_nothing_overflows(case: str, language: str) -> None:
    pages, text, rects = boxes(validation_pdf(page_of(case), texts(language)))
    assert pages == 1
    for left, bottom, right, top in rects:
        assert left >= MARGIN - 2
        assert right <= PAGE_WIDTH - MARGIN + 2
        assert bottom >= 20
        assert top <= PAGE_HEIGHT - 20
    for word in ("Signature", "Decision" if language == "en" else "Décision"):
        assert word in text
    # Nothing is written over anything else.
    for at, (left, bottom, right, top) in enumerate(rects):
        for other in rects[at + 1 :]:
            width = min(right, other[2]) - max(left, other[0])
            height = min(top, other[3]) - max(bottom, other[1])
            assert min(width, height) < 1.5, (text, rects[at], other)


def test_it_says_what_was_validated_on_what_and_that_it_is_research(tmp_path: Path) -> None:
    made = page_of("usual")
    write_validation(made, tmp_path / "validation.pdf", texts("en"))
    _, text, _ = boxes((tmp_path / "validation.pdf").read_bytes())
    for words in (
        "test 1",
        "60 images · 20 groups",
        "Class 0 20",
        "ababababab",
        "27 Nov 2026",
        "onnxruntime 1.31.1 · CPU",
        "Balanced accuracy",
        "scanner: scanner 0",
        "other kinds",
        "not accepted",
        "RESEARCH USE ONLY",
        "AI-generated, not verified",
    ):
        assert words in text, words


def test_what_has_no_room_is_counted() -> None:
    _, text, _ = boxes(validation_pdf(page_of("too much"), texts("en")))
    assert text.count("more in metrics.json") == 3
    assert "more: models show" in text


def test_the_same_evaluation_gives_the_same_bytes() -> None:
    made = page_of("usual")
    assert validation_pdf(made, texts("fr")) == validation_pdf(made, texts("fr"))
