"""What differs between the three models, in one table; everything else is shared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How one model is trained.

    Attributes
    ----------
    name : str
        Package name and folder of the data set.
    kind : str
        "stain" for H&E patches, "grey" for MR images: decides the augmentation.
    classes : tuple of str
        Labels of `index.csv`, in the order of the outputs.
    unit : str
        What is kept together between fitting and validation: "image" or "group".
    size : int
        Side of the graph's input, px.
    fit_size : int
        Side of the crops that are trained on, px; the scale of the content is the same.
    spacing_um : float or None
        Spacing of the patches, µm/px; None for whole images.
    other : str
        Data set that gives pictures of another organ, for outlier exposure.
    scale_range : float
        Largest random change of scale, as a natural logarithm.
    clusters : int
        Number of appearance clusters the data is cut into before the split.
    own_stain : float
        Share of the pictures that keep the stain they have.
    refit : int
        Epochs added at the end on fitting and validation pictures together, after every choice
        was made; calibration and gate then rest on the gate check pictures.
    refits : int
        How often that is done, each time with other random draws; the weights are averaged
        ("model soup": M. Wortsman et al., ICML 2022), which steadies what a single run gives.
    folds : int
        Further models, each fitted without one of three pieces of the fitting part: `crossfit`.
    epochs, batch, lr, frozen_blocks, seed : numbers
        The schedule; all picked on validation data.
    """

    name: str
    kind: str
    classes: tuple[str, ...]
    unit: str
    size: int
    fit_size: int
    spacing_um: float | None
    other: str
    scale_range: float
    clusters: int
    epochs: int
    batch: int = 32
    lr: float = 2e-4
    frozen_blocks: int = 5
    own_stain: float = 0.08
    refit: int = 0
    refits: int = 1
    folds: int = 0
    seed: int = 0


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="colon-he",
            kind="stain",
            classes=("normal", "adenoma", "adenocarcinoma"),
            unit="image",
            size=224,
            fit_size=192,
            spacing_um=1.2,
            other="lung-he",
            scale_range=0.28,
            clusters=24,
            epochs=7,
            folds=2,
            refit=8,
            refits=3,
        ),
        Recipe(
            name="lung-he",
            kind="stain",
            classes=("benign", "adenocarcinoma", "squamous_cell_carcinoma"),
            unit="group",
            size=224,
            fit_size=192,
            spacing_um=0.5,
            other="colon-he",
            scale_range=0.45,
            clusters=24,
            epochs=6,
            refit=4,
        ),
        Recipe(
            name="brain-mri",
            kind="grey",
            classes=("glioma", "meningioma", "notumor", "pituitary"),
            unit="image",
            size=224,
            fit_size=224,
            spacing_um=None,
            other="colon-he",
            scale_range=0.15,
            clusters=160,
            epochs=9,
            refit=6,
            lr=5e-4,
            frozen_blocks=4,
        ),
    )
}
