"""validation.pdf: one page that a head of department can sign.

Everything has its place, and tables give up their last rows before anything overflows; the whole
of them is in metrics.json.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from bedside_dx import __version__
from bedside_dx.report.dates import day
from bedside_dx.report.fonts import MEDIUM, REGULAR, SEMIBOLD, register_fonts, width_of
from bedside_dx.report.page import draw_footer, draw_header, elided, shortened
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.small_plots import Frame, draw_confusion, draw_reliability, draw_roc
from bedside_dx.report.typography import (
    BOTTOM,
    HAIRLINE,
    INK,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TOP,
    WIDTH,
    lines_of,
)
from bedside_dx.report.validation_tables import (
    label_table,
    main_figures,
    not_shown,
    subgroup_table,
)
from bedside_dx.text.numbers import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from bedside_dx.core.evaluation import Evaluation
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.report.validation_tables import WordTable
    from bedside_dx.text import Texts

GUTTER = 22.0
HALF = (WIDTH - GUTTER) / 2
BODY, LEADING = 7.5, 10.5
HEADING, HEADINGS, ROW, NOTE = 12.0, 12.5, 10.5, 8.5
"""Heights of a table's title, its column names, a row and a line below it."""
PLOT = 78.0
"""Side of a small plot."""
MOST_LINES = 11
"""Of limits, before those that are left are only counted."""
DECISION = 118.0
"""Height of what is filled in by hand, from the foot of the page."""


@dataclass(frozen=True)
class ValidationPage:
    """What the page is about.

    Attributes
    ----------
    engine, provider
        What really ran.
    day
        When the images were scored.
    """

    evaluation: Evaluation
    card: ModelCard
    engine: str
    provider: str
    day: date


def write_validation(page: ValidationPage, path: Path, t: Texts) -> None:
    """Write validation.pdf: exactly one page; the same evaluation gives the same bytes.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(validation_pdf(page, t))


def validation_pdf(page: ValidationPage, t: Texts) -> bytes:
    """The document."""
    register_fonts()
    rl_config.__dict__.update(useA85=0)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, lang=t.language)
    card = page.card
    canvas.setTitle(t("Site validation: {model}", model=f"{card.name} {card.version}"))
    canvas.setAuthor(f"bedside_dx {__version__}")
    canvas.setSubject(t("AI-generated, not verified. Research use only."))
    draw_header(canvas, t("Validation on a site's own images"), t)
    identity = f"{card.name} {card.version} · {page.evaluation.index.file}"
    draw_footer(canvas, identity, t("page {page} of {pages}", page=1, pages=1), t)
    _Sheet(canvas, page, t).draw()
    canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Sheet:
    """Draws from the top down; `y` is where the next thing may begin."""

    def __init__(self, canvas: Canvas, page: ValidationPage, t: Texts) -> None:
        self._canvas, self._page, self._t = canvas, page, t
        self._y = PAGE_HEIGHT - TOP - 6

    def draw(self) -> None:
        """Draw the whole page."""
        self._title()
        self._facts()
        self._figures()
        self._plots()
        below = BOTTOM + DECISION + self._limits_height() + 8
        self._tables(self._y - below)
        self._y = below - 8
        self._limits()
        self._decision()

    # --- parts -------------------------------------------------------------------------

    def _title(self) -> None:
        title = self._t.of(self._page.card.title)
        self._put(title, MARGIN, self._y - 10, WIDTH, SEMIBOLD, 15)
        self._y -= 22

    def _facts(self) -> None:
        """What was validated, left, and on what, right."""
        top = self._y
        self._rule(top)
        left = self._pairs(self._model_facts(), MARGIN, top - 12)
        right = self._pairs(self._set_facts(), MARGIN + HALF + GUTTER, top - 12)
        self._y = min(left, right) + 3
        self._rule(self._y)
        self._y -= 17

    def _model_facts(self) -> list[tuple[str, str]]:
        page, t, card = self._page, self._t, self._page.card
        return [
            (t("Model"), f"{card.name} {card.version}"),
            (t("Model file"), _hash(card.sha256)),
            (t("Program"), f"bedside_dx {__version__}"),
            (t("Runs on"), f"{page.engine} · {page.provider}"),
            (t("Scored"), day(page.day, t.language)),
        ]

    def _set_facts(self) -> list[tuple[str, str]]:
        t, evaluation = self._t, self._page.evaluation
        metrics, index = evaluation.metrics, evaluation.index
        images = t.plural("{n:count} image", "{n:count} images", metrics.n)
        if metrics.unit == "group":
            groups = t.plural("{n:count} group", "{n:count} groups", metrics.units)
            images = f"{images} · {groups}"
        labels = {c.id: t.of(c.label) for c in self._page.card.classes}
        counts = [f"{labels[c]} {count(n, t.language)}" for c, n in metrics.counts.items()]
        lost = sum(image.answer is None for image in evaluation.images)
        strangers = evaluation.gate.strangers
        others = 0 if strangers is None else strangers.images
        left_out = t(
            "not readable {lost:count}, of other kinds {others:count}", lost=lost, others=others
        )
        return [
            (t("Table"), index.file),
            (t("Table file"), _hash(index.sha256)),
            (t("Images"), images),
            (t("Labels"), " · ".join(counts)),
            (t("Besides"), left_out),
        ]

    def _figures(self) -> None:
        """The main figures in two columns."""
        t = self._t
        figures = main_figures(self._page.evaluation, self._page.card, t)
        self._heading(t("Main figures, with their intervals (95%)"), MARGIN, self._y, HALF)
        rows = min((len(figures) + 1) // 2, 8)
        if (more := len(figures) - 2 * rows) > 0:
            words = t("{n:count} more in metrics.json", n=more)
            self._put(words, MARGIN + HALF + GUTTER, self._y, HALF, REGULAR, 6.5, soft=True)
        for at, (name, value) in enumerate(figures[: rows * 2]):
            x = MARGIN if at < rows else MARGIN + HALF + GUTTER
            y = self._y - 13 - (at % rows) * 11.5
            wide = width_of(value, MEDIUM, BODY)
            self._put(elided(name, HALF - wide - 8, REGULAR, BODY), x, y, HALF, REGULAR, BODY)
            self._put(value, x + HALF - wide, y, wide + 1, MEDIUM, BODY)
        self._y -= 13 + rows * 11.5 + 7

    def _plots(self) -> None:
        t, metrics, card = self._t, self._page.evaluation.metrics, self._page.card
        y = self._y - 12 - PLOT
        third = (WIDTH - 2 * 14) / 3
        left, middle, right = (MARGIN + at * (third + 14) for at in range(3))
        draw_reliability(Frame(self._canvas, left, y, PLOT), metrics, third, t)
        draw_roc(Frame(self._canvas, middle, y, PLOT), metrics, card, third, t)
        draw_confusion(Frame(self._canvas, right, y, PLOT), metrics, card, third, t)
        self._y = y - 34

    def _tables(self, height: float) -> None:
        """By label left, by subgroup right; each as many rows as there is room for."""
        evaluation, t = self._page.evaluation, self._t
        labels = label_table(evaluation, self._page.card, t)
        self._table(labels, MARGIN, height)
        groups = subgroup_table(evaluation, t)
        self._table(groups, MARGIN + HALF + GUTTER, height)

    def _limits_height(self) -> float:
        left, right = self._limit_lines()
        return 14 + max(len(left), len(right)) * 9.0

    def _limit_lines(self) -> tuple[list[str], list[str]]:
        """Lines of what the model's makers say, and of what this page does not show."""
        page, t = self._page, self._t
        limits = page.card.limits.get(t.language) or page.card.limits.get("en") or ()
        return (
            self._bulleted(limits, MOST_LINES),
            self._bulleted(not_shown(page.evaluation, page.card, t), MOST_LINES),
        )

    def _bulleted(self, sentences: Sequence[str], most: int) -> list[str]:
        """Whole sentences, as many as there is room for; what is left out is said."""
        blocks = [_bullet(sentence, HALF - 10) for sentence in sentences]
        kept: list[str] = []
        for at, block in enumerate(blocks):
            room = most - len(kept) - (at < len(blocks) - 1)
            if len(block) > room:
                left = len(blocks) - at
                kept.append("– " + self._t("{n:count} more: models show", n=left))
                break
            kept += block
        return [shortened(line, HALF, REGULAR, 7) for line in kept]

    def _limits(self) -> None:
        t, (left, right) = self._t, self._limit_lines()
        top = self._y
        columns = (
            (t("Limits that its makers state"), left, MARGIN),
            (t("What this page does not show"), right, MARGIN + HALF + GUTTER),
        )
        for heading, lines, x in columns:
            self._heading(heading, x, top - 8, HALF)
            for at, line in enumerate(lines):
                self._put(line, x, top - 19 - at * 9, HALF + 1, REGULAR, 7)

    def _decision(self) -> None:
        """Boxes to tick and lines to sign, at the foot."""
        t, canvas, y = self._t, self._canvas, BOTTOM + DECISION - 16
        self._rule(y + 10)
        self._put(t("Decision"), MARGIN, y - 6, 80, SEMIBOLD, 10)
        choices = (
            t("accepted here, for research use"),
            t("accepted with restrictions"),
            t("not accepted"),
        )
        x = MARGIN + 82
        for words in choices:
            canvas.setStrokeColor(INK)
            canvas.setLineWidth(0.9)
            canvas.rect(x, y - 8, 9, 9, stroke=1, fill=0)
            self._put(words, x + 14, y - 6, 150, REGULAR, 8.5)
            x += 14 + width_of(words, REGULAR, 8.5) + 18
        self._line_to_fill(t("Restrictions"), MARGIN, y - 32, WIDTH)
        quarter = (WIDTH - 2 * 14) / 3
        for at, words in enumerate((t("Name"), t("Function"), t("Date"))):
            self._line_to_fill(words, MARGIN + at * (quarter + 14), y - 58, quarter)
        self._line_to_fill(t("Signature"), MARGIN, y - 90, WIDTH)

    # --- pieces ------------------------------------------------------------------------

    def _put(
        self, text: str, x: float, y: float, width: float, font: str, size: float, *,
        soft: bool = False,
    ) -> None:  # fmt: skip
        """Write one line, shortened where it is too wide."""
        line = shortened(_plain(text), width, font, size)
        draw_line(self._canvas, line, x, y, font, size, soft=soft)

    def _heading(self, text: str, x: float, y: float, width: float) -> None:
        self._put(text, x, y, width, SEMIBOLD, 8.5)

    def _rule(self, y: float, x: float = MARGIN, width: float = WIDTH) -> None:
        self._canvas.setStrokeColor(HAIRLINE)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(x, y, x + width, y)

    def _pairs(self, pairs: Sequence[tuple[str, str]], x: float, y: float) -> float:
        """Write names and what belongs to them, two lines at most; return where the last one is."""
        for at, (name, value) in enumerate(pairs):
            font = MEDIUM if at == 0 else REGULAR
            self._put(name, x, y, 60, REGULAR, BODY, soft=True)
            lines = lines_of(value, font, BODY, HALF - 66)
            if len(lines) > 2:
                lines = [lines[0], " ".join(lines[1:])]
            for line in lines:
                self._put(line, x + 66, y, HALF - 66, font, BODY)
                y -= LEADING
        return y

    def _line_to_fill(self, words: str, x: float, y: float, width: float) -> None:
        self._put(words, x, y, width * 0.6, REGULAR, 7.5, soft=True)
        begin = x + width_of(words, REGULAR, 7.5) + 6
        self._canvas.setStrokeColor(INK)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(begin, y - 2, x + width, y - 2)

    def _table(self, table: WordTable, x: float, height: float) -> None:
        """Draw a table in at most that height."""
        self._heading(table.title, x, self._y, HALF)
        y = self._y - HEADING
        rows, notes = _fitted(table, height, self._t)
        widths = _widths([table.headings, *rows])
        if rows:
            self._cells(table.headings, x, y, widths, soft=True)
            self._rule(y - 3.5, x, HALF)
            y -= HEADINGS
        for row in rows:
            self._cells(row, x, y, widths)
            y -= ROW
        for note in notes:
            for line in lines_of(note, REGULAR, 6.5, HALF)[:2]:
                self._put(line, x, y, HALF + 1, REGULAR, 6.5, soft=True)
                y -= NOTE

    def _cells(
        self, cells: Sequence[str], x: float, y: float, widths: Sequence[float], *,
        soft: bool = False,
    ) -> None:  # fmt: skip
        """Write one row: the first cell from the left, the others to the right of theirs."""
        self._put(
            elided(_plain(cells[0]), widths[0], REGULAR, 7), x, y, HALF, REGULAR, 7, soft=soft
        )
        right = x + widths[0]
        for cell, wide in zip(cells[1:], widths[1:], strict=True):
            right += wide
            text = _plain(cell)
            begin = right - width_of(text, REGULAR, 7)
            self._put(text, begin, y, wide, REGULAR, 7, soft=soft)


def _plain(text: str) -> str:
    return text.replace("\u202f", "\u00a0")


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths of columns: numbers are never cut, the first column takes what is left."""
    numbers = [
        max(width_of(_plain(row[at]), REGULAR, 7) for row in rows) + 8
        for at in range(1, len(rows[0]))
    ]
    return [HALF - sum(numbers), *numbers]


def _hash(sha256: str) -> str:
    """A hash that breaks into two lines."""
    return f"{sha256[:32]} {sha256[32:]}"


def _bullet(sentence: str, width: float) -> list[str]:
    lines = lines_of(sentence, REGULAR, 7, width)
    return [("– " if at == 0 else "   ") + line for at, line in enumerate(lines)]


def _fitted(
    table: WordTable, height: float, t: Texts
) -> tuple[Sequence[Sequence[str]], tuple[str, ...]]:
    """The rows that there is room for, and the notes; they say how many were left out."""
    lines = sum(min(len(lines_of(note, REGULAR, 6.5, HALF)), 2) for note in table.notes)
    free = height - HEADING - HEADINGS - lines * NOTE
    if len(table.rows) * ROW <= free:
        return table.rows, table.notes
    kept = table.rows[: max(int((free - NOTE) // ROW), 1)]
    more = t("{n:count} more in metrics.json", n=len(table.rows) - len(kept))
    return kept, (more, *table.notes)
