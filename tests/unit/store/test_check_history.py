"""The history of self-checks: whatever happens to its file, what was kept stays readable."""

import multiprocessing
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bedside_dx.core.checks import CheckRun, CheckStatus, KnownAnswer, ModelRun
from bedside_dx.core.errors import StoreError
from bedside_dx.store import check_history
from bedside_dx.store.check_history import append_run, history_file, read_history

START = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
SHARES = st.floats(0, 1)
KNOWN = st.builds(
    KnownAnswer,
    recipe=st.integers(1, 9),
    status=st.sampled_from(["present", "cannot_say"]),
    patches=st.integers(0, 99),
    probabilities=st.lists(SHARES, max_size=5).map(tuple),
    unfamiliarity=st.floats(0, 1e6),
)
MODELS = st.builds(
    ModelRun,
    name=st.text(max_size=20),
    version=st.text(max_size=9),
    sha256=st.text("0123456789abcdef", max_size=64),
    provider=st.text(max_size=9),
    status=st.sampled_from(CheckStatus),
    golden_difference=st.none() | SHARES,
    embedding_difference=st.none() | SHARES,
    known=st.none() | KNOWN,
    known_difference=st.none() | SHARES,
    seconds=st.floats(0, 1e4),
    patches_per_s=st.none() | st.floats(0, 1e6),
)
RUNS = st.builds(
    CheckRun,
    when=st.integers(0, 10**9).map(lambda s: START + timedelta(seconds=s)),
    program=st.text(max_size=9),
    engine=st.text(max_size=20),
    asked=st.sampled_from(["cpu", "auto"]),
    status=st.sampled_from(CheckStatus),
    failed=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    models=st.lists(MODELS, max_size=3).map(tuple),
)


def run(number: int = 0) -> CheckRun:
    when = START + timedelta(days=number)
    return CheckRun(when, "0.1.0", "onnxruntime 1", "cpu", CheckStatus.OK, (), ())


def write_some(path: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        append_run(run(number), path)


def test_there_is_nothing_at_first(tmp_path: Path) -> None:
    assert read_history(tmp_path / "h.jsonl") == check_history.History(())


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(RUNS, max_size=4))
def test_what_is_kept_comes_back(
    tmp_path_factory: pytest.TempPathFactory, runs: list[CheckRun]
) -> None:
    path = tmp_path_factory.mktemp("history") / "deeper" / "h.jsonl"
    for one in runs:
        append_run(one, path)
    assert read_history(path).runs == tuple(runs)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bad=st.binary(min_size=1, max_size=60).filter(lambda b: b.strip() and b"\n" not in b)
    | st.sampled_from([b"{}", b"[]", b"null", b'{"schema": 2}', b'{"schema": true}', b"[" * 9000])
)
def test_a_line_that_is_none_stays_and_hides_nothing(
    tmp_path_factory: pytest.TempPathFactory, bad: bytes
) -> None:
    path = tmp_path_factory.mktemp("history") / "h.jsonl"
    append_run(run(1), path)
    with path.open("ab") as file:
        file.write(bad)  # and no end of line: the power went
    append_run(run(2), path)
    history = read_history(path)
    assert [r.when for r in history.runs] == [run(1).when, run(2).when]
    assert history.unreadable == 1
    assert bad.strip() in path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"when": "2026-11-27T08:00:00+00:00"', '"when": "2026-11-27T08:00:00"'),
        ('"status": "ok"', '"status": "fine"'),
        ('"models": []', '"models": [3]'),
        ('"models": []', '"models": {}'),
        ('"failed": []', '"failed": [1]'),
        ('"program": "0.1.0"', '"program": 1'),
    ],
)
def test_a_value_of_another_kind_makes_the_line_unreadable(
    tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "h.jsonl"
    append_run(run(), path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert read_history(path) == check_history.History((), unreadable=1)


def test_it_is_bounded_and_lines_that_cannot_be_read_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_history, "MOST_RUNS", 10)
    monkeypatch.setattr(check_history, "SPARE_RUNS", 3)
    path = tmp_path / "h.jsonl"
    write_some(path, 0, 8)
    with path.open("ab") as file:
        file.write(b"what is this\n")
    write_some(path, 8, 5)
    history = read_history(path)
    assert len(path.read_bytes().splitlines()) == 10
    assert history.unreadable == 1
    assert history.runs[-1] == run(12)
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []


def test_a_gigantic_file_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_history, "LARGEST", 4096)
    path = tmp_path / "h.jsonl"
    path.write_bytes(b"x" * 10**6 + b"\n")
    append_run(run(3), path)
    assert read_history(path) == check_history.History((run(3),))


def test_many_programs_at_once_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "h.jsonl"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_some, args=(path, n * 100, 12)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    history = read_history(path)
    assert history.unreadable == 0
    assert {r.when for r in history.runs} == {
        run(n * 100 + i).when for n in range(3) for i in range(12)
    }


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever runs this may write anywhere"
)
def test_a_folder_without_rights_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StoreError, check=lambda e: e.code == "history.not-written"):
        append_run(run(), tmp_path / "h.jsonl")
    tmp_path.chmod(stat.S_IRWXU)


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "h.jsonl").mkdir()
    with pytest.raises(StoreError, check=lambda e: e.code == "history.not-read"):
        read_history(tmp_path / "h.jsonl")
    with pytest.raises(StoreError, check=lambda e: e.code == "history.not-written"):
        append_run(run(), tmp_path / "h.jsonl")


def test_it_lies_where_the_system_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert history_file().parent == Path(os.environ["BEDSIDE_DX_STATE"])
    monkeypatch.delenv("BEDSIDE_DX_STATE")
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: tmp_path)
    assert history_file().parent == tmp_path


class Life(RuleBasedStateMachine):
    """A history that programs append to, and that power cuts and other programs spoil."""

    @initialize(folder=st.just(None))
    def begin(self, folder: None) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "h.jsonl"
        self.kept: list[CheckRun] = []
        self.number = 0
        self.spoilt = 0

    @rule()
    def check(self) -> None:
        append_run(run(self.number), self.path)
        self.kept.append(run(self.number))
        self.number += 1

    @rule(rubbish=st.binary(min_size=1, max_size=20).filter(lambda b: b.strip() and b"\n" not in b))
    def spoil(self, rubbish: bytes) -> None:
        with self.path.open("ab") as file:
            if file.tell() and self.path.read_bytes()[-1:] != b"\n":
                file.write(b"\n")
            file.write(rubbish)
        self.spoilt += 1

    @rule(share=st.floats(0.1, 0.9))
    def cut_the_last_line(self, share: float) -> None:
        """Leave a part of the last self-check's line: its write was cut short."""
        if not self.kept or self.path.read_bytes()[-1:] != b"\n":
            return
        lines = self.path.read_bytes().splitlines(keepends=True)
        if b'"schema"' not in lines[-1]:
            return
        lines[-1] = lines[-1][: max(1, int(len(lines[-1]) * share))]
        self.path.write_bytes(b"".join(lines))
        self.kept.pop()
        self.spoilt += 1

    @invariant()
    def all_that_was_kept_is_there(self) -> None:
        if hasattr(self, "path"):
            history = read_history(self.path)
            assert list(history.runs) == self.kept
            assert history.unreadable == self.spoilt

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=12, stateful_step_count=10, deadline=None)
