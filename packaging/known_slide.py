"""Write down what the bundled models say of the known slide: once for each release of a model.

The numbers go into ``bedside_dx/app/known_slide.toml``; the self-check compares with them.
"""

import sys
from pathlib import Path

from bedside_dx.app import known_slide
from bedside_dx.app.choosing import load_model
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.settings import FP32, Settings
from bedside_dx.models import registry


def main() -> int:
    """Ask every bundled model and write its answers."""
    settings = Settings(engine="onnxruntime", precision=FP32)
    lines = ["# What the bundled models say of the known slide. Written by `make known-slide`.", ""]
    lines.append(f"recipe = {known_slide.RECIPE}")
    names = sorted(path.name for path in Path(registry.BUNDLED).iterdir() if path.is_dir())
    for name in names:
        model = load_model(name, settings)
        answer = known_slide.ask(model, settings, Cancel())
        lines += [
            "",
            f"[models.{name}]",
            f'version = "{model.card.version}"',
            f'sha256 = "{model.card.sha256}"',
            f'status = "{answer.status}"',
            f"patches = {answer.patches}",
            f"probabilities = [{', '.join(map(str, answer.probabilities))}]",
            f"unfamiliarity = {answer.unfamiliarity}",
        ]
        print(f"{name} {model.card.version}: {answer.status}, {answer.patches} patches")
    known_slide.REFERENCES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written: {known_slide.REFERENCES.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
