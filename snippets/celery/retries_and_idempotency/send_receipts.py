from pathlib import Path

from receipts import careful, careless

for task in (careless, careful):
    task.delay("order-1001").get(timeout=20)  # goes well at the second attempt
    try:
        task.delay("order-1002").get(timeout=20)
    except ConnectionError:
        name = task.name.removeprefix("receipts.")
        attempts = Path(f"{name}-order-1002.txt").read_text().splitlines()
        print(f"{name}: {len(attempts)} attempts, then FAILURE")
