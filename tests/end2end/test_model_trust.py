"""One hospital sends a model to another on a stick, as people at two terminals do it."""

import json
import sys
from pathlib import Path

import pytest

from tests.kit import many_commands, tiny_model

PROGRAM = [sys.executable, "-m", "bedside_dx"]
PASSPHRASE = "correct horse battery staple"


class Terminal:
    """A terminal at one hospital, whose home is its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(
        self,
        *words: object,
        code: int = 0,
        passphrase: str = PASSPHRASE,
        new_passphrase: str = PASSPHRASE,
    ) -> str:
        done = many_commands.run(
            "models",
            *words,
            XDG_DATA_HOME=str(self.home),
            BEDSIDE_DX_PASSPHRASE=passphrase,
            BEDSIDE_DX_NEW_PASSPHRASE=new_passphrase,
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert done.returncode == code, said
        return said


@pytest.fixture
def nord(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "nord")


@pytest.fixture
def sud(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "sud")


def test_a_model_travels_on_a_stick(nord: Terminal, sud: Terminal, tmp_path: Path) -> None:
    stick, keys = tmp_path / "stick" / "models", tmp_path / "keys"
    tiny_model.write(tmp_path / "v1")
    tiny_model.write(tmp_path / "v2", manifest=tiny_model.manifest(version="1.1.0"))
    assert "root.pem" in nord("keys", "make", keys)
    assert "--publisher" in nord("publish", tmp_path / "v1", "--to", stick, "--keys", keys, code=2)
    said = nord(
        "publish", tmp_path / "v1", "--to", stick, "--keys", keys, "--publisher", "CHU Nord"
    )
    fingerprint = said.strip().rpartition(": ")[2]

    # At the other hospital nobody is trusted yet; the stick is picked, not the folder on it.
    assert "not trusted here" in sud("update", "--from", stick.parent, code=3)
    assert "confirmed" in sud("trust", "add", stick, code=2)
    wrong = "0000" + fingerprint[4:]
    assert "telephone" in sud("trust", "add", stick, "--fingerprint", wrong, code=3)
    assert "CHU Nord" in sud("trust", "add", stick, "--fingerprint", fingerprint)
    assert fingerprint in sud("trust", "list")
    assert "new" in sud("update", "--from", stick.parent)
    assert "signed by CHU Nord" in sud("update", "tiny", "--from", stick)
    listed = json.loads(sud("list", "--json"))["models"]
    (tiny,) = [m for m in listed if m["name"] == "tiny"]
    assert tiny["origin"]["kind"] == "signed"
    assert tiny["origin"]["fingerprint"] == fingerprint.replace(" ", "")
    assert {m["origin"]["kind"] for m in listed if m["name"] != "tiny"} == {"bundled"}

    nord("publish", tmp_path / "v2", "--to", stick, "--keys", keys)
    assert "1.1.0" in sud("update", "--all", "--from", stick)
    assert "1.0.0" in sud("rollback", "tiny", "--language", "en")
    (package,) = (stick / "targets").iterdir()
    package.write_bytes(package.read_bytes()[:-1])
    said = sud("update", "--all", "--from", stick, "--language", "fr", code=3)
    assert "n’est pas celui que CHU Nord a signé" in said
    assert "1.0.0" in sud("list")
    assert "CHU Nord" in sud("trust", "remove", fingerprint[:9])
    assert "No publisher" in sud("trust", "list")


def test_keys_are_replaced_at_a_terminal(nord: Terminal, sud: Terminal, tmp_path: Path) -> None:
    stick, keys, new = tmp_path / "stick", tmp_path / "keys", tmp_path / "new"
    tiny_model.write(tmp_path / "v1")
    tiny_model.write(tmp_path / "v2", manifest=tiny_model.manifest(version="1.1.0"))
    nord("keys", "make", keys)
    said = nord(
        "publish", tmp_path / "v1", "--to", stick, "--keys", keys, "--publisher", "CHU Nord"
    )
    sud("trust", "add", stick, "--fingerprint", said.strip().rpartition(": ")[2])
    sud("update", "--all", "--from", stick)
    nord("keys", "make", new, passphrase="another passphrase")
    said = nord("keys", "rotate", "--to", stick, "--keys", keys, "--new-keys", new, "--language",
                "fr", new_passphrase="another passphrase")  # fmt: skip
    assert "nouvelles clés de CHU Nord" in said
    assert "Détruisez-les" in said
    words = ("publish", tmp_path / "v2", "--to", stick, "--keys")
    assert "other keys" in nord(*words, keys, code=3)
    nord(*words, new, passphrase="another passphrase")
    assert "1.1.0" in sud("update", "--all", "--from", stick)


def test_an_unsigned_package_is_marked_wherever_it_is_used(sud: Terminal, tmp_path: Path) -> None:
    package = tiny_model.zipped(tiny_model.write(tmp_path / "tiny"), tmp_path / "tiny.zip")
    assert "unsigned" in sud("install", package)
    assert "non signé" in sud("list", "--language", "fr")
    assert "reference results agree" in sud("verify", "tiny")
    package.write_bytes(package.read_bytes()[:200])
    assert "Nothing was installed" in sud("install", package, code=3)
    assert "no model package" in sud("install", tmp_path / "absent", code=3)
    assert "no earlier tiny" in sud("rollback", "tiny", code=2)
    assert "tiny was removed" in sud("remove", "tiny", "--language", "en")
    assert "tiny" not in sud("list")
    assert "no model" in sud("remove", "tiny", "--language", "en", code=2).lower()
    assert "fait partie du programme" in sud("remove", "colon-he", "--language", "fr", code=2)


def test_keys_are_opened_by_their_passphrase_only(nord: Terminal, tmp_path: Path) -> None:
    package, keys = tiny_model.write(tmp_path / "tiny"), tmp_path / "keys"
    assert "12" in nord("keys", "make", keys, passphrase="short", code=3)
    nord("keys", "make", keys)
    words = ("publish", package, "--to", tmp_path / "out", "--keys", keys, "--publisher", "X")
    assert "unlocked" in nord(*words, passphrase="something else", code=3)
    assert not (tmp_path / "out").exists()
