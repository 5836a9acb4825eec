"""From findings to inputs: what is offered, to whom, and when nothing is."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bedside_dx.app.offering import ORGANS, confirmed_entry, offers
from bedside_dx.app.prognosing import all_facts, model_facts, prognosis_of
from bedside_dx.core.disease import Site
from bedside_dx.core.errors import PrognosisError
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.prognosis import Entry
from bedside_dx.core.results import Report
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from bedside_dx.text.disease_words import remark_words
from tests.unit.report.reports import COLON, made_report, whole_image_report

SIDE = 60
ALL = ("size", "invasive", "t", "lesion-mm", "age")


@cache
def slide(organ: str = "breast", status: Status = Status.PRESENT, middle: int = 30) -> Report:
    """Tumour in a disc of 4 mm on sound tissue; a cell is 0.2 mm wide."""
    y, x = np.indices((SIDE, SIDE))
    inside = np.hypot(x - middle, y - 30) <= 10
    tumour = np.where(inside, 0.96, 0.02).ravel()
    report = made_report(status)
    n = SIDE * SIDE
    findings = replace(
        report.findings,
        model=replace(COLON, organ=organ),
        grid=PatchGrid(0, 0, 448, 448, SIDE, SIDE),
        cells=np.stack([x.ravel(), y.ravel()], 1).astype(np.int32),
        state=np.full(n, PatchState.ANALYSED, np.uint8),
        probabilities=np.stack([1 - tumour, 0 * tumour, tumour], 1).astype(np.float32),
        unfamiliarity=np.zeros(n, np.float32),
        tissue=np.ones(n, np.float32),
        cell_mm2=0.04,
    )
    return replace(report, findings=findings)


def test_a_breast_slide_offers_its_size_with_a_range_and_what_was_seen() -> None:
    size, invasive, category, lesion = offers(slide(), ALL)
    assert (size.key, size.unit, lesion.key) == ("size", "mm", "lesion-mm")
    assert size.low < 4.0 < size.high < 6
    assert abs(size.value - 4.2) < 0.3
    assert (invasive.key, invasive.value) == ("invasive", 1)
    assert (category.key, category.choice) == ("t", "1a")
    words = remark_words(size.says, texts("fr"))
    assert "4,2" in words
    assert "200 µm" in words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("report", "keys", "more"),
    [
        (slide("breast", Status.CANNOT_SAY), ALL, {}),
        (slide("breast", Status.NOT_SEEN), ALL, {}),
        (slide("breast", Status.SUSPICIOUS), ALL, {}),
        (slide("breast"), ALL, {"organ": "lung"}),
        (slide("lung"), ("size", "invasive"), {}),
        (slide("colon"), ("t",), {}),
        (slide("breast"), ("age", "grade"), {}),
        (whole_image_report(), ALL, {}),
    ],
)
def test_nothing_is_offered_that_the_slide_can_not_say(
    report: Report, keys: tuple[str, ...], more: dict[str, str]
) -> None:
    assert offers(report, keys, **more) == ()


def test_a_slide_without_scale_offers_no_measure() -> None:
    report = slide()
    bare = replace(report, findings=replace(report.findings, cell_mm2=None))
    assert [offer.key for offer in offers(bare, ALL)] == ["invasive"]


def test_a_precursor_is_no_tumour() -> None:
    report = slide()
    adenoma = replace(report, diagnosis=replace(report.diagnosis, class_id="adenoma"))
    assert offers(adenoma, ALL) == ()


@pytest.mark.parametrize(("edition", "category"), [(8, "1a"), (7, "1a")])
def test_lung_is_staged_by_size_in_both_editions(edition: int, category: str) -> None:
    (offer,) = offers(slide("lung"), ("t",), organ="lung", edition=edition)
    assert offer.choice == category
    assert f"TNM {edition}" in remark_words(offer.says, texts("en"))


def test_at_the_end_of_the_slide_the_size_is_a_lower_bound_and_says_so() -> None:
    (offer,) = offers(slide("lung", middle=2), ("lesion-mm",))
    assert math.isinf(offer.high)
    assert "the end of the slide" in remark_words(offer.says, texts("en"))
    assert "le bord de la lame" in remark_words(offer.says, texts("fr"))


def test_what_is_offered_is_refused_until_confirmed_and_then_swept() -> None:
    (offer,) = offers(slide(middle=2), ("size",))
    wanted = model_facts("predict-breast").input("size")
    entry = confirmed_entry(offer, wanted)
    assert entry.high == wanted.high
    stated = {"age": Entry(60), "nodes": Entry(0), "er": Entry(1), "size": entry}
    found = prognosis_of("predict-breast", None, stated, "s")
    low, high = found.swept[9]
    assert low < found.survival(10) / 100 < high
    with pytest.raises(PrognosisError) as refused:
        prognosis_of(
            "predict-breast", None, {**stated, "size": replace(entry, confirmed=False)}, "s"
        )
    assert refused.value.code == "prognosis.unconfirmed"


def test_every_model_that_asks_for_a_size_is_about_the_breast() -> None:
    asking = {facts.key for facts in all_facts() if any(i.key == "size" for i in facts.inputs)}
    assert ORGANS["size"] == {Site.BREAST}
    assert asking <= {"predict-breast", "breast-recurrence", "npi", "cts5"}
