"""What a person states is taken as meant, or refused with an example."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_answers import answered
from bedside_dx.core.model_card import Role
from bedside_dx.core.model_draft import ModelDraft, SourceFormat
from bedside_dx.core.model_input import ModelInput

EMPTY = ModelDraft(SourceFormat.ONNX)
ANSWERS = {
    "name": "tumour-1",
    "organ": "colon",
    "modality": "SM",
    "patch-px": "224",
    "spacing": "0,5",
    "classes": "normal:benign adenoma:precursor carcinoma",
    "role:carcinoma": "tumour",
    "scale": "0-1",
    "mean": "0.485, 0.456, 0.406",
    "std": "0,229 0,224 0,225",
    "activation": "softmax",
}


def test_all_answers_make_a_whole_draft() -> None:
    draft = EMPTY
    while missing := draft.missing():
        draft = answered(draft, missing[0], ANSWERS[missing[0]])
    assert draft.spacing_um_px == 0.5
    assert draft.input is ModelInput.PATCHES
    assert draft.mean == (0.485, 0.456, 0.406)
    assert draft.std == (0.229, 0.224, 0.225)
    assert [c.role for c in draft.classes] == [Role.BENIGN, Role.PRECURSOR, Role.TUMOUR]


def test_one_class_asks_for_that_of_everything_else() -> None:
    draft = answered(EMPTY, "classes", "metastasis:tumour")
    assert "rest" in draft.missing()
    draft = answered(draft, "rest", "normal:benign")
    assert [c.id for c in draft.all_classes] == ["normal", "metastasis"]


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("name", "Über"), ("name", "../x"), ("modality", "slide"), ("patch-px", "8"),
        ("patch-px", "9999"), ("spacing", "0"), ("spacing", "forty"), ("spacing", "0.5 0.5"),
        ("classes", "a:b"), ("classes", "a:tumour a:benign"), ("classes", ""), ("role:x", "tumour"),
        ("scale", "0-2"), ("mean", "1 2"), ("std", "0"), ("std", "-1 1 1"), ("mean", "nan"),
        ("activation", "relu"), ("rest", "a:benign"), ("organ", "co\nlon"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(key: str, answer: str) -> None:
    with pytest.raises(ModelError) as caught:
        answered(EMPTY, key, answer)
    assert caught.value.code == "exchange.bad-answer"


@pytest.mark.parametrize(("key", "answer"), [("spacing", "0.25"), ("patch-px", "256")])
def test_what_the_file_settles_stays(key: str, answer: str) -> None:
    draft = answered(answered(EMPTY, "spacing", "0.5"), "patch-px", "224")
    with pytest.raises(ModelError) as caught:
        answered(draft, key, answer)
    assert caught.value.code == "exchange.contradicts"
    assert answered(draft, "spacing", "0.5") == draft


@given(st.sampled_from([*ANSWERS, "title", "version", "output", "label:x"]), st.text())
def test_any_text_is_an_answer_or_refused(key: str, text: str) -> None:
    with suppress(ModelError):
        assert isinstance(answered(EMPTY, key, text), ModelDraft)
