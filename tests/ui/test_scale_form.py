"""The form for µm per pixel says why it asks, and takes nothing that the file contradicts."""

from pathlib import Path

import pytest

from bedside_dx.app.reading import open_slide
from bedside_dx.core.errors import ScaleError
from bedside_dx.core.model_card import Role
from bedside_dx.ui.examination import Examination, State
from bedside_dx.ui.look import Look
from bedside_dx.ui.model_chooser import ModelChoice
from bedside_dx.ui.scale_form import ScaleForm
from tests.kit.array_slide import card
from tests.slides import he_like, write_svs

IMAGE = he_like(300, 300)


@pytest.fixture
def form(qtbot) -> ScaleForm:
    form = ScaleForm(Look("en"))
    qtbot.addWidget(form)
    return form


def examination_of(path: Path, spacing: float | None = None) -> Examination:
    slide = open_slide(path, spacing=spacing, probe=False)
    slide.close()
    return Examination(path, spacing=spacing, slide=slide, state=State.WAITING)


def test_a_contradiction_is_said_where_it_is_typed(qtbot, form: ScaleForm, tmp_path: Path) -> None:
    form.ask(examination_of(write_svs(tmp_path / "a.svs", IMAGE, mpp="0.499"), 0.5))
    form.field.setText("0.25")
    assert not form._use.isEnabled()
    assert "a.svs says 0.499 µm per pixel, 0.25 was entered." in form._answer.text()
    with qtbot.assertNotEmitted(form.entered):
        form.field.returnPressed.emit()
    form.field.setText("0,49")
    assert "The image would be" in form._answer.text()
    with qtbot.waitSignal(form.entered) as signal:
        form.field.returnPressed.emit()
    assert signal.args == [0.49]


def test_an_absurd_statement_is_the_reason_to_ask(form: ScaleForm, tmp_path: Path) -> None:
    examination = examination_of(write_svs(tmp_path / "a.svs", IMAGE, mpp="0"))
    assert examination.needs_scale
    form.ask(examination)
    assert form._heading.text() == "Correct the scale"
    assert "The file says 0 µm per pixel" in form._why.text()
    form.field.setText("0.25")
    assert form._use.isEnabled()


def test_an_overview_has_a_scale(tmp_path: Path) -> None:
    examination = examination_of(write_svs(tmp_path / "a.svs", IMAGE, mpp="28.97"))
    assert not examination.needs_scale


def test_after_a_refusal_the_files_own_number_is_the_way_on(
    form: ScaleForm, tmp_path: Path
) -> None:
    path = write_svs(tmp_path / "a.svs", IMAGE, mpp="0.499")
    with pytest.raises(ScaleError) as refusal:
        examination_of(path, 0.25)
    examination = Examination(path, spacing=0.25)
    examination.fail(refusal.value)
    assert examination.needs_scale
    form.ask(examination)
    assert form._heading.text() == "Correct the scale"
    form.field.setText("0.25")
    assert not form._use.isEnabled()
    form.field.setText("0.499")
    assert form._use.isEnabled()


def test_a_model_is_offered_at_the_scale_it_takes(qtbot) -> None:
    model = card(Role.BENIGN, Role.TUMOUR)
    choice = ModelChoice(Look("en"), model)
    qtbot.addWidget(choice)
    assert choice._scale.text() == "1.25 µm/px or finer"
    assert model.coarsest_um_px == 1.25
