"""What a hospital publishes can be checked by others, and its keys stay its own."""

import shutil
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError
from bedside_dx.models.signing_keys import ROLES, make_keys, read_key
from tests.unit.models.conftest import PASSPHRASE, Hospital, flip, resign

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX")


def refusal(hospital: Hospital, **how: Any) -> str:
    before = {p: p.read_bytes() for p in hospital.folder.rglob("*") if p.is_file()}
    with pytest.raises(ModelError) as caught:
        hospital.publish(version="1.1.0", **how)
    assert before == {p: p.read_bytes() for p in hospital.folder.rglob("*") if p.is_file()}
    return caught.value.code


def without_root_key(keys: Path, folder: Path) -> Path:
    """What lies on the desk while the root key is in the safe."""
    folder.mkdir()
    for role in ROLES[1:]:
        shutil.copy(keys / f"{role}.pem", folder)
    return folder


def test_several_models_and_versions_are_published(trusted: Hospital) -> None:
    trusted.publish(version="1.1.0")
    trusted.publish(name="other")
    offers = updating.look_at_updates(trusted.folder)
    assert [(m.name, m.version) for m in offers.models] == [("other", "1.0.0"), ("tiny", "1.1.0")]
    assert len(list((trusted.folder / "targets").iterdir())) == 2
    assert sorted(p.name for p in (trusted.folder / "metadata").iterdir()) == [
        "1.root.json", "3.snapshot.json", "3.targets.json", "timestamp.json",
    ]  # fmt: skip


def test_the_same_package_gives_the_same_file(hospital: Hospital) -> None:
    (first,) = (hospital.folder / "targets").iterdir()
    hospital.publish()
    assert list((hospital.folder / "targets").iterdir()) == [first]


def test_an_older_version_is_not_published(hospital: Hospital) -> None:
    hospital.publish(version="1.1.0")
    with pytest.raises(ModelError, check=lambda e: e.code == "publish.not-newer"):
        hospital.publish(version="1.0.5")


def test_the_root_key_is_needed_once_only(hospital: Hospital, tmp_path: Path) -> None:
    daily = without_root_key(hospital.keys, tmp_path / "daily")
    Hospital(hospital.folder, daily, hospital.work).publish(version="1.1.0")
    assert not hospital.metadata("2.root.json").exists()
    new = Hospital(tmp_path / "new", daily, hospital.work)
    assert refusal(new) == "keys.missing"


def test_other_keys_are_refused(hospital: Hospital, other_keys: Path) -> None:
    assert refusal(Hospital(hospital.folder, other_keys, hospital.work)) == "publish.other-keys"


def test_a_new_folder_needs_a_name(hospital: Hospital, tmp_path: Path) -> None:
    new = Hospital(tmp_path / "new", hospital.keys, hospital.work)
    assert refusal(new, publisher=" ") == "publish.no-name"


@pytest.mark.parametrize(
    "name", ["1.root.json", "1.targets.json", "1.snapshot.json", "timestamp.json"]
)
def test_what_others_changed_is_not_signed(hospital: Hospital, name: str) -> None:
    flip(hospital.metadata(name), 0.3)
    assert refusal(hospital) == "publish.damaged"


def test_an_expired_root_is_renewed_with_its_key_only(
    hospital: Hospital, keys: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    resign(hospital.metadata("1.root.json"), keys, "root", expires=now)
    daily = without_root_key(keys, tmp_path / "daily")
    assert refusal(Hospital(hospital.folder, daily, hospital.work)) == "publish.expired"
    assert hospital.publish(version="1.1.0").version == 2


@posix_only
def test_keys_are_locked_and_private(tmp_path: Path) -> None:
    files = make_keys(tmp_path / "keys", PASSPHRASE)
    assert [file.stem for file in files] == list(ROLES)
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert b"ENCRYPTED" in file.read_bytes()
    read_key(tmp_path / "keys", "root", PASSPHRASE)
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.locked"):
        read_key(tmp_path / "keys", "root", "another passphrase")
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.exist"):
        make_keys(tmp_path / "keys", PASSPHRASE)
    files[0].chmod(0o640)
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.open-to-others"):
        read_key(tmp_path / "keys", "root", PASSPHRASE)
    files[1].write_bytes(b"no key")
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.locked"):
        read_key(tmp_path / "keys", "targets", PASSPHRASE)
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.short-passphrase"):
        make_keys(tmp_path / "short", "short")
    assert not (tmp_path / "short").exists()


@posix_only
def test_a_place_that_can_not_be_written_is_said(hospital: Hospital, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    blocked = Hospital(tmp_path / "file" / "stick", hospital.keys, hospital.work)
    assert refusal(blocked) == "publish.not-written"
    with pytest.raises(ModelError, check=lambda e: e.code == "keys.not-written"):
        make_keys(tmp_path / "file" / "keys", PASSPHRASE)
