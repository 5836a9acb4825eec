"""Run the benches: `python -m bench [NAME …]`.

Each bench is a file `bench/NAME.py` with a function `main()` that returns flat numbers by name
(None: could not be measured here). They are written to `bench/out/NAME.json`; what lay there is
taken away before, so that no figures of an earlier run are taken for those of one that failed. A
bench of several parts (`_parts`) gives the figures of those that did not fail.
"""

import importlib
import json
import math
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

from bench._parts import PARTS_FAILED

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"
LIMIT_S = 15 * 60


def names() -> list[str]:
    """Every bench, by file name."""
    return sorted(path.stem for path in HERE.glob("[!_]*.py"))


def flat(result: Mapping[str, float | None]) -> dict[str, float | None]:
    """Check that a bench returned flat finite numbers."""
    for key, value in result.items():
        if value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
            raise TypeError(f"{key}: {value!r} is not a finite number")
    return dict(result)


def run(name: str) -> bool:
    """Run one bench and write its numbers; True when it went well."""
    print(f"{name} …", flush=True)
    start = time.perf_counter()
    path = OUT / f"{name}.json"
    path.unlink(missing_ok=True)
    try:
        result = flat(importlib.import_module(f"bench.{name}").main())
    except Exception:  # noqa: BLE001  (one bench that fails must not stop the others)
        traceback.print_exc()
        print(f"{name}: failed", flush=True)
        return False
    seconds = time.perf_counter() - start
    OUT.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for key, value in result.items():
        print(f"    {key:<40} {'-' if value is None else format(value, '.5g')}")
    late = f" (over the {LIMIT_S // 60} minutes a bench may take)" if seconds > LIMIT_S else ""
    failed = " (parts of it failed, see above)" if result.get(PARTS_FAILED) else ""
    print(f"{name}: {seconds:.1f} s{late}{failed}", flush=True)
    return not (late or failed)


def main(asked: list[str]) -> int:
    """Run the benches asked for, or all of them."""
    known = names()
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(known) or 'none yet'}")
        return 2
    failed = [name for name in asked or known if not run(name)]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
