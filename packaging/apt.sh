#!/bin/sh
# Installs Debian packages when it may; otherwise names the one command to type, and fails.
set -eu
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    echo "Installing $*" >&2
    # The package lists may be missing or stale, so they are refreshed only when the first try fails.
    quiet="-qq --yes --no-install-recommends"
    apt-get install $quiet "$@" >/dev/null 2>&1 && exit 0
    apt-get update -qq
    apt-get install $quiet "$@" >/dev/null
    exit 0
fi
echo "System packages are missing. Type this once, then try again:" >&2
echo "    sudo apt-get install --yes --no-install-recommends $*" >&2
exit 2
