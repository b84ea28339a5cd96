import sqlite3
import sys
import time

QUERY = "SELECT id, email, confirmed FROM orders_order ORDER BY id"
awaited = sys.argv[1:]  # names whose confirmation is worth some seconds

deadline = time.monotonic() + 20
while time.monotonic() < deadline:
    time.sleep(0.1)
    rows = sqlite3.connect("shop.sqlite3").execute(QUERY).fetchall()
    confirmed = [email.partition("@")[0] for _, email, done in rows if done]
    if set(awaited) <= set(confirmed):
        break
for order, email, done in rows:
    print(order, email, "confirmed" if done else "not confirmed")
