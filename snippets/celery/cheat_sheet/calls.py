from datetime import UTC, datetime, timedelta

from shop import add, app, charge, report, resize

print(add.delay(2, 3).get(timeout=20))
print(add.apply_async([2, 3], countdown=1).get(timeout=20))
later = datetime.now(UTC) + timedelta(seconds=1)
print(add.apply_async([2, 3], eta=later, expires=60).get(timeout=20))
print(app.send_task("shop.add", [2, 3]).get(timeout=20))  # by name, without its code
print(charge.delay("order-17").get(timeout=20))
print(resize.delay(["a.png", "b.png"]).get(timeout=20))
report.apply_async(kwargs={"day": "Monday"}, queue="celery", priority=0)
