"""Cancel reaches everyone, once."""

import pytest

from bedside_dx.core.events import Cancel, CancelledByUser


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
