"""Nothing stays English under --language fr: argparse's own words, a model's card, its flaws."""

import argparse
import ast
from pathlib import Path

import pytest
import tiny_model

from bedside_dx.cli import main
from bedside_dx.cli.argparse_words import SAID
from bedside_dx.models.registry import SITE_FOLDERS
from bedside_dx.text import texts

NOT_MET = (
    "invalid option string", "dest= is required", "conflicting", "is not callable", "cannot ",
    ".__call__", "'required' is", "mutually exclusive", "invalid conflict_resolution",
    "unexpected option string", 'argument "-"', "is deprecated", "must be", "unable to",
)  # fmt: skip
"""Words of argparse for those who write a program with it, not for those who use one."""


def asked_for() -> set[str]:
    """Sentences that this Python's argparse looks up."""
    found = set()
    for node in ast.walk(ast.parse(Path(argparse.__file__).read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "_":
            continue
        found |= {word.value for word in node.args[:1] if isinstance(word, ast.Constant)}
    return {s for s in found if not any(part in s for part in NOT_MET)}


def test_every_word_of_argparse_that_a_user_can_meet_is_known() -> None:
    assert asked_for() - SAID == set()


def test_every_word_of_argparse_has_its_french() -> None:
    t = texts("fr")
    same = {s for s in SAID if t(s) == s}
    assert same == set()


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "french", "english"),
    [
        (["diagnose"], "il manque les arguments suivants", "the following arguments are required"),
        (["doctor", "--provider", "gpu"], "choix non valable", "invalid choice"),
        (["doctor", "--colour"], "arguments inconnus", "unrecognized arguments"),
        (["info", "a.svs", "--spacing"], "une valeur est attendue", "expected one argument"),
        (["info", "a.svs", "--spacing", "x"], "n’est pas un nombre", "is not a number"),
        (["operate"], "choix non valable", "invalid choice"),
        (["doctor", "--json=1"], "valeur de trop", "ignored explicit argument"),
    ],
)
def test_usage_errors_are_in_one_language(
    capsys: pytest.CaptureFixture[str], words: list[str], french: str, english: str
) -> None:
    said = refusal(capsys, *words, "--language", "fr")
    assert french in said
    assert "utilisation\u202f: " in said
    assert "erreur" in said
    assert english not in said
    said = refusal(capsys, *words, "--language", "en")
    assert english in said
    assert "usage: " in said
    assert "utilisation" not in said


def test_help_is_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--help", "--language", "fr"])
    said = capsys.readouterr().out
    for words in ("utilisation", "options\u202f:", "montrer cette aide", "autocontrôles"):
        assert words in said
    for words in ("usage:", "show this help", "optional"):
        assert words not in said


def test_a_wrong_language_is_refused_in_that_of_the_machine(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "choix non valable" in refusal(capsys, "doctor", "--language", "de")


@pytest.mark.parametrize("name", ["colon-he", "lung-he", "brain-mri"])
def test_a_card_begins_in_french(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["models", "show", name, "--language", "fr"]) == 0
    french, told, rest = capsys.readouterr().out.partition("ses auteurs l’ont écrite en anglais.")
    assert told
    for words in (
        "Recherche",
        "## Chiffres clés",
        "exactitude équilibrée",
        "## Limites",
        "| test |",
    ):
        assert words in french, words
    for words in ("balanced accuracy", "Research", "## Figures"):
        assert words not in french, words
    assert "## Figures" in rest
    assert main(["models", "show", name, "--language", "en"]) == 0
    english = capsys.readouterr().out
    assert english.startswith(f"# {name}")
    assert "Chiffres" not in english
    assert english.strip() in rest


def test_a_card_without_figures_is_described_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SITE_FOLDERS, str(tmp_path))
    tiny_model.write(tmp_path / "tiny")
    assert main(["models", "show", "tiny", "--language", "fr"]) == 0
    said = capsys.readouterr().out
    assert "Connaît trois couleurs." in said
    assert "Chiffres clés" not in said


def test_what_is_wrong_with_a_package_is_said_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SITE_FOLDERS, str(tmp_path))
    folder = tiny_model.write(tmp_path / "tiny", manifest=tiny_model.manifest(version=3))
    assert main(["models", "verify", "tiny", "--language", "fr"]) == 5
    said = capsys.readouterr().err
    assert "version doit être un texte non vide" in said
    assert "must be" not in said
    (folder / "LICENSE").unlink()
    assert main(["models", "verify", "tiny", "--language", "fr"]) == 5
    assert "LICENSE manque" in capsys.readouterr().err
