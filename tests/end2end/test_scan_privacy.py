"""Nothing that names a patient leaves a scan by the back door: logs, crashes, temporary files.

The canary stands in every field and in the file's own path; what the program writes by itself,
with all logging on, must not hold it. Reports are written on purpose and are another matter.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.uid import ExplicitVRLittleEndian

from tests.phantom_series import write_phantom
from tests.scans import image

ROOT = Path(__file__).resolve().parents[2]
NAME, NUMBER, BORN = "CANARYBIRD", "CANARYNUMBER77", "19470911"
UID = "1.2.826.0.1.777777"
BORN_WORDS = ("19470911", "1947-09-11", "11/09/1947")

PRELUDE = """
import os, sys
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def note(event, told):
    if event == "open" and isinstance(told[0], (str, bytes)) and told[2] & FOR_WRITING:
        written.append(os.fsdecode(told[0]))
written = []
sys.addaudithook(note)
import atexit
def say():
    with open(os.environ["OPENED"], "w") as file:
        file.write("\\n".join(written))
atexit.register(say)
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A chest and an image that was cut short, in a folder that names the patient."""
    folder = tmp_path / f"{NAME}^JEAN"
    write_phantom(
        folder,
        PatientName=f"{NAME}^Jean", PatientID=NUMBER, PatientBirthDate=BORN,
        SeriesDescription=f"Chest of {NAME}", StudyDescription=NAME,
        StudyInstanceUID=f"{UID}.1", SeriesInstanceUID=f"{UID}.2", FrameOfReferenceUID=f"{UID}.3",
    )  # fmt: skip
    data = image(0, 32, PatientName=f"{NAME}^Jean", PatientID=NUMBER, SOPInstanceUID=f"{UID}.9")
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    cut = folder / f"{NAME}.dcm"
    data.save_as(cut, enforce_file_format=True)
    cut.write_bytes(cut.read_bytes()[:-500])
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("home", "tmp", "work"):
        (tmp_path / name).mkdir()
    return tmp_path


def run(home: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a program of its own, whose every folder lies under `home`."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    env |= {
        "HOME": str(home / "home"), "TMPDIR": str(home / "tmp"), "QT_QPA_PLATFORM": "offscreen",
        "BEDSIDE_DX_LOG": "DEBUG", "OPENED": str(home / "opened.txt"), "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    env.pop("BEDSIDE_DX_STATE", None)
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        env=env, cwd=home / "work", capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def leaks(text: str, *, path_too: bool) -> list[str]:
    """Which of the canaries a text holds."""
    named = [NUMBER, UID, *BORN_WORDS]
    return [word for word in (*named, *([NAME] if path_too else [])) if word in text]


def written_by(home: Path) -> Iterator[tuple[str, str]]:
    """Names and contents of all that was written."""
    for folder in ("home", "tmp", "work"):
        for file in (home / folder).rglob("*"):
            yield str(file.relative_to(home)), ""
            if file.is_file():
                yield str(file.relative_to(home)), file.read_bytes().decode("latin-1")
    opened = [one for one in (home / "opened.txt").read_text().splitlines() if one != os.devnull]
    yield from ((one, "") for one in opened)


def assert_clean(home: Path, done: subprocess.CompletedProcess[str]) -> None:
    assert not leaks(done.stdout + done.stderr, path_too=False)
    log = [line for line in done.stderr.splitlines() if ":bedside_dx" in line]
    assert not leaks("\n".join(log), path_too=True)
    for name, content in written_by(home):
        assert not leaks(name, path_too=True), name
        assert not leaks(content, path_too=True), name


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["info", "--json"],
        ["diagnose", "--model", "brain-mri", "--quiet"],
        ["diagnose", "--model", "nodule-phantom", "--quiet"],
        ["diagnose", "--model", "nodule-phantom", "--quiet", "--json"],
    ],
    ids=" ".join,
)
def test_the_terminal_keeps_it_to_itself(home: Path, study: Path, words: list[str]) -> None:
    command = [words[0], str(study), *words[1:]]
    done = run(home, f"from bedside_dx.cli.main import main\nsys.exit(main({command!r}))")
    if "--json" in words and words[0] == "diagnose":
        # The document is the report: whose it is stands in it, and nowhere else.
        done.stdout = ""
    assert done.returncode in (0, 4), done.stderr
    assert_clean(home, done)


WINDOW = """
import time
from pathlib import Path
import logging; logging.basicConfig(level="DEBUG")
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit
from bedside_dx.core.settings import Settings
from bedside_dx.ui.application import log_faults_without_words, make_window, the_application
from bedside_dx.ui.look import Look
application = the_application()
log_faults_without_words()
window = make_window(Look("en"), Settings(), "nodule-phantom")
window.show()
def settle(until):
    end = time.monotonic() + 100
    while not until() and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.01)
    assert until()
path = Path({path!r})
def pick():
    dialog = application.activeModalWidget()
    dialog.setDirectory(str(path))
    dialog.findChild(QLineEdit).setText(str(path))
    dialog.accept()
QTimer.singleShot(500, pick)
window.ask_for_folder()
assert [one.path for one in window.workplace.examinations] == [path]
here = window.workplace.current
settle(lambda: here.study is not None and here.study.is_complete and window.workplace.networks)
settle(lambda: here.choice is not None or window.workplace._choose_alone(here))
window.workplace.run()
settle(lambda: not window.workplace.is_running)
assert here.marked is not None
def fall():
    raise KeyError(str(path), here.case.patient.name, here.case.patient.identifier)
QTimer.singleShot(0, fall)
window.workplace.in_background(fall, print, lambda error: print(error))
end = time.monotonic() + 1
while time.monotonic() < end:
    application.processEvents()
titles = [widget.windowTitle() for widget in application.topLevelWidgets()]
print("titles", titles)
window.close()
"""


def test_the_window_keeps_it_to_itself_even_where_it_fails(home: Path, study: Path) -> None:
    done = run(home, WINDOW.replace("{path!r}", repr(str(study))))
    assert "titles" in done.stdout, done.stderr
    assert "a fault of the program: KeyError" in done.stderr, "the fault was logged"
    assert "unexpected failure: KeyError" in done.stderr
    assert_clean(home, done)
    assert not leaks(done.stdout + done.stderr, path_too=True)
    assert any("home" in name for name, _ in written_by(home)), "something was written at all"


def test_the_canary_would_be_found(home: Path, study: Path) -> None:
    """What is looked for is what the files hold."""
    code = f"""
import logging; logging.basicConfig()
from pathlib import Path
import pydicom
path = sorted(Path({str(study)!r}).glob("*.dcm"))[0]
data = pydicom.dcmread(path)
logging.getLogger("bedside_dx.test").warning("%s %s", path, data.PatientID)
open(os.environ["TMPDIR"] + "/left.txt", "w").write(str(data.StudyInstanceUID))
"""
    done = run(home, code)
    with pytest.raises(AssertionError):
        assert_clean(home, done)
    done.stderr = ""
    with pytest.raises(AssertionError, match=r"left\.txt"):
        assert_clean(home, done)
