from exports import note_visit

job = note_visit.delay("/tea")
print(job.get(timeout=10))
print(job.state)
