#!/bin/sh
# Installs the system libraries that Qt's platform plug-ins load and PySide6 does not bring ($1: the
# environment's python). Only what this session needs is required: a screenless machine needs no X11.
set -eu
cd "$(dirname "$0")/.."
[ "$(uname -s)" = Linux ] && command -v ldd >/dev/null || exit 0

qt=$("$1" -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')
case "${QT_QPA_PLATFORM:-}" in offscreen* | minimal*) DISPLAY='' WAYLAND_DISPLAY='' ;; esac
needed="$qt/QtWidgets.abi3.so $qt/Qt/plugins/platforms/libqoffscreen.so"
[ -z "${DISPLAY:-}" ] || needed="$needed $qt/Qt/plugins/platforms/libqxcb.so"
[ -z "${WAYLAND_DISPLAY:-}" ] || needed="$needed $qt/Qt/plugins/platforms/libqwayland.so"

missing() {
    for file in $needed; do ldd "$file" 2>/dev/null; done | awk '/not found/ { print $1 }' | sort -u | tr '\n' ' '
}

[ -n "$(missing)" ] || exit 0
echo "Qt's system libraries are missing: $(missing)" >&2
sh packaging/apt.sh libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxkbcommon0 \
    libwayland-client0 libwayland-cursor0 libwayland-egl1 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 \
    libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 \
    libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0
[ -z "$(missing)" ] || { echo "Still missing: $(missing)" >&2; exit 2; }
