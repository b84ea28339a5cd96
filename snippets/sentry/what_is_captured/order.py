import uuid

import sentry_sdk

sentry_sdk.init(release="shop@1.0.0", environment="development")


class NoSuchCart(Exception):
    """The customer's link is broken."""


def cart_key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NoSuchCart(f"no cart {text}") from error


def checkout(cart: str, total: int, discount: int) -> str:
    key = cart_key(cart)
    return f"cart {key}: {total - discount}"


checkout("6f5cdff2-06ee-46b9-af0b-337867ec532c", total=90, discount=5)
checkout("cart-7", total=90, discount=5)
