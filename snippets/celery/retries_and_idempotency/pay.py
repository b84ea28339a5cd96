from contextlib import closing

from payments import charge, effects
from receipt import send_receipt

for _ in range(3):  # a nervous customer, a retry, a redelivery
    print(charge.delay("order-1001", 50).get(timeout=10))
    print(send_receipt.delay("order-1001").get(timeout=10))

with closing(effects()) as db:
    print("payments:", db.execute("SELECT count(*) FROM payments").fetchone()[0])
