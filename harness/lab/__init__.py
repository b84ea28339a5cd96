"""Real servers and faults: gets servers, isolates a run, starts, kills and freezes them, cuts their connections.

It imports neither `harness.proof` nor `harness.site`.
"""
