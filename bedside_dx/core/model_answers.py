"""What a person states about a model that is being imported: text in, a fuller draft out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.core.geometry import is_plausible
from bedside_dx.core.model_card import Role
from bedside_dx.core.model_draft import (
    PATCH_PX,
    WHOLE_IMAGE,
    Activation,
    DraftClass,
    ModelDraft,
    PixelScale,
)
from bedside_dx.core.model_input import ModelInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CLASS_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


def answered(draft: ModelDraft, key: str, answer: str) -> ModelDraft:
    """Take what a person states about one key.

    Parameters
    ----------
    key
        One of `ModelDraft.missing`, or ``version``, ``title``, ``label:CLASS``, ``output``.

    Raises
    ------
    ModelError
        ``exchange.bad-answer``: it is no answer to that; ``exchange.contradicts``: the file
        says something else.
    """
    text = answer.strip()
    what, _, about = key.partition(":")
    read = _READERS.get(what)
    changed = None if read is None or not _LINE.fullmatch(text) else read(draft, text, about)
    if changed is None:
        raise ModelError("exchange.bad-answer", key=key, answer=text[:80], allowed=_ALLOWED[what])
    settled = _SETTLED_BY_THE_FILE.get(key)
    if settled and key not in draft.missing() and settled(changed) != settled(draft):
        raise ModelError("exchange.contradicts", key=key, answer=text[:80])
    return changed


def class_of(text: str) -> DraftClass | None:
    """Read ``ID`` or ``ID:role``; None where it is neither."""
    name, colon, role = text.strip().partition(":")
    if not _CLASS_ID.fullmatch(name) or (colon and role not in set(Role)):
        return None
    return DraftClass(name, Role(role) if colon else None)


def _name(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    return replace(draft, name=text) if _NAME.fullmatch(text) else None


def _version(draft: ModelDraft, text: str, _about: str) -> ModelDraft:
    return replace(draft, version=text)


def _title(draft: ModelDraft, text: str, _about: str) -> ModelDraft:
    return replace(draft, title=_by_language(text))


def _organ(draft: ModelDraft, text: str, _about: str) -> ModelDraft:
    return replace(draft, organ=text)


def _modality(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    return replace(draft, modality=text) if re.fullmatch("[A-Z]{2,4}", text) else None


def _output(draft: ModelDraft, text: str, _about: str) -> ModelDraft:
    return replace(draft, output=text)


def _patch_px(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    if not text.isdecimal() or not PATCH_PX[0] <= int(text) <= PATCH_PX[1]:
        return None
    return replace(draft, patch_px=int(text))


def _spacing(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    if text == WHOLE_IMAGE:
        return replace(draft, input=ModelInput.WHOLE_IMAGE)
    numbers = _numbers(text)
    if numbers is None or len(numbers) != 1 or not is_plausible(numbers[0]):
        return None
    return replace(draft, input=ModelInput.PATCHES, spacing_um_px=numbers[0])


def _classes(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    classes = [class_of(part) for part in re.split(r"[,\s]+", text) if part]
    known = tuple(c for c in classes if c is not None)
    if not known or len(known) != len(classes) or len({c.id for c in known}) != len(known):
        return None
    return replace(draft, classes=known)


def _rest(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    rest = class_of(text)
    if rest is None or len(draft.classes) != 1 or rest.id == draft.classes[0].id:
        return None
    return replace(draft, rest=rest)


def _role(draft: ModelDraft, text: str, about: str) -> ModelDraft | None:
    if text not in set(Role) or about not in {c.id for c in draft.all_classes}:
        return None
    return _with_class(draft, about, role=Role(text))


def _label(draft: ModelDraft, text: str, about: str) -> ModelDraft | None:
    if about not in {c.id for c in draft.all_classes}:
        return None
    return _with_class(draft, about, label=_by_language(text))


def _with_class(
    draft: ModelDraft,
    class_id: str,
    *,
    role: Role | None = None,
    label: Mapping[str, str] | None = None,
) -> ModelDraft:
    def changed(c: DraftClass) -> DraftClass:
        if c.id != class_id:
            return c
        return replace(c, role=role or c.role, label=label or c.label)

    rest = None if draft.rest is None else changed(draft.rest)
    return replace(draft, classes=tuple(map(changed, draft.classes)), rest=rest)


def _scale(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    return replace(draft, scale=PixelScale(text)) if text in set(PixelScale) else None


def _mean(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    numbers = _numbers(text)
    return replace(draft, mean=numbers) if numbers and len(numbers) in {1, 3} else None


def _std(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    numbers = _numbers(text)
    if not numbers or len(numbers) not in {1, 3} or min(numbers) <= 0:
        return None
    return replace(draft, std=numbers)


def _activation(draft: ModelDraft, text: str, _about: str) -> ModelDraft | None:
    return replace(draft, activation=Activation(text)) if text in set(Activation) else None


def _by_language(text: str) -> dict[str, str]:
    """Read ``English|French``; one text alone stands for both."""
    english, _, french = (part.strip() for part in text.partition("|"))
    return {"en": english, "fr": french or english}


def _numbers(text: str) -> tuple[float, ...] | None:
    """Read numbers apart by blanks or semicolons; or by commas, where they have points."""
    parts = [part.rstrip(",") for part in re.split(r"[;\s]+", text) if part.strip(",")]
    if len(parts) == 1 and ("." in parts[0] or parts[0].count(",") > 1):
        parts = parts[0].split(",")
    try:
        numbers = tuple(float(part.replace(",", ".")) for part in parts)
    except ValueError:
        return None
    return numbers if all(abs(n) < 1e6 for n in numbers) else None


_SETTLED_BY_THE_FILE: dict[str, Callable[[ModelDraft], object]] = {
    "patch-px": lambda draft: draft.patch_px,
    "spacing": lambda draft: (draft.input, draft.spacing_um_px),
    "classes": lambda draft: [c.id for c in draft.classes],
    "scale": lambda draft: draft.scale,
    "mean": lambda draft: draft.mean,
    "std": lambda draft: draft.std,
}
"""What a person may add but not change: it would no longer be the same network."""

_READERS = {
    "name": _name,
    "version": _version,
    "title": _title,
    "organ": _organ,
    "modality": _modality,
    "output": _output,
    "patch-px": _patch_px,
    "spacing": _spacing,
    "classes": _classes,
    "rest": _rest,
    "role": _role,
    "label": _label,
    "scale": _scale,
    "mean": _mean,
    "std": _std,
    "activation": _activation,
}

_ALLOWED = {
    "name": "a-z 0-9 . _ -",
    "version": "1.0.0",
    "title": "English|Français",
    "organ": "colon",
    "modality": "SM, CT, MR",
    "output": "logits",
    "patch-px": f"{PATCH_PX[0]}-{PATCH_PX[1]}",
    "spacing": f"0.05-10, {WHOLE_IMAGE}",
    "classes": "ID:role ID:role",
    "rest": "ID:role",
    "role": ", ".join(Role),
    "label": "English|Français",
    "scale": ", ".join(PixelScale),
    "mean": "0.485 0.456 0.406",
    "std": "0.229 0.224 0.225",
    "activation": ", ".join(Activation),
}
"""What an answer looks like, by key: the same in every language."""
