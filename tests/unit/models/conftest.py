"""A machine of its own for each test, and a hospital that publishes models."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError
from bedside_dx.core.origin import Origin
from bedside_dx.core.publishers import Publication, Publisher
from bedside_dx.models import installing, registry
from bedside_dx.models.incoming import bring_in, private_folder
from bedside_dx.models.package import ModelPackage, read_package
from bedside_dx.models.probe import Probed
from bedside_dx.models.publishing import publish
from bedside_dx.models.signing_keys import make_keys, read_key
from bedside_dx.models.trust import read_root
from bedside_dx.text import LANGUAGES, texts
from tests.kit import tiny_model

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no bundled models and an empty home; returns the folder of its models."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(registry.SITE_FOLDERS, raising=False)
    assert registry.user_folder().is_relative_to(tmp_path)
    return registry.user_folder()


@pytest.fixture
def old(machine: Path, tmp_path: Path) -> ModelPackage:
    """The model `tiny` 0.9.0, installed; placed without the worker, which other tests try."""
    return place(tmp_path / "old", machine, version="0.9.0")


def place(folder: Path, machine: Path, origin: Origin | None = None, **fields: str) -> ModelPackage:
    """Install a tiny model as the last step of an installation does."""
    source = tiny_model.write(folder, manifest=tiny_model.manifest(**fields))
    known = read_package(source)
    with private_folder(machine) as private:
        probed = Probed(known.name, known.card.version, known.sums_sha256)
        return installing.put_in_place(
            bring_in(source, private), probed, origin or Origin(source=folder.name), machine
        )


def assert_still_there(old: ModelPackage) -> None:
    """The model that was there before is there, whole, and nothing half-written is."""
    stock = registry.take_stock()
    assert stock.problems == ()
    assert [(p.name, p.card.version) for p in stock.packages] == [(old.name, old.card.version)]
    for name in old.hashes:
        stock.packages[0].content(name)
    shelf = registry.user_folder() / "installed"
    assert [path.name for path in shelf.iterdir()] == [old.name]
    assert len(list((shelf / old.name).iterdir())) == 2


@dataclass(frozen=True)
class Hospital:
    """One that publishes: its folder, its keys."""

    folder: Path
    keys: Path
    work: Path

    def publish(self, name: str = "tiny", version: str = "1.0.0", **how: Any) -> Publisher:
        source = self.work / f"{name}-{version}"
        if not source.exists():
            tiny_model.write(source, manifest=tiny_model.manifest(name=name, version=version))
        publication = Publication(self.folder, self.keys, PASSPHRASE, "CHU Nord")
        return publish(read_package(source), replace(publication, **how))

    def metadata(self, name: str) -> Path:
        return self.folder / "metadata" / name


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "keys"
    make_keys(folder, PASSPHRASE)
    return folder


@pytest.fixture(scope="session")
def other_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "others"
    make_keys(folder, PASSPHRASE)
    return folder


@pytest.fixture
def hospital(tmp_path: Path, keys: Path) -> Hospital:
    """CHU Nord, which has published `tiny` 1.0.0."""
    work = tmp_path / "hospital"
    work.mkdir()
    hospital = Hospital(work / "stick", keys, work)
    hospital.publish()
    return hospital


@pytest.fixture
def trusted(machine: Path, hospital: Hospital) -> Hospital:
    """CHU Nord, and a person here has trusted it."""
    updating.trust_publisher(hospital.folder, read_root(hospital.folder)[1].fingerprint)
    return hospital


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Hospital], Path]:
    """Copy what a hospital has published, as a stick would keep it."""

    def copy(hospital: Hospital) -> Path:
        return Path(shutil.copytree(hospital.folder, tmp_path / "earlier stick"))

    return copy


def refused_update(folder: Path, name: str = "tiny") -> str:
    """The code with which an update is refused; its words are there in every language."""
    with pytest.raises(ModelError) as caught:
        updating.update(folder, name)
    for language in LANGUAGES:
        text, hint = texts(language).error(caught.value)
        assert text
        assert hint
        assert "{" not in text + hint
    return caught.value.code


def resign(path: Path, keys: Path, role: str, **fields: object) -> None:
    """Change signed fields of a metadata file and sign it again."""
    metadata = Metadata.from_file(str(path))
    for name, value in fields.items():
        setattr(metadata.signed, name, value)
    metadata.sign(read_key(keys, role, PASSPHRASE))
    metadata.to_file(str(path))


def flip(path: Path, place: float = 0.5, bit: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= bit
    path.write_bytes(content)
