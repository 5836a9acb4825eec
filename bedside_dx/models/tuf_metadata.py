"""The one door to python-tuf's metadata types.

The library builds its ``__all__`` at run time, which a type checker can't follow.
"""

from tuf.api.metadata import (
    Metadata,
    MetaFile,  # pyright: ignore[reportPrivateImportUsage]
    Root,  # pyright: ignore[reportPrivateImportUsage]
    Snapshot,  # pyright: ignore[reportPrivateImportUsage]
    TargetFile,  # pyright: ignore[reportPrivateImportUsage]
    Targets,  # pyright: ignore[reportPrivateImportUsage]
    Timestamp,  # pyright: ignore[reportPrivateImportUsage]
)

__all__ = ["MetaFile", "Metadata", "Root", "Snapshot", "TargetFile", "Targets", "Timestamp"]
