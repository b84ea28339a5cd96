import hashlib
import hmac


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, claimed: str | None, secret: str) -> bool:
    """Whether `claimed` (header Sentry-Hook-Signature) belongs to these very bytes."""
    if claimed is None:
        return False
    # Takes the same time wherever the first difference is. Bytes: a str may raise here.
    return hmac.compare_digest(signature(body, secret).encode(), claimed.encode())
