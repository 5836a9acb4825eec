"""Trials at a terminal: an export becomes a pack, a pack is held against a person."""

import json
from pathlib import Path

import pytest

from bedside_dx.cli import main
from bedside_dx.cli.exit_codes import Exit

EXPORT = Path(__file__).resolve().parents[1] / "unit" / "therapy" / "trials" / "export.json"
WHO = [
    "--age", "61", "--sex", "female", "--tumour", "LUAD", "--stage", "IVA", "--ecog", "1",
    "--prior-lines", "1", "--alteration", "EGFR_T790M",
]  # fmt: skip


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.json"
    words = ["trials", "import", str(EXPORT), "--output", str(path), "--made", "2026-11-01"]
    assert main(words) == Exit.DONE
    return path


def test_trials_are_matched(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["trials", "match", str(pack), *WHO, "--json"]) == Exit.DONE
    found = json.loads(capsys.readouterr().out)
    assert found["trials"][0]["id"] == "SYNTH0001"
    assert len(found["trials"]) == 4
    assert {one["fit"] for one in found["trials"][-1]["criteria"]} == {"met", "unmet", "unknown"}
    assert found["packs"][0]["trials"] == 4


def test_the_french_list_says_everything(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "fr", "trials", "match", str(pack), *WHO]) == Exit.DONE
    said = capsys.readouterr().out
    for part in ("non rempli", "inconnu", "Aucun essai n’est caché", "“EGFR T790M found"):
        assert part in said


def test_a_pack_is_shown(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trials", "show", str(pack)]) == Exit.DONE
    assert "SYNTH0003" in capsys.readouterr().out


def test_a_bad_file_leaves_the_old_pack(pack: Path, tmp_path: Path) -> None:
    before = pack.read_bytes()
    bad = tmp_path / "bad.json"
    bad.write_text('{"studies": [{}]}')
    words = ["trials", "import", str(bad), "--output", str(pack), "--made", "2026-11-01"]
    assert main(words) == Exit.REFUSED
    assert pack.read_bytes() == before
    pack.write_bytes(before.replace(b"RECRUITING", b"COMPLETED", 1))
    assert main(["trials", "match", str(pack), *WHO]) == Exit.REFUSED
    assert main(["trials", "match", str(tmp_path / "none.json"), *WHO]) == Exit.USAGE
