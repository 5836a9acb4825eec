"""What holds for every test: no network, no screen, and the shared data told apart when absent."""

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = ROOT / "tests" / "offline"

# Set before anything imports Qt or matplotlib.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "agg")
# Interpreters that tests start are held to the same: no network.
os.environ["PYTHONPATH"] = os.pathsep.join(
    part for part in (str(OFFLINE), os.environ.get("PYTHONPATH")) if part
)
STATE = pytest.StashKey[Path]()
"""Where what the program keeps between two starts goes, a folder for each test."""


def _offline() -> ModuleType:
    """Load the guard for this process, by path: the system may have a sitecustomize of its own."""
    spec = importlib.util.spec_from_file_location("offline_guard", OFFLINE / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


offline = _offline()
ON_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# A busy machine is no failure; on CI the same examples every time.
settings.register_profile("bedside_dx", deadline=None, derandomize=ON_CI)
settings.load_profile("bedside_dx")


def _missing(what: str) -> None:
    """Skip at a desk, where a counterpart may be absent; fail on CI, where it must be there."""
    if ON_CI:
        pytest.fail(f"{what} (CI=true: a missing counterpart is a failure)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session", autouse=True)
def usual_rules(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Rules as usual, whatever the person who runs the tests has set."""
    path = tmp_path_factory.mktemp("rules") / "rules.toml"
    os.environ["BEDSIDE_DX_RULES"] = str(path)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Where the shared data lie: beside the checkout, or where BEDSIDE_DX_SHARED says."""
    return Path(os.environ.get("BEDSIDE_DX_SHARED") or ROOT.parent / "shared")


@pytest.fixture
def shared(shared_folder: Path) -> Path:
    """The shared data folder; the test is skipped, and said to be, where it is absent."""
    if not (shared_folder / "data").is_dir():
        _missing("shared data absent")
    return shared_folder


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    """The two samples of `make run`, which `make test` fetches as well."""
    return ROOT / "samples"


@pytest.fixture
def samples(sample_folder: Path) -> Path:
    """The folder with both samples; the test is skipped, and said to be, where they are absent."""
    for name in ("cmu_small_region.svs", "target_image.png"):
        if not (sample_folder / name).is_file():
            _missing(f"sample absent: {name} (make samples)")
    return sample_folder


@pytest.fixture(scope="session")
def exchange_python() -> Path:
    """Interpreter that has PyTorch; the test is skipped, and said to be, where it is absent."""
    python = ROOT / ".venv-exchange" / "bin" / "python"
    if not (python.parents[1] / ".ready").is_file():
        _missing("no environment for TorchScript (make exchange-env)")
    return python


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that reached for a network even where the program swallowed the refusal."""
    before = len(offline.ATTEMPTS)
    yield
    attempts = offline.ATTEMPTS[before:]
    if attempts:
        pytest.fail(f"reached for a network: {'; '.join(attempts)}", pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's own state folder, and take it away in the end."""
    folder = tempfile.TemporaryDirectory(prefix="bedside-dx-tests-")
    config.add_cleanup(folder.cleanup)
    config.stash[STATE] = Path(folder.name)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each test a state folder of its own, and interpreters that it starts the same one.

    It comes before all fixtures, those of a module as well: nothing is ever kept in the folder of
    the person who runs the tests.
    """
    os.environ["BEDSIDE_DX_STATE"] = tempfile.mkdtemp(dir=item.config.stash[STATE])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs by the fixtures it asks for, so that no one has to remember."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"shared", "shared_folder"}:
            item.add_marker("shared")
        if names & {"qtbot", "qapp"}:
            item.add_marker("gui")


def pytest_report_header() -> str:
    """Say which platform the windows are drawn on and whether the shared data are there."""
    folder = Path(os.environ.get("BEDSIDE_DX_SHARED") or ROOT.parent / "shared")
    state = "present" if (folder / "data").is_dir() else "ABSENT, its tests are skipped"
    return f"Qt platform: {os.environ['QT_QPA_PLATFORM']}; shared data: {state}; network: refused"
