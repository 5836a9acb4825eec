"""Removing a model: one's own goes, whole; what is the program's or the site's stays."""

from pathlib import Path

import pytest

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.models import registry
from bedside_dx.models.package import ModelPackage
from bedside_dx.models.shelf import POINTER
from tests.kit import tiny_model
from tests.unit.models.conftest import place


def test_an_installed_model_goes_with_the_copy_before_it(
    old: ModelPackage, machine: Path, tmp_path: Path
) -> None:
    place(tmp_path / "new", machine, version="1.0.0")
    assert updating.remove_model("tiny") is None
    assert registry.installed() == ()
    assert not (machine / "installed" / "tiny").exists()
    with pytest.raises(ModelNotFound):
        updating.remove_model("tiny")
    assert place(tmp_path / "again", machine).name == "tiny", "and can be installed again"


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_what_was_put_there_by_hand_goes_too(machine: Path, tmp_path: Path, as_zip: bool) -> None:
    machine.mkdir(parents=True)
    path = tiny_model.write((tmp_path if as_zip else machine) / "by-hand")
    if as_zip:
        path = tiny_model.zipped(path, machine / "by-hand.zip")
    assert updating.remove_model("tiny") is None
    assert not path.exists()
    assert machine.is_dir()


def test_a_damaged_one_can_be_removed(old: ModelPackage, machine: Path) -> None:
    (machine / "installed" / "tiny" / POINTER).write_text("{")
    assert registry.take_stock().problems
    assert updating.remove_model("tiny") is None
    assert registry.take_stock().problems == ()


def test_what_came_with_the_program_stays(machine: Path) -> None:
    bundled = tiny_model.write(registry.BUNDLED / "tiny")
    with pytest.raises(ModelError) as refused:
        updating.remove_model("tiny")
    assert refused.value.code == "remove.bundled"
    assert (bundled / "manifest.toml").is_file()


def test_the_sites_models_stay(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_model.write(tmp_path / "site" / "tiny")
    monkeypatch.setenv(registry.SITE_FOLDERS, str(path.parent))
    with pytest.raises(ModelError) as refused:
        updating.remove_model("tiny")
    assert refused.value.code == "remove.elsewhere"
    assert refused.value.values["folder"] == str(path.parent)
    assert (path / "manifest.toml").is_file()


def test_the_programs_own_is_used_again(machine: Path, tmp_path: Path) -> None:
    tiny_model.write(registry.BUNDLED / "tiny")
    signed = Origin(OriginKind.SIGNED, publisher="CHU Nord")
    place(tmp_path / "newer", machine, signed, version="2.0.0")
    assert registry.find("tiny").card.version == "2.0.0"
    left = updating.remove_model("tiny")
    assert left is not None
    assert (left.version, left.origin.kind) == ("1.0.0", OriginKind.BUNDLED)


@pytest.mark.parametrize("name", ["..", "installed", ".", "tiny/../..", ""])
def test_no_name_leads_out_of_the_folder(old: ModelPackage, machine: Path, name: str) -> None:
    with pytest.raises(ModelNotFound):
        updating.remove_model(name)
    assert registry.find("tiny").card.version == "0.9.0"
