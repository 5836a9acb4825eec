"""A publisher's keys: one for each role, each in a file of its own, locked by a passphrase."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner  # pyright: ignore[reportPrivateImportUsage]

from bedside_dx.core.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

ROLES = ("root", "targets", "snapshot", "timestamp")
"""The root key signs who may sign; it is needed once a year and belongs in a safe."""

SHORTEST_PASSPHRASE = 12

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_keys(folder: Path, passphrase: str) -> tuple[Path, ...]:
    """Make a key for each role.

    Raises
    ------
    ModelError
        ``keys.short-passphrase``, ``keys.exist``, ``keys.not-written``.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ModelError("keys.short-passphrase", shortest=SHORTEST_PASSPHRASE)
    files = [folder / f"{role}.pem" for role in ROLES]
    if any(file.exists() for file in files):
        raise ModelError("keys.exist", path=folder)
    lock = BestAvailableEncryption(passphrase.encode())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            key = Ed25519PrivateKey.generate()
            _write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    except OSError as exc:
        raise ModelError("keys.not-written", path=folder, detail=exc.strerror or "") from exc
    return tuple(files)


def read_key(folder: Path, role: str, passphrase: str) -> CryptoSigner:
    """Unlock the key of one role.

    Raises
    ------
    ModelError
        ``keys.missing``, ``keys.open-to-others``, ``keys.locked``.
    """
    file = folder / f"{role}.pem"
    if not file.is_file():
        raise ModelError("keys.missing", path=file)
    if sys.platform != "win32" and stat.S_IMODE(file.stat().st_mode) & _FOR_OTHERS:
        raise ModelError("keys.open-to-others", path=file)
    try:
        key = load_pem_private_key(file.read_bytes(), passphrase.encode())
        return CryptoSigner(key)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise ModelError("keys.locked", path=file) from exc


def has_key(folder: Path, role: str) -> bool:
    """Whether the key of a role is at hand."""
    return (folder / f"{role}.pem").is_file()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, not even for a moment."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
