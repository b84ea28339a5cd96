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
    report. `redis_image`, `rabbitmq_image`: image tags for Docker Compose.
    """

    name: str
    suite: str
    redis: str
    rabbitmq: str
    redis_image: str
    rabbitmq_image: str


def _lane(name: str, suite: str, redis: str, rabbitmq: str) -> Lane:
    return Lane(name, suite, redis, rabbitmq, f"redis:{redis}", f"rabbitmq:{rabbitmq}-management")


LANES: dict[str, Lane] = {
    lane.name: lane
    for lane in (
        _lane("current", "forky", "8.0", "4.3"),
        _lane("previous", "trixie", "8.0", "4.0"),
        _lane("oldest", "bookworm", "7.0", "3.10"),
    )
}


def lane(name: str) -> Lane:
    """The lane called `name`. Raises LaneError, with the names that exist, for any other."""
    try:
        return LANES[name]
    except KeyError:
        raise LaneError(f"unknown lane {name!r}: choose one of {', '.join(LANES)}") from None
