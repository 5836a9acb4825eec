"""What `make run` does once everything is set up: the main job, on the two samples or on SLIDE.

SLIDE (or STUDY), MODEL and SPACING come through the environment, so that any file name will do.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import samples

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("bedside-dx")
CANNOT_SAY = 4  # a verdict as good as any


def words(verb: str, slide: str, model: str, spacing: str) -> list[str]:
    """Command line of a verb; without a model the program asks: the organ is never guessed."""
    file = f"./{slide}" if slide.startswith("-") else slide
    command = [str(PROGRAM), verb, file]
    command += ["--model", model] if model else []
    return command + (["--spacing", spacing] if spacing else [])


def open_window(slide: str, model: str, spacing: str) -> int:
    """Show the slide, with the model and the scale that it was just read with."""
    return subprocess.run(words("open", slide, model, spacing), check=False).returncode


def diagnose(slide: str, model: str, spacing: str) -> int:
    """Run the main job on one slide, into out/<its name>; 0 when it ended in a verdict."""
    out = Path("out") / Path(slide).stem
    command = [*words("diagnose", slide, model, spacing), "--out", str(out)]
    print(f"\n$ bedside-dx {shlex.join(command[1:])}", flush=True)
    code = subprocess.run(command, check=False).returncode
    return 0 if code == CANNOT_SAY else code


def has_screen() -> bool:
    """Whether a window could be seen."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal", "vnc"}:
        return False
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Run, then open the window where there is a screen."""
    os.chdir(ROOT)
    slide = os.environ.get("SLIDE", "") or os.environ.get("STUDY", "")
    model, spacing = os.environ.get("MODEL", ""), os.environ.get("SPACING", "")
    if slide:
        codes = [diagnose(slide, model, spacing)]
    else:
        if samples.main() != 0:
            return 1
        slide, model, spacing = "samples/cmu_small_region.svs", "colon-he", ""
        codes = [
            diagnose(slide, model, spacing),  # skin: unfamiliar to the model
            diagnose("samples/target_image.png", "lung-he", "0.25"),
        ]
    worst = max(codes)
    if worst == 0 and has_screen():
        return open_window(slide, model, spacing)
    return worst


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
