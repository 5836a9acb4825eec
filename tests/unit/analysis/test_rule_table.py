"""The table of rules: each row is reached, says the numbers in force, and is all that runs."""

import re
from dataclasses import replace

import numpy as np
import pytest
from array_slide import COLON, card, findings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bedside_dx.analysis.confidence import TABLE, conclude
from bedside_dx.analysis.rule import Scope
from bedside_dx.app.rule_table import rule_rows
from bedside_dx.core.model_card import Role, SetLimits, SlideLevel
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings
from bedside_dx.core.rules import DEFAULT_RULES, LIMITS, Rules
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from bedside_dx.text.messages import MESSAGES
from bedside_dx.text.rule_words import limit_value

NORMAL, ADENOMA, CARCINOMA = np.eye(3) * 0.94 + 0.02
LUNG = card(Role.BENIGN, Role.TUMOUR, Role.TUMOUR)
STRICT = SetLimits(
    (0.8, 0.9),
    {c.id: (0.95, 0.94) for c in COLON.classes},
    {c.id: 100 for c in COLON.classes},
)
WIDE = SetLimits(
    (0.8, 0.9), {c.id: (0.5, 0.3) for c in COLON.classes}, {c.id: 100 for c in COLON.classes}
)


def slide(patch: tuple[slice, slice] | None = None, kind=CARCINOMA, **parts) -> Findings:
    """A normal section with a patch of something."""
    probabilities = np.broadcast_to(NORMAL, (30, 30, 3)).copy()
    if patch:
        probabilities[patch] = kind
    return findings(probabilities, **parts)


def one(*probabilities: float, model=COLON, side: int = 1, **parts) -> Findings:
    return findings(
        np.broadcast_to(np.array(probabilities), (side, side, 3)).copy(), model=model, **parts
    )


def partly(state: PatchState) -> np.ndarray:
    states = np.full((30, 30), PatchState.ANALYSED)
    states[:6] = state
    return states


AREA = (slice(5, 12), slice(5, 12))
SOME = np.broadcast_to(NORMAL, (3, 3, 3)).copy()
SOME[:2, :2] = (0.3, 0.02, 0.68)
SECOND_READER = SlideLevel(("tumour2",), 0.9, 1, 4, "0" * 64)
STRANGE_THIRD = np.where(np.arange(30)[:, None] < 11, 1.2, 0.1) * np.ones((30, 30))
CASES: dict[str, tuple[Findings, Rules]] = {
    "no-tissue": (findings(np.zeros((0, 0, 3))), DEFAULT_RULES),
    "strange-tissue": (slide(unfamiliarity=2.0), DEFAULT_RULES),
    "too-little-tissue": (slide(tissue=0.0001), DEFAULT_RULES),
    "tumour-of-unclear-kind": (slide(AREA, (0.02, 0.5, 0.48), model=LUNG), DEFAULT_RULES),
    "tumour-area": (slide(AREA), DEFAULT_RULES),
    "precursor-area": (slide(AREA, ADENOMA), DEFAULT_RULES),
    "not-complete": (slide(state=partly(PatchState.PENDING)), DEFAULT_RULES),
    "too-much-lost": (slide(state=partly(PatchState.BLURRED)), DEFAULT_RULES),
    "too-much-unfamiliar": (slide(unfamiliarity=STRANGE_THIRD), DEFAULT_RULES),
    "second-reader-disagrees": (
        replace(
            slide(model=replace(COLON, slide_level=SECOND_READER)), slide_level={"tumour2": 0.98}
        ),
        DEFAULT_RULES,
    ),
    "nothing-seen": (slide(), DEFAULT_RULES),
    "unsure-image": (one(0.5, 0.4, 0.1), DEFAULT_RULES),
    "fits-no-class": (
        one(0.9, 0.05, 0.05, model=replace(COLON, sets=STRICT)),
        Rules(empty_set_abstains=True),
    ),
    "tumour-image": (one(0.05, 0.05, 0.9), DEFAULT_RULES),
    "some-tumour-in-image": (findings(SOME), DEFAULT_RULES),
    "precursor-image": (one(0.05, 0.9, 0.05), DEFAULT_RULES),
    "benign-image": (one(0.9, 0.05, 0.05), DEFAULT_RULES),
}


def test_there_is_a_case_for_every_rule() -> None:
    assert set(CASES) == {rule.code for rule in TABLE}
    assert len({rule.code for rule in TABLE}) == len(TABLE)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.code)
def test_every_rule_is_reached_and_does_what_its_row_says(rule) -> None:
    diagnosis = conclude(*CASES[rule.code])
    assert diagnosis.rule == rule.code
    assert diagnosis.status is rule.status
    assert diagnosis.next_step.code in rule.next_steps


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_shown_table_has_the_numbers_in_force(language: str) -> None:
    t = texts(language)
    usual = rule_rows(DEFAULT_RULES, COLON, t)
    assert [row.code for row in usual] == [rule.code for rule in TABLE]
    for key, limit in LIMITS.items():
        other = (not limit.default) if isinstance(limit.default, bool) else limit.high
        changed = rule_rows(replace(DEFAULT_RULES, **{key: other}), COLON, t)
        for before, after in zip(usual, changed, strict=True):
            assert "{" not in after.when
            if key not in after.limits:
                assert after.when == before.when
            else:
                assert limit_value(limit, other, t) in after.when
                assert after.when != before.when


def test_what_is_shown_moves_what_runs() -> None:
    """Every limit that a row names changes the verdict of a case on its edge."""
    lost = np.full((30, 30), PatchState.ANALYSED)
    lost[:2] = PatchState.UNREADABLE
    assert conclude(slide(state=lost)).status is Status.NOT_SEEN
    assert conclude(slide(state=lost), Rules(most_lost=0.05)).rule == "too-much-lost"
    assert conclude(slide(unfamiliarity=STRANGE_THIRD), Rules(most_unfamiliar=0.5)).rule == (
        "nothing-seen"
    )
    small = one(0.9, 0.05, 0.05, side=2)
    assert conclude(small, Rules(least_tissue_patches=5)).rule == "too-little-tissue"
    pair = (slice(5, 7), slice(5, 6))
    assert conclude(slide(pair)).rule == "tumour-area"
    assert conclude(slide(pair), Rules(tumour_area=1.5)).rule == "nothing-seen"
    assert conclude(slide(pair, ADENOMA)).rule == "nothing-seen"
    assert conclude(slide(pair, ADENOMA), Rules(precursor_area=0.1)).rule == "precursor-area"
    fits = replace(COLON, sets=STRICT)
    assert conclude(one(0.9, 0.05, 0.05, model=fits)).rule == "benign-image"


def test_a_limit_of_the_model_is_said_to_be_its_own_where_no_model_is_chosen() -> None:
    t = texts("en")
    by_code = {row.code: row.when for row in rule_rows(DEFAULT_RULES, None, t)}
    assert "the model's own limit" in by_code["strange-tissue"]
    with_model = {row.code: row.when for row in rule_rows(DEFAULT_RULES, COLON, t)}
    assert "40%" in with_model["strange-tissue"]


def test_an_empty_set_is_a_reason_even_where_nothing_follows_from_it() -> None:
    diagnosis = conclude(one(0.9, 0.05, 0.05, model=replace(COLON, sets=STRICT)))
    assert diagnosis.class_set == ()
    assert "reason.fits-no-class" in {reason.code for reason in diagnosis.reasons}


def test_the_set_of_an_area_is_of_the_patches_that_decided() -> None:
    model = replace(COLON, sets=WIDE)
    both = slide(AREA, (0.02, 0.4, 0.58), model=model)
    diagnosis = conclude(both)
    assert diagnosis.class_set == ("tumour2", "precursor1")
    assert diagnosis.set_level == 0.9
    assert conclude(slide(AREA, model=model)).class_set == ("tumour2",)


def test_no_set_is_given_where_no_class_is_spoken_of() -> None:
    model = replace(COLON, sets=WIDE)
    for said in (slide(model=model), slide(unfamiliarity=2.0, model=model)):
        assert conclude(said).class_set is None
        assert conclude(said).set_level is None
    assert conclude(one(0.9, 0.05, 0.05, model=model)).class_set == ("benign0",)


@st.composite
def random_findings(draw) -> Findings:
    roles = draw(st.lists(st.sampled_from(Role), min_size=2, max_size=4))
    model = card(*roles, modality=draw(st.sampled_from(["SM", "MR"])))
    if draw(st.booleans()):
        model = replace(
            model,
            sets=SetLimits((0.8, 0.9), {c.id: (0.7, 0.4) for c in model.classes},
                           {c.id: 9 for c in model.classes}),
        )  # fmt: skip
    rows, columns = draw(st.integers(0, 6)), draw(st.integers(1, 6))
    shape, share = (rows, columns), st.floats(0, 1, width=32)
    raw = draw(arrays.arrays(np.float32, (*shape, len(roles)), elements=share)) + 1e-3
    return findings(
        raw / raw.sum(-1, keepdims=True),
        model=model,
        unfamiliarity=draw(arrays.arrays(np.float32, shape, elements=st.floats(0, 2, width=32))),
        state=draw(arrays.arrays(np.uint8, shape, elements=st.sampled_from([s.value for s in PatchState]))),
        tissue=draw(arrays.arrays(np.float32, shape, elements=st.floats(0.015625, 1, width=32))),
    )  # fmt: skip


def random_rules() -> st.SearchStrategy[Rules]:
    return st.builds(
        Rules,
        **{
            key: st.booleans() if isinstance(limit.default, bool) else st.floats(limit.low, limit.high)
            for key, limit in LIMITS.items()
        },
    )  # fmt: skip


@given(random_findings(), random_rules())
def test_there_is_always_exactly_one_verdict(found: Findings, rules: Rules) -> None:
    diagnosis = conclude(found, rules)
    (rule,) = [rule for rule in TABLE if rule.code == diagnosis.rule]
    assert diagnosis.status is rule.status
    assert diagnosis.next_step.code in rule.next_steps
    assert diagnosis.next_step.code in MESSAGES
    assert 1 <= len(diagnosis.reasons) <= 3
    assert all(reason.code in MESSAGES for reason in diagnosis.reasons)
    assert (diagnosis.probability is None) is (diagnosis.status is Status.CANNOT_SAY)
    if diagnosis.probability is not None and diagnosis.interval is not None:
        low, high = diagnosis.interval
        assert 0 <= low <= diagnosis.probability <= high <= 1
    assert (diagnosis.class_id is not None) is (
        diagnosis.status in {Status.PRESENT, Status.SUSPICIOUS}
    )
    assert (diagnosis.class_set is None) is (diagnosis.set_level is None)
    small = len(found.cells) < 12
    assert rule.scope in (Scope.ALL, Scope.IMAGE if small else Scope.SLIDE)


def test_rows_name_only_what_can_be_looked_up() -> None:
    allowed = {*LIMITS, "tumour_probability", "abstain_below", "unfamiliar_share"}
    allowed.add("precursor_probability")
    for rule in TABLE:
        assert set(re.findall(r"\{(\w+)\}", rule.when)) <= allowed
        assert rule.next_steps
        assert set(rule.next_steps) <= set(MESSAGES)
