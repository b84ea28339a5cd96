from pathlib import Path

from celery.exceptions import Reject, TimeoutError
from choosy import NoSuchCustomer, fetch, greet, print_label

print("fetch:", fetch.delay("https://example.com").get(timeout=20), "attempts")

for name in ("Dina", "nobody"):
    try:
        greet.delay(name).get(timeout=10)
    except (ValueError, NoSuchCustomer) as error:
        runs = len(Path(f"{name}.txt").read_text().splitlines())
        print(f"{type(error).__name__} with {runs} attempt(s)")

try:
    print_label.delay(1001).get(timeout=10)
except Reject as error:
    print("Reject:", error)

job = greet.delay("deleted")
try:
    job.get(timeout=1)
except TimeoutError:
    print("the ignored one is", job.state, "and stays so")
