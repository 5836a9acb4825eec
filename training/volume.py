"""Make the bundled network for volumes: `python -m training.volume [--work training/work]`.

Fits on phantoms (minutes on two cores; it goes on where it stopped), judges, and puts the package in place.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch

from training.phantoms import RADII_MM, SPACING_MM, make_phantom
from training.sealing import put, seal
from training.volume_net import FIELD, LOW, SIDE, STEPS, Network, fit, graph, keep_figures

NAME, VERSION = "nodule-phantom", "1.0.0"
PLACE = Path(__file__).resolve().parent.parent / "bedside_dx/models/volumes/bundled" / NAME
GOLDEN_SEED, GOLDEN_SIDE = 970_001, 24
WINDOW, OVERLAP = 96, 24
COARSEST_MM = 5.0

HEADS = (
    "| set | phantoms | nodules | found | marks where nothing is | overlap (Dice), mean | least |"
    " volume, median error | mean error |"
)
LIMITS = {
    "en": (
        "Fitted on made-up volumes only: what it marks in a patient was not checked on any patient.",
        "It marks round densities in lungs; it does not tell a tumour from anything else that is round.",
        "It shows that volumes are read as they should be. Nothing may be decided by what it marks.",
        "Its probabilities are not calibrated, and it can't tell a volume that is unfamiliar to it.",
    ),
    "fr": (
        "Ajusté sur des volumes fabriqués seulement : ce qu'il marque n'a été vérifié chez aucun patient.",
        "Il marque des densités rondes dans les poumons, sans distinguer une tumeur d'autre chose de rond.",
        "Il montre que les volumes sont lus comme il faut. Rien ne doit être décidé d'après ce qu'il marque.",
        "Ses probabilités ne sont pas calibrées, et il ne reconnaît pas un volume qui lui est étranger.",
    ),
}


def main() -> None:
    """Fit, judge and package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    work = parser.parse_args().work / NAME
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    network = fit(work)
    figures = keep_figures(work, network)
    folder = work / "package"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    onnx.save(graph(network), folder / "model.onnx")
    golden(network, folder)
    (folder / "manifest.toml").write_text(manifest(), encoding="utf-8")
    (folder / "CARD.md").write_text(card(figures), encoding="utf-8")
    (folder / "LICENSE").write_text(
        "The network and the phantoms that it was fitted on were made with the code in training/ and\n"
        "are under the terms of the program. No data of any person went into them.\n",
        encoding="utf-8",
    )
    seal(folder)
    put(folder, PLACE)
    print(f"{PLACE}: {figures}")


def golden(network: Network, folder: Path) -> None:
    """Write a small volume around a nodule, and what the network makes of it."""
    phantom = make_phantom(GOLDEN_SEED, nodules=5)
    middle = np.argwhere(phantom.nodules)[0]
    start = np.clip(middle - GOLDEN_SIDE // 2, 0, np.array(phantom.values.shape) - GOLDEN_SIDE)
    box = tuple(slice(a, a + GOLDEN_SIDE) for a in start)
    volume = phantom.values[box].astype(np.float32)
    with torch.no_grad():
        said = torch.sigmoid(network(torch.from_numpy(volume)[None, None]))[0].numpy()
    np.savez_compressed(folder / "golden.npz", volume=volume, probabilities=said)


def manifest() -> str:
    """Lines of manifest.toml."""
    limits = "\n".join(
        f"{language} = [\n" + "".join(f'    "{text}",\n' for text in texts) + "]"
        for language, texts in LIMITS.items()
    )
    spacing = [SPACING_MM] * 3
    return f"""# Written by training/volume.py.
format = "bedside-dx-volume/1"
name = "{NAME}"
version = "{VERSION}"
modality = "CT"

[title]
en = "Round densities in the lungs (made-up volumes)"
fr = "Densités rondes dans les poumons (volumes fabriqués)"

[intended_use]
en = "Research: proves that volumes are read window by window as they should be. Not for patients."
fr = "Recherche : prouve que les volumes sont lus fenêtre par fenêtre comme il faut. Pas pour des patients."

[limits]
{limits}

[tensors]
input = "volume"
probabilities = "probabilities"

[volume]
axes = "SPL"
spacing_mm = {spacing}
window = {[WINDOW] * 3}
overlap = {[OVERLAP] * 3}
field = {FIELD}
channels = 1
background = "none"
fill = {LOW}
coarsest_mm = {COARSEST_MM}

[[classes]]
id = "round-density"
channel = 0
color = [230, 97, 1]

[classes.label]
en = "Round density in the lung"
fr = "Densité ronde du poumon"

[training]
data = "made-up chest volumes, training/phantoms.py"
code = "training/volume.py"

[training.data_terms]
en = "made-up volumes; no data of any person"
fr = "volumes fabriqués ; aucune donnée de personne"
"""


def card(figures: dict[str, dict[str, float]]) -> str:
    """The card, in English as every card."""
    lines = [
        f"# {NAME} {VERSION}",
        "",
        "Marks round densities in the lungs of a CT. It was made to prove that this program reads volumes",
        "window by window as a direct run over the whole volume would. Research use only, not for patients.",
        "",
        "## Data",
        "",
        "Made-up chests (`training/phantoms.py`): body, lungs, spine, ribs, winding vessels, and",
        f"nodules of {RADII_MM[0]:g} to {RADII_MM[1]:g} mm radius at {SPACING_MM:g} mm. No data of any",
        f"person, real or public, went in. {STEPS} steps of one window of {SIDE} voxels.",
        "",
        "## Figures",
        "",
        "On whole phantoms that were never fitted to. They say how well made-up nodules are found in made-up",
        "chests, and nothing about patients.",
        "",
        HEADS,
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, told in figures.items():
        lines.append(
            f"| {name} | {told['phantoms']:.0f} | {told['nodules']:.0f} | {told['found']:.0f} |"
            f" {told['false_marks']:.0f} | {told['dice_mean']:.2f} | {told['dice_least']:.2f} |"
            f" {told['volume_error_median']:.0%} | {told['volume_bias']:+.0%} |"
        )
    lines += [
        "",
        "## Network",
        "",
        "Six 3 × 3 × 3 convolutions of 16 channels, some widened by gaps, and one of 1 × 1 × 1. An answer",
        f"depends on {FIELD} voxels along each axis. Input in Hounsfield units; sigmoid in the graph.",
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in LIMITS["en"]),
        "",
        "## How it was made",
        "",
        "    .venv-train/bin/python -m training.volume --work training/work",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
