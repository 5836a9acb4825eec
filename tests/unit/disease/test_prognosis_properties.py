"""What must hold for anybody: shares, order in time, more disease is never better."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.core.prognosis import Entry
from bedside_dx.disease.prognosis.computing import curves
from bedside_dx.disease.prognosis.judging import judge
from bedside_dx.disease.prognosis.registry import model_of

VERSIONS = st.sampled_from(("3.2", "3.1", "2.2"))
WOMEN = st.fixed_dictionaries(
    {
        "age": st.integers(25, 85), "size": st.integers(1, 499), "nodes": st.integers(0, 99),
        "grade": st.sampled_from((1, 2, 3, 9)), "er": st.sampled_from((0, 1)),
        "her2": st.sampled_from((0, 1, 9)), "ki67": st.sampled_from((0, 1, 9)),
        "screen": st.sampled_from((0, 1, 2)), "horm": st.sampled_from((0, 1)),
        "gen": st.sampled_from((0, 2, 3)), "traz": st.sampled_from((0, 1)),
        "bis": st.sampled_from((0, 1)),
    }
)  # fmt: skip


def alive(values: dict[str, float], version: str) -> np.ndarray:
    """Share alive by regimen and year."""
    model = model_of("predict-breast", version)
    person = judge(model, {key: Entry(float(value)) for key, value in values.items()})
    return np.stack([curve.alive for curve in curves(model, person.values, model.regimens)])


@settings(max_examples=40)
@given(values=WOMEN, version=VERSIONS)
def test_survival_is_a_share_and_falls(values: dict[str, float], version: str) -> None:
    shares = alive(values, version)
    assert np.isfinite(shares).all()
    assert ((shares >= 0) & (shares <= 1)).all()
    assert (np.diff(shares, axis=1) <= 1e-12).all()


@settings(max_examples=40)
@given(values=WOMEN, version=VERSIONS)
def test_one_more_node_or_mm_is_never_better(values: dict[str, float], version: str) -> None:
    now = alive(values, version)
    for key in ("nodes", "size"):
        assert (alive({**values, key: values[key] + 1}, version) <= now + 1e-12).all()


@settings(max_examples=40)
@given(values=WOMEN)
def test_intervals_hold_their_estimate_and_causes_add_up(values: dict[str, float]) -> None:
    model = model_of("predict-breast")
    person = judge(model, {key: Entry(float(value)) for key, value in values.items()})
    for curve in curves(model, person.values, model.regimens):
        assert np.allclose(curve.alive + curve.disease + curve.other, 1)
        if curve.low is not None and curve.high is not None:
            assert (curve.low <= curve.alive + 1e-12).all()
            assert (curve.alive <= curve.high + 1e-12).all()
        else:
            assert not curve.regimen


@settings(max_examples=40)
@given(
    age=st.integers(35, 95), psa=st.floats(0.1, 100), t=st.integers(1, 4), group=st.integers(1, 5),
    ppc=st.integers(0, 100),
)  # fmt: skip
def test_prostate_shares_and_order(age: int, psa: float, t: int, group: int, ppc: int) -> None:
    model = model_of("predict-prostate")
    stated = {"age": age, "psa": psa, "t_stage": t, "grade_group": group, "ppc_pct": ppc}
    person = judge(model, {key: Entry(float(value)) for key, value in stated.items()})
    none, radical, _ = curves(
        model, person.values, (frozenset(), frozenset({"radical"}), frozenset({"adt"}))
    )
    assert (none.disease >= radical.disease - 1e-12).all()
    for curve in (none, radical):
        assert ((curve.alive >= 0) & (curve.alive <= 1)).all()
        assert (np.diff(curve.alive) <= 1e-12).all()
        assert curve.low is None, "no uncertainty is published"


@pytest.mark.parametrize("key", ["breast-recurrence", "colon-adjuvant"])
def test_our_own_fits_have_intervals_around_their_curves(key: str) -> None:
    model = model_of(key)
    stated = {"age": 60, "size": 30, "nodes": 4, "grade": 3, "male": 0, "extent": 3}
    known = {wanted.key for wanted in model.facts.inputs}
    person = judge(model, {k: Entry(float(v)) for k, v in stated.items() if k in known})
    for curve in curves(model, person.values, model.regimens):
        assert curve.low is not None
        assert curve.high is not None
        assert (curve.low < curve.alive).all()
        assert (curve.alive < curve.high).all()
        assert (np.diff(curve.alive) < 0).all()
