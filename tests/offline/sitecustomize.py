"""The program works offline, so no test may reach for a network, loopback included.

`conftest` loads this file for the test run itself; with its folder on PYTHONPATH, Python loads it
in every interpreter a test starts.
"""

import sys

ATTEMPTS: list[str] = []
FORBIDDEN = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyaddr",
    "socket.gethostbyname",
    "socket.getnameinfo",
    "socket.sendmsg",
    "socket.sendto",
}


class NetworkAttemptError(RuntimeError):
    """Something reached for a network."""


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event in FORBIDDEN:
        attempt = f"{event}{args!r}"
        ATTEMPTS.append(attempt)
        raise NetworkAttemptError(attempt)


sys.addaudithook(_refuse)
