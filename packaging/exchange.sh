#!/bin/sh
# Builds the environment $2 for importing TorchScript: PyTorch, and beside it all that is in $1.
set -eu
cd "$(dirname "$0")/.."
"$1/bin/python" -m venv --clear "$2"
home=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
place=$("$2/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\nimport site; site.addsitedir(%s)\n' "$home" "'$home'" > "$place/beside.pth"
echo "Installing PyTorch into $2 (for imports of TorchScript; a minute the first time)" >&2
"$2/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    -r packaging/exchange.txt
