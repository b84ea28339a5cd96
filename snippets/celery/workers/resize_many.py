from collections import Counter

from machines import resize

tasks = [resize.delay(f"photo-{number}.png") for number in range(20)]
done = Counter(task.get(timeout=30) for task in tasks)
for worker in sorted(done):
    print(worker.partition("@")[0], "counted:", done[worker])
