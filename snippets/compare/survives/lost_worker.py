import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from six_ways import WAYS

LIMIT = 10  # seconds that Ben waits for the job that Anna has
FAULTS = ("killed", "frozen", "slow")
CASES = [(way, fault) for way in WAYS for fault in FAULTS]


def anna(way: str, jobs: str) -> subprocess.Popen:
    """Anna, in a process of her own."""
    command = [sys.executable, "worker.py", way, jobs]
    short = os.environ | {"HEARTBEAT": "2"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=short)


Path("hold").touch()
annas = {case: anna(*case) for case in CASES}
senders = {case: WAYS[case[0]]("the shop", case[1]) for case in CASES}
bens = {case: WAYS[case[0]]("ben", case[1]) for case in CASES}
for process in annas.values():
    process.stdout.readline()  # "ready"

began = {}
for case in CASES:
    senders[case].send("order-1")
    annas[case].stdout.readline()  # "took order-1"
    began[case] = time.monotonic()
    if case[1] == "killed":
        annas[case].kill()
    elif case[1] == "frozen":
        annas[case].send_signal(signal.SIGSTOP)
    bens[case].listen()

got = dict.fromkeys(CASES, "nobody")
while time.monotonic() < max(began.values()) + LIMIT:
    for case in CASES:
        if job := bens[case].take():
            bens[case].done(job[0])
            got[case] = f"Ben, after {time.monotonic() - began[case]:.1f} s"

Path("hold").unlink()
print("Way | Anna is killed | frozen | slow, but alive | The frozen Anna, thawed")
for way in WAYS:
    annas[way, "frozen"].send_signal(signal.SIGCONT)
    woken = annas[way, "frozen"].communicate(timeout=60)[0].strip()
    for fault in FAULTS:
        annas[way, fault].wait(timeout=60)
    print(way, *(got[way, fault] for fault in FAULTS), woken, sep=" | ")
