from pathlib import Path

from forgotten import send_email, send_quietly

send_quietly.delay("Amina")
try:
    send_email.delay("Bilal").get(timeout=10)
except Exception as error:
    print(f"{type(error).__name__}: {error}")
print("emails:", Path("outbox.txt").exists())
