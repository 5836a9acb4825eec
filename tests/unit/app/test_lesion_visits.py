"""Lesions of several examinations as the visits of one patient."""

from dataclasses import replace
from datetime import date

import pytest

from bedside_dx.app.lesion_visits import visits_of
from bedside_dx.core.errors import MeasureError
from bedside_dx.core.measuring import Ground, LesionAxes
from bedside_dx.core.scan import Plane

PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))


def lesion(mm: float, short: float | None = None, name: str = "1", **facts) -> LesionAxes:
    ends = ((0.0, 0.0, 0.0), (mm, 0.0, 0.0))
    if short is not None:
        ends += ((0.0, 0.0, 0.0), (0.0, short, 0.0))
    return LesionAxes(Ground("1", "2", PLANE, "stack", 0), ends, name=name, **facts)


def test_each_lesion_has_its_sizes_by_day() -> None:
    node = lesion(30, 18, "2", organ="nodes", is_node=True)
    visits = visits_of(
        [("20260401", lesion(20)), ("20260203", lesion(31, 12, organ="liver")), ("20260203", node)]
    )
    first, second = date(2026, 2, 3), date(2026, 4, 1)
    assert visits.days == (first, second)
    by_name = {one.name: one for one in visits.lesions}
    assert by_name["1"].sizes == {second: 20, first: 31}
    assert by_name["2"].sizes == {first: 18}, "of a node the short axis"


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        ([("", lesion(20))], "measure.no-day"),
        ([("20260203", lesion(20, name=" "))], "measure.no-name"),
        ([("20260203", lesion(20, is_node=True))], "measure.no-short-axis"),
        ([("20260203", lesion(20, 25))], "measure.axes-swapped"),
        ([("20260203", lesion(20)), ("20260203", lesion(21))], "measure.twice"),
        (
            [("20260203", lesion(20)), ("20260303", replace(lesion(20), is_target=False))],
            "measure.changed",
        ),
    ],
)
def test_what_can_not_be_followed_is_refused(measured, code: str) -> None:
    with pytest.raises(MeasureError) as refused:
        visits_of(measured)
    assert refused.value.code == code
