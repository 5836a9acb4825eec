"""Run several commands in one interpreter: JSON lists of words in, JSON of what each said out.

Starting the program and loading PyTorch take longer than what most of them do.
"""

import contextlib
import io
import json
import sys

from bedside_dx.cli import main


def said(words: list[str]) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as exc:
            code = exc.code
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    print(json.dumps([said(words) for words in json.load(sys.stdin)]))
