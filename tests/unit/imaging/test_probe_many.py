"""Many files are looked at by few workers; harm to one worker is never taken for consent."""

from pathlib import Path

import pytest
from PIL import Image

from bedside_dx.imaging.probe_many import Probes
from bedside_dx.isolation.sandbox import Limits


@pytest.fixture
def tiffs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{at}.tif" for at in range(3)]
    for path in paths:
        Image.new("RGB", (64, 64), "pink").save(path)
    return paths


def test_sound_and_absent_files_do_no_harm(tiffs: list[Path], tmp_path: Path) -> None:
    probes = Probes([*tiffs, tmp_path / "absent.tif", tmp_path])
    assert probes.is_harmless(tiffs[0])
    assert probes.is_harmless(tmp_path / "absent.tif")


def test_damage_that_is_said_is_no_harm(tiffs: list[Path]) -> None:
    tiffs[1].write_bytes(tiffs[1].read_bytes()[:200])
    assert Probes(tiffs).is_harmless(tiffs[1])


def test_a_worker_that_does_not_come_back_vouches_for_nothing(tiffs: list[Path]) -> None:
    assert not Probes(tiffs, Limits(seconds=0)).is_harmless(tiffs[0])
    assert not Probes(tiffs, Limits(memory_bytes=2**24)).is_harmless(tiffs[0])
