from shop import leaks, needs_much

for task in (needs_much, leaks):
    print(task.name)
    first, processes = [0.0, 0.0], set()
    for number in range(1, 31):
        process, *sizes = task.delay().get(timeout=60)
        processes.add(process)
        if number == 1:
            first = sizes
        if number in (10, 20, 30):
            child, parent = (now / then for now, then in zip(sizes, first, strict=True))
            print(f"  task {number}: child {child:.1f} ×, parent {parent:.1f} ×")
    print("  processes:", len(processes))
