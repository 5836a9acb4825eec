"""Photographs of the window in every state, language and theme, to be looked at.

``python -m tests.ui.screens [--scale 2] [--size 1180x720] [--only present,patch]`` writes
``out/screens/<size>@<scale>/<state>-<language>-<theme>.png``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--only", default="")
    parser.add_argument("--languages", default="en,fr")
    parser.add_argument("--themes", default="light,dark,dim")
    return parser.parse_args()


def main() -> None:
    chosen = arguments()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = chosen.scale
    os.environ["BEDSIDE_DX_RULES"] = str(Path(tempfile.mkdtemp()) / "rules.toml")
    from bedside_dx.app.ruling import set_rule
    from bedside_dx.core.errors import StoreError
    from bedside_dx.core.settings import Settings
    from bedside_dx.text import texts
    from bedside_dx.ui.application import make_window, the_application
    from bedside_dx.ui.inspector_page import Page
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.theme import ThemeName
    from tests.slides import he_like, write_slide
    from tests.ui.examples import MODELS, Examples, self_checked, states
    from tests.ui.scan_screens import SCANS, Gallery
    from tests.ui.therapy_examples import STATED, put_dose, put_plan

    application = the_application()
    width, height = (int(side) for side in chosen.size.split("x"))
    look = Look("en")
    window = make_window(look, Settings())
    window.resize(width, height)
    window.rail.narrow(narrow=width < 1400)
    window.show()

    def settle(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            application.processEvents()
            time.sleep(0.005)

    def until(is_so: Callable[[], object]) -> None:
        end = time.monotonic() + 120
        while not is_so():
            application.processEvents()
            time.sleep(0.005)
            assert time.monotonic() < end, "it does not come"

    def photograph(name: str) -> None:
        for language in chosen.languages.split(","):
            for theme in chosen.themes.split(","):
                look.use_language(language)
                look.use_theme(ThemeName(theme))
                settle(0.35)
                window.grab().save(str(folder / f"{name}-{language}-{theme}.png"))

    until(lambda: window.workplace.networks)
    shared = Path(os.environ.get("BEDSIDE_DX_SHARED") or ROOT.parent / "shared")
    path = shared / "data" / "slides" / "colon-polyp-section.tif"
    if not path.exists():
        path = write_slide(Path(tempfile.mkdtemp()) / "drawn.tif", he_like(6000, 8000))
    workplace = window.workplace
    bare = workplace.reader.open(path)
    scaled = workplace.reader.open(path, 0.5)
    thumbnail = workplace.reader.thumbnail(bare, 900)
    made = states(Examples(path, scaled, thumbnail))
    made |= {k: v for k, v in states(Examples(path, bare, thumbnail)).items() if k == "scale"}
    made |= dict.fromkeys((*STATED, "plan"), made["present"])
    workplace.models = MODELS
    folder = ROOT / "out" / "screens" / f"{chosen.size}@{chosen.scale}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in made.items():
        if chosen.only and name not in chosen.only.split(","):
            continue
        workplace.models_error = None
        examination = make()
        workplace.examinations = [examination] if examination else []
        workplace.current = examination
        for signal in (workplace.switched, workplace.grew, workplace.changed):
            signal.emit()
        window.inspector.turn_to(Page.REPORT if name == "saved" else Page.VERDICT)
        if name in STATED:
            put_dose(window, name)
        if name == "plan":
            put_plan(window)
        window.stage.strip.modes[name == "attention"].click()
        if name == "patch":
            column, row = examination.findings.cells[len(examination.findings.cells) // 2]
            window.stage.patch_clicked.emit(int(column), int(row))
        if name == "site-rules":
            window.inspector.verdict.card.foot.changed_limits.click()
        if name == "rules-form":
            set_rule("coverage", "95 %", "Dr A. Lefèvre", "Tumour board of 3 November", texts("en"))
            set_rule("most_lost", "5 %", "Dr A. Lefèvre", "Tumour board of 3 November", texts("en"))
            workplace.rules.reload()
            window.rules.limits.rows["most_unfamiliar"].change.click()
            window.rules.form.value.setText("60 %")
            window.rules.form.who.setText("Dr A. Lefèvre")
        else:
            window.rules.form.close_form()
        workplace.rules.error = None
        if name == "rules-refused":
            log = Path("rules.history.jsonl")
            workplace.rules.error = StoreError("rules.history-edited", path=log, line=2)
        window.rules.refresh()
        window.model.refresh()
        pages = {
            "bedside": window.bedside,
            "settled-bedside": window.bedside,
            "privacy": window.privacy,
            "keys": window.keys,
            "rules": window.rules,
            "rules-form": window.rules,
            "rules-refused": window.rules,
            "model-page": window.model,
            "models": window.models,
            "updates": window.updates,
            "self-check": window.self_check_page,
            "self-check-failed": window.self_check_page,
        }
        if name.startswith("self-check"):
            window.self_check.result = self_checked(failed=name.endswith("failed"))
        page = pages.get(name, window.desk)
        window._pages.setCurrentWidget(page)
        settle(1.2)
        photograph(name)
    window._pages.setCurrentWidget(window.desk)
    window.inspector.turn_to(Page.VERDICT)
    for name, show in SCANS.items():
        if chosen.only and name not in chosen.only.split(","):
            continue
        workplace.examinations, workplace.current = [], None
        workplace.switched.emit()
        look.use_language("en")
        show(Gallery(window, until, shared))
        settle(1.2)
        photograph(name)
    workplace.examinations = []
    window.close()
    bare.close()
    scaled.close()
    print(folder)


if __name__ == "__main__":
    main()
