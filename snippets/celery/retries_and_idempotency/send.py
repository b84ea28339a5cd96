from pathlib import Path

from tasks import send_email


def attempts(name: str) -> list[float]:
    """When the task tried, in seconds since 1970."""
    return [float(line) for line in Path(f"{name}.txt").read_text().splitlines()]


amina = send_email.delay("Amina", failures=2)
bilal = send_email.delay("Bilal", failures=99)
print("Chen need not wait:", send_email.delay("Chen", failures=0).get(timeout=20))
print(amina.get(timeout=20))
try:
    bilal.get(timeout=20)
except ConnectionError as error:
    print("after", len(attempts("Bilal")), "attempts:", error)
print("Bilal's e-mail is", bilal.state)

first, second, third = attempts("Amina")
print("waited 1 s and 2 s, or more:", second - first > 0.95, third - second > 1.95)
