"""The site's rules on disk: kept, changed on record, and never believed once tampered with."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bedside_dx.core.errors import StoreError
from bedside_dx.core.rules import DEFAULT_RULES, LIMITS, Rules
from bedside_dx.store import rules_file
from bedside_dx.store.file_lock import try_lock
from bedside_dx.store.rules_file import change_rule, log_path, read_rules, restart, rules_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three changes on record; coverage and most_lost are not as usual."""
    path = tmp_path / "site" / "rules.toml"
    change_rule(path, "coverage", 0.95, "Dr A", "tumour board")
    change_rule(path, "most_lost", 0.2, "Dr B", "old scanner")
    change_rule(path, "coverage", 0.99, "Dr Zoé “Z” B\u2028", "stricter")
    return path


def code_of(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        read_rules(path)
    return caught.value.code


def rows(path: Path) -> list[str]:
    return log_path(path).read_text("utf-8").split("\n")[:-1]


def keep(path: Path, lines: list[str]) -> None:
    log_path(path).write_text("".join(line + "\n" for line in lines), "utf-8")


def test_without_a_file_all_is_as_usual(tmp_path: Path) -> None:
    site = read_rules(tmp_path / "rules.toml")
    assert site.rules == DEFAULT_RULES
    assert site.history == site.in_force == ()
    assert not list(tmp_path.iterdir())


def test_changes_are_kept_with_who_what_why(path: Path) -> None:
    site = read_rules(path)
    assert site.rules == Rules(coverage=0.99, most_lost=0.2)
    assert [(c.number, c.who, c.key, c.before, c.after) for c in site.history] == [
        (1, "Dr A", "coverage", 0.9, 0.95),
        (2, "Dr B", "most_lost", 0.1, 0.2),
        (3, "Dr Zoé “Z” B\u2028", "coverage", 0.95, 0.99),
    ]
    assert [c.number for c in site.in_force] == [3, 2]
    assert all(c.when.utcoffset().total_seconds() == 0 for c in site.history)


def test_set_back_it_is_no_change_in_force_but_stays_on_record(path: Path) -> None:
    site = change_rule(path, "coverage", 0.9, "Dr A", "back")
    assert site == read_rules(path)
    assert [c.key for c in site.in_force] == ["most_lost"]
    assert len(site.history) == 4


@pytest.mark.parametrize("field", ["who", "why", "when", "key", "before", "after", "number"])
def test_an_edited_row_is_found(path: Path, field: str) -> None:
    lines = rows(path)
    row = json.loads(lines[1])
    row[field] = {"number": 7, "before": 0.11, "after": 0.25, "key": "most_unfamiliar",
                  "when": "2020-01-01T00:00:00+00:00"}.get(field, "somebody else")  # fmt: skip
    keep(path, [lines[0], json.dumps(row), lines[2]])
    with pytest.raises(StoreError) as caught:
        read_rules(path)
    assert caught.value.code == "rules.history-edited"
    assert caught.value.values["line"] == 2


@pytest.mark.parametrize("row", [0, 1])
def test_a_missing_row_is_found(path: Path, row: int) -> None:
    lines = rows(path)
    del lines[row]
    keep(path, lines)
    assert code_of(path) == "rules.history-edited"


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_cut_tail_is_found(path: Path, left: int) -> None:
    keep(path, rows(path)[:left])
    assert code_of(path) == "rules.history-cut"


def test_a_tail_cut_in_both_files_by_hand_needs_the_right_hash(path: Path) -> None:
    keep(path, rows(path)[:2])
    path.write_text(path.read_text("utf-8").replace("count = 3", "count = 2"), "utf-8")
    assert code_of(path) == "rules.history-cut"


def test_a_limit_changed_by_hand_is_found(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("coverage = 0.99", "coverage = 0.5"), "utf-8")
    assert code_of(path) == "rules.not-in-history"
    path.write_text(text.replace("coverage = 0.99\n", ""), "utf-8")
    assert code_of(path) == "rules.not-in-history"


def test_a_log_or_a_file_alone_is_found(path: Path) -> None:
    log = log_path(path).read_bytes()
    log_path(path).unlink()
    assert code_of(path) == "rules.history-cut"
    log_path(path).write_bytes(log)
    path.unlink()
    assert code_of(path) == "rules.history-cut"


def test_a_file_set_back_to_an_older_one_changes_nothing(path: Path) -> None:
    """The row on record holds: as after a power cut between the two files."""
    old = path.read_bytes()
    change_rule(path, "most_unfamiliar", 0.1, "Dr C", "stricter")
    path.write_bytes(old)
    assert read_rules(path).rules.most_unfamiliar == 0.1
    change_rule(path, "most_unfamiliar", 0.2, "Dr C", "less strict")
    assert [c.number for c in read_rules(path).history] == [1, 2, 3, 4, 5]
    path.write_bytes(old)
    assert code_of(path) == "rules.history-cut"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"schema_version = 2\n", b"[rules", b"schema_version = 1\n"]
)
def test_what_is_no_rules_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert code_of(path) == "store.unreadable"


def test_a_value_out_of_range_on_record_is_never_taken(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    change_rule(path, "coverage", 7.0, "Dr A", "no door was passed")
    assert code_of(path) == "rules.history-edited"


def test_nothing_is_changed_while_the_record_is_broken(path: Path) -> None:
    keep(path, rows(path)[:1])
    before = path.read_bytes(), log_path(path).read_bytes()
    with pytest.raises(StoreError):
        change_rule(path, "coverage", 0.9, "Dr A", "back")
    assert (path.read_bytes(), log_path(path).read_bytes()) == before


def test_a_new_history_keeps_the_old_files(path: Path) -> None:
    keep(path, rows(path)[:1])
    site = restart(path, "Dr A", "the log was cut")
    assert site.rules == DEFAULT_RULES
    assert [(c.who, c.key) for c in read_rules(path).history] == [("Dr A", "")]
    assert len([p for p in path.parent.iterdir() if ".until-" in p.name]) == 2
    assert change_rule(path, "coverage", 0.95, "Dr A", "again").rules.coverage == 0.95


def test_two_that_change_at_once_both_stay_on_record(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    with ThreadPoolExecutor(6) as pool:
        values = [0.80 + 0.01 * at for at in range(12)]
        list(pool.map(lambda v: change_rule(path, "coverage", v, f"Dr {v}", "race"), values))
    history = read_rules(path).history
    assert sorted(c.after for c in history) == values
    assert [c.number for c in history] == list(range(1, 13))


def test_a_lock_of_the_dead_is_no_lock(path: Path) -> None:
    """What a killed program leaves is a file that nobody holds."""
    path.with_name(path.name + ".lock").touch()
    assert change_rule(path, "coverage", 0.9, "Dr A", "back").rules.coverage == 0.9


def test_a_lock_of_the_living_is_waited_for_and_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bedside_dx.store.file_lock.PATIENCE_S", 0.1)
    with path.with_name(path.name + ".lock").open("ab") as held:
        assert try_lock(held.fileno())
        with pytest.raises(StoreError) as caught:
            change_rule(path, "coverage", 0.9, "Dr A", "back")
    assert caught.value.code == "store.busy"


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("no folder")
    with pytest.raises(StoreError) as caught:
        change_rule(tmp_path / "site" / "rules.toml", "coverage", 0.95, "Dr A", "x")
    assert caught.value.code == "store.not-written"


KILLED = """
import sys, os
from pathlib import Path
from bedside_dx.store import rules_file, text_file
steps, at = int(sys.argv[2]), 0
def dying(step):
    def do(*words, **names):
        global at
        at += 1
        if at > steps:
            os.kill(os.getpid(), 9)
        return step(*words, **names)
    return do
os.fsync = dying(os.fsync)
Path.replace = dying(Path.replace)
rules_file.change_rule(Path(sys.argv[1]), "most_unfamiliar", 0.1, "Dr K", "killed")
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4])
def test_killed_at_any_step_the_rules_are_the_old_or_the_new(path: Path, steps: int) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), str(steps)], check=False)
    assert done.returncode == (0 if steps == 4 else -9)
    site = read_rules(path)
    assert (site.rules.most_unfamiliar, len(site.history)) in {(0.3, 3), (0.1, 4)}
    assert change_rule(path, "coverage", 0.9, "Dr A", "after").rules.coverage == 0.9


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_any_byte_that_differs_is_found_or_means_nothing(path: Path, data) -> None:
    """A changed byte never changes the rules or who is on record for them unnoticed."""
    truth = read_rules(path)
    file = data.draw(st.sampled_from([path, log_path(path)]))
    content = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    original = file.read_bytes()
    try:
        file.write_bytes(bytes(content))
        with suppress(StoreError):
            assert read_rules(path) == truth
    finally:
        file.write_bytes(original)


def test_the_place_is_the_environments_then_the_sites_then_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(rules_file.PLACE, str(tmp_path / "here.toml"))
    assert rules_path() == tmp_path / "here.toml"
    monkeypatch.delenv(rules_file.PLACE)
    monkeypatch.setattr(
        rules_file.platformdirs, "site_config_path", lambda *_, **__: tmp_path / "s"
    )
    monkeypatch.setattr(
        rules_file.platformdirs, "user_config_path", lambda *_, **__: tmp_path / "u"
    )
    assert rules_path() == tmp_path / "u" / "rules.toml"
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "rules.toml").touch()
    assert rules_path() == tmp_path / "s" / "rules.toml"


def test_every_limit_has_a_default_it_allows() -> None:
    for limit in LIMITS.values():
        assert limit.allows(limit.default)
        assert not limit.allows(-1.0)
        assert not limit.allows(float("nan"))
    assert DEFAULT_RULES.early_error == 0.02
