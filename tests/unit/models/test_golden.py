"""Reference results: of a small package by formula, of the bundled ones as shipped."""

from pathlib import Path

import numpy as np
import pytest
import tiny_model

from bedside_dx.app.choosing import load_model
from bedside_dx.core.errors import ModelError
from bedside_dx.core.settings import Settings
from bedside_dx.models import golden, registry
from bedside_dx.models.package import read_package
from bedside_dx.models.session import load


def test_this_machine_computes_what_the_formula_says(tmp_path: Path) -> None:
    package = read_package(tiny_model.write(tmp_path / "tiny"))
    result = golden.check(package, load(package))
    assert result.passed
    assert result.images == 4
    assert result.max_difference < 1e-5


@pytest.mark.parametrize("key", ["probabilities", "embedding"])
def test_another_result_does_not_pass(tmp_path: Path, key: str) -> None:
    wrong = tiny_model.golden()
    wrong[key][2, 1] += 0.05
    package = read_package(tiny_model.write(tmp_path / "tiny", golden=wrong))
    assert not golden.check(package, load(package)).passed


@pytest.mark.parametrize("key", ["patches", "probabilities", "embedding"])
@pytest.mark.parametrize("change", ["absent", "short"])
def test_reference_results_that_do_not_fit_are_refused(
    tmp_path: Path, key: str, change: str
) -> None:
    wrong = tiny_model.golden()
    wrong[key] = wrong[key][..., :2]
    if change == "absent":
        del wrong[key]
    package = read_package(tiny_model.write(tmp_path / "tiny", golden=wrong))
    with pytest.raises(ModelError, check=lambda e: e.code == "model.damaged"):
        golden.check(package, load(package))


def test_a_package_cannot_allow_itself_more_than_the_limit(tmp_path: Path) -> None:
    wide = tiny_model.golden() | {"tolerance": np.float32(1.0)}
    package = read_package(tiny_model.write(tmp_path / "tiny", golden=wide))
    assert golden.check(package, load(package)).tolerance == golden.TOLERANCE


def test_a_model_with_other_results_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tiny_model.golden()
    wrong["probabilities"] = wrong["probabilities"][::-1].copy()
    tiny_model.write(tmp_path / "tiny", golden=wrong)
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path))
    with pytest.raises(ModelError, check=lambda e: e.code == "model.golden-mismatch"):
        load_model("tiny", Settings())


@pytest.mark.parametrize("name", ["colon-he", "lung-he", "brain-mri"])
def test_the_bundled_models_give_their_reference_results(name: str) -> None:
    package = registry.find(name)
    result = golden.check(package, load(package))
    assert result.passed, result
    assert result.images >= 4
    assert (package.path / "model.onnx").stat().st_size <= 12e6
