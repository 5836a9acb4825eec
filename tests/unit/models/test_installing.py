"""A package is installed whole or not at all, marked for what it is, and can be undone."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.app import updating
from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.core.origin import OriginKind
from bedside_dx.models import installing, registry
from bedside_dx.models.incoming import STALE_S
from bedside_dx.models.package import ModelPackage
from bedside_dx.models.versions import is_newer
from tests.kit import tiny_model
from tests.unit.models.conftest import assert_still_there, place

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="forks and kills are POSIX")


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_an_unsigned_package_is_installed_and_marked(
    machine: Path, tmp_path: Path, as_zip: bool
) -> None:
    package = tiny_model.write(tmp_path / "offered")
    if as_zip:
        package = tiny_model.zipped(package, tmp_path / "offered.zip")
    card = updating.install_package(package)
    assert card.origin.kind is OriginKind.UNSIGNED
    assert card.origin.source == package.name
    assert card.origin.installed.startswith("20")
    assert registry.find("tiny").card == card
    assert registry.find("tiny").path.is_relative_to(machine)
    assert registry.take_stock().problems == ()


def test_a_newer_one_takes_its_place_and_the_old_one_comes_back(
    old: ModelPackage, tmp_path: Path
) -> None:
    assert installing.install(tiny_model.write(tmp_path / "new")).card.version == "1.0.0"
    assert [p.card.version for p in registry.installed()] == ["1.0.0"]
    assert updating.roll_back("tiny").version == "0.9.0"
    assert updating.roll_back("tiny").version == "1.0.0"


def test_only_the_one_before_is_kept(old: ModelPackage, machine: Path, tmp_path: Path) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        place(tmp_path / version, machine, version=version)
    assert len(list((machine / "installed" / "tiny").iterdir())) == 3
    assert updating.roll_back("tiny").version == "1.1.0"
    # The same again changes nothing: there is still something else to go back to.
    place(tmp_path / "again", machine, version="1.1.0")
    assert updating.roll_back("tiny").version == "1.2.0"


def test_there_may_be_nothing_to_go_back_to(old: ModelPackage) -> None:
    for name in ("tiny", "liver"):
        with pytest.raises(ModelNotFound, check=lambda e: e.code == "install.no-previous"):
            updating.roll_back(name)
    assert_still_there(old)


def test_a_damaged_earlier_one_is_not_returned_to(
    old: ModelPackage, machine: Path, tmp_path: Path
) -> None:
    new = place(tmp_path / "new", machine, version="1.0.0")
    (old.path / "CARD.md").write_text("changed")
    with pytest.raises(ModelError, check=lambda e: e.code == "model.damaged"):
        updating.roll_back("tiny")
    assert registry.find("tiny").card.version == new.card.version


def test_a_model_that_drifts_is_not_installed(old: ModelPackage, tmp_path: Path) -> None:
    wrong = tiny_model.golden()
    wrong["probabilities"] = wrong["probabilities"][::-1].copy()
    with pytest.raises(ModelError, check=lambda e: e.code == "install.golden-mismatch"):
        installing.install(tiny_model.write(tmp_path / "new", golden=wrong))
    assert_still_there(old)


def test_what_is_not_there_can_not_be_installed(old: ModelPackage, tmp_path: Path) -> None:
    with pytest.raises(ModelError, check=lambda e: e.code == "install.not-found"):
        installing.install(tmp_path / "absent.zip")
    assert_still_there(old)


def test_a_bundled_name_is_not_taken_by_an_unsigned_package(machine: Path, tmp_path: Path) -> None:
    bundled = tiny_model.write(registry.BUNDLED / "tiny")
    newer = tiny_model.write(tmp_path / "new", manifest=tiny_model.manifest(version="9.0.0"))
    with pytest.raises(ModelError, check=lambda e: e.code == "install.name-taken"):
        installing.install(newer)
    assert registry.find("tiny").path == bundled


@posix_only
def test_a_folder_where_nothing_can_be_written_is_said(
    old: ModelPackage, machine: Path, tmp_path: Path
) -> None:
    blocked = machine / "installed" / "other"
    blocked.write_text("a file where the folder should be")
    package = tiny_model.write(tmp_path / "new", manifest=tiny_model.manifest(name="other"))
    with pytest.raises(ModelError, check=lambda e: e.code == "install.not-copied"):
        installing.install(package)
    blocked.unlink()
    assert_still_there(old)


def test_a_damaged_pointer_is_reported_and_hides_no_other_model(
    old: ModelPackage, machine: Path, tmp_path: Path
) -> None:
    place(tmp_path / "other", machine, name="other")
    pointer = machine / "installed" / "tiny" / "installed.json"
    sound = json.loads(pointer.read_text())
    escaping = {**sound, "current": {**sound["current"], "place": "../../../evil"}}
    for content in (b"", b"[]", b"[" * 50_000, json.dumps(escaping).encode()):
        pointer.write_bytes(content)
        stock = registry.take_stock()
        assert [p.name for p in stock.packages] == ["other"]
        assert [p.values["name"] for p in stock.problems] == ["tiny"]


def test_what_a_killed_run_left_is_swept_away(old: ModelPackage, machine: Path) -> None:
    left = machine / "installed" / ".incoming-left"
    left.mkdir()
    (left / "package.zip").write_bytes(b"half")
    an_hour_ago = time.time() - STALE_S - 1
    os.utime(left, (an_hour_ago, an_hour_ago))
    with pytest.raises(ModelError):
        installing.install(old.path / "CARD.md")
    assert not left.exists()
    assert_still_there(old)


KILLED = """
import json, os, signal, sys
from pathlib import Path
from bedside_dx.core.errors import BedsideDxError
from bedside_dx.core.origin import Origin
from bedside_dx.models import installing, registry
from bedside_dx.models.incoming import bring_in, private_folder
from bedside_dx.models.package import read_package
from bedside_dx.models.probe import Probed

machine, package = registry.user_folder(), Path(sys.argv[1])
known = read_package(package)
registry.BUNDLED = machine / "none"
WRITING = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}

def work():
    with private_folder(machine) as private:
        probed = Probed(known.name, known.card.version, known.sums_sha256)
        installing.put_in_place(bring_in(package, private), probed, Origin(), machine)

def die_at(last):
    done = 0
    def count(event, args):
        nonlocal done
        if event in WRITING and args and str(machine) in str(args[0]):
            done += 1
            if done == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)

found, last = [], 0
while True:
    last += 1
    child = os.fork()
    if child == 0:
        die_at(last)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    stock = registry.take_stock()
    found.append([[p.card.version for p in stock.packages], len(stock.problems)])
    if stock.packages and stock.packages[0].card.version == "1.0.0":
        installing.roll_back("tiny")
    if os.WIFEXITED(status):
        break
print(json.dumps(found))
"""


@posix_only
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_model(
    old: ModelPackage, tmp_path: Path
) -> None:
    """SIGKILL before each single step on the disk, one after the other."""
    package = tiny_model.write(tmp_path / "new")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(package)],
        capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 20
    assert {tuple(versions) for versions, _ in found} == {("0.9.0",), ("1.0.0",)}
    assert all(problems == 0 for _, problems in found)
    assert found[0] == [["0.9.0"], 0]
    assert found[-1] == [["1.0.0"], 0]


@posix_only
def test_a_kill_while_a_package_is_tried_leaves_the_old_model(
    old: ModelPackage, tmp_path: Path
) -> None:
    slow = tiny_model.write(tmp_path / "slow", graph=tiny_model.graph(rounds=1500))
    code = (
        "import sys; from pathlib import Path; from bedside_dx.models import installing\n"
        "installing.install(Path(sys.argv[1]))"
    )
    running = subprocess.Popen([sys.executable, "-c", code, str(slow)], env=dict(os.environ))
    shelf = registry.user_folder() / "installed"
    until = time.monotonic() + 60
    while not list(shelf.glob(".incoming-*/package/SHA256SUMS")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    running.kill()
    running.wait()
    (left,) = shelf.glob(".incoming-*")
    assert [p.card.version for p in registry.installed()] == ["0.9.0"]
    left.rename(tmp_path / "left")  # swept after an hour, as tested above
    assert_still_there(old)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4), st.integers(1, 9))
def test_versions_are_compared_by_their_numbers(numbers: list[int], more: int) -> None:
    version = ".".join(map(str, numbers))
    later = ".".join(map(str, [*numbers[:-1], numbers[-1] + more]))
    assert is_newer(later, version)
    assert not is_newer(version, later)
    assert not is_newer(version, version)
    assert not is_newer(f"{version}-rc1", version)
    assert not is_newer(f"{version}.0", version)


def test_a_version_of_words_is_never_newer() -> None:
    assert not is_newer("latest", "1.0")
    assert is_newer("0.1", "latest")
    assert is_newer("1." + "9" * 5000, "1.0")
