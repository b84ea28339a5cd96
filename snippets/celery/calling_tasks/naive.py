from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks import app, note


def naive_hour_from_now(zone: str) -> tuple[datetime, datetime]:
    """The time in one hour as the clock on the wall of `zone` shows it, and aware."""
    at = datetime.now(ZoneInfo(zone)) + timedelta(hours=1)
    return at.replace(tzinfo=None), at


naive, at = naive_hour_from_now("America/Bogota")
ran = note.apply_async(["for Bogota"], eta=naive).get(timeout=20)
print(f"Bogota: ran {(at.timestamp() - ran) / 3600:.0f} hour early")

naive, at = naive_hour_from_now("Asia/Karachi")
job = note.apply_async(["for Karachi"], eta=naive)
scheduled = app.control.inspect(timeout=5).scheduled()
waiting = [item for items in scheduled.values() for item in items]
planned = datetime.fromisoformat(waiting[0]["eta"])
print(f"Karachi: will run {(planned - at).total_seconds() / 3600:.0f} hours late")
job.revoke()
