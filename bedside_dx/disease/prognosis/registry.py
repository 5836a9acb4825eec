"""Every prognosis model that ships, by name and version."""

from __future__ import annotations

from bedside_dx.core.errors import PrognosisError
from bedside_dx.disease.prognosis import (
    albi,
    colon_adjuvant,
    cts5,
    npi,
    predict_breast_v3,
    predict_breast_v22,
    predict_prostate,
    rotterdam,
)
from bedside_dx.disease.prognosis.shape import Model

MODELS: tuple[Model, ...] = (
    *predict_breast_v3.MODELS,
    predict_breast_v22.MODEL,
    predict_prostate.MODEL,
    rotterdam.MODEL,
    colon_adjuvant.MODEL,
    npi.MODEL,
    cts5.MODEL,
    albi.MODEL,
)
"""All of them; the version taken without a choice stands first."""


def names() -> tuple[str, ...]:
    """Names of the models."""
    return tuple(dict.fromkeys(model.facts.key for model in MODELS))


def versions(key: str) -> tuple[Model, ...]:
    """Every version of a model, the one taken without a choice first.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-model``.
    """
    found = tuple(model for model in MODELS if model.facts.key == key)
    if not found:
        raise PrognosisError("prognosis.unknown-model", name=key, known=", ".join(names()))
    return found


def model_of(key: str, version: str | None = None) -> Model:
    """The model of that name and version; without a version the newest.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-model`` or ``prognosis.unknown-version``.
    """
    known = versions(key)
    if version is None:
        return known[0]
    wanted = version.strip().removeprefix("v")
    found = next((model for model in known if model.facts.version == wanted), None)
    if found is None:
        names_of_versions = ", ".join(model.facts.version for model in known)
        raise PrognosisError("prognosis.unknown-version", version=version, known=names_of_versions)
    return found
