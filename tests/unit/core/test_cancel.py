"""Cancel reaches everyone, once."""

import threading
import time
from collections.abc import Callable

import pytest

from bedside_dx.core.cancel import Cancel, CancelledByUser


def test_callbacks_run_once_also_when_late() -> None:
    cancel, heard = Cancel(), []
    cancel.on_cancel(lambda: heard.append("early"))
    cancel.raise_if_cancelled()
    cancel.cancel()
    cancel.cancel()
    cancel.on_cancel(lambda: heard.append("late"))
    assert heard == ["early", "late"]
    with pytest.raises(CancelledByUser):
        cancel.raise_if_cancelled()


def test_a_rest_lasts_as_long_as_was_asked() -> None:
    cancel = Cancel()
    start = time.monotonic()
    cancel.take_rest()
    assert time.monotonic() - start < 5, "nobody asked"
    start = time.monotonic()
    cancel.rest(0.12)
    cancel.take_rest()
    assert 0.12 <= time.monotonic() - start < 5


@pytest.mark.parametrize("end", [Cancel.cancel, Cancel.stop_here])
def test_a_job_that_is_to_end_does_not_rest(end: Callable[[Cancel], None]) -> None:
    cancel = Cancel()
    cancel.rest(60)
    threading.Timer(0.05, end, [cancel]).start()
    start = time.monotonic()
    cancel.take_rest()
    assert time.monotonic() - start < 30


def test_a_part_heeds_what_is_asked_of_the_whole() -> None:
    whole, heard = Cancel(), []
    with whole.part() as part:
        whole.rest(0.12)
        start = time.monotonic()
        part.take_rest()
        assert 0.12 <= time.monotonic() - start < 5
        whole.stop_here()
        assert part.is_enough
        part.on_cancel(lambda: heard.append("native call"))
        whole.cancel()
        assert part.cancelled
    assert heard == ["native call"]


def test_a_part_ends_alone_and_is_forgotten() -> None:
    whole = Cancel()
    with whole.part() as part:
        part.stop_here()
    assert not whole.is_enough
    whole.cancel()
    assert not part.cancelled
