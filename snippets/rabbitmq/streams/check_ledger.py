import sqlite3

database = sqlite3.connect("ledger.db", timeout=5)
query = "SELECT count(*), count(*) - count(DISTINCT event) FROM ledger"
booked, twice = database.execute(query).fetchone()
print(f"twice: {twice}, booked, counted: {booked}")
