"""Whatever a file holds, only this program's own errors leave a reader."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.core.errors import BedsideDxError, TrialError
from bedside_dx.core.plan import Plan
from bedside_dx.core.strict import Misfit, build
from bedside_dx.store.plan_file import read_plan
from bedside_dx.therapy.clinicaltrials_gov import read_export
from bedside_dx.therapy.dose_table import read_table
from bedside_dx.therapy.trial_pack import checksum, read_pack

KEYS = st.sampled_from(
    ["plan", "history", "schema", "fields", "path", "before", "after", "number", "hash", "lines",
     "studies", "protocolSection", "identificationModule", "nctId", "eligibilityModule",
     "eligibilityCriteria", "conditionsModule", "conditions", "minimumAge", "trials", "criteria",
     "kind", "any_of", "title", "id", "made", "contactsLocationsModule", "locations", "x"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(JSON)
def test_only_a_misfit_leaves_the_strict_reader(value: object) -> None:
    with suppress(Misfit):
        build(Plan, value)


@given(JSON)
def test_only_trial_errors_leave_the_importer(value: object) -> None:
    study = {"protocolSection": value}
    named = {
        "protocolSection": {"identificationModule": {"nctId": "A"}, "eligibilityModule": value}
    }
    for document in (value, {"studies": [study]}, {"studies": value}, named):
        with suppress(TrialError):
            read_export(json.dumps(document), "x", date(2026, 1, 1))


@given(JSON)
def test_only_trial_errors_leave_the_pack(value: object) -> None:
    document = {"schema": "bedside_dx/trials", "schema_version": 1, "sha256": checksum(value),
                "pack": value}  # fmt: skip
    with suppress(TrialError):
        read_pack(json.dumps(document))


@settings(max_examples=60)
@given(history=st.lists(JSON, max_size=3), plan=JSON)
def test_only_our_errors_leave_a_plan_s_file(
    tmp_path_factory: object, history: list[object], plan: object
) -> None:
    path = Path(tmp_path_factory.mktemp("junk")) / "plan.json"  # type: ignore[attr-defined]
    document = {"schema": "bedside_dx/plan", "schema_version": 1, "plan": plan, "history": history}
    path.write_text(json.dumps(document), "utf-8")
    with suppress(BedsideDxError):
        read_plan(path)


@given(st.text(max_size=200))
def test_free_text_never_breaks_the_importer(text: str) -> None:
    module = {"eligibilityCriteria": f"Inclusion: ECOG {text} stage {text} EGFR {text}"}
    study = {
        "protocolSection": {"identificationModule": {"nctId": "A"}, "eligibilityModule": module}
    }
    assert len(read_export(json.dumps(study), "x", date(2026, 1, 1)).trials) == 1


@given(st.text(max_size=300))
def test_only_dose_errors_leave_the_table(text: str) -> None:
    with suppress(BedsideDxError):
        read_table(text)
        read_table(f"schema_version = 1\n{text}")
