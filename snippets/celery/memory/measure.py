from shop import leaks, needs_much

for task in (needs_much, leaks):
    print(task.name)
    processes = set()
    for number in range(1, 31):
        process, child, parent = task.delay().get(timeout=60)
        processes.add(process)
        if number in (1, 10, 20, 30):
            print(f"  task {number}: child {child:.1f} MB, parent {parent:.1f} MB")
    print("  processes:", len(processes))
