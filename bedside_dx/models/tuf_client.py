"""The one door to python-tuf's client, which is let in without its HTTP library.

`tuf.ngclient` imports urllib3 whether or not it is used, and urllib3 opens and binds a socket
while it is imported, to see whether there is IPv6. This program opens none, so a stand-in
takes the place of the fetcher that would need it.
"""

from __future__ import annotations

import sys
from types import ModuleType

_FETCHER = "tuf.ngclient.urllib3_fetcher"


class Urllib3Fetcher:
    """Stands where a fetcher for the network would be."""

    def __init__(self, **_: object) -> None:
        raise NotImplementedError


_stand_in = ModuleType(_FETCHER)
_stand_in.__dict__["Urllib3Fetcher"] = Urllib3Fetcher
sys.modules.setdefault(_FETCHER, _stand_in)

from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig  # noqa: E402

__all__ = ["FetcherInterface", "Updater", "UpdaterConfig"]
