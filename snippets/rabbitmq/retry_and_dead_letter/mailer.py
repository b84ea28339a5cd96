"""Stands for your mail provider. Pass it the message_id, if it removes duplicates."""


def send_email(address: str, message_id: str | None) -> None:
    """Raise ConnectionError for what may pass, anything else for what stays."""
    if "@" not in address:
        raise ValueError("not an address")
    if address.endswith("@down.example"):
        raise ConnectionError("mail server does not answer")
