from pathlib import Path

from reminders import remind

remind.apply_async(["Amina"], countdown=5).get(timeout=30)
remind.apply_async(["the end"]).get(timeout=30)  # after all that was due
times = Path("reminders.txt").read_text().count("reminded Amina")
print("reminded Amina", "once" if times == 1 else "more than once")
