"""A publisher's keys are replaced: the old root leads to the new one, the old keys to nothing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError
from bedside_dx.core.publishers import KeyRing, Publication, Publisher
from bedside_dx.models import publishing
from bedside_dx.models.durable import replace_file
from bedside_dx.models.package import ModelPackage
from bedside_dx.models.signing_keys import make_keys
from bedside_dx.models.trust import read_root
from tests.unit.models.conftest import (
    PASSPHRASE,
    Hospital,
    assert_still_there,
    refused_update,
)


def rotate(hospital: Hospital, new: Path, old: Path | None = None) -> Publisher:
    how = Publication(hospital.folder, old or hospital.keys, PASSPHRASE)
    return publishing.rotate_keys(how, KeyRing(new, PASSPHRASE))


def refusal(hospital: Hospital, new: Path, old: Path | None = None) -> str:
    before = {p: p.read_bytes() for p in hospital.folder.rglob("*") if p.is_file()}
    with pytest.raises(ModelError) as caught:
        rotate(hospital, new, old)
    assert {p: p.read_bytes() for p in hospital.folder.rglob("*") if p.is_file()} == before
    return caught.value.code


def offered(hospital: Hospital) -> list[str]:
    return [offer.version for offer in updating.look_at_updates(hospital.folder).models]


def test_who_trusted_the_old_root_follows_to_the_new_one(
    trusted: Hospital, other_keys: Path
) -> None:
    first = read_root(trusted.folder)[1]
    publisher = rotate(trusted, other_keys)
    assert publisher.version == 2
    assert publisher.name == "CHU Nord"
    assert not set(publisher.keys) & set(first.keys)
    assert offered(trusted) == ["1.0.0"]
    renewed = replace(trusted, keys=other_keys)
    renewed.publish(version="1.1.0")
    assert offered(trusted) == ["1.1.0"]
    assert updating.update(trusted.folder, "tiny").version == "1.1.0"


def test_several_rotations_are_followed_in_one_step(
    trusted: Hospital, other_keys: Path, keys: Path
) -> None:
    rotate(trusted, other_keys)
    rotate(replace(trusted, keys=other_keys), keys)
    assert read_root(trusted.folder)[1].version == 3
    assert offered(trusted) == ["1.0.0"]


def test_revoked_keys_sign_nothing_any_more(
    old: ModelPackage, trusted: Hospital, other_keys: Path, copied: Callable[[Hospital], Path]
) -> None:
    """A thief has the old keys, and a stick from before the rotation."""
    thief = replace(trusted, folder=copied(trusted))
    rotate(trusted, other_keys)
    assert offered(trusted) == ["1.0.0"]
    thief.publish(version="6.6.6")
    assert refused_update(thief.folder) == "update.unknown-key"
    assert_still_there(old)
    # Not even with the new root beside them, for someone who never saw it.
    shutil.copy(trusted.metadata("2.root.json"), thief.metadata("2.root.json"))
    assert refused_update(thief.folder) == "update.unknown-key"
    # And the publisher's own folder takes no publication by them.
    with pytest.raises(ModelError, check=lambda e: e.code == "publish.other-keys"):
        trusted.publish(version="1.2.0")
    assert offered(trusted) == ["1.0.0"]


def test_someone_new_sees_through_old_lists_under_a_new_root(
    old: ModelPackage, trusted: Hospital, other_keys: Path, copied: Callable[[Hospital], Path]
) -> None:
    before = copied(trusted)
    rotate(trusted, other_keys)
    for name in ("timestamp.json", "1.snapshot.json", "1.targets.json"):
        shutil.copy(before / "metadata" / name, trusted.metadata(name))
    assert refused_update(trusted.folder) == "update.unknown-key"
    assert_still_there(old)


def test_a_root_that_the_old_key_did_not_sign_is_not_followed(
    old: ModelPackage, trusted: Hospital, other_keys: Path
) -> None:
    """Someone without the old root key tries to take the folder over."""
    rotate(trusted, other_keys)
    path = trusted.metadata("2.root.json")
    metadata = Metadata.from_file(str(path))
    (theirs,) = metadata.signed.roles["root"].keyids
    metadata.signatures = {theirs: metadata.signatures[theirs]}
    metadata.to_file(str(path))
    assert refused_update(trusted.folder) == "update.unknown-key"
    assert_still_there(old)


@pytest.mark.parametrize("cut_after", [1, 2, 3])
def test_a_rotation_that_was_cut_short_is_refused_and_goes_on(
    trusted: Hospital,
    other_keys: Path,
    old: ModelPackage,
    monkeypatch: pytest.MonkeyPatch,
    cut_after: int,
) -> None:
    written: list[str] = []

    def failing(path: Path, content: bytes) -> None:
        if len(written) == cut_after:
            raise OSError(28, "no space left")
        written.append(path.name)
        replace_file(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "replace_file", failing)
        with pytest.raises(ModelError, check=lambda e: e.code == "publish.not-written"):
            rotate(trusted, other_keys)
    assert written[0] == "2.root.json"
    refused_update(trusted.folder)
    assert_still_there(old)
    assert rotate(trusted, other_keys).version == 2
    assert offered(trusted) == ["1.0.0"]


def test_what_can_not_be_rotated(
    trusted: Hospital, other_keys: Path, keys: Path, tmp_path: Path
) -> None:
    assert refusal(trusted, keys) == "publish.same-keys"
    assert refusal(trusted, tmp_path / "none") == "keys.missing"
    empty = replace(trusted, folder=tmp_path / "empty")
    empty.folder.mkdir()
    assert refusal(empty, other_keys) == "publish.nothing-there"
    third = tmp_path / "third"
    make_keys(third, PASSPHRASE)
    assert refusal(trusted, third, old=other_keys) == "publish.other-keys"


def test_the_root_key_alone_of_the_old_ones_is_needed(
    trusted: Hospital, other_keys: Path, tmp_path: Path
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    shutil.copy2(trusted.keys / "root.pem", safe)
    rotate(trusted, other_keys, old=safe)
    assert offered(trusted) == ["1.0.0"]
