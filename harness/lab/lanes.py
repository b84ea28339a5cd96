"""The pairs of server versions that pages are verified on, newest first; each is what one Debian release ships."""

from __future__ import annotations

from dataclasses import dataclass

from harness import HarnessError


class LaneError(HarnessError):
    """No such lane; the message is one line and lists those that exist."""


@dataclass(frozen=True)
class Lane:
    """One set of server versions.

    `suite`: Debian release whose packages are unpacked. `redis`, `rabbitmq`: "major.minor" that a started server must
    report.
    """

    name: str
    suite: str
    redis: str
    rabbitmq: str


LANES: dict[str, Lane] = {
    lane.name: lane
    for lane in (
        Lane("current", "forky", "8.0", "4.3"),
        Lane("previous", "trixie", "8.0", "4.0"),
        Lane("oldest", "bookworm", "7.0", "3.10"),
    )
}


def lane(name: str) -> Lane:
    """The lane called `name`. Raises LaneError, with the names that exist, for any other."""
    try:
        return LANES[name]
    except KeyError:
        raise LaneError(f"unknown lane {name!r}: choose one of {', '.join(LANES)}") from None
