"""Run several commands in one interpreter: JSON lists of words in, JSON of what each said out.

Starting the program and loading PyTorch take longer than what most of them do.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from bedside_dx.cli import main


def said(words: list[str]) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as exc:
            code = exc.code
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command in this interpreter, and tell of it as `subprocess.run` would.

    It has no terminal to ask at, speaks English, and sees the environment given beside its own.
    """
    with (
        Path(os.devnull).open(encoding="utf-8") as nobody,
        mock.patch.object(sys, "stdin", nobody),
        mock.patch.dict(os.environ, {"LC_ALL": "C.UTF-8", **environment}),
    ):
        told = said([str(word) for word in words])
    return subprocess.CompletedProcess(words, told["code"], told["out"], told["err"])


if __name__ == "__main__":
    print(json.dumps([said(words) for words in json.load(sys.stdin)]))
