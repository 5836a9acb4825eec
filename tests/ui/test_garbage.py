"""Dead widgets are taken apart in the window's thread, whichever thread makes objects meanwhile."""

import threading
import weakref

from PySide6.QtWidgets import QWidget


def leave_a_dead_widget(threads: list[int]) -> weakref.ref[QWidget]:
    """Make a widget that only a cycle keeps; note in which thread it goes."""
    widget = QWidget()
    cycle: list[object] = [widget]
    cycle.append(cycle)
    weakref.finalize(widget, lambda: threads.append(threading.get_ident()))
    return weakref.ref(widget)


def make_many_objects() -> None:
    kept = []
    for _ in range(300_000):
        one: list[object] = []
        one.append(one)
        kept.append(one)


def test_a_thread_that_makes_many_objects_takes_no_widget_apart(qtbot):
    threads: list[int] = []
    ref = leave_a_dead_widget(threads)
    worker = threading.Thread(target=make_many_objects)
    worker.start()
    worker.join()
    assert ref() is not None, "it was taken apart beside the window's thread"
    qtbot.waitUntil(lambda: ref() is None, timeout=20_000)
    assert threads == [threading.get_ident()]
