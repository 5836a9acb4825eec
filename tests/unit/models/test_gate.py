"""The distance to the training data, against its definition written out plainly."""

import numpy as np
from scipy.spatial.distance import mahalanobis

from bedside_dx.models.gate import gate_distance, read_reference


def test_it_is_the_larger_of_two_distances_each_one_at_its_limit() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(size=(5, 5))
    precision = root @ root.T + np.eye(5)
    mean = rng.normal(size=(3, 5))
    reference = {
        "mean": mean,
        "whiten": np.linalg.cholesky(precision),
        "near": np.array(1.5),
        "far": np.array(4.0),
        "offset": np.array(-2.0),
        "width": np.array(3.0),
    }
    embedding = np.column_stack([rng.normal(0, 4, 40), rng.normal(size=(40, 5))])
    expected = [
        max(
            (min(mahalanobis(row[1:], m, precision) for m in mean) - 1.5) / 2.5,
            (row[0] + 2) / 3,
        )
        for row in embedding
    ]
    found = gate_distance(embedding.astype(np.float32), read_reference(reference, 3))
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert {"away", "unlike"} == {
        "unlike" if np.isclose(d, (row[0] + 2) / 3) else "away"
        for d, row in zip(expected, embedding, strict=True)
    }
