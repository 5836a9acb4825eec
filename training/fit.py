"""Fitting: heads on frozen features first, then everything with a small step, resumable."""

from __future__ import annotations

import copy
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from training.augment import Augmenter, joined
from training.data import Samples, second_moments
from training.measure import class_auc
from training.network import Network, Output, pretrained
from training.outliers import Outliers
from training.recipes import Recipe

OUTLIER_SHARE, JOINED_SHARE, SMOOTHING, EMA_DECAY = 0.16, 0.22, 0.04, 0.99


class Draws(Dataset[tuple[Tensor, Tensor, Tensor]]):
    """Random training pictures of one epoch; item i of epoch e is always the same one.

    Each is pixels (3, S, S) uint8, the class shares (C,), and 1 where the kind is known.
    """

    def __init__(
        self, recipe: Recipe, samples: Samples, outliers: Outliers, augment: Augmenter
    ) -> None:
        self.recipe, self.samples, self.outliers, self.augment = recipe, samples, outliers, augment
        self.moments = second_moments(samples.images) if recipe.kind == "stain" else None
        self.members = [np.flatnonzero(samples.labels == c) for c in range(len(recipe.classes))]
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, item: int) -> tuple[Tensor, Tensor, Tensor]:
        """Draw one."""
        rng = np.random.default_rng((self.recipe.seed, self.epoch, item))
        classes = len(self.recipe.classes)
        share = np.full(classes, 1 / classes, np.float32)
        known = rng.random() > OUTLIER_SHARE
        if not known:
            image = self.outliers(rng)
        elif self.recipe.kind == "stain" and rng.random() < JOINED_SHARE:
            image, share = self._joined(rng)
        else:
            image, label = self._single(rng)
            share = np.eye(classes, dtype=np.float32)[label]
        pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
        return pixels, torch.from_numpy(share), torch.tensor(float(known))

    def _single(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
        label = int(rng.integers(len(self.members)))
        at = int(rng.choice(self.members[label]))
        moment = None if self.moments is None else self.moments[at]
        return self.augment(self.samples.images[at], moment, rng), label

    def _joined(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Four pictures about a cross, up to three of them bare glass."""
        drawn = [self._single(rng) for _ in range(4)]
        bare = rng.random(4) < (0.4 if rng.random() < 0.4 else 0.0)
        parts = [np.full_like(i, rng.integers(225, 256)) if b else i
                 for (i, _), b in zip(drawn, bare, strict=True)]  # fmt: skip
        image, part = joined(parts, rng)
        covered = (part * ~bare).sum()
        if covered < 0.3:
            bare[:] = False
            image, part = joined([i for i, _ in drawn], rng)
            covered = 1.0
        share = np.zeros(len(self.members), np.float32)
        for (_, label), area in zip(drawn, part * ~bare, strict=True):
            share[label] += area / covered
        return image, share


def loss_of(output: Output, share: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy on the class shares of known pictures, and whether the kind is known."""
    soft = share * (1 - SMOOTHING) + SMOOTHING / share.shape[1]
    entropy = -(soft * functional.log_softmax(output.logits, 1)).sum(1)
    classes = (entropy * (known + 0.1 * (1 - known))).mean()
    familiar = functional.binary_cross_entropy_with_logits(output.familiar, known)
    return classes + 0.35 * familiar


def loader(draws: Draws, epoch: int, batch: int) -> DataLoader[tuple[Tensor, Tensor, Tensor]]:
    """Batches of one epoch, prepared in one process beside."""
    draws.epoch = epoch
    return DataLoader(draws, batch, num_workers=1, prefetch_factor=6, drop_last=True)


def fit_heads(network: Network, draws: Draws, path: Path, views: int = 2) -> None:
    """Logistic regression of both heads on frozen features of augmented pictures."""
    if path.exists():
        network.load_state_dict(torch.load(path, weights_only=True))
        return
    kept: list[tuple[Tensor, ...]] = []
    for view in range(views):
        for pixels, share, known in loader(draws, -1 - view + 1000, 64):
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                middle, head = network.pool(_channels_last(pixels))
            kept.append((middle.float(), head.float(), share, known))
    middle, head, share, known = (torch.cat(part) for part in zip(*kept, strict=True))
    heads = [network.classify, network.recognise]
    parameters = [p for layer in heads for p in layer.parameters()]
    optimiser = torch.optim.LBFGS(parameters, max_iter=150, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = loss_of(network.read(middle, head), share, known)
        loss = loss + 1e-4 * sum((p**2).sum() for p in parameters)
        loss.backward()
        return loss

    optimiser.step(closure)
    torch.save(network.state_dict(), path)


def fine_tune(
    recipe: Recipe, draws: Draws, validation: Samples, work: Path, epochs: int
) -> list[dict[str, float]]:
    """Fit all, keeping an average of the weights; one checkpoint and one line for each epoch."""
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    network = pretrained(len(recipe.classes)).to(memory_format=torch.channels_last)
    fit_heads(network, draws, work / "heads.pt")
    for layer in [network.stem, *network.blocks[: recipe.frozen_blocks]]:
        layer.requires_grad_(False)
    average = copy.deepcopy(network)
    groups = [
        {"params": [p for n, p in network.named_parameters() if _head(n)],
         "lr": recipe.lr * 3, "weight_decay": 1e-3},
        {"params": [p for n, p in network.named_parameters() if not _head(n)],
         "lr": recipe.lr, "weight_decay": 1e-2},
    ]  # fmt: skip
    optimiser = torch.optim.AdamW(groups)
    steps = len(draws) // recipe.batch
    rates = [group["lr"] for group in groups]
    done, history = 0, []
    last = work / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=True)
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        done, history = state["epoch"], state["history"]
    else:
        history.append(_line(recipe, 0, 0.0, average, validation))
    for epoch in range(done, epochs):
        total = 0.0
        network.train()
        for at, (pixels, share, known) in enumerate(loader(draws, epoch, recipe.batch)):
            step = epoch * steps + at
            rate = (
                min(1, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / (epochs * steps)))
            )
            for group, peak in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = peak * max(rate, 0.01)
            with torch.autocast("cpu", torch.bfloat16):
                output = network(_channels_last(pixels), drop=0.2)
            loss = loss_of(output, share, known)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            total += loss.item()
            decay = min(EMA_DECAY, (step + 1) / (step + 10))
            with torch.no_grad():
                for mean, value in zip(average.parameters(), network.parameters(), strict=True):
                    mean.lerp_(value, 1 - decay)
        history.append(_line(recipe, epoch + 1, total / steps, average, validation))
        state = {"network": network.state_dict(), "average": average.state_dict(),
                 "optimiser": optimiser.state_dict(), "epoch": epoch + 1,
                 "history": history}  # fmt: skip
        torch.save(state, last.with_suffix(".part"))
        last.with_suffix(".part").replace(last)
        torch.save(average.state_dict(), work / f"average-{epoch + 1}.pt")
    return history


def refit(
    recipe: Recipe, fit: Samples, other: NDArray[np.uint8], validation: Samples, work: Path,
    epochs: int,
) -> None:  # fmt: skip
    """Carry on from the last checkpoint in `work` on more pictures, to the epoch `epochs`.

    The average over `recipe.refits` such runs is written to `work/refit`.
    """
    runs = [work / f"refit-{run + 1}" for run in range(recipe.refits)]
    for run, folder in enumerate(runs):
        folder.mkdir(exist_ok=True)
        for name in ("last.pt", "heads.pt"):
            if not (folder / name).exists():
                shutil.copy(work / name, folder / name)
        drawn = replace(recipe, seed=recipe.seed + run)
        fine_tune(drawn, prepare(drawn, fit, other), validation, folder, epochs)
    states = [torch.load(f / f"average-{epochs}.pt", weights_only=True) for f in runs]
    mean = {name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]}
    (work / "refit").mkdir(exist_ok=True)
    torch.save(mean, work / "refit" / f"average-{epochs}.pt")
    shutil.copy(work / "heads.pt", work / "refit" / "heads.pt")


def predict(
    network: Network, images: NDArray[np.uint8], batch: int = 64
) -> dict[str, NDArray[np.float32]]:
    """Outputs for stored pictures: `probabilities`, `familiar`, `middle`, `head`."""
    network.eval()
    parts: list[Output] = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(images), batch):
            pixels = torch.from_numpy(images[at : at + batch]).permute(0, 3, 1, 2)
            parts.append(network(_channels_last(pixels)))
    logits, familiar, middle, head = (torch.cat(p).float() for p in zip(*parts, strict=True))
    return {"probabilities": logits.softmax(1).numpy(), "familiar": familiar.numpy(),
            "middle": middle.numpy(), "head": head.numpy()}  # fmt: skip


def _line(
    recipe: Recipe, epoch: int, loss: float, network: Network, validation: Samples
) -> dict[str, float]:
    probabilities = predict(network, validation.images)["probabilities"]
    line = {"epoch": float(epoch), "loss": loss, **class_auc(probabilities, validation.labels)}
    print(recipe.name, {k: round(v, 4) for k, v in line.items()}, flush=True)
    return line


def _head(name: str) -> bool:
    return name.startswith(("classify", "recognise"))


def _channels_last(pixels: Tensor) -> Tensor:
    return pixels.float().contiguous(memory_format=torch.channels_last)


def prepare(recipe: Recipe, samples: Samples, other: NDArray[np.uint8]) -> Draws:
    """Everything that draws training pictures from the fitting part."""
    if recipe.kind == "stain":
        styles = np.concatenate([second_moments(samples.images), second_moments(other)])
    else:
        styles = second_moments(other)
    outliers = Outliers(recipe, samples.images, other, styles)
    return Draws(recipe, samples, outliers, Augmenter(recipe, styles))
