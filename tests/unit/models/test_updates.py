"""What a publisher signed is taken; whatever else lies in its folder is refused, and said why.

The four refusals of fault 40 are in `test_faults`.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError
from bedside_dx.core.origin import BUNDLED, OriginKind
from bedside_dx.core.publishers import Standing
from bedside_dx.models import registry, trust
from bedside_dx.models.package import ModelPackage
from tests.kit import tiny_model
from tests.unit.models.conftest import (
    Hospital,
    assert_still_there,
    flip,
    place,
    refused_update,
    resign,
)


def test_what_a_trusted_publisher_signed_is_installed(old: ModelPackage, trusted: Hospital) -> None:
    offers = updating.look_at_updates(trusted.folder)
    assert offers.publisher.name == "CHU Nord"
    (offer,) = offers.models
    assert (offer.name, offer.version, offer.standing) == ("tiny", "1.0.0", Standing.NEWER)
    card = updating.update(trusted.folder, "tiny")
    assert (card.version, card.origin.kind) == ("1.0.0", OriginKind.SIGNED)
    assert card.origin.publisher == "CHU Nord"
    assert card.origin.fingerprint == offers.publisher.fingerprint
    assert set(card.origin.keys) <= set(offers.publisher.keys)
    assert registry.find("tiny").card == card
    assert updating.look_at_updates(trusted.folder).models[0].standing is Standing.INSTALLED
    assert refused_update(trusted.folder) == "update.not-newer"
    assert updating.roll_back("tiny").version == "0.9.0"


def test_nobody_is_trusted_from_the_start(old: ModelPackage, hospital: Hospital) -> None:
    assert updating.trusted_publishers() == ()
    assert refused_update(hospital.folder) == "update.unknown-root"
    with pytest.raises(ModelError, check=lambda e: e.code == "trust.other-fingerprint"):
        updating.trust_publisher(hospital.folder, "0" * 64)
    assert updating.trusted_publishers() == ()
    assert_still_there(old)


@pytest.mark.usefixtures("machine")
def test_a_publisher_is_trusted_by_its_fingerprint_and_no_longer(hospital: Hospital) -> None:
    told = hospital.publish().written_fingerprint.upper()
    publisher = updating.trust_publisher(hospital.metadata("1.root.json"), told)
    assert updating.trusted_publishers() == (publisher,)
    updating.look_at_updates(hospital.folder)
    with pytest.raises(ModelError, check=lambda e: e.code == "trust.unknown"):
        updating.distrust("abcdef")
    assert updating.distrust(publisher.fingerprint[:6]) == publisher
    assert refused_update(hospital.folder) == "update.unknown-root"


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(["timestamp.json", "1.snapshot.json", "1.targets.json", "1.root.json"]),
    place=st.floats(0, 1, exclude_max=True),
    bit=st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]),
)
def test_a_flipped_bit_of_metadata_never_changes_what_is_offered(
    trusted: Hospital, name: str, place: float, bit: int
) -> None:
    path = trusted.metadata(name)
    sound = path.read_bytes()
    flip(path, place, bit)
    try:  # a space that became a tab is no change
        offers = updating.look_at_updates(trusted.folder)
        assert [(m.name, m.version) for m in offers.models] == [("tiny", "1.0.0")]
    except ModelError as error:
        assert error.code.startswith(("update.", "trust."))  # noqa: PT017
    finally:
        path.write_bytes(sound)


def test_an_old_list_under_a_new_timestamp_is_refused(
    old: ModelPackage, trusted: Hospital, copied: Callable[[Hospital], Path]
) -> None:
    earlier = copied(trusted)
    trusted.publish(version="1.1.0")
    trusted.metadata("2.targets.json").write_bytes(
        (earlier / "metadata/1.targets.json").read_bytes()
    )
    assert refused_update(trusted.folder) == "update.tampered"
    assert_still_there(old)


def test_an_expired_root_is_refused(
    old: ModelPackage, keys: Path, hospital: Hospital, tmp_path: Path
) -> None:
    path = hospital.metadata("1.root.json")
    resign(path, keys, "root", expires=datetime.now(UTC).replace(microsecond=0))
    with pytest.raises(ModelError, check=lambda e: e.code == "trust.expired"):
        updating.trust_publisher(path, trust.read_root(path)[1].fingerprint)
    # As if it had been trusted while it was in date.
    folder = trust.trust_folder() / trust.read_root(path)[1].fingerprint
    folder.mkdir(parents=True)
    (folder / trust.PINNED).write_bytes(path.read_bytes())
    assert refused_update(hospital.folder) == "update.expired"
    assert_still_there(old)


def test_a_forged_next_root_is_refused(
    old: ModelPackage, trusted: Hospital, other_keys: Path
) -> None:
    path = trusted.metadata("2.root.json")
    path.write_bytes(trusted.metadata("1.root.json").read_bytes())
    resign(path, other_keys, "root", version=2)
    assert refused_update(trusted.folder) == "update.unknown-key"
    assert_still_there(old)


def test_another_publisher_of_the_same_name_is_refused(
    old: ModelPackage, trusted: Hospital, other_keys: Path, tmp_path: Path
) -> None:
    impostor = Hospital(tmp_path / "impostor", other_keys, trusted.work)
    impostor.publish(version="9.0.0")
    assert refused_update(impostor.folder) == "update.unknown-root"
    assert_still_there(old)


def test_another_package_than_the_signed_one_is_refused(
    old: ModelPackage, trusted: Hospital
) -> None:
    (package,) = (trusted.folder / "targets").iterdir()
    flip(package)
    assert refused_update(trusted.folder) == "update.package-differs"
    package.write_bytes(b"")
    assert refused_update(trusted.folder) == "update.package-differs"
    with package.open("wb") as file:
        file.truncate(2**33)  # a sparse file: it is read no further than what was signed
    assert refused_update(trusted.folder) == "update.package-differs"
    package.unlink()
    assert refused_update(trusted.folder) == "update.package-missing"
    assert_still_there(old)


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
def test_a_missing_file_is_named(old: ModelPackage, trusted: Hospital, name: str) -> None:
    trusted.metadata(name).unlink()
    with pytest.raises(ModelError) as caught:
        updating.update(trusted.folder, "tiny")
    assert caught.value.code == "update.file-missing"
    assert caught.value.values["part"] == name
    assert_still_there(old)


def test_what_is_no_published_folder_is_refused(
    old: ModelPackage, trusted: Hospital, tmp_path: Path
) -> None:
    assert refused_update(tmp_path / "absent") == "update.no-repository"
    assert refused_update(old.path) == "update.no-repository"
    assert refused_update(trusted.folder, name="liver") == "update.not-offered"
    for path in trusted.metadata("x").parent.iterdir():
        path.write_bytes(b"\0" * 100)
    assert refused_update(trusted.folder) == "trust.no-root"
    assert_still_there(old)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_out_of_the_folder_is_not_followed(
    old: ModelPackage, trusted: Hospital, tmp_path: Path
) -> None:
    path = trusted.metadata("timestamp.json")
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert refused_update(trusted.folder) == "update.tampered"
    assert_still_there(old)


def test_metadata_without_end_are_not_read_to_the_end(old: ModelPackage, trusted: Hospital) -> None:
    with trusted.metadata("timestamp.json").open("ab") as file:
        file.truncate(2**33)
    assert refused_update(trusted.folder) == "update.tampered"
    assert_still_there(old)


def test_a_clock_that_was_set_back_is_refused(old: ModelPackage, trusted: Hospital) -> None:
    updating.look_at_updates(trusted.folder)
    (root,) = trust.trusted()
    seen = trust.newest_seen(root.folder)
    assert seen is not None
    assert abs(datetime.now(UTC) - seen) < timedelta(minutes=5)
    trust.note_seen(root.folder, datetime.now(UTC) + timedelta(days=3))
    assert refused_update(trusted.folder) == "update.clock"
    assert_still_there(old)


def test_a_clock_behind_the_publishers_is_refused(
    old: ModelPackage, trusted: Hospital, keys: Path
) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    resign(
        trusted.metadata("timestamp.json"), keys, "timestamp", version=2,
        unrecognized_fields={"x-bedside-dx-signed-at": later},
    )  # fmt: skip
    assert refused_update(trusted.folder) == "update.clock"
    assert_still_there(old)


def test_a_root_may_be_renewed(trusted: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    from bedside_dx.models import publishing

    monkeypatch.setattr(publishing, "RENEW_DAYS", 10_000)
    trusted.publish(version="1.1.0")
    assert trusted.metadata("2.root.json").exists()
    (offer,) = updating.look_at_updates(trusted.folder).models
    assert offer.version == "1.1.0"
    # and whoever has seen the new root does not go back to a folder that lacks it
    trusted.metadata("2.root.json").unlink()
    updating.look_at_updates(trusted.folder)


def test_a_signed_newer_one_is_used_in_place_of_the_bundled(
    trusted: Hospital, tmp_path: Path
) -> None:
    tiny_model.write(registry.BUNDLED / "tiny", manifest=tiny_model.manifest(version="0.8.0"))
    assert registry.find("tiny").card.origin == BUNDLED
    assert updating.update(trusted.folder, "tiny").version == "1.0.0"
    found = registry.find("tiny").card
    assert (found.version, found.origin.replaces) == ("1.0.0", "0.8.0")
    assert updating.roll_back("tiny").origin == BUNDLED
    assert updating.roll_back("tiny").version == "1.0.0"
    # The next version of the program brings a newer one along: that one is used.
    tiny_model.write(registry.BUNDLED / "b", manifest=tiny_model.manifest(version="1.2.0"))
    (registry.BUNDLED / "tiny" / "manifest.toml").unlink()
    assert (registry.find("tiny").card.version, registry.take_stock().problems) == ("1.2.0", ())


def test_a_name_of_a_model_put_there_by_hand_is_not_taken(machine: Path, trusted: Hospital) -> None:
    tiny_model.write(machine / "by-hand", manifest=tiny_model.manifest(version="0.1.0"))
    assert updating.look_at_updates(trusted.folder).models[0].standing is Standing.TAKEN
    assert refused_update(trusted.folder) == "install.name-taken"
    assert registry.find("tiny").card.version == "0.1.0"


def test_the_signature_is_not_lost_by_installing_the_same_again(trusted: Hospital) -> None:
    updating.update(trusted.folder, "tiny")
    again = updating.install_package(trusted.work / "tiny-1.0.0")
    assert again.origin.kind is OriginKind.SIGNED
    with pytest.raises(ModelError, check=lambda e: e.code == "install.signed-taken"):
        updating.install_package(
            tiny_model.write(trusted.work / "x", manifest=tiny_model.manifest(version="2.0.0"))
        )


def test_looking_at_models_loads_no_update_library_and_updating_no_socket(
    trusted: Hospital, machine: Path, tmp_path: Path
) -> None:
    place(tmp_path / "own", machine, name="own")
    code = (
        "import sys, bedside_dx.app.updating as updating, bedside_dx.app.choosing as choosing\n"
        "from pathlib import Path\n"
        "choosing.candidates()\n"
        "assert not {'tuf', 'cryptography', 'urllib3', 'socket'} & set(sys.modules)\n"
        "made = []\n"
        "sys.addaudithook(lambda e, a: made.append(e) if e.startswith('socket.') else None)\n"
        "updating.look_at_updates(Path(sys.argv[1]))\n"
        "assert not {'urllib3', 'ssl', 'http'} & set(sys.modules)\n"
        "print(made)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(trusted.folder)],
        capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
