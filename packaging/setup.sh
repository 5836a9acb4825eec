#!/bin/sh
# Builds the virtual environment named by $1 from requirements.lock and installs the project into it.
# Safe to run again: an environment that works is kept and brought up to date.
set -eu
venv=$1
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if ! { [ -x "$venv/bin/python" ] && recent "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; }; then
    python=
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if recent "$candidate"; then python=$candidate; break; fi
    done
    if [ -z "$python" ]; then
        say "bedside_dx needs Python 3.11 or newer and found none (looked for python3.11, python3.12, python3.13, python3)."
        say "Install one, or name it: make setup PYTHON=/path/to/python3"
        exit 2
    fi
    # Debian keeps venv and ensurepip in a package of their own.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
        sh packaging/apt.sh "$package"
    fi
    say "Creating $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi

say "Installing the locked packages (a few minutes the first time)"
pip="$venv/bin/python -m pip --disable-pip-version-check"
$pip install --quiet --only-binary :all: --no-deps --require-hashes -r requirements.lock
# Without build isolation: the build back end is in the lock, so nothing unpinned is fetched.
$pip install --quiet --no-deps --no-build-isolation --no-index --editable .

# How the bundled models run best here is measured once, some seconds each; without it they run as usual.
if [ -z "${CI:-}" ]; then
    say "Measuring how the models run best on this machine (once, some seconds each)"
    "$venv/bin/python" -m bedside_dx models tune --missing --quiet >/dev/null 2>&1 ||
        say "Not measured: they run in 32 bits. Measure them later: $venv/bin/bedside-dx models tune"
fi
