"""Drift: what the history of self-checks says about today's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from bedside_dx.core.checks import Check, CheckRun, CheckStatus, ModelRun

LOOK_BACK = 30
"""Earlier runs that make up what is usual."""

FEWEST = 3
"""Earlier runs of a model before its speed and differences can be called usual."""

SLOW = 0.5
"""Share of the usual speed below which a model has become slow."""

GROWTH, NOTICEABLE = 4.0, 1e-4
"""A difference has grown where it is this many times the usual, and at least that large: below
it, another build of a library already changes more."""


def drift(earlier: Sequence[CheckRun], now: CheckRun) -> tuple[Check, ...]:
    """Compare a self-check with the ones before.

    Parameters
    ----------
    earlier
        Oldest first; runs of other weights of a model do not count.

    Returns
    -------
    What changed, as warnings; nothing where nothing did.
    """
    found = [check for run in now.models for check in _model_drift(earlier, run)]
    return tuple(found)


def _model_drift(earlier: Sequence[CheckRun], now: ModelRun) -> Iterator[Check]:
    same = [run for run in (e.of_model(now.name) for e in earlier) if run is not None]
    same = [run for run in same if run.sha256 == now.sha256 and run.provider][-LOOK_BACK:]
    if not same or not now.provider:
        return
    usual, _ = Counter(run.place for run in reversed(same)).most_common(1)[0]
    if usual != now.place:
        yield _warning("drift-provider", name=now.name, before=usual, now=now.place)
    # A precision is chosen, by a person or as measured: another one is no drift.
    yield from _slower([run for run in same if run.provider == now.provider], now)
    yield from _further_away([run for run in same if run.precision == now.precision], now)


def _slower(same: Sequence[ModelRun], now: ModelRun) -> Iterator[Check]:
    speeds = [run.patches_per_s for run in same if run.patches_per_s is not None]
    if len(speeds) >= FEWEST and now.patches_per_s is not None:
        usual = median(speeds)
        if now.patches_per_s < SLOW * usual:
            yield _warning(
                "drift-speed",
                name=now.name,
                now=round(now.patches_per_s, 1),
                usual=round(usual, 1),
            )


def _further_away(same: Sequence[ModelRun], now: ModelRun) -> Iterator[Check]:
    """Differences from the references that grew, though they may still be allowed."""
    kinds = (
        ("drift-golden", [r.golden_difference for r in same], now.golden_difference),
        ("drift-embedding", [r.embedding_difference for r in same], now.embedding_difference),
        ("drift-known-slide", [r.known_difference for r in same], now.known_difference),
    )
    for code, before, value in kinds:
        known = [d for d in before if d is not None]
        if len(known) < FEWEST or value is None:
            continue
        usual = median(known)
        if value >= NOTICEABLE and value > GROWTH * usual:
            yield _warning(code, name=now.name, now=f"{value:.1e}", usual=f"{usual:.1e}")


def _warning(code: str, **values: str | float) -> Check:
    return Check(f"check.{code}", CheckStatus.WARN, values)
