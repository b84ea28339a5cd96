"""Names of the containers that tests may use, and commands that run inside them."""

from __future__ import annotations

import os
import shlex

from harness import ROOT
from harness.lanes import Lane

COMPOSE = ["docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "--project-name", "guide-tests"]
VARIABLES = {"Redis": "GUIDE_REDIS_CONTAINER", "RabbitMQ": "GUIDE_RABBITMQ_CONTAINER"}


def tool_script(source: str, chosen: Lane, service: str, tool: str) -> str:
    """Shell script that runs `tool` in the container of `service` ("redis", "rabbitmq"); "" where none is known."""
    if tool in ("redis-server", "redis-sentinel", "rabbitmq-server"):
        return ""
    if source == "docker":
        start, no_terminal = shlex.join([*COMPOSE, "exec"]), "-T"
        environment = f"export REDIS_IMAGE={chosen.redis_image} RABBITMQ_IMAGE={chosen.rabbitmq_image}\n"
        target = service
    else:
        name = os.environ.get(VARIABLES["Redis" if service == "redis" else "RabbitMQ"])
        if not name:
            return ""
        start, no_terminal, environment, target = "docker exec --interactive", "", "", shlex.quote(name)
    terminal = "" if source == "docker" else "--tty"
    return (
        "#!/bin/sh\n"
        f"# {tool} of the {service} container.\n"
        f"{environment}"
        f'if [ -t 0 ] && [ -t 1 ]; then how="{terminal}"; else how="{no_terminal}"; fi\n'
        f'exec {start} $how {target} {tool} "$@"\n'
    )
