"""Open a window, say when it was painted, and leave: `python -m bench._first_paint ours`.

``ours`` is the first frame of what `bedside-dx open` shows, ``complete`` the first with all that a
person works with; ``bare`` an empty window of the same library. The time is that of the clock that
all processes of a machine share, so whoever started this one subtracts.
"""

import os
import sys
import time


def watch(*, complete: bool = False) -> None:
    """End the process after the first paint of a window; of one with all in it where asked.

    It watches the window alone: to be shown every object of the application, Qt's Python side
    would have to learn the types of all of them, which is no part of the start.
    """
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QWidget

    show = QWidget.show

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            counts = not complete or getattr(watched, "is_furnished", False)
            if event.type() is QEvent.Type.Paint and counts:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, tell_and_leave)
            return False

    def watched_show(window: QWidget) -> None:
        window.installEventFilter(FirstPaint(window))
        show(window)

    QWidget.show = watched_show


def tell_and_leave() -> None:
    print(time.perf_counter(), time.process_time(), flush=True)
    os._exit(0)


def bare() -> int:
    from PySide6.QtWidgets import QApplication, QWidget

    watch()
    application = QApplication([])
    window = QWidget()
    window.resize(1440, 900)
    window.show()
    return application.exec()


def ours(*, complete: bool = False) -> int:
    """The program in its own order: it is watched from where it turns to its window."""
    from bedside_dx.cli import main, opening

    turn_to_window = opening.turn_to_window

    def watched(*arguments: object) -> int:
        watch(complete=complete)
        return turn_to_window(*arguments)

    opening.turn_to_window = watched
    return main(["open"])


if __name__ == "__main__":
    kind = sys.argv[1]
    sys.exit(bare() if kind == "bare" else ours(complete=kind == "complete"))
