import sqlite3

database = sqlite3.connect("shop.db", timeout=5)
count = database.execute("SELECT count(*) FROM invoices").fetchone()[0]
print(f"invoices: {count}")
