from shop import app

app.conf.beat_schedule["old"] = {"task": "shop.send_offers", "schedule": 60.0}
for name, entry in app.conf.beat_schedule.items():
    known = "ok" if entry["task"] in app.tasks else "NO SUCH TASK"
    print(f"{name}: {known}")
