"""A journal gives back what was recorded, whatever cut it short."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Scores
from bedside_dx.core.results import EarlyCall
from bedside_dx.store.journal import HEADER, Journal, JournalKey

CLASSES = ("benign", "adenoma", "carcinoma")
KEY = JournalKey(bytes(range(32)), 5000, CLASSES)
WIDE = JournalKey(bytes(range(32)), 5000, CLASSES, embedding=7)
own_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def scores(patches: np.ndarray, seed: int = 0, embedding: int = 0) -> Scores:
    rng = np.random.default_rng(seed)
    count = len(patches)
    blurred = rng.random(count) < 0.2
    probabilities = rng.dirichlet(np.ones(3), count).astype(np.float32)
    distance = rng.random(count).astype(np.float32)
    probabilities[blurred], distance[blurred] = np.nan, np.nan
    spoilt = rng.choice([PatchState.BLURRED, PatchState.EXPOSURE], count)
    state = np.where(blurred, spoilt, PatchState.ANALYSED).astype(np.uint8)
    numbers = rng.standard_normal((count, embedding)).astype(np.float16) if embedding else None
    return Scores(patches.astype(np.int64), state, probabilities, distance, numbers)


def written(folder: Path, count: int = 40, key: JournalKey = KEY) -> Scores:
    """Keep some patches, a few at a time, as workers do."""
    every = scores(np.random.default_rng(1).permutation(5000)[:count], embedding=key.embedding)
    with Journal.open(folder, key, afresh=True) as journal:
        for at in range(0, count, 7):
            part = slice(at, at + 7)
            journal.record(Scores(*(None if v is None else v[part] for v in every)))
        assert journal.fault == ""
    return every


def assert_same(kept: Scores, expected: Scores, count: int | None = None) -> None:
    for one, other in zip(kept, expected, strict=True):
        if other is None:
            assert one is None
        else:
            np.testing.assert_array_equal(one, other[:count])


@pytest.mark.parametrize("key", [KEY, WIDE], ids=["without", "with embedding"])
def test_what_was_recorded_comes_back_to_the_bit(tmp_path: Path, key: JournalKey) -> None:
    every = written(tmp_path, key=key)
    with Journal.open(tmp_path, key) as journal:
        assert_same(journal.kept, every)
        assert journal.early is None
        journal.record_early(EarlyCall("carcinoma", 0.125))
    with Journal.open(tmp_path, key) as journal:
        assert journal.early == EarlyCall("carcinoma", 0.125)
        assert_same(journal.kept, every)


@pytest.fixture(scope="module")
def kept_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Scores]:
    """A journal's content, and what was recorded in it."""
    folder = tmp_path_factory.mktemp("journal")
    every = written(folder)
    return (folder / KEY.file_name).read_bytes(), every


@own_folder
@given(lost=st.integers(0, 40 * 32), seed=st.integers(0, 99))
def test_a_torn_tail_is_cut_at_the_last_whole_record(
    tmp_path: Path, kept_file: tuple[bytes, Scores], lost: int, seed: int
) -> None:
    """A power cut: the end is missing, or a sector of it is garbage."""
    path, content, every = tmp_path / KEY.file_name, bytearray(kept_file[0]), kept_file[1]
    size = KEY.record.itemsize
    end = max(HEADER.size, len(content) - lost)
    if seed % 2:
        del content[end:]
    else:
        content[end:] = np.random.default_rng(seed).bytes(len(content) - end)
    path.write_bytes(content)
    whole = (end - HEADER.size) // size
    with Journal.open(tmp_path, KEY) as journal:
        assert_same(journal.kept, every, whole)
    assert path.stat().st_size == HEADER.size + whole * size, "what comes next follows at once"


def test_a_cut_journal_is_gone_on_with(tmp_path: Path, kept_file: tuple[bytes, Scores]) -> None:
    (tmp_path / KEY.file_name).write_bytes(kept_file[0][:-5])
    with Journal.open(tmp_path, KEY) as journal:
        journal.record(scores(np.array([4999])))
    with Journal.open(tmp_path, KEY) as journal:
        assert journal.kept.patches.tolist() == [*kept_file[1].patches[:39].tolist(), 4999]


@own_folder
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_one_flipped_bit_costs_no_more_than_what_follows(
    tmp_path: Path, kept_file: tuple[bytes, Scores], at: int, bit: int
) -> None:
    path, content, every = tmp_path / KEY.file_name, bytearray(kept_file[0]), kept_file[1]
    place = at % len(content)
    content[place] ^= 1 << bit
    path.write_bytes(content)
    good = max(0, place - HEADER.size) // KEY.record.itemsize if place >= HEADER.size else 0
    with Journal.open(tmp_path, KEY) as journal:
        assert_same(journal.kept, every, good)


@given(content=st.binary(max_size=300))
@own_folder
def test_any_other_file_in_its_place_is_started_afresh(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY.file_name).write_bytes(content)
    with Journal.open(tmp_path, KEY) as journal:
        assert journal.fault == ""
        assert not len(journal.kept.patches)


def test_a_patch_recorded_twice_counts_once(tmp_path: Path) -> None:
    with Journal.open(tmp_path, KEY) as journal:
        journal.record(scores(np.array([3, 5])))
        journal.record(scores(np.array([5, 9]), seed=4))
    with Journal.open(tmp_path, KEY) as journal:
        assert journal.kept.patches.tolist() == [3, 5, 9]


def test_afresh_takes_over_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    with Journal.open(tmp_path, KEY, afresh=True) as journal:
        assert not len(journal.kept.patches)
    with Journal.open(tmp_path, KEY) as journal:
        assert not len(journal.kept.patches)


def test_two_runs_do_not_share_a_journal(tmp_path: Path) -> None:
    every = written(tmp_path)
    with Journal.open(tmp_path, KEY) as first, Journal.open(tmp_path, KEY) as second:
        assert first.fault == ""
        assert second.fault == "locked"
        assert not len(second.kept.patches)
        second.record(scores(np.array([4999])))
        second.remove()
    with Journal.open(tmp_path, KEY) as again:
        assert_same(again.kept, every)


def test_a_killed_process_leaves_its_journal_open_to_the_next(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.path[:0] = [os.getcwd(), os.path.join(os.getcwd(), 'tests', 'kit')]\n"
        "import pathlib, numpy as np, signal\n"
        "from tests.unit.store.test_journal import KEY, scores\n"
        "from bedside_dx.store.journal import Journal\n"
        f"journal = Journal.open(pathlib.Path({str(tmp_path)!r}), KEY)\n"
        "journal.record(scores(np.arange(20)))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60)
    assert done.returncode != 0
    with Journal.open(tmp_path, KEY) as journal:
        assert journal.fault == ""
        assert_same(journal.kept, scores(np.arange(20)))


def test_a_removed_journal_is_gone(tmp_path: Path) -> None:
    written(tmp_path)
    with Journal.open(tmp_path, KEY) as journal:
        journal.remove()
        journal.record(scores(np.array([1])))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file sizes is POSIX's")
def test_a_full_disk_ends_the_journal_and_nothing_else(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal.open(tmp_path, KEY) as journal:
        journal.record(scores(np.arange(10)))
        limit = HEADER.size + 15 * KEY.record.itemsize + 3
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            journal.record(scores(np.arange(10, 20)))
            journal.record(scores(np.arange(20, 30)))
            journal.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert journal.fault == "full"
    with Journal.open(tmp_path, KEY) as journal:
        assert journal.kept.patches.tolist() == list(range(15))


def test_a_folder_that_can_t_be_made_is_said_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Journal.open(tmp_path / "file" / "journals", KEY) as journal:
        assert journal.fault == "refused"
        journal.record(scores(np.arange(3)))


def test_old_journals_make_room_and_those_in_use_stay(tmp_path: Path) -> None:
    keys = [JournalKey(bytes([n]) * 32, 5000, CLASSES) for n in range(4)]
    for age, key in enumerate(keys[:3]):
        written(tmp_path, key=key)
        os.utime(tmp_path / key.file_name, (1000 + age, 1000 + age))
    size = (tmp_path / keys[0].file_name).stat().st_size
    with (
        Journal.open(tmp_path, keys[0]),
        Journal.open(tmp_path, keys[3], budget=2 * size) as journal,
    ):
        assert journal.fault == ""
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {keys[n].file_name for n in (0, 2, 3)}


def test_a_journal_names_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.name == KEY.digest.hex()[:40] + ".bdxj"
    content = path.read_bytes()
    assert len(content) == HEADER.size + 40 * KEY.record.itemsize
    for name in CLASSES:
        assert name.encode() not in content
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o077 == 0
