import redis
from report import report, report_by_id

orders = [{"id": str(n), "state": "paid", "city": "Dubai"} for n in range(10_000)]
report.apply_async([orders], compression=None)
report.delay(orders)
report_by_id.delay("2026-11-30")
with redis.Redis() as broker:
    for message in reversed(broker.lrange("celery", 0, -1)):
        print(f"{len(message) / 1000:,.0f} kB")
