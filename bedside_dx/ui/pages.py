"""The pages of the window that are made when they are first asked for.

The first frame needs none of them. Importing this loads none either: as with the package itself,
a name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bedside_dx.ui.bedside import BedsideView
    from bedside_dx.ui.desk import Desk
    from bedside_dx.ui.disease.page import DiseasePage
    from bedside_dx.ui.keys_page import KeysPage
    from bedside_dx.ui.model_page import ModelPage
    from bedside_dx.ui.models_page import ModelsPage
    from bedside_dx.ui.patch_section import PatchSection
    from bedside_dx.ui.privacy import PrivacyScreen
    from bedside_dx.ui.report_page import ReportPage
    from bedside_dx.ui.rules_page import RulesPage
    from bedside_dx.ui.scans.scan_pane import ScanPane
    from bedside_dx.ui.self_check_page import SelfCheckPage
    from bedside_dx.ui.slide_pane import SlidePane
    from bedside_dx.ui.therapy.page import TherapyPage
    from bedside_dx.ui.updates_page import UpdatesPage
    from bedside_dx.ui.verdict_page import VerdictPage
    from bedside_dx.ui.work_bar import WorkBar

__all__ = [
    "BedsideView",
    "Desk",
    "DiseasePage",
    "KeysPage",
    "ModelPage",
    "ModelsPage",
    "PatchSection",
    "PrivacyScreen",
    "ReportPage",
    "RulesPage",
    "ScanPane",
    "SelfCheckPage",
    "SlidePane",
    "TherapyPage",
    "UpdatesPage",
    "VerdictPage",
    "WorkBar",
]

_FILES = {
    "BedsideView": "bedside",
    "Desk": "desk",
    "DiseasePage": "disease.page",
    "KeysPage": "keys_page",
    "ModelPage": "model_page",
    "ModelsPage": "models_page",
    "PatchSection": "patch_section",
    "PrivacyScreen": "privacy",
    "ReportPage": "report_page",
    "RulesPage": "rules_page",
    "ScanPane": "scans.scan_pane",
    "SelfCheckPage": "self_check_page",
    "SlidePane": "slide_pane",
    "TherapyPage": "therapy.page",
    "UpdatesPage": "updates_page",
    "VerdictPage": "verdict_page",
    "WorkBar": "work_bar",
}

ROOMS = tuple(f"bedside_dx.ui.{file}" for file in _FILES.values())
"""What the pages are made of, to be loaded ahead, so that the first of them is not waited for."""


def __getattr__(name: str) -> object:
    if name not in _FILES:
        raise AttributeError(name)
    return getattr(import_module(f"bedside_dx.ui.{_FILES[name]}"), name)
