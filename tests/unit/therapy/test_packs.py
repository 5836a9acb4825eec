"""A pack is read whole or refused whole, and the old one stays."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from bedside_dx.app.knowing import compare, import_knowledge, packs
from bedside_dx.core.errors import KnowledgeError
from bedside_dx.core.remark import Remark
from bedside_dx.text import texts
from bedside_dx.text.pack_notes import NOTES
from bedside_dx.text.therapy_words import step_words
from bedside_dx.therapy.knowledge import SUPPLEMENT
from bedside_dx.therapy.oncoref_facts import read_oncoref
from bedside_dx.therapy.pack import read_pack
from bedside_dx.therapy.shelf import FOLDER, POINTER


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER, str(folder))
    return folder


def pack_of(tmp_path: Path, name: str = "mine", **changes: str) -> Path:
    """A copy of the supplement under another name; ``old=new`` in a file breaks it."""
    folder = tmp_path / f"source-{name}-{len(changes)}"
    shutil.copytree(SUPPLEMENT, folder)
    manifest = (folder / "pack.toml").read_text("utf-8").replace('"supplement"', f'"{name}"', 1)
    for old, new in changes.items():
        manifest = manifest.replace(old, new)
    (folder / "pack.toml").write_text(manifest, "utf-8")
    return folder


def rewrite(folder: Path, old: str, new: str) -> None:
    """Change the facts and state the right checksum."""
    facts = folder / "facts.tsv"
    before = hashlib.sha256(facts.read_bytes()).hexdigest()
    text = facts.read_text("utf-8")
    assert old in text
    facts.write_text(text.replace(old, new, 1), "utf-8")
    manifest = folder / "pack.toml"
    after = hashlib.sha256(facts.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text("utf-8").replace(before, after), "utf-8")


def test_a_pack_is_imported_and_used(tmp_path: Path) -> None:
    (info,) = import_knowledge(pack_of(tmp_path))
    assert info.facts == 157
    assert [pack.name for pack in packs()[0]] == ["supplement", "oncoref", "mine"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("\tA\t", "\tZ\t", "knowledge.row"),
        ("\t27959700\t", "\tPMID1\t", "knowledge.row"),
        ("\tsensitivity\t", "\tcures\t", "knowledge.row"),
        ("BDX-002", "BDX-001", "knowledge.row"),
        ("BDX-002\t", "BDX-002\t\t", "knowledge.damaged"),
    ],
)
def test_a_broken_row_refuses_all_of_it_and_the_old_one_stays(
    tmp_path: Path, own_folder: Path, old: str, new: str, code: str
) -> None:
    import_knowledge(pack_of(tmp_path))
    before = (own_folder / "mine" / POINTER).read_text()
    broken = pack_of(tmp_path, "mine", **{"2026.11": "2026.12"})
    rewrite(broken, old, new)
    with pytest.raises(KnowledgeError) as caught:
        import_knowledge(broken)
    assert caught.value.code == code
    assert (own_folder / "mine" / POINTER).read_text() == before
    assert len(packs()[0]) == 3
    assert not packs()[1]


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    folder = pack_of(tmp_path)
    (folder / "facts.tsv").write_bytes((folder / "facts.tsv").read_bytes() + b"\n")
    with pytest.raises(KnowledgeError, match="checksum"):
        import_knowledge(folder)


def test_a_licence_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="licence"):
        import_knowledge(pack_of(tmp_path, "mine", **{"Apache-2.0": "GPL-2.0"}))


def test_what_comes_with_the_program_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="bundled"):
        import_knowledge(pack_of(tmp_path, "oncoref"))


def test_a_pack_damaged_on_the_disk_is_told_and_not_used(tmp_path: Path, own_folder: Path) -> None:
    import_knowledge(pack_of(tmp_path))
    place = (own_folder / "mine" / POINTER).read_text().strip()
    (own_folder / "mine" / place / "facts.tsv").write_text("id\n")
    (own_folder / "mine" / POINTER).write_text(place)  # a new stamp
    used, problems = packs()
    assert [pack.name for pack in used] == ["supplement", "oncoref"]
    assert [problem.code for problem in problems] == ["knowledge.checksum"]


def test_a_pack_is_old_after_a_year() -> None:
    info = read_pack(SUPPLEMENT).info
    assert not info.is_old(date(2027, 11, 27))
    assert info.is_old(date(2027, 11, 28))


def test_two_packs_are_compared(tmp_path: Path) -> None:
    import_knowledge(pack_of(tmp_path))
    newer = pack_of(tmp_path, "newer")
    rewrite(newer, "\tresistance\tA\t", "\tresistance\tB\t")
    found = compare("mine", str(newer))
    assert (len(found.gone), len(found.come), len(found.changed)) == (0, 0, 1)


def test_civic_with_a_broken_row_is_refused(shared: Path, tmp_path: Path) -> None:
    name = "nightly-ClinicalEvidenceSummaries.tsv"
    text = (shared / "knowledge" / name).read_text("utf-8")
    (tmp_path / name).write_text(
        text.replace("\tPredictive\tSupports\tB\t", "\tPredictive\tSupports\tQ\t", 1), "utf-8"
    )
    with pytest.raises(KnowledgeError, match=r"knowledge\.row"):
        import_knowledge(tmp_path)
    assert len(packs()[0]) == 2


IMPORT_FOR_EVER = """
import itertools, sys
from pathlib import Path
from bedside_dx.app.knowing import import_knowledge
for at in itertools.count():
    import_knowledge(Path(sys.argv[1 + at % 2]))
    print(at, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kill_9_while_importing_leaves_one_whole_pack(tmp_path: Path) -> None:
    """Killed at any moment, the old pack or the new one is there, and the next import works."""
    one, other = pack_of(tmp_path), pack_of(tmp_path, **{'version = "': 'version = "9'})
    versions = {import_knowledge(folder)[0].version for folder in (one, other)}
    for wait in (0.0, 0.013, 0.029, 0.047, 0.071):
        command = [sys.executable, "-c", IMPORT_FOR_EVER, str(one), str(other)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
            assert process.stdout is not None
            process.stdout.readline()  # imports are under way
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
        known, problems = packs()
        assert not problems
        assert {pack.version for pack in known if pack.name == "mine"} <= versions
        assert "mine" in {pack.name for pack in known}
    import_knowledge(one)


def test_what_the_packs_add_is_told_in_french() -> None:
    """Every note of the packs that ship is a sentence of the catalogue."""
    packs = [read_pack(SUPPLEMENT, bundled=True), read_oncoref()]
    notes = {fact.note for pack in packs if pack is not None for fact in pack.facts if fact.note}
    assert notes - NOTES == set()
    french = texts("fr")
    step = Remark("therapy.why-note", {"note": "confirm indication and line of therapy"})
    assert step_words(step, french).endswith("vérifier l’indication et la ligne de traitement")
    need = Remark("therapy.excluded-unmet", {"need": "EGFR wild type, HER2 negative, WHO grade 2"})
    assert "EGFR sauvage, HER2 négatif, grade OMS 2" in step_words(need, french)
