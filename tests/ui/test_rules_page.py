"""The rules in the window: read, changed on record, refused, and settled when tampered with."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollBar, QWidget

from bedside_dx.app.ruling import set_rule
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from bedside_dx.ui.window import Window
from tests.ui.conftest import WAIT_MS
from tests.ui.examples import MODELS, Examples
from tests.ui.test_window import CONTROLS, cut_words, settled, visible


@pytest.fixture(autouse=True)
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "rules.toml"
    monkeypatch.setenv("BEDSIDE_DX_RULES", str(path))
    return path


def words(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisibleTo(widget))


def show_done(window: Window, drawn: Path, make_state) -> object:
    workplace = window.workplace
    slide = workplace.reader.open(drawn)
    examination = make_state(Examples(drawn, slide, workplace.reader.thumbnail(slide, 400)))
    workplace.models = MODELS
    workplace.examinations, workplace.current = [examination], examination
    for signal in (workplace.switched, workplace.grew, workplace.changed):
        signal.emit()
    return slide


def test_a_limit_is_changed_in_the_window_with_name_and_reason(
    qtbot, make, own_rules: Path
) -> None:
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_F2)
    page = window.rules
    assert page.isVisible()
    assert len(page.table.lines) == 17
    assert "Nothing was changed here" in words(page.history)
    page.limits.rows["most_lost"].change.click()
    form = page.form
    assert form.isVisible()
    form.value.setText("90 %")
    assert form.value.property("wrong")
    assert "0% to 30%" in words(form)
    form.value.setText("5 %")
    assert not form.save.isEnabled(), "nobody is named"
    form.who.setText("Dr Zoé")
    form.why.setText("better scanner")
    assert form.save.isEnabled()
    form.save.click()
    qtbot.waitUntil(lambda: not form.isVisible(), timeout=WAIT_MS)
    assert window.workplace.settings.rules.most_lost == 0.05
    assert [c.who for c in window.workplace.settings.rule_changes] == ["Dr Zoé"]
    lost = next(line for line in page.table.lines if "unreadable" in line.when.text())
    assert "More than 5%" in lost.when.text()
    assert "Dr Zoé" in words(lost)
    assert "better scanner" in words(page.history)
    assert own_rules.exists()
    page.limits.rows["most_lost"].change.click()
    form.why.setText("as before")
    form.usual.click()
    qtbot.waitUntil(lambda: not form.isVisible(), timeout=WAIT_MS)
    assert window.workplace.settings.rules.most_lost == 0.1
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_what_the_disk_refuses_leaves_what_was_typed(qtbot, make, own_rules: Path) -> None:
    window = make("fr")
    window.toggle_rules()
    own_rules.with_name(own_rules.name + ".writing").mkdir()
    own_rules.with_name("rules.history.jsonl.writing").mkdir()
    window.rules.limits.rows["coverage"].change.click()
    form = window.rules.form
    for field, text in ((form.value, "95 %"), (form.who, "Dr A"), (form.why, "x")):
        field.setText(text)
    form.save.click()
    qtbot.waitUntil(lambda: window.workplace.rules.refused is not None, timeout=WAIT_MS)
    assert form.isVisible()
    assert form.value.text() == "95 %"
    assert "n’a pas pu être écrit" in words(form)
    assert window.workplace.settings.rules.coverage == 0.9


def test_tampered_rules_give_no_verdict_until_settled(qtbot, make, own_rules: Path, scaled) -> None:
    set_rule("coverage", "95 %", "Dr A", "x", texts("en"))
    log = own_rules.with_name("rules.history.jsonl")
    row = json.loads(log.read_text("utf-8"))
    log.write_text(json.dumps(row | {"who": "Dr B"}) + "\n", "utf-8")
    window = make()
    workplace = window.workplace
    workplace.models, workplace.models_error = MODELS, None
    workplace.open([scaled])
    qtbot.waitUntil(lambda: workplace.current.slide is not None, timeout=WAIT_MS)
    workplace.choose(MODELS[1])
    assert "was edited" in words(window.inspector.verdict)
    assert not window.inspector.work.run.isEnabled()
    workplace.run()
    assert not workplace.is_running
    window.inspector.verdict.notice.acted.emit()
    page = window.rules
    assert page.isVisible()
    assert not page.table.isVisible(), "no numbers that can't be trusted"
    page.notice.acted.emit()
    page.form.who.setText("Dr A")
    page.form.why.setText("row edited")
    page.form.save.click()
    qtbot.waitUntil(lambda: workplace.rules.error is None, timeout=WAIT_MS)
    assert page.table.isVisible()
    assert window.inspector.work.run.isEnabled()


def test_the_card_lists_changed_limits_on_touch_and_says_when_they_are_newer(
    window: Window, drawn: Path
) -> None:
    slide = show_done(window, drawn, lambda examples: examples.site_rules())
    foot = window.inspector.verdict.card.foot
    assert "2 limits changed at this site" in foot.changed_limits.text()
    assert "Dr A. Lefèvre" not in words(foot)
    foot.changed_limits.click()
    assert "Most tissue lost: 5% (usual: 10%) · Dr A. Lefèvre" in words(foot)
    assert "changed since: run again" in words(foot)
    foot.all_rules.click()
    assert window.rules.isVisible()
    window.escape()
    foot.about_model.click()
    assert "Public student project" in words(window.model)
    assert "Farthest from it: right in 66% where it said 61%" in words(window.model)
    slide.close()


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("unclear", "Can't be ruled out (90%): adenocarcinoma or squamous cell carcinoma"),
        ("present", "90% set: adenocarcinoma only"),
        ("fits-nothing", "No class fits at 90%: less typical than 90% of the pictures"),
    ],
)
def test_the_card_shows_the_set_of_classes(
    window: Window, drawn: Path, state: str, line: str
) -> None:
    made = {
        "unclear": lambda examples: examples.unclear(),
        "present": lambda examples: examples.done(Status.PRESENT),
        "fits-nothing": lambda examples: examples.fits_nothing(),
    }
    slide = show_done(window, drawn, made[state])
    assert line in words(window.inspector.verdict.card)
    slide.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_word_is_cut_and_every_control_has_a_name(
    qtbot, make, drawn: Path, language: str
) -> None:
    set_rule("coverage", "95 %", "Dr A. Lefèvre", "Tumour board", texts("en"))
    window = make(language, (1180, 720))
    slide = show_done(window, drawn, lambda examples: examples.site_rules())
    window.toggle_rules()
    window.rules.limits.rows["tumour_area"].change.click()
    for page, turn in ((window.rules, None), (window.model, window.toggle_model)):
        if turn:
            turn()
        settled(qtbot, lambda page=page: not cut_words(page))
        assert not cut_words(page)
        assert window.width() == 1180
        controls = [w for w in visible(page, CONTROLS) if not isinstance(w, QScrollBar)]
        assert controls
        assert not [type(w).__name__ for w in controls if not w.accessibleName()]
    slide.close()
