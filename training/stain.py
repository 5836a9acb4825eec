"""Whether a patch is stained with haematoxylin and eosin at all, from its colours alone.

A network that was taught to overlook stain can't see that one is wrong. So the graph also looks
at where the optical densities of the tissue lie: soft counts about fixed points of colour space,
weighed by logistic regression of H&E, widely restained, against other stains.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from training.augment import transport
from training.data import OPTICAL_DENSITY, Samples, second_moments
from training.outliers import Outliers
from training.recipes import Recipe

Image = NDArray[np.uint8]
Floats = NDArray[np.floating]

CELL = 4
"""Pixels along the side of the squares that are averaged first."""
POINTS, REACH, DEPTH = 40, 0.05, 0.15
"""Fixed points, their reach, and what a unit of log density counts against one of direction."""
DRAWN = 2500
"""Pictures of each kind that the weights are fitted on."""


@dataclass(frozen=True)
class StainScore:
    """A logit: above 0 rather another stain than H&E.

    Attributes
    ----------
    points : float (K, 3)
        Share of red and of blue in the optical density, and `DEPTH` times its log.
    weights : float (K,)
    bias : float
    """

    points: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    def __call__(self, images: Image) -> NDArray[np.float64]:
        """Score of pictures (N, S, S, 3)."""
        return np.array([self.weights @ counts(i, self.points) for i in images]) + self.bias


def colours(image: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place of each square of an image in colour space, (P, 3), and how far it is tissue, (P,)."""
    side = image.shape[0] // CELL
    part = image[: side * CELL, : side * CELL].reshape(side, CELL, side, CELL, 3)
    density = -np.log((part.mean((1, 3)).reshape(-1, 3) + 1) / 256)
    total = density.sum(1)
    direction = density[:, [0, 2]] / (total[:, None] + 0.05)
    depth = DEPTH * np.log(total + 0.1)
    return np.column_stack([direction, depth]), 1 / (1 + np.exp(8 * (0.5 - total)))


def counts(image: Image, points: Floats) -> NDArray[np.float64]:
    """Soft share of the tissue about each point, (K,)."""
    place, tissue = colours(image)
    square = (place**2).sum(1)[:, None] - 2 * place @ points.T + (points**2).sum(1)
    return tissue @ np.exp(-square / (2 * REACH**2)) / (tissue.sum() + 1)


def fit_stain(recipe: Recipe, own: Image, other: Image) -> StainScore:
    """Fit the score on pictures of two organs: H&E is H&E, whichever it is."""
    rng = np.random.default_rng(recipe.seed)
    sets = [(images, second_moments(images)) for images in (own, other)]
    styles = np.concatenate([moments for _, moments in sets])
    strangers = [Outliers(recipe, *pair, styles) for pair in ((own, other), (other, own))]
    familiar = [restained(*sets[rng.integers(2)], styles, rng) for _ in range(DRAWN)]
    foreign = [strangers[rng.integers(2)].otherwise_stained(rng) for _ in range(DRAWN)]
    drawn = familiar + foreign
    some = np.concatenate([colours(i)[0] for i in drawn[::10]])
    some = some[rng.permutation(len(some))[:20000]]
    points = KMeans(POINTS, n_init=2, random_state=0).fit(some).cluster_centers_
    x = np.stack([counts(i, points) for i in drawn])
    middle, spread = x.mean(0), x.std(0) + 1e-3
    fitted = LogisticRegression(C=0.3, max_iter=500).fit(
        (x - middle) / spread, np.arange(len(x)) >= DRAWN
    )
    weights = fitted.coef_[0] / spread
    return StainScore(points, weights, float(fitted.intercept_[0] - weights @ middle))


def restained(
    images: Image, moments: NDArray[np.float32], styles: NDArray[np.float32],
    rng: np.random.Generator,
) -> Image:  # fmt: skip
    """Give one picture an H&E stain as other laboratories might have it."""
    at = int(rng.integers(len(images)))
    if rng.random() < 0.25:
        return images[at]
    style = styles[rng.integers(len(styles))]
    matrix = np.eye(3) + rng.uniform(0.3, 1.0) * (transport(moments[at], style) - np.eye(3))
    if rng.random() < 0.6:
        matrix = (np.eye(3) + rng.normal(0, 0.06, (3, 3))) @ matrix
    matrix = np.diag(np.exp(rng.normal(0, 0.1, 3)) * np.exp(rng.normal(0, 0.2))) @ matrix
    density = cv2.transform(OPTICAL_DENSITY[images[at]], matrix.astype(np.float32))
    return (np.exp(-density.clip(0)) * 255).clip(0, 255).astype(np.uint8)


def stain_limits(
    score: StainScore, held_out: Samples, styles: NDArray[np.float32], share: float
) -> tuple[float, float]:
    """Usual score of held-out pictures, and the one that `share` of them, restained, exceed."""
    rng = np.random.default_rng(2)
    moments = second_moments(held_out.images)
    drawn = [restained(held_out.images, moments, styles, rng) for _ in range(800)]
    usual = float(np.median(score(held_out.images)))
    return usual, float(np.quantile(score(np.stack(drawn)), 1 - share))
