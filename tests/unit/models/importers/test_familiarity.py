"""Statistics of familiar images tell others apart, however few images there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.errors import ModelError
from bedside_dx.models.gate import PLAIN, gate_distance, read_reference
from bedside_dx.models.importers.familiarity import fit_familiarity, shrunk_covariance


def embeddings(count: int, width: int, seed: int, shift: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(1).normal(size=(width, width)) / np.sqrt(width)
    return (rng.normal(size=(count, width)) @ mix + shift).astype(np.float32)


@pytest.mark.parametrize(("count", "width"), [(100, 8), (120, 256), (400, 32)])
def test_familiar_images_stay_below_the_limit_and_others_above(count: int, width: int) -> None:
    reference = read_reference(fit_familiarity(embeddings(count, width, 0)), 3, PLAIN)
    familiar = gate_distance(embeddings(500, width, 5), reference)
    strange = gate_distance(embeddings(500, width, 6, shift=6.0), reference)
    assert reference.embedding_width == width
    assert (familiar > 1).mean() < 0.08
    assert (strange > 1).mean() > 0.95


@pytest.mark.parametrize("rows", [np.zeros((99, 4)), np.ones((150, 4))])
def test_too_few_or_all_alike_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(ModelError) as caught:
        fit_familiarity(rows.astype(np.float32))
    assert caught.value.code == "exchange.too-few-familiar"


@given(st.integers(2, 40), st.integers(2, 60), st.integers(0, 1000))
def test_the_covariance_can_always_be_inverted(count: int, width: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(count, width))
    covariance = shrunk_covariance(rows - rows.mean(0))
    assert np.allclose(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9
    assert np.isclose(np.trace(covariance), (rows - rows.mean(0)).var(0).sum())
