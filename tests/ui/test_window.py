"""What holds for the window as a whole: words, colours, keyboard, nothing left behind."""

import gc
import threading
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollBar,
    QWidget,
)

from bedside_dx.core.settings import Settings
from bedside_dx.core.verdict import Status
from bedside_dx.ui.application import make_window
from bedside_dx.ui.controls import Elided
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.keys_page import window_keys
from bedside_dx.ui.look import Look
from bedside_dx.ui.theme import LEAST_CONTRAST, PALETTES, TOUCH, ThemeName, contrast
from bedside_dx.ui.window import Window
from tests.ui.conftest import WAIT_MS
from tests.ui.examples import MODELS, Examples, states

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QListWidget)
TEXT = ("ink", "soft", "faint", "accent", "present", "suspicious", "not_seen", "cannot_say")
GROUNDS = ("canvas", "surface", "sunken", "tint", "raised")
STATES = (
    "empty", "opening", "scale", "model", "so-far", "stopped", "failed", "refused", "present",
    "suspicious", "not-seen", "cannot-say", "patch", "saved",
)  # fmt: skip


@pytest.fixture
def put(qtbot, drawn, unscaled):
    """Put a window into any state; each slide is opened once."""
    opened = {}

    def put(window: Window, name: str) -> None:
        workplace = window.workplace
        path = unscaled if name == "scale" else drawn
        if path not in opened:
            slide = workplace.reader.open(path)
            opened[path] = Examples(path, slide, workplace.reader.thumbnail(slide, 400))
        examination = states(opened[path])[name]()
        workplace.models = MODELS
        workplace.examinations = [examination] if examination else []
        workplace.current = examination
        for signal in (workplace.switched, workplace.grew, workplace.changed):
            signal.emit()
        window.inspector.turn_to(Page.REPORT if name == "saved" else Page.VERDICT)
        if name == "patch":
            column, row = examination.findings.cells[0]
            window.stage.patch_clicked.emit(int(column), int(row))
        qtbot.wait(30)

    yield put
    for examples in opened.values():
        examples.slide.close()


def settled(qtbot, holds) -> None:
    """Give the layout a moment; the assertion after it says what is still wrong."""
    for _ in range(60):
        if holds():
            return
        qtbot.wait(50)


def cut_words(window: QWidget) -> list[tuple[str, int, int]]:
    """Words that need more room than they have."""
    cut = []
    for label in visible(window, QLabel):
        if isinstance(label, Elided) or not label.text():
            continue
        if label.wordWrap():
            needed, room = label.heightForWidth(label.width()), label.height()
        else:
            needed, room = label.sizeHint().width(), label.width()
        if needed > room + 1:
            cut.append((label.text(), needed, room))
    buttons = [b for b in visible(window, QAbstractButton) if b.text()]
    cut += [
        (b.text(), b.sizeHint().width(), b.width())
        for b in buttons
        if b.sizeHint().width() > b.width() + 1
    ]
    return cut


def visible(window: QWidget, kind: type | tuple[type, ...]) -> list[QWidget]:
    return [w for w in window.findChildren(QWidget) if isinstance(w, kind) and w.isVisible()]


@pytest.mark.parametrize("theme", ThemeName)
def test_every_text_is_readable_on_every_ground(theme: ThemeName) -> None:
    palette, least = PALETTES[theme], LEAST_CONTRAST[theme]
    too_weak = {
        (text, ground): round(contrast(getattr(palette, text), getattr(palette, ground)), 2)
        for text, ground in product(TEXT, GROUNDS)
        if contrast(getattr(palette, text), getattr(palette, ground)) < least
    }
    assert not too_weak
    assert contrast(palette.on_accent, palette.accent) >= least
    assert contrast(palette.on_accent, palette.accent_hover) >= least
    assert contrast(palette.outline, palette.surface) >= 3, "borders of controls"


def test_every_control_has_a_name_and_the_keyboard_reaches_it(make, put) -> None:
    window = make("fr", (1180, 720))
    for name in STATES:
        put(window, name)
        controls = [w for w in visible(window, CONTROLS) if not isinstance(w, QScrollBar)]
        assert not [type(w).__name__ for w in controls if not w.accessibleName()], name
        chain, widget = set(), window.nextInFocusChain()
        while widget is not window:
            chain.add(widget)
            widget = widget.nextInFocusChain()
        cut_off = [
            w.accessibleName()
            for w in controls
            if w not in chain or not (w.focusPolicy() & Qt.FocusPolicy.TabFocus)
        ]
        assert not cut_off, name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_word_is_cut_in_the_smallest_window(qtbot, make, put, language: str) -> None:
    window = make(language, (1180, 720))
    for name in STATES:
        put(window, name)
        settled(qtbot, lambda: not cut_words(window))
        assert not cut_words(window), name
        assert window.width() == 1180, name


def test_the_language_changes_at_once(make, put) -> None:
    window = make("en")
    put(window, "present")
    card = window.inspector.verdict.card
    assert card.accessibleName() == "Adenocarcinoma present"
    window.patient_bar.language.click()
    assert card.accessibleName() == "Adénocarcinome présent"
    assert window.inspector.work.save.accessibleName() != "Save the report"
    assert window.inspector.report.language == "fr"
    english = {"Verdict so far", "Why", "Next", "Slide", "Model", "Report", "Patch"}
    assert not english & {label.text() for label in visible(window, QLabel)}


def test_the_theme_changes_at_once(make, put) -> None:
    window = make("en")
    put(window, "present")
    seen = set()
    for _ in ThemeName:
        window.patient_bar.theme.click()
        QApplication.processEvents()
        seen.add(window.grab().toImage().pixelColor(400, 20).name())
    assert seen == {palette.surface for palette in PALETTES.values()}


def test_the_card_says_it_without_colour(qtbot, make, put) -> None:
    window = make("en")
    card = window.inspector.verdict.card
    words = {
        Status.PRESENT: "present",
        Status.SUSPICIOUS: "Suspicious",
        Status.NOT_SEEN: "No tumour seen",
        Status.CANNOT_SAY: "Cannot say",
    }
    shapes = set()
    for status in Status:
        put(window, status.value.replace("_", "-"))
        assert words[status] in card._word.text()
        settled(qtbot, lambda: card._shape.height() > 20)
        picture = card._shape.grab().toImage()
        grey = tuple(
            picture.pixelColor(x, y).lightness() < 200
            for x in range(2, picture.width(), 4)
            for y in range(2, picture.height(), 4)
        )
        shapes.add(grey)
    assert len(shapes) == len(Status)


def test_bedside_is_large_and_dim(make, put) -> None:
    window = make("fr", (1440, 900))
    put(window, "present")
    window.toggle_bedside()
    QApplication.processEvents()
    assert window.look.theme is ThemeName.DIM
    bedside = window.bedside
    for label in visible(bedside, QLabel):
        assert not label.text() or label.fontInfo().pixelSize() >= 22, label.text()
    for button in visible(bedside, QAbstractButton):
        assert min(button.width(), button.height()) >= TOUCH
    window.escape()
    assert not bedside.isVisible()
    assert window.look.theme is ThemeName.LIGHT


def test_a_reason_leads_to_its_place(qtbot, make, put) -> None:
    window = make()
    put(window, "present")
    reason = window.inspector.verdict.card.reasons[0]
    place = window.workplace.current.diagnosis.reasons[0].region
    qtbot.mouseClick(reason, Qt.MouseButton.LeftButton)

    def there() -> bool:
        view = window.stage.viewer.view
        middle = place.x + place.width / 2, place.y + place.height / 2
        return abs(view.x - middle[0]) < 2 and abs(view.y - middle[1]) < 2

    qtbot.waitUntil(there, timeout=WAIT_MS)


def test_the_privacy_screen_hides_the_patient(qtbot, make, put) -> None:
    window = make()
    put(window, "present")
    shown = window.grab().toImage()
    qtbot.mouseClick(window.patient_bar.privacy, Qt.MouseButton.LeftButton)
    assert window.privacy.geometry() == window.rect()
    hidden = window.grab().toImage()
    ground = window.look.palette.canvas
    strip = {hidden.pixelColor(x, 24).name() for x in range(window.width())}
    assert strip == {ground}
    assert len({shown.pixelColor(x, 24).name() for x in range(window.width())}) > 1
    assert window.windowTitle() == "bedside_dx"
    qtbot.mouseClick(window.privacy, Qt.MouseButton.LeftButton)
    assert not window.privacy.isVisible()


def test_the_heatmap_follows_its_controls(make, put) -> None:
    window = make()
    put(window, "present")
    strip, viewer = window.stage.strip, window.stage.viewer

    def coloured() -> int:
        rgba = viewer._overlay.heatmap.image
        return sum(
            rgba.pixelColor(x, y).alpha() > 0
            for x in range(rgba.width())
            for y in range(rgba.height())
        )

    strip.threshold.setValue(20)
    many = coloured()
    strip.threshold.setValue(90)
    few = coloured()
    assert many > few > 0
    strip.contours.click()
    assert viewer._overlay.heatmap is None
    assert viewer._overlay._contours


def test_opened_and_closed_many_times_nothing_is_left(qtbot, scaled) -> None:
    def round_() -> None:
        window = make_window(Look("en"), Settings())
        window.show()
        workplace = window.workplace
        workplace.open([scaled])
        qtbot.waitUntil(lambda: workplace.current.slide is not None, timeout=WAIT_MS)
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, 0)

    def left() -> tuple[int, int]:
        QApplication.processEvents()
        gc.collect()
        return len(QApplication.allWidgets()), threading.active_count()

    round_()
    before = left()
    for _ in range(6):
        round_()
    assert left() == before


def test_the_map_of_the_keys_is_complete(qtbot, make) -> None:
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.keys.isVisible()
    told = {key for key, _ in window_keys(window.look.t)}
    bound = {
        shortcut.key().toString(QKeySequence.SequenceFormat.PortableText)
        for shortcut in window.findChildren(QShortcut)
        if shortcut.context() is Qt.ShortcutContext.WindowShortcut
    }
    assert bound == told
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.keys.isVisible()


def test_nothing_under_the_privacy_screen_takes_a_key(qtbot, make, put) -> None:
    window = make()
    put(window, "saved")
    window.toggle_privacy()
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is None or focused is window or window.privacy.isAncestorOf(focused)
