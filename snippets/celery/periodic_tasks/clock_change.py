from fake_clock import runs

for evening in ("2026-03-28 23:00", "2026-10-24 23:00"):
    for hour in (1, 2, 3):
        for at in runs("Europe/Berlin", evening, 10, hour=hour, minute=30):
            print(f"{hour}:30 runs at", at)
