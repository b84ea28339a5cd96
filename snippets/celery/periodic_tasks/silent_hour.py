from fake_clock import runs

for at in runs("Europe/Berlin", "2026-10-25 01:35", 3, minute="*/10"):
    print("every 10 minutes, at", at)
