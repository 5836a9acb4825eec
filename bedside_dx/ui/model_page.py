"""What there is to know of a model before its verdicts are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.marks import VolumeCard
from bedside_dx.text.numbers import exact_percent, fixed
from bedside_dx.ui.controls import Words
from bedside_dx.ui.cover_page import CoverPage
from bedside_dx.ui.reliability_plot import ReliabilityPlot
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard, Trust
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace


class Block(QWidget):
    """A small heading and a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = Words("heading")
        self._text = Words(wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self._heading)
        layout.addWidget(self._text)

    def say(self, heading: str, text: str) -> None:
        """Show a paragraph under its heading."""
        self._heading.setText(heading)
        self._text.setText(text)


class ModelPage(CoverPage):
    """Card of the model that is chosen for the slide in front, or gave its verdict."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__(look)
        self._workplace = workplace
        self._name = Words("section", wrap=True)
        self._identity = Words("caption", wrap=True)
        self._identity.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = [Block() for _ in range(3)]
        self._measured = [Block() for _ in range(4)]
        self.plot = ReliabilityPlot(look)
        self._plot_words = Words("caption", wrap=True)
        left, right = self.add_column(1), self.add_column(1)
        believed, gate, limits, sets = self._measured
        for widget in (self._name, self._identity, *self._about, limits, sets):
            left.addWidget(widget)
        for widget in (believed, self.plot, self._plot_words, gate):
            right.addWidget(widget)
        left.addStretch(1)
        right.addStretch(1)
        workplace.changed.connect(self._refresh_if_seen)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def card(self) -> ModelCard | VolumeCard | None:
        """The model that is spoken of."""
        examination = self._workplace.current
        if examination is None:
            return None
        if examination.marked is not None:
            return examination.marked.card
        return examination.report.model if examination.report else examination.choice

    def refresh(self) -> None:
        """Draw the words again."""
        t, card = self._look.t, self.card
        self.name(t("About the model"))
        known = card is not None
        for widget in (self._identity, *self._about, *self._measured, self.plot, self._plot_words):
            widget.setVisible(known)
        if card is None:
            self._name.setText(t("No model is chosen: open a slide and choose one."))
            return
        self._name.setText(t.of(card.title))
        version = t("Version {version}", version=card.version)
        self._identity.setText(f"{card.name} · {version}\nsha256 {card.sha256}")
        limits = card.limits.get(t.language) or card.limits.get("en", ())
        self._about[0].say(t("Intended use"), t.of(card.intended_use))
        self._about[1].say(t("Limits"), "\n".join(f"–  {limit}" for limit in limits) or "–")
        self._about[2].say(t("Training data and their terms"), t.of(card.data_terms))
        if isinstance(card, VolumeCard):
            # It marks, without a verdict whose probabilities could be believed or not.
            for widget in (*self._measured, self.plot, self._plot_words):
                widget.hide()
        else:
            self._show_trust(card, t)

    def _show_trust(self, card: ModelCard, t: Texts) -> None:
        bins = card.trust.reliability
        self._measured[0].say(t("Can its probabilities be believed?"), _calibration(card.trust, t))
        self.plot.setVisible(bool(bins))
        self.plot.show_bins(bins)
        words = _plot_words(card.trust, t)
        self._plot_words.setText(words)
        self.plot.setAccessibleName(words)
        self._measured[1].say(t("Does it notice what it does not know?"), _gate(card, t))
        self._measured[2].say(t("From when does it speak?"), _limits(card, t))
        self._measured[3].say(t("Sets of classes"), _sets(card, t))

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()


def _calibration(trust: Trust, t: Texts) -> str:
    if trust.calibration_error is None:
        return t("The package does not say.")
    error = exact_percent(trust.calibration_error, t.language)
    if trust.pictures is None:
        return t("On pictures kept out of fitting, it is off by {error} on average.", error=error)
    return t(
        "On {n:count} pictures kept out of fitting, it is off by {error} on average.",
        n=trust.pictures,
        error=error,
    )


def _plot_words(trust: Trust, t: Texts) -> str:
    """The sentence a colleague would say when pointing at the plot."""
    if not trust.reliability:
        return t("No reliability plot is stored in this package.")
    bins = trust.reliability
    farthest = max(bins, key=lambda b: abs(b.confidence - b.right))
    return t(
        "On the dashed line it is right as often as it says. Farthest from it: right in {right}"
        " where it said {said} ({n:count} pictures).",
        right=exact_percent(round(farthest.right, 2), t.language),
        said=exact_percent(round(farthest.confidence, 2), t.language),
        n=farthest.images,
    )


def _gate(card: ModelCard, t: Texts) -> str:
    trust = card.trust
    lines = [
        t(
            "Nothing is said where more than {share} of the tissue is unlike the training data.",
            share=exact_percent(card.rules.unfamiliar_share, t.language),
        )
    ]
    if trust.gate_auroc is not None:
        auroc = fixed(trust.gate_auroc, t.language, 3)
        lines.append(t("Unfamiliar kinds told apart: AUROC {auroc} for the worst.", auroc=auroc))
    if trust.gate_false_alarms is not None:
        share = exact_percent(trust.gate_false_alarms, t.language)
        lines.append(t("Called unfamiliar by mistake, in another stain: {share}.", share=share))
    return "\n".join(lines)


def _limits(card: ModelCard, t: Texts) -> str:
    return t(
        "One patch counts as tumour from {tumour}; one image is judged from {top}.",
        tumour=exact_percent(card.rules.tumour_probability, t.language),
        top=exact_percent(card.rules.abstain_below, t.language),
    )


def _sets(card: ModelCard, t: Texts) -> str:
    if card.sets is None:
        return t("The package has no limits for sets of classes: none are shown.")
    levels = ", ".join(exact_percent(level, t.language) for level in card.sets.levels)
    counts = [
        t("{label}: {n:count} pictures", label=t.of(c.label), n=card.sets.n[c.id])
        for c in card.classes
    ]
    return t("Coverages it offers: {levels}.", levels=levels) + "\n" + "\n".join(counts)
