"""Open a window, say when it was painted, and leave: `python -m bench._first_paint ours`.

``ours`` is the first frame of what `bedside-dx open` shows, ``complete`` the first with all that a
person works with; ``bare`` an empty window of the same library. The time is that of the clock that
all processes of a machine share, so whoever started this one subtracts.
"""

import os
import sys
import time

if sys.argv[1:] != ["bare"]:
    import bedside_dx.cli  # noqa: F401  # pyright: ignore[reportUnusedImport] - before the library, as the program does

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

show = QWidget.show


class FirstPaint(QObject):
    """Waits for the first paint of a window that counts, and ends the process after it.

    It watches the window alone: to be shown every object of the application, Qt's Python side
    would have to learn the types of all of them, which is no part of the start.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and counts(watched):
            watched.removeEventFilter(self)
            QTimer.singleShot(0, tell_and_leave)
        return False


def counts(window: QObject) -> bool:
    return sys.argv[1] != "complete" or getattr(window, "is_furnished", True)


def tell_and_leave() -> None:
    print(time.perf_counter(), time.process_time(), flush=True)
    os._exit(0)


def watched_show(window: QWidget) -> None:
    window.installEventFilter(FirstPaint(window))
    show(window)


def bare() -> int:
    application = QApplication([])
    window = QWidget()
    window.resize(1440, 900)
    watched_show(window)
    return application.exec()


def ours() -> int:
    from bedside_dx.cli import main

    QWidget.show = watched_show
    return main(["open"])


if __name__ == "__main__":
    sys.exit(bare() if sys.argv[1] == "bare" else ours())
