"""At the bedside all is seen at once: nobody scrolls with one free hand."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea

from bedside_dx.ui.window import Window
from tests.ui.examples import MODELS, Examples, states

LONG = ("present", "stopped-early", "site-rules", "lost", "unclear")


@pytest.mark.parametrize("size", [(1180, 720), (1280, 800), (1366, 768), (1440, 900)])
def test_the_card_fits_its_screen(window: Window, drawn: Path, size: tuple[int, int]) -> None:
    workplace = window.workplace
    slide = workplace.reader.open(drawn)
    made = states(Examples(drawn, slide, workplace.reader.thumbnail(slide, 400)))
    workplace.models = MODELS
    window._pages.setCurrentWidget(window.bedside)
    window.resize(*size)
    area = window.bedside.findChild(QScrollArea)
    for name in LONG:
        workplace.current = made[name]()
        workplace.examinations = [workplace.current]
        workplace.changed.emit()
        for language in ("en", "fr"):
            window.look.use_language(language)
            for _ in range(3):  # wrapped words settle their height in turns
                QApplication.processEvents()
            assert area.verticalScrollBar().maximum() == 0, (name, language)
    workplace.examinations, workplace.current = [], None
    slide.close()
