"""Stands for your identity provider: signs tokens with its private key."""

import time
from pathlib import Path

import jwt


def issue(scope: str, seconds: float = 300, **claims: object) -> str:
    now = int(time.time())
    payload = {
        "sub": "shop-web",
        "aud": "rabbitmq",  # the resource_server_id of the broker
        "iat": now,
        "exp": now + int(seconds),
        "scope": scope,
        **claims,
    }
    key = Path("issuer.key").read_text()
    return jwt.encode(payload, key, "RS256", headers={"kid": "shop"})
