"""What is installed, from where, and what happens to packages that can't be used."""

import os
from pathlib import Path

import pytest
import tiny_model

from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.models import registry


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no bundled models, an empty home and one folder of the site."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(folder))
    return folder


def named(name: str) -> dict[str, object]:
    return tiny_model.manifest(name=name)


def test_packages_come_from_three_places(site: Path, tmp_path: Path) -> None:
    tiny_model.write(site / "c", manifest=named("site-model"))
    tiny_model.write(tmp_path / "bundled" / "a", manifest=named("bundled-model"))
    own = tiny_model.write(tmp_path / "b", manifest=named("own-model"))
    registry.user_folder().mkdir(parents=True)
    assert registry.user_folder().is_relative_to(tmp_path)
    tiny_model.zipped(own, registry.user_folder() / "own.ZIP")
    names = [package.name for package in registry.installed()]
    assert names == ["bundled-model", "own-model", "site-model"]
    assert registry.find("own-model").path.suffix == ".ZIP"


def test_several_site_folders_are_read(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_model.write(site / "a", manifest=named("one"))
    tiny_model.write(tmp_path / "more" / "b", manifest=named("two"))
    folders = [str(site), "", str(tmp_path / "absent"), str(tmp_path / "more")]
    monkeypatch.setenv(registry.SITE_FOLDERS, os.pathsep.join(folders))
    assert [package.name for package in registry.installed()] == ["one", "two"]


def test_an_unknown_name_lists_the_known_ones(site: Path) -> None:
    tiny_model.write(site / "a", manifest=named("one"))
    with pytest.raises(ModelNotFound) as caught:
        registry.find("liver")
    assert caught.value.values == {"name": "liver", "installed": "one"}


def test_a_damaged_package_hides_no_other_and_is_never_used(site: Path) -> None:
    tiny_model.write(site / "good", manifest=named("good"))
    (tiny_model.write(site / "bad", manifest=named("bad")) / "LICENSE").write_text("changed")
    stock = registry.take_stock()
    assert [package.name for package in stock.packages] == ["good"]
    assert [problem.code for problem in stock.problems] == ["model.damaged"]
    with pytest.raises(ModelError, check=lambda e: e.code == "model.damaged"):
        registry.find("bad")


def test_a_name_is_never_taken_over(site: Path, tmp_path: Path) -> None:
    bundled = tiny_model.write(tmp_path / "bundled" / "a", manifest=named("colon"))
    tiny_model.write(site / "a", manifest=named("colon"))
    stock = registry.take_stock()
    assert [package.path for package in stock.packages] == [bundled]
    assert "same name" in str(stock.problems[0].values["detail"])
