"""Choosing a model: what is installed, what it says of itself, and loading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.app.pacing import pace_for
from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.models import golden, registry, session
from bedside_dx.models.volumes import shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.golden import GoldenResult
    from bedside_dx.models.package import ModelPackage


def candidates() -> tuple[ModelCard, ...]:
    """Cards of the installed models that can be used, by name."""
    return tuple(package.card for package in registry.installed())


def volume_candidates() -> tuple[VolumeCard, ...]:
    """Cards of the installed networks for volumes that can be used, by name."""
    return tuple(package.card for package in shelf.volume_packages())


def card_of(name: str) -> ModelCard:
    """What an installed model says about itself.

    Raises
    ------
    ModelError
        As `load_model`.
    """
    return registry.find(name).card


def load_model(
    name: str | None,
    settings: Settings,
    begun: Callable[[ModelPackage, Settings], Settings] | None = None,
) -> Classifier:
    """Load a model and see that it gives its reference results on this machine.

    Parameters
    ----------
    name
        Of an installed model; None takes the only one there is.
    begun
        Gives the settings of the reading that it is loaded for, where that was begun earlier.

    Raises
    ------
    ModelError
        ``model.choose``: no name and more than one model, the organ is never guessed;
        ``model.not-found``, ``model.none-installed``, ``model.damaged``,
        ``model.provider-unavailable``, ``model.provider-failed``, ``model.engine-missing``,
        ``model.engine-unfit``, ``model.precision-not-stated``, ``model.precision-unavailable``,
        ``model.golden-mismatch``.
    InferenceError
        The engine failed on the reference images.
    """
    package = _only_one() if name is None else registry.find(name)
    model = _load(package, begun(package, settings) if begun else settings)
    _compare(package, model)
    return model


def read_card(name: str) -> str:
    """The card of an installed model as its makers wrote it (Markdown)."""
    return registry.find(name).about()


def verify(name: str, settings: Settings) -> GoldenResult:
    """Check the files of a model and its reference results on this machine.

    Raises
    ------
    ModelError
        As `load_model`.
    """
    package = registry.find(name)
    return _compare(package, _load(package, settings))


def _load(package: ModelPackage, settings: Settings) -> session.LoadedModel:
    pace = pace_for(package, settings)
    return session.load(package, provider=settings.provider, pace=pace)


def _compare(package: ModelPackage, model: session.LoadedModel) -> GoldenResult:
    result = golden.check(package, model)
    if not result.passed:
        raise ModelError("model.golden-mismatch", path=package.path, name=package.name)
    return result


def _only_one() -> ModelPackage:
    match registry.installed():
        case (package,):
            return package
        case ():
            raise ModelNotFound("model.none-installed")
        case packages:
            raise ModelError("model.choose", installed=", ".join(p.name for p in packages))
