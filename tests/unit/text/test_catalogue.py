"""Every sentence is there in both languages, with the same placeholders."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bedside_dx.core.checks import Check, CheckStatus
from bedside_dx.core.errors import ModelError, Phrase, SlideError
from bedside_dx.core.results import Reason
from bedside_dx.text import texts
from bedside_dx.text.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bedside_dx"
FRENCH = PACKAGE / "text" / "locale" / "fr" / "LC_MESSAGES" / "bedside_dx.po"
PLACEHOLDER = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the program says now, extracted from its source."""
    template = tmp_path_factory.mktemp("text") / "bedside_dx.pot"
    command = [
        "-q",
        "extract",
        "-F",
        str(ROOT / "babel.cfg"),
        "-k",
        "t",
        "-k",
        "_t",
        "-k",
        "plural:1,2",
        "-k",
        "mark",
        "-k",
        "Phrase",
        "-k",
        "Flaw",
        "-k",
        "flaw:2",
        "-o",
        str(template),
        str(PACKAGE),
    ]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", *command], check=True)
    with template.open("rb") as file:
        return read_po(file)


def test_each_sentence_is_translated(sentences: Catalog, french: Catalog) -> None:
    missing = [
        m.id for m in sentences if m.id and not (french.get(m.id) and french.get(m.id).string)
    ]
    assert missing == []


def test_no_translation_is_left_over(sentences: Catalog, french: Catalog) -> None:
    assert [m.id for m in french if m.id and m.id not in sentences] == []


def test_placeholders_agree(french: Catalog) -> None:
    def names(text: str | tuple[str, ...]) -> set[str]:
        parts = text if isinstance(text, tuple) else (text,)
        return {found for part in parts for found in PLACEHOLDER.findall(part)}

    differing = [m.id for m in french if m.id and names(m.id) != names(m.string)]
    assert differing == []


def test_french_keeps_its_typography(french: Catalog) -> None:
    """A narrow no-break space stands before : ; ! ? and %, « and » hold one inside."""
    wrong = re.compile(
        r"(?<![\u202f\d:/])[;!?](?=\s|$)|[^\u202f]:(?=\s|$)|«(?!\u202f)|(?<!\u202f)»"
    )
    texts_ = [
        s
        for m in french
        if m.id
        for s in (m.string if isinstance(m.string, tuple) else (m.string,))
    ]
    assert [s for s in texts_ if wrong.search(s)] == []


def test_compiled_catalogue_is_the_source() -> None:
    t = texts("fr")
    assert t("cannot say") == "impossible de conclure"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_error_says_what_to_do(language: str) -> None:
    error = SlideError("slide.no-scale", path=Path("biopsy 3.svs"))
    text, hint = texts(language).error(error)
    assert "biopsy 3.svs" in text
    assert "--spacing" in hint


def test_numbers_follow_the_language() -> None:
    reason = Reason("reason.unreadable", {"share": 0.034})
    assert texts("en").reason(reason) == "3% of the tissue can't be read"
    assert "3\u202f%" in texts("fr").reason(reason)


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_errors_are_short_sentences(code: str) -> None:
    """What a person reads is at most two lines, and ends as sentences do."""
    message = MESSAGES[code]
    assert len(message.text) <= 160
    assert len(message.hint) <= 160
    if message.hint and not code.startswith("check."):  # a check is a line of a list
        assert message.text[-1] in ".?:}"
        assert message.hint.endswith(".")


WORDED = {"t": 0, "mark": 0, "Phrase": 0, "Flaw": 0, "flaw": 1}
"""Calls that take a sentence, and where in their arguments."""


def test_sentences_are_written_out_where_they_are_said() -> None:
    """A sentence put together at run time has no key, and would stay English."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            at = WORDED.get(name)
            said = node.args[at] if at is not None and len(node.args) > at else None
            if isinstance(said, ast.JoinedStr | ast.BinOp):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_words_inside_an_error_are_in_the_language_of_the_rest() -> None:
    fault = Phrase("must be from {low} to {high}, not {value}", low="0", high="1", value="2")
    detail = Phrase("manifest.toml: {field} {fault}", field="version", fault=fault)
    error = ModelError("model.damaged", name="x", detail=detail)
    english, _ = texts("en").error(error)
    assert "manifest.toml: version must be from 0 to 1, not 2" in english
    french, _ = texts("fr").error(error)
    assert "manifest.toml\u202f: version doit aller de 0 à 1, pas 2" in french
    check = Check("check.model-damaged", CheckStatus.FAIL, {"name": "x", "detail": detail})
    assert "doit aller de 0 à 1" in texts("fr").check(check)
    assert check.document()["detail"] == str(detail)


def test_no_sentence_hides_in_an_f_string() -> None:
    """Extraction does not look into them, so such a sentence would stay English."""
    hidden = re.compile(r"""\bf["'].*\{(self\._)?t\(["']""")
    found = [p.name for p in PACKAGE.rglob("*.py") if hidden.search(p.read_text("utf-8"))]
    assert found == []
