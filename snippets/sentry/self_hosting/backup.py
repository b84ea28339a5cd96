import sqlite3
from contextlib import closing

with (
    closing(sqlite3.connect("db.sqlite3")) as live,
    closing(sqlite3.connect("backup.sqlite3")) as copy,
):
    live.backup(copy)
    (check,) = copy.execute("PRAGMA integrity_check").fetchone()
    (events,) = copy.execute("SELECT count(*) FROM events_event").fetchone()
print(f"copied while the server runs: {check}, {events} events")
