from celery.utils.time import get_exponential_backoff_interval

for retries in range(4):
    fixed = get_exponential_backoff_interval(factor=1, retries=retries, maximum=60)
    drawn = [
        get_exponential_backoff_interval(1, retries, 60, full_jitter=True)
        for _ in range(1000)
    ]
    print(f"retry {retries + 1}: {fixed} s, with jitter {min(drawn)} to {max(drawn)} s")
    #> retry 1: 1 s, with jitter 0 to 1 s
    #> retry 2: 2 s, with jitter 0 to 2 s
    #> retry 3: 4 s, with jitter 0 to 4 s
    #> retry 4: 8 s, with jitter 0 to 8 s
