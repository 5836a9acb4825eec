"""The second reader: the package's slide-level network reads all judged patches together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bedside_dx.analysis.reasons import is_strange
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier
from bedside_dx.core.results import Findings


def read_as_a_whole(findings: Findings, classifier: Classifier, cancel: Cancel) -> Findings:
    """Add what the slide-level network says, and let go of the embeddings.

    It is shown the patches that are judged, and asked nothing where they are fewer than it was
    fitted on or the tissue as a whole is unlike the training data. Where reading was stopped it
    says where it looked and no more: it was fitted on whole slides, so its probability would speak
    for tissue that nobody read.

    Returns
    -------
    The findings with `attention`, where the model has such a network, and with `slide_level`
    where all tissue was read.

    Raises
    ------
    InferenceError
        The network failed.
    CancelledByUser
    """
    network, embedding = findings.model.slide_level, findings.embedding
    if network is None or embedding is None:
        return findings
    findings = replace(findings, embedding=None)
    judged = is_judged(findings)
    if int(judged.sum()) < network.least_patches or is_strange(findings):
        return findings
    reading = classifier.aggregate(embedding[judged], cancel)
    attention = np.zeros(len(judged), np.float32)
    attention[judged] = reading.attention
    if (findings.state == PatchState.PENDING).any():
        return replace(findings, attention=attention)
    probabilities = {
        c: float(p) for c, p in zip(network.classes, reading.probabilities, strict=True)
    }
    return replace(findings, attention=attention, slide_level=probabilities)
