"""Stands for your identity provider: signs tokens (JWT) with its private key."""

import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def text(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def issue(scope: str, seconds: float = 300, **claims: object) -> str:
    now = int(time.time())
    header = {"alg": "RS256", "typ": "JWT", "kid": "shop"}
    payload = {
        "sub": "shop-web",
        "aud": "rabbitmq",  # the resource_server_id of the broker
        "iat": now,
        "exp": now + int(seconds),
        "scope": scope,
        **claims,
    }
    signed = ".".join(text(json.dumps(part).encode()) for part in (header, payload))
    key = load_pem_private_key(Path("issuer.key").read_bytes(), password=None)
    return f"{signed}.{text(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"
